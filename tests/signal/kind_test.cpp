// tests/signal/kind_test.cpp — planted breaks, constants, refusals; and no gauge knows tomorrow.
#include "levee/signal/kind.h"

#include "levee/option/range_claim.h"
#include "tests/signal/drawn_history.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using testing::HasSubstr;

// One value a day, from a function of the day's number.
template <class Value>
void put(History& history, const std::string& name, std::size_t length, Value value) {
  market::Series series{.at = {}, .value = {}, .step = days(1), .source = "by hand"};
  for (std::size_t i = 0; i < length; ++i) {
    series.at.push_back(day(i));
    series.value.push_back(value(i));
  }
  history.series[name] = std::move(series);
}

template <class Value>
void put_panel(History& history, const std::string& name, std::size_t length, Value value) {
  Panel panel{.token = {"A", "B", "C", "D", "E"}, .at = {}, .cell = {}, .source = "by hand"};
  for (std::size_t i = 0; i < length; ++i) {
    panel.at.push_back(day(i));
    for (std::size_t token = 0; token < 5; ++token) panel.cell.push_back(value(i, token));
  }
  history.panels[name] = std::move(panel);
}

Signal read_well(std::string_view kind, const History& history, const SignalPolicy& policy = {}) {
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

double input_of(const Signal& signal, std::string_view name) {
  const auto found = std::ranges::find(signal.working.inputs, name, &Explain::name);
  EXPECT_NE(found, signal.working.inputs.end()) << name;
  return found == signal.working.inputs.end() ? 0 : found->value.value_or(0);
}

// A fixed zigzag: as rough as a market, the same in every test.
double wiggle(std::size_t i) { return std::sin(1.7 * static_cast<double>(i)) * 0.01; }

}  // namespace

TEST(Shelf, NamesEveryEntryOnceInOrderAndItsInputsAreKnown) {
  std::set<std::string_view> known;
  for (const Input& input : inputs()) EXPECT_TRUE(known.insert(input.name).second) << input.name;
  std::string_view before;
  for (const Entry& entry : shelf()) {
    EXPECT_LT(before, entry.name);
    before = entry.name;
    EXPECT_FALSE(entry.states.empty() || entry.about.empty());
    for (const std::string_view need : entry.needs) EXPECT_TRUE(known.contains(need)) << need;
  }
}

TEST(Shelf, EveryEntryRefusesAnEmptyHistoryNamingANeedOfIts) {
  for (const Entry& entry : shelf()) {
    const auto found = read(entry.name, empty_history(10), {});
    ASSERT_FALSE(found) << entry.name;
    EXPECT_EQ(found.error().reason, Reason::missing_data) << entry.name;
    EXPECT_THAT(found.error().message, HasSubstr(std::string(entry.needs.front())));
  }
}

TEST(Shelf, RefusesAnUnknownNameAndAnUnsoundPolicy) {
  EXPECT_EQ(read("astrology", empty_history(1), {}).error().reason, Reason::not_supported);
  EXPECT_EQ(read("rsi", empty_history(1), {.rsi_bars = 0}).error().reason, Reason::out_of_range);
}

TEST(MacdKinds, OfConstantsAreZeroAndReadTheRatioTheySay) {
  History history = empty_history(80);
  for (const char* name : {"volume", "depth", "pool_value"}) {
    put(history, name, 80, [](std::size_t) { return 3e6; });
  }
  for (const char* kind : {"macd_volume", "macd_depth", "macd_turnover"}) {
    for (const Reading& reading : read_well(kind, history).readings) EXPECT_EQ(reading.value, 0);
  }
  // Depth falls with the pool's value: their ratio stays, volume over depth rises.
  const auto falls = [](std::size_t i) { return i < 60 ? 3e6 : 2e6; };
  put(history, "depth", 80, falls);
  put(history, "pool_value", 80, falls);
  EXPECT_TRUE(moments_in(read_well("macd_depth", history), "up").empty());
  EXPECT_THAT(moments_in(read_well("macd_turnover", history), "up"), testing::ElementsAre(day(61)));
}

