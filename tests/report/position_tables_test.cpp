#include "levee/report/position_tables.h"

#include "tests/report/tags.h"
#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

std::string figure_of(const Table& table, std::string_view name) {
  for (const Row& row : table.rows) {
    if (row.cells.front() == name) return test::plain_spaces(row.cells.at(1));
  }
  return "no row " + std::string(name);
}

}  // namespace

TEST(PositionTable, TellsEveryNumberOfAPosition) {
  const Table table = position_table(test::sample_position("mine"), test::sample_market());
  EXPECT_EQ(table.title, "Position: mine");
  EXPECT_EQ(figure_of(table, "Value"), "$1,000,012");
  EXPECT_EQ(figure_of(table, "Delta"), "157.83 ETH");
  EXPECT_EQ(figure_of(table, "Gamma"), "−0.23697 per $1");
  EXPECT_EQ(figure_of(table, "IL, borrowed"), "−1.21 %");
  EXPECT_EQ(figure_of(table, "IL, funded"), "2.87 %");
  EXPECT_EQ(figure_of(table, "IL, relative"), "−1.17 %");
  EXPECT_EQ(figure_of(table, "LVR"), "$1,015 a day");
  EXPECT_EQ(figure_of(table, "Fees"), "$773 ± 61 a day");
  EXPECT_EQ(figure_of(table, "In range"), "23.4 days");
  EXPECT_EQ(figure_of(table, "Fees pay down to"), "$2,812 (−0.85 σ√T)");
  EXPECT_EQ(figure_of(table, "Fees pay up to"), "$3,871 (+1.18 σ√T)");
}

TEST(PositionTable, SaysUnknownWhereItIs) {
  const Table table = position_table({}, {});
  for (const auto* name : {"Fees", "In range", "Fees pay down to", "Fees pay up to"}) {
    EXPECT_EQ(figure_of(table, name), "unknown");
  }
  EXPECT_EQ(figure_of(table, "Delta"), "0 tokens");
}

TEST(PositionTable, SetsPositionsSideBySide) {
  const Table table = positions_table(test::no_hedge_plan().positions);
  ASSERT_EQ(table.rows.size(), 2u);
  for (const Row& row : table.rows) EXPECT_EQ(row.cells.size(), table.columns.size());
  EXPECT_EQ(table.rows[0].cells[0], "eth-usdc-narrow");
  EXPECT_EQ(table.rows[1].cells.back(), "unknown");
}

}  // namespace levee::report
