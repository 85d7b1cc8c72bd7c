// tests/signal/protocol_kinds_test.cpp — gauges of feeds, rates, extraction, depth, peg and DAOs.
#include "levee/feed/csv.h"
#include "levee/feed/governance_file.h"
#include "levee/signal/kind.h"
#include "tests/feed/scratch.h"

#include <algorithm>

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const UnixSeconds start = *moment_from("2025-01-01");

UnixSeconds day(std::int64_t i) { return start + days(i); }
UnixSeconds hour(std::int64_t i) { return start + hours(i); }

market::Series every(Seconds step, const std::vector<double>& values) {
  market::Series series{.at = {}, .value = values, .step = step, .source = "by hand"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    series.at.push_back(start + Seconds{step.value() * static_cast<std::int64_t>(i)});
  }
  return series;
}

History history_until(UnixSeconds at) {
  return {.at = at, .base = "A", .quote = "B", .series = {}, .panels = {}, .governance = {}};
}

Signal well(std::string_view kind, const History& history, const SignalPolicy& policy = {}) {
  auto found = read(kind, history, policy);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  return found ? *found : Signal{};
}

std::vector<UnixSeconds> moments_in(const Signal& signal, std::string_view state) {
  std::vector<UnixSeconds> at;
  for (const Reading& reading : signal.readings) {
    if (reading.state == state) at.push_back(reading.at);
  }
  return at;
}

std::vector<double> calm(std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(.05 + .001 * static_cast<double>(i % 3));
  return values;
}

}  // namespace

TEST(OracleGap, ManipulatedFeedIsFrozenOnTheVeryBar) {
  History history = history_until(hour(10));
  history.series["price"] = every(hours(1), std::vector(11, 2000.0));
  std::vector<double> fed(11, 2001.0);
  fed[4] = 2012, fed[5] = 2025, fed[6] = 2400;
  history.series["oracle_price"] = every(hours(1), fed);
  const Signal found = well("oracle_gap", history);
  EXPECT_THAT(found.readings, SizeIs(11));
  EXPECT_THAT(moments_in(found, "warn"), ElementsAre(hour(4)));
  EXPECT_THAT(moments_in(found, "freeze"), ElementsAre(hour(5)));
  EXPECT_THAT(moments_in(found, "exit_review"), ElementsAre(hour(6)));
}

TEST(OracleGap, OnePoolThatIsPushedDoesNotFreezeAGoodFeed) {
  History history = history_until(hour(5));
  for (const char* name : {"price", "oracle_price", "second_oracle"}) {
    history.series[name] = every(hours(1), std::vector(6, 2000.0));
  }
  history.series["pool_average"] = every(hours(1), {2000, 2000, 2600, 2600, 2000, 2000});
  EXPECT_THAT(moments_in(well("oracle_gap", history), "fine"), SizeIs(6));
}

TEST(OracleGap, SilentFeedIsStaleOnceItsOwnHeartbeatsHavePassed) {
  History history = history_until(hour(5));
  history.series["price"] = every(Seconds{1800}, std::vector(11, 2000.0));
  history.series["oracle_price"] = every(hours(1), {2000, 2000});
  const Signal found = well("oracle_gap", history);
  // The last update is of hour 1; an hour and a half later it is not yet too old.
  EXPECT_EQ(moments_in(found, "exit_review").front(), hour(3));
  const Signal slow = well("oracle_gap", history, {.oracle_heartbeat_hours = 24});
  EXPECT_THAT(moments_in(slow, "exit_review"), IsEmpty());
}

TEST(OracleGap, OtherThatFellSilentSaysNothing) {
  History history = history_until(hour(9));
  history.series["oracle_price"] = every(hours(1), std::vector(10, 2000.0));
  history.series["price"] = every(hours(1), {2000, 2000});
  EXPECT_EQ(well("oracle_gap", history).readings.back().at, hour(3));
}

TEST(RateGap, SpikesOnTheDayTheRateDoes) {
  History history = history_until(day(119));
  auto borrow = calm(120);
  borrow[110] = .2;
  history.series["borrow_rate"] = every(days(1), borrow);
  history.series["benchmark_rate"] = every(days(1), std::vector(120, .04));
  const Signal found = well("rate_gap", history);
  EXPECT_THAT(found.readings, SizeIs(31));
  EXPECT_THAT(moments_in(found, "spike"), ElementsAre(day(110)));
  EXPECT_NEAR(*found.working.inputs.front().value, .012, 1e-12);
}

