// tests/risk/growth_test.cpp — the share that grows fastest, where it is known in closed form.
#include "levee/risk/growth.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::risk {
namespace {

// `wins` of 100 paths gain `odds` per dollar, the others lose all of it.
std::vector<double> bets(int wins, double odds) {
  std::vector<double> made(100, -1.0);
  for (int i = 0; i < wins; ++i) made[static_cast<std::size_t>(i)] = odds;
  return made;
}

double mean_log(const std::vector<double>& excess, double share, double riskless) {
  double sum = 0;
  for (const double one : excess) sum += std::log(1 + riskless + share * one);
  return sum / static_cast<double>(excess.size());
}

}  // namespace

TEST(FastestGrowth, OfABetIsEdgeOverOdds) {
  const auto even = bets(60, 1);
  const Growth found = fastest_growth({.excess = even});
  EXPECT_CLOSE(found.share, 0.2, 1e-12);
  EXPECT_CLOSE(found.log_growth, 0.6 * std::log(1.2) + 0.4 * std::log(0.8), 1e-12);
  EXPECT_DOUBLE_EQ(found.ruin_share, 1);
  const auto long_odds = bets(30, 3);
  EXPECT_CLOSE(fastest_growth({.excess = long_odds}).share, 0.3 - 0.7 / 3, 1e-12);
}

TEST(FastestGrowth, IsNothingWithoutAnEdge) {
  EXPECT_EQ(fastest_growth({.excess = bets(50, 1)}).share, 0);
  EXPECT_EQ(fastest_growth({.excess = bets(10, 1)}).share, 0);
  EXPECT_EQ(fastest_growth({.excess = bets(10, 1)}).log_growth, 0);
}

TEST(FastestGrowth, NeverReachesRuinHoweverRareItIs) {
  std::vector<double> rare(100'000, 0.02);
  rare[7] = -2.5;  // more than all of it: a loan stands behind it
  const Growth found = fastest_growth({.excess = rare, .most = 10});
  EXPECT_DOUBLE_EQ(found.ruin_share, 0.4);
  EXPECT_LT(found.share, 0.4);
  EXPECT_GT(found.share, 0.39);
}

TEST(FastestGrowth, StopsAtTheMostThatIsConsidered) {
  const std::vector<double> sure{0.1, 0.2};
  EXPECT_EQ(fastest_growth({.excess = sure, .most = 0.7}).share, 0.7);
  EXPECT_EQ(fastest_growth({.excess = sure}).ruin_share, std::numeric_limits<double>::infinity());
}

TEST(FastestGrowth, IsNearlyMeanOverVarianceWhereMovesAreSmall) {
  num::Draws draws(3, 0, 0);
  std::vector<double> made;
  for (int i = 0; i < 200'000; ++i) made.push_back(0.0004 + 0.02 * draws.normal());
  double mean = 0, square = 0;
  for (const double one : made) mean += one / 2e5, square += one * one / 2e5;
  EXPECT_CLOSE(fastest_growth({.excess = made, .most = 5}).share, mean / square, 0.01);
}

TEST(FastestGrowthLaw, NoOtherShareGrowsFaster) {
  test::for_cases(200, [](test::Gen& gen) {
    std::vector<double> excess = gen.reals(gen.size(1, 40), -1.2, 1.3);
    const double riskless = gen.real(-0.01, 0.05);
    const Growth found = fastest_growth({.excess = excess, .riskless = riskless, .most = 1});
    ASSERT_LT(found.share, found.ruin_share);
    const double best = mean_log(excess, found.share, riskless);
    EXPECT_NEAR(found.log_growth, best - std::log1p(riskless), 1e-12);
    const double end = std::min(1.0, 0.999 * found.ruin_share);
    for (int i = 0; i <= 50; ++i) EXPECT_LE(mean_log(excess, end * i / 50, riskless), best + 1e-12);
  });
}

}  // namespace levee::risk
