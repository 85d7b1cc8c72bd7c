#include "levee/feed/pool_file.h"

#include "tests/feed/markets.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::written;
using ::testing::HasSubstr;

PoolAsk at(const char* moment) { return {.at = *moment_from(moment), .base = "ETH"}; }

TEST(PoolFile, ReadsHoursWithLiquidityAndFees) {
  const auto pool = read_pool(written("pool.csv", test::good_pool()), at("2026-01-20T16:30:00Z"));
  ASSERT_TRUE(pool) << pool.error().message;
  EXPECT_EQ(pool->price, Price{3001.5});
  EXPECT_EQ(text_of(pool->at), "2026-01-20T16:00:00Z");
  EXPECT_DOUBLE_EQ(pool->active_liquidity->value(), 2e7);
  // An hour adds 1e28 and 1e37 to counters of 2^128: raw tokens per raw liquidity. Human
  // liquidity is raw over 1e12, USDC raw over 1e6, WETH raw over 1e18.
  const double usdc = 1e28 / std::exp2(128) * 1e12 / 1e6;
  const double weth = 1e37 / std::exp2(128) * 1e12 / 1e18;
  ASSERT_TRUE(pool->fees);
  EXPECT_NEAR(pool->fees->usd_per_liquidity_day.value(), 24 * (usdc + weth * 3001.5), 1e-12);
  EXPECT_NEAR(pool->fees->standard_error.value(), 0, 1e-12);
  EXPECT_NEAR(pool->fees->days, 95 / 24.0, 1e-9);
  EXPECT_THAT(pool->source, HasSubstr("tokens assumed: token0 USDC, token1 WETH"));
}

TEST(PoolFile, CutsHoursAtTheMoment) {
  std::string text =
      edited(test::good_pool(), "2026-01-20T15:00:00Z,3001.5", "2026-01-20T15:00:00Z,x");
  const auto path = written("pool.csv", text);
  EXPECT_EQ(text_of(read_pool(path, at("2026-01-20T15:59:59Z"))->at), "2026-01-20T15:00:00Z");
  EXPECT_THAT(read_pool(path, at("2026-01-20T16:00:00Z")).error().message,
              HasSubstr("pool.csv:97: close_usdc_per_weth \"x\""));
}

TEST(PoolFile, RefusesACounterThatFalls) {
  const auto text = edited(test::good_pool(), "1050e28", "50e28");
  EXPECT_THAT(read_pool(written("pool.csv", text), at("2026-01-20T16:30:00Z")).error().message,
              HasSubstr("pool.csv:52: fee_growth_global0_x128 falls"));
}

TEST(PoolFile, ReadsHoursWithoutFeesWhereNoneAreRecorded) {
  const auto path =
      written("pool.csv", "period_start_utc,close_usdc_per_weth\n2026-01-20T10:00:00Z,3000\n");
  const auto pool = read_pool(path, at("2026-01-20T12:00:00Z"));
  EXPECT_FALSE(pool->fees);
  EXPECT_FALSE(pool->active_liquidity);
}

TEST(PoolFile, ReadsMinutesAndChargesTheTierOfTheName) {
  std::string text =
      "timestamp,netAmount0,netAmount1,closeTick,inAmount0,inAmount1,currentLiquidity\n";
  for (int minute = 0; minute < 4 * 1440; ++minute) {
    const auto moment = text_of(*moment_from("2026-01-16T12:00:00Z") + Seconds{60 * minute});
    text += moment.substr(0, 10) + " " + moment.substr(11, 8) +
            ",5,5,196429.0,1000000,1000000000000000,10000000000000000000\n";
  }
  const auto pool =
      read_pool(written("ethereum_USDC-WETH_3000_0x88.csv", text), at("2026-01-20T13:00:00Z"));
  ASSERT_TRUE(pool) << pool.error().message;
  const double price = 1e12 / std::pow(1.0001, 196429);
  EXPECT_NEAR(pool->price.value(), price, 1e-6);
  EXPECT_DOUBLE_EQ(pool->active_liquidity->value(), 1e7);
  // A dollar and a thousandth of an ether come in each minute.
  EXPECT_NEAR(pool->fees->usd_per_liquidity_day.value(), 1440 * (1 + 0.001 * price) * 0.003 / 1e7,
              1e-15);
  EXPECT_THAT(pool->fees->source, HasSubstr("a fee tier of 0.3 %"));
}

TEST(PoolFile, ReadsDaysForTheirPriceAlone) {
  const std::string text =
      "date_utc,price_token1_per_token0_eod,price_token0_per_token1_eod,fees_usd\n"
      "2026-01-18,3100,0.00032,5\n2026-01-19,3050,0.00033,5\n2026-01-20,3000,0.00033,5\n";
  const auto pool =
      read_pool(written("ethereum_WETH-USDT_500_0x11.csv", text), at("2026-01-20T13:00:00Z"));
  EXPECT_EQ(pool->price, Price{3050});
  EXPECT_EQ(text_of(pool->at), "2026-01-20T00:00:00Z");
  EXPECT_FALSE(pool->fees);
  EXPECT_FALSE(pool->active_liquidity);
}

TEST(PoolFile, SaysWhenItIsNoPool) {
  EXPECT_THAT(read_pool(written("p.csv", "a,b\n1,2\n"), at("2026-01-20")).error().message,
              HasSubstr("p.csv:1: not a pool's hours, minutes or days"));
}

TEST(PoolFile, IsRefusedWhenStale) {
  const auto path = written("pool.csv", test::good_pool());
  EXPECT_EQ(read_pool(path, at("2026-01-22T04:00:01Z")).error().reason, Reason::stale_data);
  EXPECT_EQ(read_pool(path, at("2026-01-01")).error().reason, Reason::missing_data);
}

}  // namespace
}  // namespace levee::feed
