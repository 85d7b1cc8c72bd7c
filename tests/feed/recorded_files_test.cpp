// The recorded files beside a checkout, where there are any: every one must read, and a few numbers
// counted and looked up in the text by other means must come out.
#include "levee/feed/chain_file.h"
#include "levee/feed/market_files.h"
#include "levee/feed/pool_file.h"
#include "levee/feed/series_file.h"
#include "tests/feed/scratch.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using market::Stale;
using test::recorded;
using ::testing::HasSubstr;

UnixSeconds moment(const char* text) { return *moment_from(text); }

const market::Quote& quote_of(const std::vector<market::Quote>& quotes, std::string_view name) {
  return *std::find_if(quotes.begin(), quotes.end(),
                       [&](const market::Quote& quote) { return quote.instrument == name; });
}

TEST(RecordedChains, Of2026Hold189SnapshotsOfBothCurrencies) {
  LEVEE_NEEDS_RECORDED_FILES();
  for (const std::string base : {"BTC", "ETH"}) {
    std::set<std::int64_t> moments;
    for (const char* file : {"daily_2026-01", "daily_2026-02", "daily_2026-03", "daily_2026-04",
                             "daily_2026-05", "6h_crash_2026-01-26_2026-02-10"}) {
      const auto path = recorded(std::string("options/deribit_chain_") + file + ".csv.gz");
      const auto chain = read_chain(path, {.base = base});
      ASSERT_TRUE(chain) << chain.error().message;
      moments.insert(chain->at.value());
      for (const auto& glimpse : chain->earlier) {
        moments.insert(glimpse.at.value());
        EXPECT_GT(glimpse.vol.value(), 0.2);
        EXPECT_LT(glimpse.vol.value(), 1.5);
      }
    }
    EXPECT_EQ(moments.size(), 189U) << base;
  }
}

TEST(RecordedChains, Of20January2026) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto path = recorded("options/deribit_chain_daily_2026-01.csv.gz");
  const auto chain = read_chain(path, {.base = "ETH", .at = moment("2026-01-20T23:59:59Z")});
  ASSERT_TRUE(chain) << chain.error().message;
  EXPECT_EQ(text_of(chain->at), "2026-01-20T15:39:50Z");
  EXPECT_EQ(chain->quotes.size(), 714U);
  EXPECT_EQ(chain->spot, Price{3028.39});
  EXPECT_EQ(chain->earlier.size(), 21U);
  const auto& call = quote_of(chain->quotes, "ETH-27MAR26-3000-C");
  EXPECT_EQ(call.bid, Tokens{0.103});
  EXPECT_EQ(call.ask, Tokens{0.1045});
  EXPECT_EQ(call.mark, Tokens{0.103957});
  EXPECT_EQ(call.mark_vol, Vol{0.5743});
  EXPECT_EQ(call.forward, Price{3044.72});
  EXPECT_EQ(call.index, Price{3028.47});
  EXPECT_EQ(call.open_interest, Tokens{5183});
}

TEST(RecordedChains, WithoutFuturesTakeForwardsFromParity) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto path = recorded("options/deribit_chain_daily_2026-04.csv.gz");
  const auto chain = read_chain(path, {.base = "ETH"});
  ASSERT_TRUE(chain) << chain.error().message;
  EXPECT_THAT(chain->source, HasSubstr("forward of 128 quotes from put-call parity"));
  // 2250 / (1 - (0.013212 - 0.009023)) = 2259.46, and so for the strikes beside it.
  EXPECT_NEAR(quote_of(chain->quotes, "ETH-2MAY26-2250-C").forward.value(), 2259.46, 0.5);
}

