// tests/hazard/contagion_test.cpp — failures one after the other, beside a block-by-block engine.
#include "levee/hazard/contagion.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <array>
#include <cmath>
#include <map>

namespace levee::hazard {
namespace {

// A ring in which a failure raises the next two.
Contagion ring(std::size_t protocols, double rate, double factor) {
  Contagion made{.rate = std::vector(protocols, Intensity{rate}), .raises = {}, .factor = factor};
  for (std::size_t i = 0; i < protocols; ++i) {
    made.raises.push_back({(i + 1) % protocols, (i + 2) % protocols});
  }
  return made;
}

// Every block, every protocol that still stands fails or not, at the rates the block began with.
std::size_t failures_by_blocks(const Contagion& world, double span, std::size_t blocks,
                               num::Draws& draws) {
  std::vector<double> rate;
  for (const Intensity one : world.rate) rate.push_back(one.value());
  std::size_t failures = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::vector<double> now = rate;
    for (std::size_t i = 0; i < rate.size(); ++i) {
      if (!(draws.uniform() < -std::expm1(-now[i] * span / static_cast<double>(blocks)))) continue;
      ++failures;
      rate[i] = 0;
      for (const std::size_t other : world.raises[i]) rate[other] *= world.factor;
    }
  }
  return failures;
}

}  // namespace

TEST(Contagion, WithoutItIsIndependentClocks) {
  const Contagion world = ring(6, 0.3, 1);
  ContagionPaths paths(world, Years{1}, 1);
  std::array<double, 6> failed{};
  constexpr int drawn = 40'000;
  for (int number = 0; number < drawn; ++number) {
    for (const Failed& one : paths.path(static_cast<std::uint64_t>(number)))
      ++failed.at(one.protocol);
  }
  const double chance = -std::expm1(-0.3);
  for (const double count : failed) {
    EXPECT_NEAR(count / drawn, chance, 4 * std::sqrt(chance * (1 - chance) / drawn));
  }
}

TEST(Contagion, FailsInOrderAndOnce) {
  ContagionPaths paths(ring(8, 0.5, 30), Years{2}, 3);
  for (std::uint64_t number = 0; number < 2000; ++number) {
    double before = 0;
    std::array<bool, 8> down{};
    for (const Failed& one : paths.path(number)) {
      EXPECT_GT(one.at.value(), before);
      EXPECT_LT(one.at.value(), 2);
      EXPECT_FALSE(down.at(one.protocol));
      down.at(one.protocol) = true, before = one.at.value();
    }
  }
}

TEST(Contagion, IsAFunctionOfSeedAndNumber) {
  ContagionPaths one(ring(8, 0.5, 5), Years{1}, 7), other(ring(8, 0.5, 5), Years{1}, 7);
  for (std::uint64_t number = 0; number < 50; ++number) (void)one.path(number);
  for (const std::uint64_t number : {40U, 3U}) {
    const auto a = one.path(number), b = other.path(number);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].protocol, b[i].protocol);
      EXPECT_EQ(a[i].at, b[i].at);
    }
  }
}

TEST(Contagion, OfNothingIsNothing) {
  ContagionPaths none(ring(5, 0, 5), Years{10}, 1);
  EXPECT_TRUE(none.path(0).empty());
  ContagionPaths no_time(ring(5, 9, 5), Years{0}, 1);
  for (std::uint64_t number = 0; number < 100; ++number) EXPECT_TRUE(no_time.path(number).empty());
  Contagion own = ring(3, 1, 2);
  own.raises[0] = {0};
  EXPECT_THROW(ContagionPaths(own, Years{1}, 1), ContractBroken);
}

// Two laws of the number of failures, by chi-square; bins of fewer than ten are put together.
TEST(ContagionLaw, CountsFailuresAsBlockByBlockDoes) {
  const Contagion world = ring(8, 0.05, 20);
  constexpr int drawn = 20'000;
  std::map<std::size_t, std::array<double, 2>> seen;
  ContagionPaths paths(world, Years{1}, 11);
  num::Draws draws(12, 1, 0);
  for (int number = 0; number < drawn; ++number) {
    ++seen[paths.path(static_cast<std::uint64_t>(number)).size()][0];
    ++seen[failures_by_blocks(world, 1, 400, draws)][1];
  }
  double chi = 0, rest_one = 0, rest_two = 0;
  int bins = -1;
  const auto add = [&](double one, double two) {
    chi += (one - two) * (one - two) / (one + two);
    ++bins;
  };
  for (const auto& [failures, counts] : seen) {
    if (counts[0] + counts[1] < 20) {
      rest_one += counts[0], rest_two += counts[1];
    } else {
      add(counts[0], counts[1]);
    }
  }
  if (rest_one + rest_two > 0) add(rest_one, rest_two);
  EXPECT_GE(bins, 4);
  EXPECT_LT(chi, bins + 4 * std::sqrt(2.0 * bins));
}

}  // namespace levee::hazard
