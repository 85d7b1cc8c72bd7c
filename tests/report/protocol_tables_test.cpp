// tests/report/protocol_tables_test.cpp — what can break, as it reads.
#include "levee/report/protocol_tables.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;

hedge::ProtocolSide side() {
  hedge::ProtocolSide made;
  made.nodes = {{.name = "pool",
                 .source = "incidents",
                 .failures_per_year = {0.0125, 0.003, 0.04},
                 .chance_to_horizon = 0.001,
                 .share_lost = 0.3,
                 .exposed_usd = 1e6,
                 .loss_usd_per_year = {3750, 900, 12000},
                 .covered_usd = 5000},
                {.name = "bank",
                 .source = "by hand",
                 .failures_per_year = {0.01, 0.01, 0.01},
                 .share_lost = 0.1,
                 .exposed_usd = 1e6,
                 .loss_usd_per_year = {1000, 1000, 1000}}};
  made.stacks = {{.position = "lp",
                  .nodes = {"pool", "bank"},
                  .survival_year = {0.978, 0.95, 0.99},
                  .lost_share_year = {0.005, 0.002, 0.01},
                  .break_even_failures_per_year = 0.2}};
  made.together = {{"lp", "the plan's trades", {"bank"}, 0.01, 0.4}};
  made.covers = {{.name = "cover",
                  .protocol = "pool",
                  .premium_per_year = 0.026,
                  .fair_per_year = {0.004, 0.001, 0.012},
                  .sentence = "Declined: dear."}};
  made.leaving = {{.position = "lp",
                   .mean_usd = -100,
                   .cvar_usd = 50,
                   .objective_usd = -95,
                   .fees_needed_usd_per_day = {}}};
  return made;
}

std::string cells(const Table& table, std::size_t row) {
  std::string all;
  for (const std::string& cell : table.rows.at(row).cells) all += cell + "|";
  return all;
}

TEST(ProtocolTables, TellRatesWithTheirBands) {
  const auto tables = protocol_tables(side());
  ASSERT_EQ(tables.size(), 5u);
  EXPECT_EQ(cells(tables[0], 0),
            "pool|1.25 % (0.3 to 4)|0.1 %|30.0 %|$1,000,000|$3,750 ($900.00 to $12,000)|$5,000|");
  EXPECT_THAT(cells(tables[0], 1), HasSubstr("bank|1 %|"));
  EXPECT_THAT(tables[0].note, HasSubstr("pool: incidents. bank: by hand."));
  EXPECT_EQ(cells(tables[1], 0), "lp|97.8 % (95 to 99)|0.5 % (0.2 to 1)|20 %|pool, bank|");
  EXPECT_EQ(cells(tables[2], 0), "lp|the plan's trades|1 %|0.4|bank|");
  EXPECT_EQ(cells(tables[3], 0), "cover|2.6 %|0.4 % (0.1 to 1.2)|$0|Declined: dear.|");
  EXPECT_THAT(cells(tables[4], 0), HasSubstr("leaving is better"));
}

TEST(ProtocolTables, SayWhereStayingHangsOnFees) {
  hedge::ProtocolSide unknown = side();
  unknown.leaving[0].fees_needed_usd_per_day = 12;
  unknown.stacks[0].break_even_failures_per_year = -0.1;
  const auto tables = protocol_tables(unknown);
  EXPECT_THAT(cells(tables[4], 0), HasSubstr("staying is no worse from $12.00 a day"));
  EXPECT_THAT(cells(tables[1], 0), HasSubstr("none: carry is < 0"));
}

TEST(ProtocolTables, AreNoneWhereNothingFails) {
  EXPECT_TRUE(protocol_tables({}).empty());
  EXPECT_TRUE(protocol_sentence({}).empty());
  EXPECT_THAT(protocol_sentence(side()), HasSubstr("pool is the likeliest to cost"));
}

}  // namespace
}  // namespace levee::report