TEST(Rsi, CrossesOnceAndHasToComeBackInsideFirst) {
  History history = empty_history(40);
  // Two bars alone make the index: up, up is 100; down, up of one size lies between.
  const std::vector<double> logs{0, 1, 2, 1.5, 2.5, 3.5, 2.0, 0.5, -1, 1};
  put(history, "price", logs.size(), [&](std::size_t i) { return std::exp(logs[i]); });
  const Signal found = read_well("rsi", history, {.rsi_bars = 2});
  // 100 | 66.7: inside 70, but not 60 | 85.7, not armed | 94.7 | ...
  EXPECT_THAT(moments_in(found, "overbought"), testing::ElementsAre(day(2)));
  EXPECT_THAT(moments_in(found, "oversold"), testing::ElementsAre(day(7)));
  EXPECT_NEAR(found.readings[1].value, 200.0 / 3, 1e-9);
}

TEST(Rsi, IsAskedAheadOfEventsThatWereKnownThen) {
  History history = empty_history(60);
  put(history, "price", 60, [](std::size_t i) { return 100 * std::exp(wiggle(i)); });
  history.governance.events = {
      {.kind = EventKind::vote, .name = "vote 7", .announced = day(20), .at = day(40)},
      {.kind = EventKind::fomc, .name = "surprise", .announced = day(44), .at = day(45)}};
  const Signal found = read_well("rsi", history);
  ASSERT_EQ(found.working.inputs.size(), 1u);
  EXPECT_EQ(found.working.inputs[0].name, "48 hours before vote 7");
  EXPECT_EQ(found.working.inputs[0].value, found.readings[38 - 14].value);
}

TEST(TvlDivergence, APlantedBreakIsSeenOnItsDay) {
  History history = empty_history(200);
  const auto sector = [](std::size_t i) { return 1e11 * std::exp(3 * wiggle(i)); };
  put(history, "secured_value", 200, sector);
  put(history, "protocol_value", 200, [&](std::size_t i) {
    const double own = std::sin(2.9 * static_cast<double>(i)) * 0.005;
    return 0.01 * sector(i) * std::exp(own) * (i < 150 ? 1 : 0.8);
  });
  const Signal found = read_well("tvl_divergence", history);
  const auto seen = moments_in(found, "outflow");
  // A sine of 0.005 is at most 1.41 of its own deviations from its mean: quiet until the break.
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.front(), day(150));
  EXPECT_LT(found.readings[150 - 60].value, -40);
}

TEST(TvlDivergence, FollowsTheSectorWithoutASignal) {
  History history = empty_history(200);
  put(history, "secured_value", 200, [](std::size_t i) { return 1e11 * std::exp(wiggle(i)); });
  put(history, "protocol_value", 200, [](std::size_t i) { return 1e3 * std::exp(2 * wiggle(i)); });
  const Signal found = read_well("tvl_divergence", history);
  for (const Reading& reading : found.readings) EXPECT_EQ(reading.value, 0);
  EXPECT_NEAR(input_of(found, "slope"), 2, 1e-9);
}

TEST(TvlDivergence, IsByHand) {
  History history = empty_history(10);
  const std::vector<double> xs{0, 1, 2, 3, 5}, ys{0, 1, 1, 2, 5};
  put(history, "secured_value", 5, [&](std::size_t i) { return std::exp(xs[i]); });
  put(history, "protocol_value", 5, [&](std::size_t i) { return std::exp(ys[i]); });
  const Signal found = read_well("tvl_divergence", history, {.tvl_days = 5});
  // Over the first four: slope 3/5, 3.1 foreseen at 5; squares left 0.2, on two degrees; leverage
  // (5 - 1.5)^2 / 5.
  ASSERT_EQ(found.readings.size(), 2u);
  EXPECT_NEAR(found.readings[1].value, 1.9 / std::sqrt(0.1 * (1 + 0.25 + 2.45)), 1e-9);
  EXPECT_EQ(found.readings[1].state, "inflow");
}

