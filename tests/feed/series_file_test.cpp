#include "levee/feed/series_file.h"

#include "tests/feed/markets.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::written;
using ::testing::HasSubstr;

SeriesAsk at(const char* moment) { return {.at = *moment_from(moment)}; }

TEST(History, CountsACandleOnceItHasClosed) {
  const auto path = written("history.csv", test::good_history());
  const auto series = read_history(path, at("2026-01-20T15:30:00Z"));
  ASSERT_TRUE(series) << series.error().message;
  EXPECT_EQ(series->at.size(), 47U);
  EXPECT_EQ(text_of(series->at.back()), "2026-01-20T15:00:00Z");
  EXPECT_EQ(series->value.back(), 2990 + 46 % 7);
  EXPECT_EQ(series->step, hours(1));
  EXPECT_EQ(series->source, path);
  EXPECT_EQ(read_history(path, at("2026-01-20T16:00:00Z"))->at.size(), 48U);
}

TEST(History, DoesNotReadWhatComesLater) {
  const std::string last = "2026-01-20T15:00:00Z,3000,3010,2990,";
  const auto text = edited(test::good_history(), last + "2995,12.5", last + "-1,12.5");
  const auto path = written("history.csv", text);
  EXPECT_THAT(read_history(path, at("2026-01-20T16:00:00Z")).error().message,
              HasSubstr("history.csv:49: close \"-1\" is negative (price, USD per token)"));
  EXPECT_EQ(read_history(path, at("2026-01-20T15:30:00Z"))->at.size(), 47U);
  written("history.csv", text + "2026-01-20T16:00:00Z\n\"not a row\nnot a moment,1,1,1,1,1\n");
  EXPECT_EQ(read_history(path, at("2026-01-20T15:30:00Z"))->at.size(), 47U);
}

TEST(History, TakesTheCommonestSpacingForItsStep) {
  const auto path = written("history.csv",
                            "open_time_utc,close\n2026-01-20T00:00:00Z,1\n2026-01-20T01:00:00Z,2\n"
                            "2026-01-20T02:00:00Z,3\n2026-01-20T08:00:00Z,4\n");
  const auto series = read_history(path, at("2026-01-20T12:00:00Z"));
  EXPECT_EQ(series->step, hours(1));
  EXPECT_EQ(series->at.size(), 4U);
}

TEST(History, ReadsAPoolsHours) {
  const auto path = written("pool.csv", test::good_pool());
  EXPECT_EQ(read_history(path, at("2026-01-20T16:05:00Z"))->value.back(), 3001.5);
}

TEST(History, RefusesMomentsThatDoNotAscend) {
  const auto twice = edited(test::good_history(), "2026-01-19T05:00:00Z", "2026-01-19T04:00:00Z");
  EXPECT_THAT(
      read_history(written("h.csv", twice), at("2026-01-20T16:00:00Z")).error().message,
      HasSubstr("h.csv:15: open_time_utc 2026-01-19T04:00:00Z is not after the row before"));
}

TEST(History, WantsTwoRowsToKnowItsStep) {
  const auto path = written("h.csv", "open_time_utc,close\n2026-01-20,3000\n");
  EXPECT_THAT(read_history(path, at("2026-01-21")).error().message, HasSubstr("h.csv: one row"));
}

TEST(History, IsRefusedWhenStaleUnlessAllowed) {
  const auto path = written("history.csv", test::good_history());
  const auto last = at("2026-01-22T04:00:00Z"), past = at("2026-01-22T04:00:01Z");
  EXPECT_TRUE(read_history(path, last));
  const auto refused = read_history(path, past);
  EXPECT_EQ(refused.error().reason, Reason::stale_data);
  EXPECT_THAT(refused.error().message, HasSubstr("history.csv: its newest value is of "
                                                 "2026-01-20T16:00:00Z"));
  EXPECT_THAT(refused.error().message, HasSubstr("--stale-ok"));
  EXPECT_TRUE(read_history(path, {.at = past.at, .stale = market::Stale::allow}));
}

TEST(Funding, IsARatePerYearAndKnownAtOnce) {
  const auto path = written("funding.csv", test::good_funding());
  const auto series = read_funding(path, at("2026-01-20T16:00:00Z"));
  ASSERT_EQ(series->at.size(), 4U);
  EXPECT_EQ(text_of(series->at.back()), "2026-01-20T16:00:00Z");
  EXPECT_DOUBLE_EQ(series->value[0], 0.0001 * 3 * 365);
  EXPECT_DOUBLE_EQ(series->value[1], -0.00002 * 3 * 365);
  EXPECT_EQ(series->step, hours(8));
}