TEST(RateGap, SpikesWhenNothingIsLeftToWithdraw) {
  History history = history_until(day(119));
  history.series["borrow_rate"] = every(days(1), calm(120));
  history.series["benchmark_rate"] = every(days(1), std::vector(120, .04));
  std::vector<double> lent(120, .95);
  lent[100] = .96;
  history.series["utilisation"] = every(days(1), lent);
  EXPECT_THAT(moments_in(well("rate_gap", history), "spike"), ElementsAre(day(100)));
}

TEST(RateGap, BenchmarkRestsAtWeekendsButNotForever) {
  History history = history_until(day(119));
  history.series["borrow_rate"] = every(days(1), calm(120));
  market::Series weekly = every(days(7), std::vector(18, .04));
  history.series["benchmark_rate"] = weekly;
  EXPECT_THAT(well("rate_gap", history).readings, SizeIs(31));
  weekly.at.resize(14), weekly.value.resize(14);  // Until day 91: it holds until day 98.
  history.series["benchmark_rate"] = weekly;
  EXPECT_EQ(well("rate_gap", history).readings.back().at, day(98));
}

TEST(MevShare, AlertsAtThreeTimesItsMedian) {
  History history = history_until(day(40));
  std::vector<double> share(41, .001);
  share[32] = .0029, share[35] = .003, share[38] = .01;
  history.series["mev_share"] = every(days(1), share);
  const Signal found = well("mev_share", history);
  EXPECT_THAT(found.readings, SizeIs(11));
  EXPECT_THAT(moments_in(found, "alert"), ElementsAre(day(35), day(38)));
  EXPECT_NEAR(found.readings[8].value, 10, 1e-9);
  history.series["mev_share"] = every(days(1), std::vector(30, .001));
  EXPECT_THAT(read("mev_share", history, {}).error().message, HasSubstr("none of 31 in a row"));
}

TEST(LiquidityDepth, IsThinAtHalfItsMedian) {
  History history = history_until(day(40));
  std::vector<double> depth(41, 1e6);
  depth[33] = 5.1e5, depth[36] = 5e5;
  history.series["depth"] = every(days(1), depth);
  EXPECT_THAT(moments_in(well("liquidity_depth", history), "thin"), ElementsAre(day(36)));
  for (std::size_t i = 0; i < depth.size(); ++i) depth[i] = static_cast<double>(i + 1);
  history.series["depth"] = every(days(1), depth);
  EXPECT_NEAR(well("liquidity_depth", history).readings.front().value, 31 / 15.5, 1e-12)
      << "a day is no part of its own median";
}

TEST(Peg, BreaksEitherWayAndNotOnOneBadPrint) {
  History history = history_until(hour(11));
  history.series["peg"] = every(hours(1), {1, 1, 1, .9, 1, .994, .994, .97, .97, 1.03, 1.03, 1});
  const Signal found = well("peg", history);
  EXPECT_THAT(found.readings, SizeIs(10));
  EXPECT_THAT(moments_in(found, "strained"), ElementsAre(hour(5), hour(6), hour(7)));
  EXPECT_THAT(moments_in(found, "broken"), ElementsAre(hour(8), hour(9), hour(10), hour(11)));
  EXPECT_EQ(read("peg", history, {.peg_strained = .1}).error().reason, Reason::out_of_range);
}

TEST(GovernanceHeat, EmergencyIsReadFromTheDayItIsDeclaredForAMonth) {
  History history = history_until(day(299));
  history.governance.eligible = 1e6;
  for (int i = 0; i < 300; i += 10) {
    history.governance.proposals.push_back({.created = day(i) + hours(1),
                                            .counted = day(i) + hours(100),
                                            .votes = 1e5 + 1e3 * (i % 7),
                                            .votes_for = 1e5,
                                            .emergency = i == 240});
  }
  const Signal found = well("governance_heat", history);
  EXPECT_EQ(found.readings.front().at, day(181));
  const auto alarm = moments_in(found, "emergency");
  ASSERT_THAT(alarm, SizeIs(30));
  EXPECT_EQ(alarm.front(), day(241));
  EXPECT_EQ(alarm.back(), day(270));
  EXPECT_THAT(moments_in(found, "hot"), IsEmpty());
  EXPECT_EQ(found.working.inputs.front().name, "velocity");
  EXPECT_NEAR(*found.working.inputs.front().value, 1, .1);
  EXPECT_EQ(read("governance_heat", history, {.heat_windows = 1}).error().reason,
            Reason::out_of_range);
}

