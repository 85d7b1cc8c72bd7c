#include "levee/feed/closed_positions.h"

#include "tests/feed/scratch.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::recorded;
using test::written;
using ::testing::HasSubstr;

const std::string good =
    "token_id,token_action_index,action_taken,lower_tick,upper_tick,opening_block,token_amount_in,"
    "weth_amount_in,sqrt_price_limit_x96_in,tick_in,liquidity_in,closing_block,token_amount_out,"
    "weth_amount_out,sqrt_price_limit_x96_out,tick_out,token_fees_earned,weth_fees_earned,"
    "net_token_gain,net_weth_gain,approx_starting_weth,approx_ending_weth,net_pnl_in_weth\n"
    "7,0,Open,-200,200,5,11,12,79228162514264337593543950336,0,1000,6,13,14,"
    "158456325028528675187087900672,13863,1,2,3,4,20,31,11\n";

TEST(ClosedPositions, AreReadARowAnAction) {
  const auto rows = read_closed_positions(written("closed.csv", good));
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 1U);
  const book::ClosedRow& row = rows->front();
  EXPECT_EQ(row.line, 2);
  EXPECT_EQ(row.position, 7U);
  EXPECT_EQ(row.range, (amm::TickRange{-200, 200}));
  EXPECT_EQ(row.liquidity, 1000U);
  EXPECT_EQ(row.in.amounts, (amm::Amounts{U256{11}, U256{12}}));
  EXPECT_EQ(row.out.amounts, (amm::Amounts{U256{13}, U256{14}}));
  EXPECT_EQ(row.out.tick, 13863);
  EXPECT_EQ(row.fees, (amm::Amounts{U256{1}, U256{2}}));
  EXPECT_EQ(row.profit, I256{11});
}

TEST(ClosedPositions, AreRefusedWithTheirLine) {
  const auto refused = [](std::string_view part, std::string_view by) {
    const auto rows = read_closed_positions(written("bad.csv", edited(good, part, by)));
    EXPECT_FALSE(rows);
    return rows ? std::string() : rows.error().message;
  };
  EXPECT_THAT(refused("token_fees_earned", "fees"), HasSubstr("no column token_fees_earned"));
  EXPECT_THAT(refused("Open", "Close"), HasSubstr(":2: action_taken \"Close\" is not Open"));
  EXPECT_THAT(refused(",13863,", ",13862,"), HasSubstr(":2: tick_out 13862 is not the tick of"));
  EXPECT_THAT(refused(",1000,6,", ",-1000,6,"), HasSubstr(":2: liquidity_in \"-1000\""));
  EXPECT_THAT(refused(",11\n", ",11.5\n"), HasSubstr(":2: net_pnl_in_weth"));
}

TEST(RecordedPositions, AreReproducedToTheLastUnit) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto rows = read_closed_positions(
      recorded("uniswap_v3/positions/base_WETH-token_10000_closed_positions_pnl.csv"));
  ASSERT_TRUE(rows) << rows.error().message;
  const auto audit = book::audit_closed(*rows, FeePips{10'000});
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->rows, 477U);
  EXPECT_EQ(audit->positions, 387U);
  EXPECT_EQ(audit->actions, (std::array<std::size_t, 3>{387, 82, 8}));
  EXPECT_TRUE(audit->unexplained.empty());
  const auto& tables = audit->tables;
  EXPECT_EQ(tables[0].exact, 388U) << "81 %: the rest are later actions";
  EXPECT_EQ(tables[1].exact, 477U);
  EXPECT_EQ(tables[2].exact, 473U);
  EXPECT_EQ(tables[2].within_1, 4U) << "a part was burned apart";
  EXPECT_EQ(tables[3].exact, 477U);
  EXPECT_NEAR(tables[4].p95, 0.0067, 1e-4) << "at the pool's price";
  EXPECT_NEAR(tables[5].p95, 0.000595, 1e-5) << "less the fee";
  EXPECT_NEAR(tables[6].p95, 2.38e-5, 1e-6) << "sold into one liquidity";
  EXPECT_EQ(tables[7].rows, 89U);
  EXPECT_EQ(tables[7].exact + tables[7].within_1, 75U);
}

}  // namespace
}  // namespace levee::feed