TEST(Funding, ReadsHourlySettlementsWithoutAZone) {
  const auto path = written("funding.csv",
                            "funding_time,funding_rate_1h\n2022-01-01 00:00:00,5.0e-06\n"
                            "2022-01-01 01:00:00,4.0e-05\n");
  const auto series = read_funding(path, at("2022-01-01T02:00:00Z"));
  EXPECT_DOUBLE_EQ(series->value[1], 4e-5 * 24 * 365);
}

TEST(IvIndex, KnowsADayWhenItIsOver) {
  const auto path = written("iv.csv", test::good_iv_index());
  const auto series = read_iv_index(path, at("2026-01-20T16:00:00Z"));
  ASSERT_EQ(series->at.size(), 3U);
  EXPECT_EQ(text_of(series->at.back()), "2026-01-20T00:00:00Z");
  EXPECT_EQ(series->value.back(), 0.63);
}

TEST(IvIndex, KnowsAnHourWhenItIsOver) {
  const auto path = written("iv.csv",
                            "time_utc,dvol\n2026-01-20T00:00:00Z,0.5\n2026-01-20T01:00:00Z,0.6\n"
                            "2026-01-20T02:00:00Z,0.7\n");
  EXPECT_EQ(read_iv_index(path, at("2026-01-20T02:30:00Z"))->value.back(), 0.6);
}

TEST(IvIndex, RefusesPerCent) {
  const auto text = edited(test::good_iv_index(), "0.63\n", "63\n");
  EXPECT_THAT(
      read_iv_index(written("iv.csv", text), at("2026-01-20T16:00:00Z")).error().message,
      HasSubstr("iv.csv:4: close \"63\" is beyond 5 (volatility in decimals: 0.65 is 65 %)"));
}

TEST(Gas, IsADaysMeanKnownWhenItIsOver) {
  const auto path = written("gas.csv",
                            "date_utc,avg_gas_price_gwei,gas_used,tx_count\n"
                            "2026-01-18,1.5,9,9\n2026-01-19,2.5,9,9\n2026-01-20,3.5,9,9\n");
  const auto gas = read_gas(path, {*moment_from("2026-01-20T16:00:00Z")});
  ASSERT_TRUE(gas) << gas.error().message;
  EXPECT_EQ(gas->value, (std::vector{1.5, 2.5}));
  EXPECT_EQ(gas->step, days(1));
  const auto zero = written("gas.csv", "date_utc,avg_gas_price_gwei\n2026-01-18,0\n2026-01-19,1\n");
  EXPECT_THAT(read_gas(zero, {*moment_from("2026-01-20T16:00:00Z")}).error().message,
              HasSubstr("gas.csv:2: avg_gas_price_gwei \"0\" is zero (gwei"));
}

TEST(PoolDays, AreVolumeAndDepthOfDaysWithAny) {
  const std::string text =
      "date_utc,price_token1_per_token0_eod,tvl_usd,volume_usd,fees_usd\n"
      "2026-01-17,1,100,10,1\n2026-01-18,1,110,0,0\n2026-01-19,1,120,30,3\n";
  const SeriesAsk ask{*moment_from("2026-01-20T16:00:00Z")};
  const auto found = read_pool_days(written("days.csv", text), ask);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->volume.value, (std::vector<double>{10, 30}));
  EXPECT_EQ(found->depth.value, (std::vector<double>{100, 110, 120}));
  EXPECT_EQ(found->volume.at.back(), *moment_from("2026-01-20"));
  const auto refusal = [&](std::string_view part, std::string_view by) {
    return read_pool_days(written("days.csv", test::edited(text, part, by)), ask).error().message;
  };
  EXPECT_THAT(refusal("30,3", "-30,3"),
              HasSubstr("days.csv:4: volume_usd \"-30\" is negative (USD"));
  EXPECT_THAT(refusal("tvl_usd", "tvl"), HasSubstr("days.csv:1: no column tvl_usd"));
  const auto idle = written("days.csv",
                            "date_utc,tvl_usd,volume_usd\n2026-01-18,1,0\n"
                            "2026-01-19,1,0\n");
  EXPECT_THAT(read_pool_days(idle, ask).error().message, HasSubstr("volume_usd is nothing"));
}

TEST(Series, NamesTheColumnsItLooksFor) {
  const auto path = written("s.csv", "when,value\n2026-01-20,1\n");
  EXPECT_THAT(read_history(path, at("2026-01-21")).error().message,
              HasSubstr("s.csv:1: no column open_time_utc, date_utc, time_utc or"));
  const auto other = written("o.csv", "time_utc,value\n2026-01-20,1\n");
  EXPECT_THAT(read_funding(other, at("2026-01-21")).error().message,
              HasSubstr("o.csv:1: no column funding_rate_8h or funding_rate_1h"));
}

}  // namespace
}  // namespace levee::feed