TEST(Breadth, APlantedDivergenceIsSeen) {
  History history = empty_history(100);
  put_panel(history, "token_volume", 100,
            [](std::size_t, std::size_t token) { return token == 0 ? 1e9 : 1e6; });
  // From day 60 the one heavy token rises alone: the index is at its high, the line falls.
  put_panel(history, "close", 100, [](std::size_t i, std::size_t token) {
    const double t = static_cast<double>(i);
    return token == 0 || i < 60 ? std::exp(0.01 * t) : std::exp(0.6 - 0.01 * (t - 60));
  });
  const Signal found = read_well("breadth", history);
  const auto seen = moments_in(found, "divergence");
  ASSERT_FALSE(seen.empty());
  // The line fell by 0.6 a day from day 61 (1 up, 4 down), from 1 a day upwards; its mean of 21
  // days lies 10 below its top, reached on the way down within 9 days.
  EXPECT_GE(seen.front(), day(61));
  EXPECT_LE(seen.front(), day(75));
  EXPECT_EQ(seen.back(), day(99));
  EXPECT_NEAR(input_of(found, "advance-decline line"), 60 - 0.6 * 39, 1e-9);
}

TEST(Breadth, IsNoDivergenceFarFromTheHigh) {
  History history = empty_history(100);
  put_panel(history, "token_volume", 100, [](std::size_t, std::size_t) { return 1e6; });
  put_panel(history, "close", 100, [](std::size_t i, std::size_t token) {
    const double t = static_cast<double>(i), own = 0.01 * static_cast<double>(token);
    return std::exp((0.01 + own) * (i < 60 ? t : 120 - t));  // all fall from day 60 on
  });
  const Signal found = read_well("breadth", history);
  EXPECT_LT(found.readings.back().value, 0);
  EXPECT_TRUE(moments_in(found, "divergence").empty());
}

TEST(Breadth, CountsWhoWasAMemberThen) {
  History history = empty_history(60);
  // Token E trades most from day 30 on; with two members it joins the day after.
  put_panel(history, "token_volume", 60, [](std::size_t i, std::size_t token) {
    return token == 4 ? (i < 30 ? 1.0 : 1e9) : 100.0 - static_cast<double>(token);
  });
  put_panel(history, "close", 60, [](std::size_t i, std::size_t token) {
    if (token == 1 && i > 50) return Panel::none;  // delisted
    return std::exp((token == 4 ? -0.01 : 0.01) * static_cast<double>(i));
  });
  const SignalPolicy two{.breadth_tokens = 2};
  const Signal found = read_well("breadth", history, two);
  // A and B rise until day 30; then E falls beside A, and they cancel.
  EXPECT_NEAR(input_of(found, "advance-decline line"), 30, 1e-9);
  EXPECT_EQ(input_of(found, "members"), 2);
  // Of three, C takes the place of the delisted B, but not on the day that B is missed.
  const Signal three = read_well("breadth", history, {.breadth_tokens = 3});
  EXPECT_NEAR(input_of(three, "advance-decline line"), 30 + 20 / 3. + 0 + 8 / 3., 1e-9);
}

TEST(Reer, PureDilutionLeavesItWhereItWas) {
  History history = empty_history(260);
  put_panel(history, "token_volume", 260, [](std::size_t i, std::size_t) {
    return 1e6 * (2 + std::sin(static_cast<double>(i)));
  });
  // A's supply doubles in waves and its price halves with it.
  const auto issued = [](std::size_t i, std::size_t token) {
    return token == 0 ? 1 + static_cast<double>(i) / 260 + 0.1 * std::sin(static_cast<double>(i))
                      : 1.0;
  };
  put_panel(history, "supply", 260,
            [&](std::size_t i, std::size_t token) { return 1e6 * issued(i, token); });
  put_panel(history, "close", 260,
            [&](std::size_t i, std::size_t token) { return 5 / issued(i, token); });
  const Signal found = read_well("reer", history);
  ASSERT_EQ(found.readings.size(), 260u - 180);
  for (const Reading& reading : found.readings) {
    EXPECT_EQ(reading.value, 0);
    EXPECT_EQ(reading.state, "quiet");
  }
  EXPECT_NEAR(input_of(found, "ln rate"), 0, 1e-12);
}

TEST(Reer, WarnsOfARunUpBeforeTheCrashAndOfTheFlight) {
  History history = empty_history(320);
  for (const char* name : {"token_volume", "supply"}) {
    put_panel(history, name, 320, [](std::size_t, std::size_t) { return 1e6; });
  }
  put_panel(history, "close", 320, [](std::size_t i, std::size_t token) {
    const double t = static_cast<double>(i);
    if (token != 0) return 1.0;
    const double run = i < 250 ? 0 : i < 300 ? 0.02 * (t - 250) : 1 - 0.2 * (t - 300);
    return std::exp(run + wiggle(i));
  });
  const Signal found = read_well("reer", history);
  const auto high = moments_in(found, "overvalued"), flight = moments_in(found, "flight");
  ASSERT_FALSE(high.empty() || flight.empty());
  EXPECT_GE(high.front(), day(250));
  EXPECT_LT(high.front(), day(300));
  EXPECT_GT(flight.front(), day(300));
  EXPECT_LE(flight.front(), day(310));
}

