// tests/risk/beta_test.cpp — slopes that are known, found again; and figures by hand.
#include "levee/risk/beta.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::risk {
namespace {

UnixSeconds midnight(int number) { return *moment_from("2024-01-01") + days(number); }

market::Series prices(const std::vector<double>& values) {
  market::Series series{.at = {}, .value = values, .step = days(1), .source = "made"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    series.at.push_back(midnight(static_cast<int>(i)));
  }
  return series;
}

// An asset that moves `up` times as much as a rising market and `down` times as much as a falling
// one, and by itself.
PairedReturns drawn(std::uint64_t path, std::size_t count, double up, double down) {
  num::Draws draws(7, 0, path);
  PairedReturns made;
  for (std::size_t i = 0; i < count; ++i) {
    const double market = 0.03 * draws.normal();
    made.market.push_back(market);
    made.asset.push_back((market < 0 ? down : up) * market + 0.02 * draws.normal());
  }
  return made;
}

}  // namespace

TEST(PairedDays, TakesReturnsOfWholeDaysThatBothHave) {
  market::Series hourly = prices({1, 2, 4});
  hourly.at.insert(hourly.at.begin() + 1, midnight(0) + hours(5));
  hourly.value.insert(hourly.value.begin() + 1, 99.0);
  const market::Series market = prices({10, 10, 5, 7});
  const PairedReturns found = paired_days(hourly, market, midnight(9));
  ASSERT_EQ(found.asset.size(), 2);
  EXPECT_DOUBLE_EQ(found.asset[0], std::log(2.0));
  EXPECT_DOUBLE_EQ(found.asset[1], std::log(2.0));
  EXPECT_DOUBLE_EQ(found.market[0], 0);
  EXPECT_DOUBLE_EQ(found.market[1], std::log(0.5));
  EXPECT_EQ(paired_days(hourly, market, midnight(1)).asset.size(), 1) << "nothing of the future";
}

TEST(PairedDays, BridgesNoGap) {
  market::Series holed = prices({1, 2, 4, 8});
  holed.at.erase(holed.at.begin() + 1), holed.value.erase(holed.value.begin() + 1);
  EXPECT_EQ(paired_days(holed, prices({1, 2, 4, 8}), midnight(9)).asset.size(), 1);
}

TEST(CappedIndex, IsWhatAllOfItIsWorth) {
  const market::Series one = prices({1, 2, 2}), other = prices({10, 10, 5});
  const std::vector<Capped> both{{one, Usd{200}}, {other, Usd{50}}};
  const auto index = capped_index(both);
  ASSERT_TRUE(index);
  EXPECT_EQ(index->value, (std::vector<double>{200, 300, 250}));
  market::Series late = prices({3});
  const std::vector<Capped> apart{{one, Usd{1}}, {late, Usd{1}}};
  EXPECT_EQ(capped_index(apart).error().reason, Reason::missing_data);
}

TEST(Beta, OfTheMarketItselfIsOne) {
  PairedReturns same = drawn(0, 100, 1, 1);
  same.asset = same.market;
  const auto fit = beta_of(same);
  ASSERT_TRUE(fit);
  EXPECT_CLOSE(fit->measured.value, 1, 1e-13);
  EXPECT_CLOSE(fit->down.value, 1, 1e-13);
  EXPECT_LT(fit->beta.error, 1e-14);
}

TEST(Beta, IsShrunkAThirdTowardsOne) {
  PairedReturns twice = drawn(0, 100, 1, 1);
  for (std::size_t i = 0; i < 100; ++i) twice.asset[i] = 2.5 * twice.market[i];
  EXPECT_CLOSE(beta_of(twice)->beta.value, 2.5 * 2 / 3 + 1.0 / 3, 1e-13);
  EXPECT_CLOSE(beta_of(twice, {.half_life_days = 60, .shrink = 0})->beta.value, 2.5, 1e-13);
}

TEST(Beta, CountsLateDaysMore) {
  // Two halves of one market, in the first the asset moves once, in the second three times as much.
  PairedReturns made = drawn(1, 60, 1, 1);
  for (std::size_t i = 0; i < 60; ++i) made.asset[i] = made.market[i];
  for (std::size_t i = 0; i < 60; ++i) {
    made.market.push_back(made.market[i]), made.asset.push_back(3 * made.market[i]);
  }
  // Weights of the halves are as 1 to 2 after one half-life; both have the same returns.
  const auto fit = beta_of(made, {.half_life_days = 60, .shrink = 0});
  EXPECT_NEAR(fit->measured.value, (1 + 3 * 2) / 3.0, 0.1);
  EXPECT_LT(fit->effective_days, 120);
  EXPECT_GT(fit->effective_days, 60);
}

TEST(Beta, NeedsDaysAndAMarketThatMoves) {
  EXPECT_EQ(beta_of(drawn(0, 29, 1, 1)).error().reason, Reason::missing_data);
  PairedReturns still = drawn(0, 50, 1, 1);
  std::fill(still.market.begin(), still.market.end(), 0.0);
  EXPECT_EQ(beta_of(still).error().reason, Reason::no_solution);
}

TEST(PoolBeta, OfAFullRangeIsHalfTheSum) {
  const std::vector<BetaLeg> legs{{0.5, 1.4}, {0.5, 0.8}};
  EXPECT_DOUBLE_EQ(pool_beta(legs), (1.4 + 0.8) / 2);
  const std::vector<BetaLeg> dollars{{0.48, 1.5}, {0.52, 0}};
  EXPECT_DOUBLE_EQ(pool_beta(dollars), 0.72);
}

// 400 markets of 500 days: means within four standard errors, intervals that hold the truth.
TEST(BetaLaw, FindsTheBetasItWasDrawnWith) {
  constexpr double up = 0.9, down = 1.8;
  constexpr int worlds = 400;
  double mean_down = 0, square = 0, held = 0, mean = 0;
  for (int world = 0; world < worlds; ++world) {
    const auto fit = beta_of(drawn(static_cast<std::uint64_t>(world), 500, up, down),
                             {.half_life_days = 120, .shrink = 0});
    ASSERT_TRUE(fit);
    const Slope& found = fit->measured_down;
    mean_down += found.value / worlds, square += found.value * found.value / worlds;
    held += std::abs(found.value - down) < 1.96 * found.error ? 1.0 / worlds : 0;
    mean += fit->measured.value / worlds;
  }
  const double scatter = std::sqrt((square - mean_down * mean_down) / worlds);
  EXPECT_NEAR(mean_down, down, 4 * scatter + 0.01);
  EXPECT_NEAR(held, 0.95, 0.035) << "three errors of 400 trials are 0.033";
  EXPECT_NEAR(mean, (up + down) / 2, 0.03) << "a normal market rises and falls alike";
}

}  // namespace levee::risk
