// tests/signal/outlook_test.cpp — one answer for one moment, and the same at every moment of a
// past.
#include "levee/signal/outlook.h"

#include "levee/signal/kind.h"
#include "tests/signal/drawn_history.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using testing::HasSubstr;

const OutlookRules rules = rules_from({});

// Volatility of a value a day: a zigzag that a rank has no trouble with.
market::Series vols(std::size_t length, double level) {
  market::Series series{.at = {}, .value = {}, .step = days(1), .source = "by hand"};
  for (std::size_t i = 0; i < length; ++i) {
    series.at.push_back(day(i));
    series.value.push_back(level * (1 + .2 * std::sin(1.7 * static_cast<double>(i))));
  }
  return series;
}

History with_vols(std::size_t length, std::size_t spiked = 0, double to = 2) {
  History history = empty_history(length - 1);
  history.series["iv"] = vols(length, .6);
  auto& values = history.series["iv"].value;
  for (std::size_t i = length - 12; i < length; ++i) values[i] = .6;  // a quiet week before
  for (std::size_t i = length - spiked; i < length; ++i) values[i] = to;
  return history;
}

Outlook well(const History& history, const OutlookRules& by = rules) {
  auto found = outlook_of(history, by);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  return found ? *std::move(found) : Outlook{};
}

std::string told(std::optional<double> x) { return x ? fmt::format("{:a}", *x) : "none"; }
std::string told(std::optional<UnixSeconds> at) { return at ? text_of(*at) : "never"; }
std::string told(const GateState& gate) {
  return fmt::format("{}/{}", gate.stands == Switch::on ? "on" : "off", gate.closes);
}

// Everything but `working` and `why`.
std::string told(const Outlook& outlook) {
  std::string all = text_of(outlook.at) + "\n";
  for (const Gauge& gauge : outlook.gauges) {
    all += fmt::format("{} {} {} {} {} {}\n", gauge.name,
                       gauge.reading ? text_of(gauge.reading->at) : "never",
                       gauge.reading ? told(gauge.reading->value) : "none",
                       gauge.reading ? gauge.reading->state : "", told(gauge.since), gauge.stale);
  }
  for (const auto& gate : outlook.vol.gates) all += told(gate) + " ";
  all += told(outlook.vol_since) + " " + told(outlook.facts.stress) + told(outlook.stress_since);
  all += "\n" + told(outlook.stress.score) + fmt::format(" {}", outlook.stress.parts);
  all += told(outlook.facts.veq) + fmt::format("{}", outlook.facts.vol.read);
  all += fmt::format(" {} {} {} {}\n", static_cast<int>(outlook.facts.press.state),
                     told(outlook.facts.press.score), name_of(outlook.facts.oracle),
                     outlook.facts.calendar.inside.size());
  for (const Watched& on : watched({})) {
    const Watch& watch = outlook.facts.*on.watch;
    all += fmt::format("{} {} {} {} {}\n", on.gate, told(watch.gate), told(watch.value),
                       told(watch.since), watch.is_new);
  }
  for (const Restriction& one : outlook.regime.restrictions) {
    all += fmt::format("no {} {} {}\n", name_of(one.act), one.gate, one.why);
  }
  for (const Prompt& one : outlook.regime.reviews) all += one.why + "\n";
  for (const Prompt& one : outlook.regime.asks) all += one.why + "\n";
  return all + fmt::format("{} {}", name_of(outlook.regime.hedge), told(outlook.regime.size_share));
}

}  // namespace

TEST(Outlook, OfNothingIsHeldAsInHoldAndSaysWhyNothingIsKnown) {
  const Outlook outlook = well(empty_history(10));
  ASSERT_EQ(outlook.gauges.size(), shelf().size());
  for (const Gauge& gauge : outlook.gauges) {
    EXPECT_FALSE(gauge.reading);
    EXPECT_FALSE(gauge.why.empty()) << gauge.name;
  }
  EXPECT_FALSE(outlook.regime.allows(NewRisk::open_liquidity));
  EXPECT_FALSE(outlook.stress.score);
  EXPECT_FALSE(outlook.regime.review);
  EXPECT_EQ(outlook.regime.hedge, HedgeAsk::as_planned);
}