TEST(VolEquivalent, OfAConstantIsTheMedianAndOfATripleACrisis) {
  History history = empty_history(500);
  put(history, "iv", 500, [](std::size_t i) { return i < 499 ? 0.6 : 1.8; });
  const Signal found = read_well("vol_equivalent", history);
  EXPECT_EQ(found.readings.size(), 500u - 364);
  EXPECT_NEAR(found.readings.front().value, 17.42, 1e-12);
  EXPECT_EQ(found.readings.front().state, "normal");
  EXPECT_NEAR(found.readings.back().value, 90, 1e-9);
  EXPECT_EQ(found.readings.back().state, "crisis");
}

TEST(DailyRange, IsByHand) {
  History history = empty_history(400);
  put(history, "iv", 400, [](std::size_t) { return 0.6; });
  put(history, "iv_short", 400, [](std::size_t) { return 0.5; });
  put(history, "price", 400, [](std::size_t i) { return i % 2 == 0 ? 100 : 100 * std::exp(0.03); });
  history.governance.events = {
      {.kind = EventKind::cpi, .name = "cpi", .announced = day(100), .at = day(399) + hours(12)}};
  const Signal found = read_well("daily_range", history);
  ASSERT_EQ(found.readings.size(), 380u);
  const double range = 0.6 * 0.5 / std::sqrt(365.0) + 0.4 * 0.03;
  EXPECT_NEAR(found.readings[100].value, range, 1e-12);  // a normal regime, once ranked
  EXPECT_NEAR(found.readings.back().value, 1.2 * range, 1e-12);
  EXPECT_EQ(found.readings[0].state, "unranked");
  EXPECT_EQ(found.readings[364].state, "wide");  // its own median is above 0.857 of itself
  EXPECT_EQ(input_of(found, "share within the bare range"), 0);  // each day moves by 3 %
  EXPECT_LT(input_of(found, "p of that share"), 1e-10);
}

TEST(DailyRange, AnEventThatIsOverOrNotYetAnnouncedWidensNothing) {
  History history = empty_history(60);
  put(history, "iv", 60, [](std::size_t) { return 0.6; });
  put(history, "price", 60, [](std::size_t i) { return 100 * std::exp(wiggle(i)); });
  const Signal plain = read_well("daily_range", history);
  history.governance.events = {
      {.kind = EventKind::cpi, .name = "over", .announced = day(1), .at = day(40)},
      {.kind = EventKind::fomc,
       .name = "surprise",
       .announced = day(50) + hours(1),
       .at = day(50) + hours(2)}};
  const Signal found = read_well("daily_range", history);
  for (std::size_t i = 0; i < plain.readings.size(); ++i) {
    const bool eve = plain.readings[i].at == day(39);
    EXPECT_NEAR(found.readings[i].value, (eve ? 1.2 : 1) * plain.readings[i].value, 1e-15);
  }
}

