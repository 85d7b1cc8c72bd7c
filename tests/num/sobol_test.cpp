#include "levee/num/sobol.h"

#include "levee/base/check.h"
#include "levee/num/estimate.h"
#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <array>
#include <cmath>
#include <set>

namespace levee::num {
namespace {

std::vector<double> column(const Sobol& sobol, std::size_t dimension, std::size_t points) {
  std::vector<double> drawn(points);
  sobol.fill(0, dimension, drawn);
  return drawn;
}

// A smooth function of mean 1 whose coordinates matter less and less.
constexpr std::size_t coordinates = 8;
double estimate(const Sobol& sobol, std::size_t points) {
  std::vector<double> product(points, 1);
  for (std::size_t d = 0; d < coordinates; ++d) {
    const auto u = column(sobol, d, points);
    for (std::size_t i = 0; i < points; ++i) {
      product[i] *= 1 + (u[i] - 0.5) / static_cast<double>(d + 1);
    }
  }
  double sum = 0;
  for (const double each : product) sum += each;
  return sum / static_cast<double>(points);
}

}  // namespace

// The first ten points in three dimensions, as Joe & Kuo print them.
TEST(Sobol, BeginsAsPublished) {
  const Sobol plain(3, 0, Scramble::none);
  const std::array<std::array<double, 3>, 10> points{{{0, 0, 0},
                                                      {0.5, 0.5, 0.5},
                                                      {0.75, 0.25, 0.25},
                                                      {0.25, 0.75, 0.75},
                                                      {0.375, 0.375, 0.625},
                                                      {0.875, 0.875, 0.125},
                                                      {0.625, 0.125, 0.875},
                                                      {0.125, 0.625, 0.375},
                                                      {0.1875, 0.3125, 0.9375},
                                                      {0.6875, 0.8125, 0.4375}}};
  for (std::uint32_t i = 0; i < points.size(); ++i) {
    for (std::size_t d = 0; d < 3; ++d) {
      EXPECT_EQ(plain.bits(i, d) * 0x1p-32, points.at(i).at(d)) << "point " << i << " of " << d;
    }
  }
}

TEST(Sobol, IsOpenAtBothEnds) {
  const Sobol plain(1, 0, Scramble::none);
  std::array<double, 1> first{}, last{};
  plain.fill(0, 0, first);
  plain.fill(~0U, 0, last);
  EXPECT_GT(first[0], 0);
  EXPECT_LT(last[0], 1);
}

TEST(Sobol, ABlockContinuesWhereTheOneBeforeEnded) {
  const Sobol sobol(7, 11);
  std::vector<double> whole(1000), part(300);
  sobol.fill(5, 6, whole);
  sobol.fill(5 + 700, 6, part);
  for (std::size_t i = 0; i < part.size(); ++i) EXPECT_EQ(part[i], whole[700 + i]);
  for (std::uint32_t i = 0; i < whole.size(); ++i) {
    ASSERT_EQ(whole[i], (sobol.bits(5 + i, 6) + 0.5) * 0x1p-32);
  }
}

TEST(Sobol, IsABugBeyondItsDimensions) {
  EXPECT_THROW(Sobol(0, 1), ContractBroken);
  EXPECT_THROW(Sobol(Sobol::dimensions_max + 1, 1), ContractBroken);
  EXPECT_THROW(static_cast<void>(Sobol(2, 1).bits(0, 2)), ContractBroken);
}

TEST(SobolLaw, EveryIntervalOfACoordinateHoldsOnePoint) {
  const Sobol sobol(Sobol::dimensions_max, 3);
  constexpr std::size_t points = 256;
  for (std::size_t d = 0; d < Sobol::dimensions_max; d += 13) {
    std::set<std::uint32_t> seen;
    for (std::uint32_t i = 0; i < points; ++i) seen.insert(sobol.bits(i, d) >> 24);
    ASSERT_EQ(seen.size(), points) << "dimension " << d;
  }
}

// In its first two coordinates the sequence is a net: every box of area 2^-m holds one point.
TEST(SobolLaw, EveryBoxOfTheFirstPlaneHoldsOnePoint) {
  const Sobol sobol(2, 5);
  constexpr unsigned m = 10;
  for (unsigned wide = 0; wide <= m; ++wide) {
    std::set<std::uint64_t> boxes;
    for (std::uint32_t i = 0; i < 1U << m; ++i) {
      const std::uint64_t x = static_cast<std::uint64_t>(sobol.bits(i, 0)) >> (32 - wide);
      const std::uint64_t y = static_cast<std::uint64_t>(sobol.bits(i, 1)) >> (32 - (m - wide));
      boxes.insert(x << 32 | y);
    }
    ASSERT_EQ(boxes.size(), 1U << m) << "boxes 2^-" << wide << " wide";
  }
}

// A shift alone would leave the way from one point to the next as it was.
TEST(SobolLaw, ScramblingTurnsEveryDigitButTheFirstOneOfAStep) {
  std::uint32_t first_digit = 0, others = 0;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    const Sobol sobol(1, seed);
    const std::uint32_t step = sobol.bits(1, 0) ^ sobol.bits(0, 0);
    first_digit += step >> 31;
    others |= step << 1;
  }
  EXPECT_EQ(first_digit, 64U);
  EXPECT_EQ(others, ~1U);
}

TEST(SobolLaw, AnotherSeedIsAnotherScramblingAndNoneIsBiased) {
  double sum = 0, squares = 0;
  constexpr int seeds = 400;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const double error = estimate(Sobol(coordinates, seed), 16) - 1;
    sum += error;
    squares += error * error;
  }
  const double mean = sum / seeds, error = std::sqrt(squares / seeds / seeds);
  EXPECT_GT(error, 0);
  EXPECT_LT(std::abs(mean), 3 * error);
}

TEST(SobolLaw, ASmoothMeanIsFoundFarSoonerThanByChance) {
  constexpr std::size_t points = 1 << 14;
  double quasi = 0, chance = 0;
  constexpr int seeds = 16;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const double off = estimate(Sobol(coordinates, seed), points) - 1;
    quasi += off * off;
    double sum = 0;
    for (std::size_t i = 0; i < points; ++i) {
      Draws draws(seed, 77, i);
      double product = 1;
      for (std::size_t d = 0; d < coordinates; ++d) {
        product *= 1 + (draws.uniform() - 0.5) / static_cast<double>(d + 1);
      }
      sum += product;
    }
    const double miss = sum / points - 1;
    chance += miss * miss;
  }
  // A variance ratio of ten thousand; measured: ten million.
  EXPECT_LT(quasi * 1e4, chance);
}

}  // namespace levee::num