TEST(Outlook, BeforeTheFirstReadingNothingStandsHoweverLongBefore) {
  const std::vector<UnixSeconds> moments{UnixSeconds{-days(40'000).value()}, UnixSeconds{0}};
  const auto past = outlooks_of(empty_history(10), rules_from({}), moments);
  ASSERT_TRUE(past) << past.error().message;
  for (const Outlook& one : *past) EXPECT_FALSE(one.vol_since);
}

TEST(Outlook, GatesAreReplayedNotLookedUp) {
  // A day of crisis two days ago: the close of today alone would say calm.
  History history = with_vols(500);
  history.series["iv"].value[497] = 2;
  for (const std::size_t i : {498u, 499u}) history.series["iv"].value[i] = .49;
  const Outlook outlook = well(history);
  EXPECT_LT(*outlook.facts.veq, 15);
  EXPECT_EQ(regime_of(outlook.vol), VolRegime::crisis);
  EXPECT_EQ(outlook.vol.gates[2].closes, 2);
  EXPECT_EQ(outlook.vol_since, day(497));
  EXPECT_FALSE(outlook.regime.allows(NewRisk::open_liquidity));
  EXPECT_EQ(outlook.gauge("vol_equivalent").reading->state, "calm");
}

TEST(Outlook, AReadingThatIsTooOldIsToldAndCountsAsNone) {
  History history = with_vols(500);
  history.series["iv"].value[499] = .49;
  history.at = day(499) + days(4);
  EXPECT_TRUE(well(history).facts.vol.read);
  history.at = history.at + Seconds{1};
  const Outlook outlook = well(history);
  const Gauge& veq = outlook.gauge("vol_equivalent");
  EXPECT_TRUE(veq.stale && veq.reading && veq.fresh() == nullptr);
  EXPECT_FALSE(outlook.facts.vol.read || outlook.facts.veq);
  EXPECT_FALSE(outlook.regime.allows(NewRisk::open_liquidity)) << "not known is not calm";
  EXPECT_FALSE(outlook.parts.veq);
}

TEST(Outlook, AFeedThatFellSilentIsWarnedOfNotTakenAsItLastWas) {
  History history = empty_history(20);
  market::Series prices{.at = {}, .value = {}, .step = days(1), .source = "by hand"};
  for (std::size_t i = 0; i < 15; ++i) prices.at.push_back(day(i)), prices.value.push_back(2000);
  history.series["price"] = history.series["oracle_price"] = prices;
  const auto found = outlooks_of(history, rules, std::vector{day(14), day(20)});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at(0).facts.oracle, OracleBand::fine);
  EXPECT_EQ(found->at(1).facts.oracle, OracleBand::warn);
}

TEST(Outlook, OldPartsOfStressAreNoNewClose) {
  const OutlookRules alone = rules_from({.stress_parts = 1});
  History history = with_vols(500, 1);
  history.at = day(502);  // one close over the level, and silence since
  EXPECT_EQ(well(history, alone).facts.stress.closes, 1);
  EXPECT_EQ(well(history, alone).facts.stress.stands, Switch::off);
  EXPECT_EQ(well(with_vols(500, 2), alone).facts.stress.stands, Switch::on);
}

TEST(Outlook, SinceIsWhereTheStateBegan) {
  const Outlook outlook = well(with_vols(500, 3));
  EXPECT_EQ(outlook.gauge("vol_equivalent").since, day(497));
  EXPECT_EQ(outlook.gauge("vol_equivalent").unit, "VIX points");
  EXPECT_EQ(outlook.vol_since, day(497));
  EXPECT_LT(outlook.regime.size_share, 1);
}

TEST(Outlook, APegThatBreaksWithinTheDayIsNotWaitedFor) {
  History history = with_vols(500);
  market::Series peg{.at = {}, .value = {}, .step = hours(1), .source = "by hand"};
  for (int i = 0; i < 24 * 20; ++i) {
    peg.at.push_back(day(480) + hours(i));
    peg.value.push_back(i < 24 * 19 + 5 ? 1.0005 : .93);
  }
  history.series["peg"] = peg;
  const UnixSeconds broke = day(499) + hours(6);  // The second of three prices is off.
  history.at = day(500);
  const std::vector<UnixSeconds> moments{broke - hours(1), broke, day(500)};
  const auto found = outlooks_of(history, rules, moments);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->at(0).facts.broken.stands());
  EXPECT_TRUE(found->at(1).facts.broken.stands());
  EXPECT_EQ(found->at(1).facts.broken.since, broke);
  EXPECT_EQ(found->at(2).facts.broken.since, broke) << "a day that ends tells the same";
  EXPECT_FALSE(found->at(1).regime.allows(NewRisk::move_range));
  EXPECT_EQ(found->at(1).regime.hedge, HedgeAsk::full_target);
  EXPECT_TRUE(found->at(1).regime.review);
}

TEST(Outlook, ADayEndsWhereItsLastPriceIsUnlessItWasOffAgainWithin) {
  History history = with_vols(500);
  market::Series peg{.at = {}, .value = {}, .step = hours(1), .source = "by hand"};
  // Broken on day 485, and by the median of three prices in the first hour of the next; every day
  // after it is 1.5 per cent off in the morning and on its peg at night.
  for (int i = 0; i < 24 * 15; ++i) {
    const int of_day = i % 24, on = i / 24;
    peg.at.push_back(day(484) + hours(i + 1));
    peg.value.push_back(on == 0 ? .95 : of_day < 12 ? .985 : 1);
  }
  history.series["peg"] = peg;
  history.at = day(499);
  const Outlook outlook = well(history);
  EXPECT_FALSE(outlook.facts.broken.stands()) << "it was never as far off again";
  EXPECT_EQ(outlook.facts.broken.since, day(491));
  EXPECT_TRUE(outlook.facts.strained.stands()) << "it was strained every morning";
}

TEST(Outlook, WorkingNamesRestrictionsPartsAndGauges) {
  const Outlook outlook = well(with_vols(500, 3));
  const auto has = [&](std::string_view name) {
    return std::ranges::find(outlook.working.inputs, name, &Explain::name) !=
           outlook.working.inputs.end();
  };
  EXPECT_TRUE(has("no open_liquidity") && has("stress") && has("VIX-equivalent"));
  EXPECT_THAT(outlook.working.formula, HasSubstr("crisis"));
}

TEST(Outlook, RefusesRulesAndInputsThatAreNotSound) {
  OutlookRules flapping = rules;
  flapping.stress.gate.off = 2;
  EXPECT_FALSE(outlook_of(empty_history(1), flapping));
  OutlookRules wrong = rules;
  wrong.policy.rsi_bars = 0;
  EXPECT_EQ(outlook_of(empty_history(1), wrong).error().reason, Reason::out_of_range);
  History history = with_vols(500);
  history.series["iv"].value[3] = -1;
  EXPECT_EQ(outlook_of(history, rules).error().reason, Reason::bad_input);
}

TEST(Outlook, EveryGateHasASoundRuleAndAKind) {
  std::set<std::string_view> kinds;
  for (const Entry& entry : shelf()) kinds.insert(entry.name);
  for (const Watched& on : watched({})) {
    EXPECT_TRUE(check(on.rule)) << on.gate;
    EXPECT_TRUE(kinds.contains(on.kind)) << on.gate;
    EXPECT_TRUE(on.gate != "outflow" || on.rule.on == 3) << "twice the trigger";
  }
}

TEST(OutlookLaw, AMomentOfAPastIsWhatWasSaidThen) {
  std::set<std::string_view> stood;
  int stressed = 0;
  test::for_cases(12, [&](test::Gen& gen) {
    const History history = drawn_history(gen);
    OutlookRules loose = rules_from({.stress_on = .2,
                                     .stress_off = .1,
                                     .watch_on_bars = 1,
                                     .watch_off_bars = 2,
                                     .stale_days = gen.pick({2.0, 4.0})});
    const auto span = static_cast<double>((history.at - start).value());
    std::vector<UnixSeconds> moments;
    for (int i = 0; i < 4; ++i) {
      moments.push_back(start + Seconds{static_cast<std::int64_t>(gen.real(.5, 1) * span)});
    }
    moments.push_back(day(400));
    std::ranges::sort(moments);
    const auto all = outlooks_of(history, loose, moments);
    ASSERT_TRUE(all) << all.error().message;
    for (const Outlook& one : *all) {
      const auto then = outlook_of(known_at(history, one.at), loose);
      ASSERT_TRUE(then);
      ASSERT_EQ(told(one), told(*then));
      stressed += one.facts.stress.stands == Switch::on ? 1 : 0;
      for (const Watched& on : watched({})) {
        if ((one.facts.*on.watch).stands()) stood.insert(on.gate);
      }
    }
  });
  EXPECT_GT(stressed, 0);
  EXPECT_GE(stood.size(), 6u) << "a law about gates that never stand says little";
}

}  // namespace levee::signal