TEST(CarryRegime, LowVolatilityIsRefreshedAndRichVolatilityHarvested) {
  History history = empty_history(400);
  // Volatility falls to half of what it was, the term structure slopes up.
  put(history, "iv", 400,
      [](std::size_t i) { return i < 350 ? 0.8 + wiggle(i) : 0.4 + wiggle(i); });
  put(history, "iv_long", 400, [](std::size_t i) { return i < 350 ? 0.75 : 0.45; });
  put(history, "price", 400, [](std::size_t i) { return 100 * std::exp(2 * wiggle(i)); });
  const Signal low = read_well("carry_regime", history);
  EXPECT_EQ(low.readings.back().state, "refresh");
  EXPECT_EQ(moments_in(low, "refresh").front(), day(350));
  EXPECT_THAT(low.working.formula, HasSubstr("refilled"));
  // Volatility jumps, later volatility more so, and the price has only risen, calmly.
  put(history, "iv", 400, [](std::size_t i) { return i < 390 ? 0.5 : 0.8; });
  put(history, "iv_long", 400, [](std::size_t i) { return i < 390 ? 0.5 : 0.95; });
  put(history, "price", 400,
      [](std::size_t i) { return std::exp(0.002 * static_cast<double>(i)); });
  const Signal rich = read_well("carry_regime", history);
  EXPECT_THAT(moments_in(rich, "harvest"), testing::SizeIs(10));
  EXPECT_EQ(rich.readings.back().value, 100);
  // All the same with a price that falls as calmly: it is not a top that one would sell.
  put(history, "price", 400,
      [](std::size_t i) { return std::exp(-0.002 * static_cast<double>(i)); });
  const Signal falling = read_well("carry_regime", history);
  EXPECT_TRUE(moments_in(falling, "harvest").empty());
  EXPECT_EQ(falling.readings.back().value, 75);
}

// A strip costs what its volatility is: filled up where the gauge says so, it is bought below its
// mean price, on days held out as on those before.
TEST(CarryRegime, WhatIsRefilledOnItsDaysCostsLessThanUsual) {
  History history = empty_history(1200);
  const auto vol = [](std::size_t i) {
    return 0.6 + 0.25 * std::sin(0.011 * static_cast<double>(i)) + wiggle(i);
  };
  put(history, "iv", 1200, vol);
  put(history, "iv_long", 1200, [&](std::size_t i) { return 0.4 * vol(i) + 0.36; });
  put(history, "price", 1200, [](std::size_t i) { return 100 * std::exp(2 * wiggle(i)); });
  const Signal found = read_well("carry_regime", history);
  const auto cost = [](double at) {
    return option::range_claim_value({Price{100}, Price{75}, Price{125}},
                                     option::LossKind::borrowed,
                                     {Price{100}, Years{30.0 / 365}, Vol{at}})
        .value;
  };
  double refilled = 0, usual = 0, cheap = 0, later = 0;
  for (const Reading& one : found.readings) {
    const auto i = static_cast<std::size_t>(in_days(one.at - start));
    usual += cost(vol(i)) / static_cast<double>(found.readings.size());
  }
  const auto days_of_it = moments_in(found, "refresh");
  ASSERT_GT(days_of_it.size(), 100u);
  for (const UnixSeconds at : days_of_it) {
    const double price = cost(vol(static_cast<std::size_t>(in_days(at - start))));
    refilled += price / static_cast<double>(days_of_it.size());
    if (at < day(800)) continue;
    later += 1, cheap += price < usual ? 1 : 0;
  }
  EXPECT_LT(refilled, 0.8 * usual);
  ASSERT_GT(later, 30);
  EXPECT_GT(cheap, 0.9 * later);  // of the days that were held out
}

TEST(TermSlope, NamesItsStateAndHowOftenItIs) {
  History history = empty_history(4);
  put(history, "iv", 4, [](std::size_t) { return 0.5; });
  const std::vector<double> later{0.49, 0.51, 0.55, 0.6};
  put(history, "iv_long", 4, [&](std::size_t i) { return later[i]; });
  const Signal found = read_well("term_slope", history);
  EXPECT_EQ(found.readings[0].state, "backwardation");
  EXPECT_EQ(found.readings[1].state, "flat");
  EXPECT_EQ(found.readings[2].state, "contango");
  EXPECT_EQ(found.readings[3].state, "steep");
  EXPECT_NEAR(input_of(found, "share of days in steep"), 0.25, 1e-12);
}

TEST(ImpliedCorrelation, ClosesTheTriangle) {
  History history = empty_history(10);
  put(history, "iv_base", 10, [](std::size_t) { return 0.8; });
  put(history, "iv_quote", 10, [](std::size_t) { return 0.6; });
  put(history, "iv", 10,
      [](std::size_t i) { return i < 9 ? std::sqrt(0.64 + 0.36 - 2 * 0.7 * 0.48) : 0.1; });
  const Signal found = read_well("implied_correlation", history);
  EXPECT_NEAR(found.readings[0].value, 0.7, 1e-12);
  EXPECT_EQ(found.readings[0].state, "quiet");
  EXPECT_EQ(found.readings[9].state, "impossible");  // (1 - 0.01) / 0.96
  EXPECT_NEAR(input_of(found, "d LVR / d correlation"), -0.12, 1e-12);
}

