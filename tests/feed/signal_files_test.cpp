// tests/feed/signal_files_test.cpp — inputs of gauges from files, by name, and the recorded ones.
#include "levee/feed/signal_files.h"

#include "levee/signal/outlook.h"
#include "tests/feed/scratch.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::written;
using testing::ElementsAre;
using testing::HasSubstr;

signal::History history_at(const char* moment) {
  return {.at = *moment_from(moment),
          .base = "ETH",
          .quote = "USDC",
          .series = {},
          .panels = {},
          .governance = {}};
}

signal::History well(const SignalFiles& files, const char* moment = "2024-01-10") {
  signal::History history = history_at(moment);
  const auto done = add_signal_files(files, history);
  EXPECT_TRUE(done) << (done ? "" : done.error().message);
  return history;
}

std::string refused(const SignalFiles& files) {
  signal::History history = history_at("2024-01-10");
  const auto done = add_signal_files(files, history);
  EXPECT_FALSE(done);
  return done ? "" : done.error().message;
}

const std::string rates =
    "symbol,date_utc,borrow_apr_pct\nUSDC,2024-01-01,4\nUSDT,2024-01-01,9\nUSDC,2024-01-02,5\n";

}  // namespace

TEST(SignalFiles, ANameTakesItsRowsOrItsColumn) {
  const auto path = written("rates.csv", rates);
  const auto series = well({.lending = path + ":USDC"}).series.at("borrow_rate");
  EXPECT_THAT(series.value, ElementsAre(.04, .05));
  EXPECT_THAT(series.at, ElementsAre(*moment_from("2024-01-02"), *moment_from("2024-01-03")));
  EXPECT_THAT(series.source, HasSubstr("USDC, borrow_apr_pct"));
  const auto wide = written("tvl.csv", "date_utc,dex,all\n2024-01-01,5,50\n2024-01-02,0,60\n");
  const auto history = well({.tvl = wide + ":dex", .tvl_total = wide + ":all"});
  EXPECT_THAT(history.series.at("protocol_value").value, ElementsAre(5)) << "nothing has no log";
  EXPECT_THAT(history.series.at("secured_value").value, ElementsAre(50, 60));
}

TEST(SignalFiles, RowsAreKnownWhenTheirColumnSaysSo) {
  const auto updates = written("o.csv", "updated_utc,price\n2024-01-01T10:00:00Z,2300\n");
  const auto hour = written("h.csv", "hour_utc,UST\n2024-01-01T10:00:00Z,0.99\n");
  const auto history = well({.peg = hour + ":UST", .oracle = updates});
  EXPECT_EQ(history.series.at("oracle_price").at.front(), *moment_from("2024-01-01T10:00:00Z"));
  EXPECT_EQ(history.series.at("peg").at.front(), *moment_from("2024-01-01T11:00:00Z"));
  // A candle is known when it closes, however long it is.
  const auto daily = written("d.csv", "open_time_utc,close\n2024-01-01,0.99\n2024-01-02,0.98\n");
  EXPECT_EQ(well({.peg = daily}).series.at("peg").at.front(), *moment_from("2024-01-02"));
  EXPECT_EQ(well({.peg = daily}, "2024-01-02T23:00:00Z").series.at("peg").value.size(), 1U);
  EXPECT_THAT(refused({.peg = written("one.csv", "open_time_utc,close\n2024-01-01,0.99\n")}),
              HasSubstr("how long a candle is"));
}

TEST(SignalFiles, WhatWasNotKnownIsNotRead) {
  const auto path = written("rates.csv", rates);
  EXPECT_EQ(well({.lending = path + ":USDC"}, "2024-01-02").series.at("borrow_rate").value.size(),
            1U);
}

TEST(SignalFiles, MevOfBlocksIsPaymentsOverThoseAndFeesBurntByTheDay) {
  // 100 blocks half full at 10 gwei burn 15 ETH; builders pay 5 and 15: a quarter and a half.
  const auto path = written("mev.csv",
                            "hour_utc,blocks,mevboost_value_eth,base_fee_gwei_mean,gas_used_ratio\n"
                            "2024-01-01T00:00:00Z,100,5,10,0.5\n"
                            "2024-01-01T01:00:00Z,100,15,10,0.5\n"
                            "2024-01-02T01:00:00Z,100,15,10,0.5\n");
  const auto series = well({.mev = path}).series.at("mev_share");
  ASSERT_EQ(series.value.size(), 2U);
  EXPECT_DOUBLE_EQ(series.value[0], (.25 + .5) / 2);
  EXPECT_EQ(series.at[0], *moment_from("2024-01-02"));
  EXPECT_EQ(well({.mev = path}, "2024-01-02T12:00:00Z").series.at("mev_share").value.size(), 1U)
      << "a day that is not over has no mean";
}

