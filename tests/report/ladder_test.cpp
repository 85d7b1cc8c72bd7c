#include "levee/report/ladder.h"

#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {

using ::testing::ElementsAre;

TEST(Ladder, GroupsByLayerThenTenor) {
  const Table table = trade_table(test::sample_plan().plan);
  std::vector<std::string> groups;
  for (const Row& row : table.rows) {
    if (row.kind == RowKind::group) groups.push_back(row.cells.front());
  }
  EXPECT_THAT(groups, ElementsAre("Put shield, 30-day tenor", "Put shield, 110-day tenor",
                                  "Put shield, 220-day tenor", "Put spread, 30-day tenor",
                                  "Call wing, 30-day tenor", "Call wing, 110-day tenor",
                                  "Perp delta, perpetual"));
}

TEST(Ladder, ShowsEveryTradeAndTheirSum) {
  hedge::PlanTold plan = test::sample_plan().plan;
  for (hedge::Trade& one : plan.trades) {
    one.mean_cost_usd = 12.5, one.cvar_removed_usd = 8'100;
    one.rule = "one";
  }
  plan.trades.back().rule = "two";
  const Table table = trade_table(plan);
  EXPECT_THAT(table.note, ::testing::HasSubstr("What asked for them: one ("));
  EXPECT_EQ(table.rows.size(), plan.trades.size() + 7 + 1);
  EXPECT_THAT(table.rows.at(2).cells,
              ElementsAre("ETH-20FEB26-2600-P", "buy", "60", "31 d", "$31.54", "0.009812", "$57.86",
                          "$1,950", "$4,679", "$0", "$12.50", "$8,100", "limit", "one"));
  EXPECT_EQ(table.rows.back().kind, RowKind::total);
  EXPECT_EQ(table.rows.back().cells.at(7), "$16,208");
  for (const Row& row : table.rows) {
    if (row.kind != RowKind::group) {
      EXPECT_EQ(row.cells.size(), table.columns.size());
    }
  }
}

TEST(Ladder, SaysHowMuchOfItsIndexAFutureHas) {
  hedge::PlanTold plan;
  plan.trades = {test::sample_trade("VOL-MAR", "vol_future", 66, 0, 1, 6410),
                 test::sample_trade("A", "perp_delta", 0, 0, 1, 1)};
  plan.trades[0].term_beta = 0.4234;
  const Table table = trade_table(plan);
  EXPECT_EQ(table.rows.at(0).cells.front(), "Perp delta, perpetual");
  EXPECT_EQ(table.rows.at(2).cells.front(), "Vol future");
  EXPECT_THAT(
      table.note,
      ::testing::HasSubstr("VOL-MAR is margined, its price is not paid; it moves 0.42 of a point "
                           "where its index moves one."));
  plan.trades[0].term_beta.reset();
  EXPECT_THAT(trade_table(plan).note, ::testing::Not(::testing::HasSubstr("of a point")));
}

TEST(Ladder, OrdersLayersItDoesNotKnowLast) {
  hedge::PlanTold plan;
  plan.trades = {test::sample_trade("B", "novel", 31, 30, 1, 1),
                 test::sample_trade("A", "perp_delta", 0, 0, 1, 1)};
  EXPECT_EQ(trade_table(plan).rows.at(2).cells.front(), "Novel, 30-day tenor");
}

TEST(Ladder, SaysThatThereAreNoTrades) {
  const Table table = trade_table({});
  EXPECT_TRUE(table.columns.empty());
  EXPECT_EQ(table.note, "No trades.");
}

TEST(Ladder, AddsUpPremiumByBucketWithoutFeesAndPerps) {
  const hedge::PlanTold plan = test::sample_plan().plan;
  const auto costs = bucket_costs(plan);
  ASSERT_EQ(costs.size(), 3u);
  EXPECT_EQ(costs[0].bucket_days, 30);
  EXPECT_EQ(costs[2].bucket_days, 220);
  EXPECT_NEAR(costs[2].premium_usd, 22 * 80.31, 1e-9);
  double sum = 0;
  for (const BucketCost& cost : costs) sum += cost.premium_usd;
  EXPECT_NEAR(sum, plan.premium_usd, 1e-9);
}

}  // namespace levee::report