// Where the two tokens move less together the pair moves more: its strip is dearer, and a full
// range loses what the gauge says.
TEST(ImpliedCorrelation, ThatFallsMakesTheStripDearer) {
  constexpr double base = 0.8, quote = 0.6;
  const auto pair = [&](double correlation) {
    return std::sqrt(base * base + quote * quote - 2 * correlation * base * quote);
  };
  const auto strip = [&](double correlation) {
    return option::range_claim_value({Price{100}, Price{75}, Price{125}},
                                     option::LossKind::borrowed,
                                     {Price{100}, Years{30.0 / 365}, Vol{pair(correlation)}})
        .value;
  };
  double last = 0;
  for (const double correlation : {0.9, 0.5, 0.0, -0.5, -0.9}) {
    History history = empty_history(3);
    put(history, "iv_base", 3, [](std::size_t) { return base; });
    put(history, "iv_quote", 3, [](std::size_t) { return quote; });
    put(history, "iv", 3, [&](std::size_t) { return pair(correlation); });
    const Signal found = read_well("implied_correlation", history);
    EXPECT_NEAR(found.readings[0].value, correlation, 1e-12);
    EXPECT_GT(strip(correlation), last) << correlation;
    last = strip(correlation);
    const auto loss = [&](double at) { return pair(at) * pair(at) / 8; };
    EXPECT_NEAR(input_of(found, "d LVR / d correlation"),
                (loss(correlation + 1e-5) - loss(correlation - 1e-5)) / 2e-5, 1e-9);
  }
}

TEST(Funding, IsTheDaysMeanAgainstItsUsual) {
  History history = empty_history(100);
  market::Series rates{.at = {}, .value = {}, .step = hours(8), .source = "by hand"};
  for (std::size_t i = 0; i < 300; ++i) {
    rates.at.push_back(start + hours(8 * static_cast<std::int64_t>(i + 1)));
    rates.value.push_back(i < 297 ? 0.1 + wiggle(i) : 0.9);
  }
  history.series["funding"] = rates;
  const Signal found = read_well("funding", history);
  EXPECT_EQ(found.readings.size(), 11u);
  EXPECT_THAT(moments_in(found, "crowded_longs"), testing::ElementsAre(day(100)));
  EXPECT_NEAR(input_of(found, "funding of the day"), 0.9, 1e-12);
}

namespace {

void expect_same_past(const Entry& entry, const Signal& whole, const History& history,
                      UnixSeconds at) {
  std::vector<Reading> past;
  for (const Reading& reading : whole.readings) {
    if (reading.at <= at) past.push_back(reading);
  }
  const auto part = read(entry.name, known_at(history, at), {});
  const std::vector<Reading> read_then = part ? part->readings : std::vector<Reading>{};
  EXPECT_EQ(read_then, past) << entry.name << " at " << text_of(at);
}

}  // namespace

TEST(ShelfLaw, WhatWasReadThenIsWhatIsReadNow) {
  std::map<std::string_view, int> read_some;
  test::for_cases(25, [&](test::Gen& gen) {
    const History history = drawn_history(gen);
    for (const Entry& entry : shelf()) {
      const auto whole = read(entry.name, history, {});
      if (!whole) continue;
      read_some[entry.name] += 1;
      ASSERT_FALSE(whole->readings.empty()) << entry.name;
      for (const Reading& reading : whole->readings) {
        EXPECT_TRUE(std::isfinite(reading.value)) << entry.name;
        EXPECT_NE(std::ranges::find(entry.states, reading.state), entry.states.end());
        EXPECT_LE(reading.at, history.at);
      }
      EXPECT_TRUE(std::ranges::is_sorted(whole->readings, {}, &Reading::at));
      for (int i = 0; i < 4; ++i) {
        const double share = gen.real(0.3, 1.02);
        const auto span = static_cast<double>((history.at - start).value());
        expect_same_past(entry, *whole, history,
                         start + Seconds{static_cast<std::int64_t>(share * span)});
      }
    }
  });
  for (const Entry& entry : shelf()) EXPECT_GE(read_some[entry.name], 20) << entry.name;
}

}  // namespace levee::signal