TEST(SignalFiles, GovernanceAndCalendarAreCutAtTheMoment) {
  const auto path = written("calendar.csv",
                            "date_utc,kind,name,announced_utc\n"
                            "2024-01-12,vote,a,2024-01-09\n2024-01-14,vote,b,2024-01-11\n");
  const auto history = well({.eligible = 7.0, .calendar = path});
  ASSERT_EQ(history.governance.events.size(), 1U);
  EXPECT_EQ(history.governance.events[0].name, "a");
  EXPECT_EQ(history.governance.eligible, 7);
}

TEST(SignalFiles, RefuseInOneLineWhatTheyCannotRead) {
  const auto path = written("rates.csv", rates);
  EXPECT_THAT(refused({.lending = path}), HasSubstr("USDC, USDT"));
  EXPECT_THAT(refused({.lending = path + ":DAI"}), HasSubstr("holds no \"DAI\""));
  EXPECT_THAT(refused({.tvl = path + ":USDC"}), HasSubstr("no tvl_usd"));
  EXPECT_THAT(refused({.peg = written("x.csv", "a,b\n1,2\n")}), HasSubstr("date_utc"));
  EXPECT_THAT(refused({.peg = written("y.csv", "date_utc,price\n2024-01-02,1\n2024-01-01,1\n")}),
              HasSubstr("rows ascend"));
  EXPECT_THAT(refused({.peg = written("z.csv", "date_utc,price\n2024-01-01,one\n")}),
              HasSubstr("z.csv:2"));
  EXPECT_THAT(refused({.peg = written("late.csv", "date_utc,price\n2034-01-01,1\n")}),
              HasSubstr("nothing in it was known"));
  EXPECT_THAT(refused({.eligible = -5.0}), HasSubstr("eligible_tokens = -5 (must be positive)"));
  EXPECT_THAT(refused({.closes = ","}), HasSubstr("without a name"));
  for (const SignalFiles& files :
       {SignalFiles{.closes = "/nowhere"}, SignalFiles{.mev = "/nowhere"},
        SignalFiles{.iv_long = "/nowhere"}, SignalFiles{.governance = "/nowhere"},
        SignalFiles{.calendar = "/nowhere"}}) {
    EXPECT_THAT(refused(files), HasSubstr("/nowhere"));
  }
}

TEST(SignalPolicyFile, SetsFieldsByNameAndRefusesTheRest) {
  const auto found = read_signal_policy(written("rules.toml", "veq_hold = 22\nrsi_bars = 21\n"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->veq_hold, 22);
  EXPECT_EQ(found->rsi_bars, 21);
  EXPECT_EQ(found->veq_crisis, 25);
  const auto unknown = read_signal_policy(written("bad.toml", "veq_holt = 22\n"));
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("veq_hold"));
  const auto wrong = read_signal_policy(written("wrong.toml", "veq_hold = 30\n"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().reason, Reason::out_of_range);
}

TEST(SignalFilesRecorded, OfMarch2023AndMay2022SayWhatHappened) {
  LEVEE_NEEDS_RECORDED_FILES();
  using test::recorded;
  const auto usdc = recorded("prices/tokens_1h/binance_spot_USDCUSDT_1h.csv.gz");
  const auto ust =
      recorded("stablecoins/coingecko_hourly_prices_steth_ust_stables_2021-01_2023-02.csv.gz");
  const auto broken = [&](const std::string& peg, const char* moment) {
    const auto outlook = signal::outlook_of(well({.peg = peg}, moment), signal::rules_from({}));
    EXPECT_TRUE(outlook);
    return outlook && outlook->facts.broken.stands();
  };
  EXPECT_TRUE(broken(usdc, "2023-03-11T20:00:00Z"));
  EXPECT_FALSE(broken(usdc, "2023-03-25"));
  EXPECT_FALSE(broken(ust + ":UST", "2022-05-09"));
  EXPECT_TRUE(broken(ust + ":UST", "2022-05-10"));
  const auto history = well(
      {.closes = recorded("universe/binance_spot_daily_close_2021-04_2023-12.csv.gz"),
       .lending =
           recorded("lending/aave_ethereum_usdc_usdt_supply_rate_daily_2020-12_2023-12.csv:USDC"),
       .benchmark = recorded("macro/usd_short_rates_daily.csv:SOFR"),
       .mev = recorded("mev/ethereum_mevboost_hourly_2023-10_2024-02.csv.gz"),
       .governance = recorded("governance/onchain_proposals.csv:aave_v2"),
       .votes = recorded("governance/onchain_votes_daily.csv:aave_v2"),
       .calendar = recorded("macro/us_macro_release_calendar_2017on.csv")},
      "2024-01-15");
  EXPECT_EQ(history.panels.at("close").at.size(), 1000U);
  EXPECT_EQ(history.governance.proposals.size(), 130U);
  EXPECT_GT(history.series.at("mev_share").value.size(), 90U);
  EXPECT_TRUE(signal::outlook_of(history, signal::rules_from({})));
}

}  // namespace levee::feed
