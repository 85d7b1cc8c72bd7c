// tests/hazard/reaction_test.cpp — means over events that come in clusters, and how sure they are.
#include "levee/hazard/reaction.h"

#include "levee/base/check.h"
#include "levee/num/philox.h"
#include "levee/num/student.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::hazard {
namespace {

std::vector<Seen> apart(const std::vector<double>& values) {
  std::vector<Seen> seen;
  for (std::size_t i = 0; i < values.size(); ++i) seen.push_back({values[i], i});
  return seen;
}

// Clusters of one to four events that share a move, each event with one of its own.
std::vector<Seen> clustered(num::Draws& draws, std::size_t clusters, double shared) {
  std::vector<Seen> seen;
  for (std::size_t c = 0; c < clusters; ++c) {
    const double together = shared * draws.normal();
    for (std::size_t i = 0; i <= c % 4; ++i) seen.push_back({together + draws.normal(), c});
  }
  return seen;
}

}  // namespace

TEST(Strength, OfEventsApartIsTheMeanWithItsUsualError) {
  const Strength one = strength_of(apart({1, 2, 3, 6}));
  EXPECT_DOUBLE_EQ(one.mean, 3);
  EXPECT_CLOSE(one.deviation, std::sqrt(14.0 / 3), 1e-14);
  EXPECT_CLOSE(*one.error, std::sqrt(14.0 / 3 / 4), 1e-13);
  EXPECT_EQ(one.events, 4U);
  EXPECT_EQ(one.clusters, 4U);
}

TEST(Strength, OfOneClusterHasNoError) {
  EXPECT_FALSE(strength_of(std::vector<Seen>{{1, 7}, {2, 7}}).error);
  EXPECT_FALSE(strength_of(std::vector<Seen>{{1, 7}}).error);
  EXPECT_EQ(strength_of(std::vector<Seen>{{1, 7}}).deviation, 0);
  EXPECT_EQ(strength_of({}).events, 0U);
}

// Three events of two clusters, by hand: without the pair the mean is 5, without the third 2.
TEST(Strength, LeavesOutWholeClusters) {
  const Strength one = strength_of(std::vector<Seen>{{1, 0}, {3, 0}, {5, 1}});
  EXPECT_DOUBLE_EQ(one.mean, 3);
  EXPECT_CLOSE(*one.error, std::sqrt((4.0 + 1.0) / 2), 1e-14);
}

TEST(Strength, IsNotSurerThanItsEventsWhereClustersAgreeByChance) {
  const Strength one = strength_of(std::vector<Seen>{{0, 0}, {10, 0}, {5, 1}, {5, 2}});
  EXPECT_CLOSE(*one.error, std::sqrt(50.0 / 3 / 4), 1e-13);
}

TEST(Strength, OfARatioIsSumOverSum) {
  const Strength one = ratio_of(apart({1, 2}), std::vector{2.0, 8.0});
  EXPECT_DOUBLE_EQ(one.mean, 0.3);
  // Without the first 2/8, without the second 1/2.
  EXPECT_CLOSE(*one.error, std::sqrt((0.05 * 0.05 + 0.2 * 0.2) / 2), 1e-13);
  EXPECT_FALSE(ratio_of(apart({1, 2}), std::vector{2.0, 0.0}).error);
}

TEST(Strength, RefusesWhatIsNoNumber) {
  EXPECT_THROW((void)strength_of(std::vector<Seen>{{std::nan(""), 0}}), ContractBroken);
  EXPECT_THROW((void)ratio_of(apart({1}), std::vector{0.0}), ContractBroken);
  EXPECT_THROW((void)ratio_of(apart({1, 2}), std::vector{1.0}), ContractBroken);
}

// 2,000 worlds each: the mean's interval by Student's t holds the truth, 0, about as often as told.
// A plain error over events holds it far too rarely where moves are shared.
TEST(StrengthLaw, CoversTheTruthAsOftenAsItSays) {
  for (const std::size_t clusters : {4U, 12U, 40U}) {
    for (const double shared : {0.0, 2.0}) {
      int covered = 0, plain = 0;
      constexpr int worlds = 2000;
      for (int world = 0; world < worlds; ++world) {
        num::Draws draws(41, 3, static_cast<std::uint64_t>(world));
        const auto seen = clustered(draws, clusters, shared);
        const Strength one = strength_of(seen);
        const double t = num::student_quantile({static_cast<double>(clusters - 1)}, 0.975);
        covered += std::abs(one.mean) <= t * *one.error ? 1 : 0;
        const double error = one.deviation / std::sqrt(static_cast<double>(one.events));
        plain += std::abs(one.mean) <= 1.96 * error ? 1 : 0;
      }
      const double share = static_cast<double>(covered) / worlds;
      EXPECT_GT(share, 0.94) << clusters << " " << shared;
      EXPECT_LT(share, 0.995) << clusters << " " << shared;
      if (shared > 0) {
        EXPECT_LT(plain, 0.88 * worlds) << clusters;
      }
    }
  }
}

TEST(Reach, GoesByItsName) {
  for (const Reach one : reaches) EXPECT_EQ(reach_named(name_of(one)), one);
  EXPECT_FALSE(reach_named("wide"));
}

TEST(Reaction, FindsAnAssetByName) {
  Reaction made;
  made.of(Reach::market_wide)
      .assets.push_back({.asset = "ETH", .market = {.mean = -0.3}, .vol = {}});
  ASSERT_NE(made.market_wide.asset("ETH"), nullptr);
  EXPECT_EQ(made.market_wide.asset("ETH")->market.mean, -0.3);
  EXPECT_EQ(made.market_wide.asset("BTC"), nullptr);
  EXPECT_EQ(made.of(Reach::idiosyncratic).asset("ETH"), nullptr);
}

}  // namespace levee::hazard