TEST(RecordedChains, OfEarlierYearsReadInTheirOwnVariants) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto btc =
      read_chain(recorded("options/deribit_chain_BTC_2020-05-21.csv"), {.base = "BTC"});
  ASSERT_TRUE(btc) << btc.error().message;
  EXPECT_EQ(btc->quotes.size(), 326U);
  EXPECT_EQ(text_of(btc->at), "2020-05-21T23:22:35Z");

  const auto path = recorded("options/deribit_chain_ETH_2021-02-11.csv.gz");
  const auto quoted = read_chain(path, {.base = "ETH"});
  ASSERT_TRUE(quoted) << quoted.error().message;
  EXPECT_EQ(quoted->quotes.size(), 498U);  // 996 rows: everything is quoted twice
  EXPECT_EQ(quoted->earlier.size(), 1U);

  const auto bare =
      read_chain(recorded("options/deribit_chain_ETH_2024-01-08.csv"), {.base = "ETH"});
  ASSERT_TRUE(bare) << bare.error().message;
  EXPECT_EQ(bare->quotes.size(), 684U);
  EXPECT_THAT(bare->source, HasSubstr("no index_usd recorded"));
  const auto solved = std::count_if(bare->quotes.begin(), bare->quotes.end(),
                                    [](const auto& quote) { return quote.mark_vol > Vol{0.1}; });
  EXPECT_GT(solved, 650);
}

TEST(RecordedSeries, ReadAndMeetLookedUpValues) {
  LEVEE_NEEDS_RECORDED_FILES();
  const SeriesAsk day{.at = moment("2026-01-20T15:39:50Z")};
  const auto perp = read_history(recorded("prices/binance_perp_ETHUSDT_1h.csv.gz"), day);
  ASSERT_TRUE(perp) << perp.error().message;
  EXPECT_EQ(text_of(perp->at.back()), "2026-01-20T15:00:00Z");
  EXPECT_EQ(perp->step, hours(1));
  EXPECT_TRUE(read_history(recorded("prices/binance_perp_BTCUSDT_1h.csv.gz"), day));

  const SeriesAsk august{.at = moment("2025-08-31T12:00:00Z")};
  const auto spot = read_history(recorded("prices/binance_spot_ETHUSDT_1h.csv.gz"), august);
  ASSERT_TRUE(spot) << spot.error().message;
  EXPECT_EQ(spot->value.front(), 131.82);
  EXPECT_EQ(text_of(spot->at.front()), "2019-01-01T01:00:00Z");
  EXPECT_TRUE(read_history(recorded("prices/binance_spot_BTCUSDT_1h.csv.gz"), august));
  const auto token = recorded("prices/tokens_1h/binance_spot_AAVEUSDT_1h.csv.gz");
  EXPECT_TRUE(read_history(token, {.at = moment("2023-12-30")}));

  const auto daily = read_iv_index(recorded("options/deribit_dvol_ETH_1d.csv"), day);
  ASSERT_TRUE(daily) << daily.error().message;
  EXPECT_EQ(text_of(daily->at.back()), "2026-01-20T00:00:00Z");
  EXPECT_TRUE(read_iv_index(recorded("options/deribit_dvol_BTC_1d.csv"), day));
  EXPECT_EQ(read_history(recorded("prices/binance_spot_ETHUSDT_1h.csv.gz"), day).error().reason,
            Reason::stale_data);
}

TEST(RecordedSeries, HourlyAndDailyVolatilityAgreeAtTheEndOfTheDay) {
  LEVEE_NEEDS_RECORDED_FILES();
  // Two recorders, one index: an hour's value is known when the hour is over, like the day's.
  const SeriesAsk ask{.at = moment("2025-06-01T00:00:00Z")};
  const auto hourly = read_iv_index(recorded("options/deribit_dvol_BTC_1h.csv.gz"), ask);
  const auto daily = read_iv_index(recorded("options/deribit_dvol_BTC_1d.csv"), ask);
  ASSERT_TRUE(hourly && daily);
  EXPECT_EQ(hourly->at.back(), daily->at.back());
  EXPECT_EQ(hourly->value.back(), daily->value.back());
}

