#include "levee/report/plan_tables.h"

#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::ElementsAre;

Row row_of(const Table& table, std::string_view name) {
  for (const Row& row : table.rows) {
    if (row.cells.front() == name) return row;
  }
  return {{"no row", std::string(name), "", ""}};
}

}  // namespace

TEST(PlanTables, KeyFiguresAreSixAndSayWhatTheyMean) {
  const Table table = key_table(test::sample_plan());
  EXPECT_EQ(table.rows.size(), 6u);
  EXPECT_THAT(row_of(table, "CVaR 95 %, hedged").cells,
              ElementsAre("CVaR 95 %, hedged", "$76,112 ± 626",
                          "mean of the worst 5 % of fresh scenarios; $141,230 ± 1,161 unhedged"));
  EXPECT_EQ(row_of(table, "Carry of the hedge a year").cells.at(1), "$23,399");
  EXPECT_EQ(row_of(table, "Fees expected a year").cells.at(1), "$282,108 ± 22,411");
  EXPECT_EQ(row_of(table, "Volatility sold").cells.at(1), "48.0 %");
}

TEST(PlanTables, WithoutTradesTheKeyFigureIsTheUnhedgedTail) {
  EXPECT_EQ(row_of(key_table(test::no_hedge_plan()), "CVaR 95 %, unhedged").cells.at(1),
            "$41,230 ± 339");
  EXPECT_EQ(row_of(key_table({}), "CVaR 95 %").cells.at(1), "unknown");
}

TEST(PlanTables, CostStandsBesideItsLimit) {
  const Table table = cost_table(test::sample_plan());
  EXPECT_THAT(row_of(table, "Carry a year").cells,
              ElementsAre("Carry a year", "$23,399", "$25,000",
                          "time decay and funding; limit: policy carry_usd_per_year"));
  EXPECT_EQ(row_of(table, "Margin").cells.at(2), "$21,300");
  EXPECT_EQ(row_of(table, "Coverage").cells.at(1), "99.4 %");
  EXPECT_EQ(row_of(cost_table({}), "Coverage").cells.at(1), "–");
  hedge::Plan paid = test::sample_plan();
  paid.plan.fees_needed_usd_per_year = 260'003.2;
  paid.plan.fee_capture = 0.917;
  EXPECT_EQ(row_of(cost_table(paid), "Fees needed a year").cells.at(1), "$260,003");
  EXPECT_THAT(row_of(cost_table(paid), "Fees needed a year").cells.at(3),
              ::testing::StartsWith("26.0 % of LP value"));
  EXPECT_EQ(row_of(cost_table(paid), "Fee capture").cells.at(1), "91.7 %");
  paid.plan.asymmetry = {
      .skewness_before = {}, .skewness_after = {}, .up_capture = 0.61, .down_capture = 0.38};
  EXPECT_EQ(row_of(cost_table(paid), "Gains kept").cells.at(1), "61.0 %");
  EXPECT_EQ(row_of(cost_table(paid), "Losses left").cells.at(1), "38.0 %");
  EXPECT_EQ(row_of(cost_table({}), "Fee capture").cells.at(1), "unknown");
  EXPECT_EQ(row_of(cost_table({}), "Fees a year").cells.at(1), "unknown");
}

TEST(PlanTables, UnitsAreToldWhereThePositionIsDividedIntoThem) {
  hedge::Plan plan = test::sample_plan();
  const auto last = [&] { return cost_table(plan).rows.back().cells; };
  plan.tranche.reset();
  EXPECT_NE(last().at(0), "A unit");
  plan.tranche = hedge::TrancheTold{.units = 8000,
                                    .unit_usd = 125,
                                    .expense_ratio = 0.025,
                                    .unit_cvar_before_usd = 20,
                                    .unit_cvar_after_usd = 7.5};
  EXPECT_THAT(last(), ElementsAre("A unit", "$125.00", "–",
                                  "of 8,000; the hedge's carry takes 2.50 % of it a year; its "
                                  "CVaR95 goes from $20.00 to $7.50"));
}

TEST(PlanTables, TellHowFarTheBestPlanIs) {
  const Table table = optimum_table(test::sample_plan().plan);
  EXPECT_EQ(row_of(table, "Objective, this plan").cells.at(1), "$20,114");
  EXPECT_EQ(row_of(table, "Duality gap").cells.at(1), "$0.50");
  EXPECT_EQ(row_of(table, "Cost of whole lots").cells.at(1), "$12");
  EXPECT_EQ(table.note, "412 instruments could be traded. Mode scenario_match.");
}

TEST(PlanTables, ConstraintsThatBindOrAreMissedComeForward) {
  const hedge::PlanTold plan = test::sample_plan().plan;
  EXPECT_EQ(constraint_table(plan, Which::all).rows.size(), plan.constraints.size());
  const Table limiting = constraint_table(plan, Which::limiting);
  ASSERT_EQ(limiting.rows.size(), 2u);
  EXPECT_THAT(limiting.rows[0].cells, ElementsAre("Margin", "21,296", "–", "21,300", "binds",
                                                  "$0.18", "initial margin, USD"));
  const Table missed = constraint_table(test::infeasible_plan().plan, Which::limiting);
  EXPECT_EQ(missed.rows.at(0).cells.at(4), "not met");
  EXPECT_EQ(constraint_table({}, Which::limiting).note, "No constraint binds.");
}

TEST(PlanTables, GreeksEndInTheirTotal) {
  const Table table = greek_table(test::sample_plan().plan);
  EXPECT_EQ(table.rows.back().kind, RowKind::total);
  EXPECT_THAT(table.rows.back().cells,
              ElementsAre("total", "96.63", "−0.15617", "$6,113.40", "−$1,227.43"));
  EXPECT_TRUE(greek_table({}).columns.empty());
}

TEST(PlanTables, WhatIsUnknownHasItsReason) {
  const Table table = unknown_table(test::sample_plan().unknown);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0].cells[0], "tail.failure_loss_usd");
  EXPECT_THAT(table.rows[0].cells[1], ::testing::EndsWith("not counted (missing_data)"));
}

}  // namespace levee::report
