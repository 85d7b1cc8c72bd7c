#include "levee/num/philox.h"

#include "levee/base/check.h"
#include "levee/num/normal.h"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>

namespace levee::num {
namespace {

using testing::ElementsAre;

struct Moments {
  double mean = 0, variance = 0, kurtosis = 0;
};

template <class Draw>
Moments moments_of(int count, Draw draw) {
  std::vector<double> x;
  Moments m;
  for (int i = 0; i < count; ++i) x.push_back(draw(static_cast<std::uint64_t>(i)));
  for (const double v : x) m.mean += v / count;
  for (const double v : x) m.variance += (v - m.mean) * (v - m.mean) / count;
  for (const double v : x) m.kurtosis += std::pow(v - m.mean, 4) / count;
  m.kurtosis /= m.variance * m.variance;
  return m;
}

}  // namespace

// Known answers of the Random123 distribution, philox4x32 with ten rounds.
TEST(Philox, AnswersAsItsAuthorsDo) {
  EXPECT_THAT(philox({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_THAT(philox({ones, ones, ones, ones}, {ones, ones}),
              ElementsAre(0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu));
  EXPECT_THAT(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u));
}

TEST(Draws, ReadTheBlocksOfTheirOwnCounterInOrder) {
  Draws draws(0x0123456789abcdef, 7, 0x00000005'00000003);
  for (std::uint32_t block = 0; block < 3; ++block) {
    const auto words = philox({block, 7, 3, 5}, {0x89abcdef, 0x01234567});
    for (const std::size_t i : {std::size_t{0}, std::size_t{2}}) {
      const std::uint64_t bits = std::uint64_t{words[i]} << 32 | words[i + 1];
      EXPECT_EQ(draws.uniform(), (static_cast<double>(bits >> 12) + 0.5) / 4503599627370496.0);
    }
  }
}

TEST(Draws, DifferBySeedStreamAndPath) {
  const double first = Draws(1, 2, 3).uniform();
  EXPECT_EQ(first, Draws(1, 2, 3).uniform());
  EXPECT_NE(first, Draws(4, 2, 3).uniform());
  EXPECT_NE(first, Draws(1, 4, 3).uniform());
  EXPECT_NE(first, Draws(1, 2, 4).uniform());
  EXPECT_NE(first, Draws(1, 2, 3 + (std::uint64_t{1} << 32)).uniform());  // both halves count
  EXPECT_NE(first, Draws(1 + (std::uint64_t{1} << 32), 2, 3).uniform());
}

TEST(Draws, AreUniform) {
  const auto m =
      moments_of(200'000, [](std::uint64_t path) { return Draws(1, 1, path).uniform(); });
  EXPECT_NEAR(m.mean, 0.5, 4 * std::sqrt(1 / 12.0 / 200'000));
  EXPECT_NEAR(m.variance, 1 / 12.0, 4 * std::sqrt(1 / 180.0 / 200'000));
  EXPECT_NEAR(m.kurtosis, 1.8, 0.02);
}

TEST(Draws, AreNormalByInversion) {
  Draws a(5, 6, 7), b(5, 6, 7);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(a.normal(), normal_quantile(b.uniform()));
  Draws one_path(9, 9, 9);
  const auto m = moments_of(200'000, [&](std::uint64_t) { return one_path.normal(); });
  EXPECT_NEAR(m.mean, 0, 4 / std::sqrt(200'000.0));
  EXPECT_NEAR(m.variance, 1, 4 * std::sqrt(2 / 200'000.0));
  EXPECT_NEAR(m.kurtosis, 3, 4 * std::sqrt(24 / 200'000.0));
}

TEST(Draws, CountAsPoissonDid) {
  for (const double mean : {0.001, 0.2, 3.0, 45.0}) {
    SCOPED_TRACE(mean);
    const int count = 100'000;
    const auto m =
        moments_of(count, [&](std::uint64_t path) { return Draws(2, 3, path).poisson(mean); });
    EXPECT_NEAR(m.mean, mean, 4 * std::sqrt(mean / count));
    EXPECT_NEAR(m.variance, mean, 4 * std::sqrt((mean + 2 * mean * mean) / count));
  }
}

TEST(Draws, NeverCountWhatCannotHappen) {
  EXPECT_EQ(Draws(1, 1, 1).poisson(0), 0);
  EXPECT_THROW(Draws(1, 1, 1).poisson(-1), ContractBroken);
}

TEST(Draws, TakeOneUniformACount) {
  Draws a(1, 1, 1), b(1, 1, 1);
  a.poisson(40);
  b.uniform();
  EXPECT_EQ(a.uniform(), b.uniform());
}

}  // namespace levee::num
