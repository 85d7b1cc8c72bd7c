#include "levee/feed/pool_file.h"

#include "tests/feed/markets.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::good_pool_state;
using ::testing::HasSubstr;

Result<market::PoolState> state_of(std::string text) {
  const PoolAsk ask{.at = *moment_from("2026-01-20T16:00:00Z"), .base = "ETH"};
  return pool_from_json({.path = "pool.json", .text = std::move(text)}, ask);
}

std::string refusal(std::string_view part, std::string_view by) {
  return state_of(edited(good_pool_state(), part, by)).error().message;
}

TEST(PoolState, ReadsPriceAndLiquidity) {
  const auto state = state_of(good_pool_state());
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_NEAR(state->price.value(), 3000, 1e-9);
  EXPECT_NEAR(state->active_liquidity->value(), 11263751.935226816506, 1e-6);
  EXPECT_EQ(text_of(state->at), "2026-01-20T12:00:00Z");
  EXPECT_FALSE(state->fees);
}

TEST(PoolState, TakesADateForItsLastSecondAndARemarkBehindIt) {
  const auto state =
      state_of(edited(good_pool_state(), "2026-01-20T12:00:00Z", "2026-01-19 (commit date)"));
  EXPECT_EQ(text_of(state->at), "2026-01-19T23:59:59Z");
}

TEST(PoolState, IsNotKnownBeforeItsMoment) {
  const auto later = state_of(edited(good_pool_state(), "2026-01-20T12:00:00Z", "2026-01-20"));
  EXPECT_EQ(later.error().reason, Reason::missing_data);
}

TEST(PoolState, NamesTheLineAndTheKey) {
  EXPECT_THAT(refusal("\"14465", "\"x14465"), HasSubstr("pool.json:4: sqrtPriceX96 \"x14465"));
  EXPECT_THAT(refusal("11263751935226816506", "-5"), HasSubstr("pool.json:3: liquidity -5 is neg"));
  EXPECT_THAT(refusal("liquidity", "liquidities"), HasSubstr("liquidity is missing"));
  EXPECT_THAT(refusal("{\"decimals\": \"6\", \"symbol\": \"USDC\"}", "5"),
              HasSubstr("pool.json:5: token0 is missing (an object with symbol and decimals)"));
  EXPECT_THAT(refusal("\"decimals\": 18", "\"decimals\": 99"),
              HasSubstr("pool.json:6: decimals 99 is beyond"));
  EXPECT_THAT(refusal("2026-01-20T12:00:00Z", "2026-02-30"),
              HasSubstr("pool.json:7: snapshot_dat"));
  EXPECT_THAT(refusal("WETH", "WBTC"), HasSubstr("pool.json: a pool of WBTC"));
  EXPECT_THAT(refusal(",\n \"token1\"", "\n \"token1\""), HasSubstr("pool.json:6: not JSON"));
  EXPECT_THAT(refusal("11263751935226816506", "1e999"), HasSubstr("beyond what a double holds"));
  EXPECT_THAT(state_of("[1]").error().message, HasSubstr("not a JSON object"));
}

TEST(PoolState, SurvivesDeepNesting) {
  EXPECT_FALSE(state_of(std::string(60'000, '[')));
  EXPECT_FALSE(
      state_of("{\"token0\":" + std::string(30'000, '[') + std::string(30'000, ']') + "}"));
}

}  // namespace
}  // namespace levee::feed