TEST(RecordedFunding, ReadsPerYear) {
  LEVEE_NEEDS_RECORDED_FILES();
  const SeriesAsk ask{.at = moment("2026-01-20T15:39:50Z")};
  for (const char* file :
       {"perps/binance_funding_8h_ETHUSDT.csv", "perps/binance_funding_8h_BTCUSDT.csv"}) {
    const auto funding = read_funding(recorded(file), ask);
    ASSERT_TRUE(funding) << funding.error().message;
    EXPECT_EQ(text_of(funding->at.back()), "2026-01-20T08:00:00Z");
    EXPECT_DOUBLE_EQ(funding->value.front(), 0.0001 * 1095);
    EXPECT_EQ(funding->step, hours(8));
  }
  const auto hourly = read_funding(recorded("perps/hyperliquid_funding_1h_ETH.csv"), ask);
  ASSERT_TRUE(hourly) << hourly.error().message;
  EXPECT_DOUBLE_EQ(hourly->value.front(), 8.3246e-06 * 8760);
  for (const char* file :
       {"perps/dydx_v3_funding_1h_ETH.csv.gz", "perps/dydx_v3_funding_1h_BTC.csv.gz"}) {
    EXPECT_TRUE(read_funding(recorded(file), {.at = moment("2023-12-31T12:00:00Z")})) << file;
  }
}

TEST(RecordedPools, ReadHoursMinutesDaysAndState) {
  LEVEE_NEEDS_RECORDED_FILES();
  const std::string folder = recorded("uniswap_v3/");
  const PoolAsk january{.at = moment("2024-01-08T11:19:41Z"), .base = "ETH"};
  const auto hours_file =
      folder + "pool_hour/ethereum_USDC-WETH_500_0x88e6_2023-11-27_2024-01-08_hourly.csv.gz";
  const auto by_hour = read_pool(hours_file, january);
  ASSERT_TRUE(by_hour) << by_hour.error().message;
  EXPECT_EQ(by_hour->price, Price{2227.8216649725114});
  // Summed from the text by a script of its own; the minutes of 5 January agree with the hours of
  // that day to 0.9 %, the minutes' liquidity being that of the last swap.
  ASSERT_TRUE(by_hour->fees);
  EXPECT_CLOSE(by_hour->fees->usd_per_liquidity_day.value(), 0.008063572108744883, 1e-12);
  EXPECT_CLOSE(by_hour->fees->standard_error.value(), 0.0006944551740967798, 1e-10);

  // The sample of one day: its minutes close at the tick of the logged swaps.
  const auto minutes =
      read_pool(folder + "minute/ethereum_USDC-WETH_500_0x88e6_2024-01-05_minute.csv.gz",
                {.at = moment("2024-01-06T00:00:00Z"), .base = "ETH"});
  ASSERT_TRUE(minutes) << minutes.error().message;
  EXPECT_NEAR(minutes->price.value(), 1e12 / std::pow(1.0001, 199047), 1e-6);
  EXPECT_FALSE(minutes->fees);  // one day is no mean
  const auto polygon =
      read_pool(folder + "minute/polygon_USDC-WETH_500_0x45dda_2022-07-19_2022-08-22_minute.csv.gz",
                {.at = moment("2022-08-23T00:00:00Z"), .base = "ETH"});
  ASSERT_TRUE(polygon) << polygon.error().message;
  EXPECT_NEAR(polygon->fees->days, 30, 0.01);

  const auto by_day = read_pool(
      folder + "pool_day/ethereum_WETH-USDT_500_0x11b815efb8f581194ae79006d24e0d814b7697f6.csv.gz",
      january);
  ASSERT_TRUE(by_day) << by_day.error().message;
  EXPECT_EQ(by_day->price, Price{2220.489418});
  EXPECT_TRUE(read_pool(folder + "pool_day/ethereum_WETH-USDT_3000_"
                                 "0x4e68ccd3e89f51c3074ca5072bbac773960dfa36.csv.gz",
                        january));
  EXPECT_EQ(read_pool(folder + "pool_day/ethereum_AAVE-WETH_3000_"
                               "0x5ab53ee1d50eef2c1dd3d5402789cd27bb52c1bb.csv.gz",
                      january)
                .error()
                .reason,
            Reason::not_supported);

  const auto state =
      read_pool(folder + "liquidity/ethereum_USDC-WETH_500_0x88e6_2026-01-24_meta.json",
                {.at = moment("2026-01-25T15:29:00Z"), .base = "ETH"});
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_NEAR(state->price.value(), 1e12 / std::pow(1.0001, 196429.5), 0.2);
}

}  // namespace
}  // namespace levee::feed