namespace {

struct RecordedColumn {
  std::string file, at, value;
  std::string key{}, row{};  // Rows whose cell `key` says `row`; all without a key.
  Seconds step = days(1);
  double scale = 1;
};

market::Series recorded_series(const RecordedColumn& in) {
  auto csv = feed::Csv::from(*feed::read_text(test::recorded(in.file)));
  const auto at = csv->need(in.at), value = csv->need(in.value);
  const auto key = csv->find(in.key);
  market::Series series{.at = {}, .value = {}, .step = in.step, .source = in.file};
  feed::RowReader reader(*csv);
  for (const auto& row : csv->rows()) {
    reader.load(row);
    if (reader.text(value).empty() || (key && reader.text(*key) != in.row)) continue;
    // A row of a day is known when the day is over.
    series.at.push_back(reader.moment(at) + in.step);
    series.value.push_back(reader.number(value) * in.scale);
  }
  EXPECT_FALSE(reader.fault());
  return series;
}

}  // namespace

TEST(Peg, RecordedBreaksAreReadInTheirHour) {
  LEVEE_NEEDS_RECORDED_FILES();
  History history = history_until(*moment_from("2023-03-01"));
  history.series["peg"] =
      recorded_series({.file = "stablecoins/coingecko_hourly_prices_steth_ust_stables_2021-01_"
                               "2023-02.csv.gz",
                       .at = "hour_utc",
                       .value = "UST",
                       .step = hours(1)});
  const Signal found = well("peg", history);
  const auto broken = moments_in(found, "broken");
  const auto collapse = std::ranges::lower_bound(broken, *moment_from("2022-05-01"));
  ASSERT_NE(collapse, broken.end());
  EXPECT_LT(*collapse, *moment_from("2022-05-10"));
  fmt::print("UST: {} hours, {} broken, the first of May 2022 at {}\n", found.readings.size(),
             broken.size(), text_of(*collapse));
}

TEST(RateGap, RecordedSpikesAreFew) {
  LEVEE_NEEDS_RECORDED_FILES();
  History history = history_until(*moment_from("2024-01-01"));
  history.series["borrow_rate"] = recorded_series(
      {.file = "lending/aave_ethereum_usdc_usdt_supply_rate_daily_2020-12_2023-12.csv",
       .at = "date_utc",
       .value = "aave_supply_apr_pct",
       .key = "symbol",
       .row = "USDC",
       .scale = .01});
  history.series["benchmark_rate"] = recorded_series({.file = "macro/usd_short_rates_daily.csv",
                                                      .at = "date",
                                                      .value = "value_pct",
                                                      .key = "series_id",
                                                      .row = "SOFR",
                                                      .scale = .01});
  auto& benchmark = history.series["benchmark_rate"];
  while (!benchmark.empty() && history.at < benchmark.at.back()) {
    benchmark.at.pop_back();
    benchmark.value.pop_back();
  }
  const Signal found = well("rate_gap", history);
  const auto spikes = moments_in(found, "spike");
  EXPECT_GT(found.readings.size(), 500U);
  EXPECT_LT(spikes.size(), found.readings.size() / 5);
  const auto bank_run = std::ranges::lower_bound(spikes, *moment_from("2023-03-10"));
  fmt::print("Aave USDC over SOFR: {} days, {} spikes, the first since 10 March 2023 at {}\n",
             found.readings.size(), spikes.size(),
             bank_run == spikes.end() ? "never" : text_of(*bank_run));
}

TEST(GovernanceHeat, RecordedDaosAreMostlyCool) {
  LEVEE_NEEDS_RECORDED_FILES();
  struct Dao {
    std::string_view name;
    double eligible;
  };
  for (const Dao& dao :
       {Dao{"compound_alpha", 1e7}, Dao{"compound_bravo", 1e7}, Dao{"aave_v2", 1.6e7}}) {
    History history = history_until(*moment_from("2023-01-01"));
    const auto proposals =
        feed::read_proposals(test::recorded("governance/onchain_proposals.csv"), dao.name);
    ASSERT_TRUE(proposals) << proposals.error().message;
    history.governance.proposals = *proposals;
    history.governance.eligible = dao.eligible;
    const Signal found = well("governance_heat", history);
    const auto hot = moments_in(found, "hot");
    EXPECT_LT(hot.size(), found.readings.size() / 3);
    fmt::print("{}: {} days read, {} hot, first {}\n", dao.name, found.readings.size(), hot.size(),
               hot.empty() ? "never" : text_of(hot.front()));
  }
}

}  // namespace levee::signal
