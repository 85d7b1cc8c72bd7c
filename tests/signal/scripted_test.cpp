// tests/signal/scripted_test.cpp — one thing happens: what follows, on which bar, and nothing else.
#include "levee/num/normal.h"
#include "levee/signal/kind.h"
#include "levee/signal/outlook.h"
#include "levee/signal/stress_parts.h"
#include "tests/signal/drawn_history.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t length = 640;  // Days of every history.
constexpr std::size_t planted = 600;
constexpr std::size_t watched_from = 540;  // Every bar from here on is looked at.
const OutlookRules rules = rules_from({});

double wave(std::size_t i, double of) { return std::sin(of * static_cast<double>(i)); }

template <class Value>
market::Series each_day(Value value) {
  market::Series series{.at = {}, .value = {}, .step = days(1), .source = "script"};
  for (std::size_t i = 0; i < length; ++i) {
    series.at.push_back(day(i));
    series.value.push_back(value(i));
  }
  return series;
}

// Twelve tokens that fall a little every day; the first is most of what is traded.
Panel falling_closes() {
  Panel panel{.token = {}, .at = {}, .cell = {}, .source = "script"};
  for (char name = 'A'; name < 'M'; ++name) panel.token.emplace_back(1, name);
  for (std::size_t i = 0; i < length; ++i) {
    panel.at.push_back(day(i));
    for (std::size_t token = 0; token < 12; ++token) {
      const double falls = .002 * static_cast<double>(i) + .001 * wave(i + token, 1.3);
      panel.cell.push_back(100 * std::exp(-falls));
    }
  }
  return panel;
}

Panel traded(const Panel& closes) {
  Panel panel = closes;
  for (std::size_t i = 0; i < panel.cell.size(); ++i) panel.cell[i] = i % 12 == 0 ? 1e9 : 1e7;
  return panel;
}

// A quiet world in which every gauge reads, and no gate has any reason to move.
History quiet() {
  History history = empty_history(length - 1);
  auto& all = history.series;
  all["price"] = each_day([](std::size_t i) { return 2000 * std::exp(.02 * wave(i, 1.7)); });
  // A year of all sorts, then the middle of it: a rank of a half.
  all["iv"] = each_day([](std::size_t i) { return i < 300 ? .6 + .2 * wave(i, .37) : .6; });
  all["iv_long"] = each_day([](std::size_t i) { return i < 300 ? .63 + .2 * wave(i, .37) : .63; });
  all["iv_short"] = all["iv"];
  all["iv_base"] = all["iv"];
  all["iv_quote"] = each_day([](std::size_t i) { return .05 + .01 * wave(i, .9); });
  all["trades_base"] = all["price"];
  all["trades_quote"] = each_day([](std::size_t i) { return 1 + .001 * wave(i, 1.3); });
  all["volume"] = each_day([](std::size_t i) { return 1e8 * std::exp(.2 * wave(i, 2.1)); });
  all["depth"] = each_day([](std::size_t i) { return 1e7 * std::exp(.1 * wave(i, 1.1)); });
  all["pool_value"] = each_day([](std::size_t i) { return 1e8 * std::exp(.05 * wave(i, .7)); });
  all["mev_share"] = each_day([](std::size_t i) { return 1e-4 * std::exp(.2 * wave(i, 2.3)); });
  all["funding"] = each_day([](std::size_t i) { return .1 + .05 * wave(i, 1.9); });
  all["secured_value"] = each_day([](std::size_t i) { return 1e11 * std::exp(.1 * wave(i, .05)); });
  all["protocol_value"] = each_day(
      [](std::size_t i) { return 1e9 * std::exp(.1 * wave(i, .05) + .01 * wave(i, 1.7)); });
  all["borrow_rate"] = each_day([](std::size_t i) { return .05 + .002 * wave(i, 1.3); });
  all["benchmark_rate"] = each_day([](std::size_t) { return .045; });
  all["utilisation"] = each_day([](std::size_t i) { return .7 + .1 * wave(i, .6); });
  all["oracle_price"] = all["price"];
  all["pool_average"] = all["price"];
  all["second_oracle"] = all["price"];
  all["peg"] = each_day([](std::size_t i) { return 1 + .001 * wave(i, 2.9); });
  history.panels["close"] = falling_closes();
  history.panels["token_volume"] = traded(history.panels["close"]);
  history.panels["supply"] = history.panels["token_volume"];
  history.governance.eligible = 1e6;
  for (std::size_t i = 0; i < length; i += 10) {
    history.governance.proposals.push_back({.created = day(i),
                                            .name = std::to_string(i),
                                            .counted = day(i) + days(5),
                                            .votes = 1e5 + 2e3 * static_cast<double>(i / 10 % 5),
                                            .votes_for = 9e4,
                                            .executed = day(i) + days(8)});
  }
  return history;
}

// What a regime says, in words that can be compared: acts by gate, hedge, size, looks.
std::set<std::string> said(const Regime& regime) {
  std::set<std::string> all;
  for (const Restriction& one : regime.restrictions) {
    all.insert(fmt::format("no {} ({})", name_of(one.act), one.gate));
  }
  if (regime.hedge != HedgeAsk::as_planned) all.insert(std::string(name_of(regime.hedge)));
  if (regime.size_share < 1) all.insert("smaller");
  for (const Prompt& one : regime.reviews) all.insert(fmt::format("look ({})", one.gate));
  return all;
}

std::vector<Outlook> bars_of(const History& history) {
  std::vector<UnixSeconds> bars;
  for (std::size_t i = watched_from; i < length; ++i) bars.push_back(day(i));
  auto found = outlooks_of(history, rules, bars);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  return found ? *std::move(found) : std::vector<Outlook>{};
}

// "bar: +what came -what went", of every bar on which anything did; bar 0 is the planted one.
std::vector<std::string> changes(const History& history) {
  std::vector<std::string> found;
  const auto bars = bars_of(history);
  for (std::size_t i = 1; i < bars.size(); ++i) {
    const auto before = said(bars[i - 1].regime), now = said(bars[i].regime);
    std::string change;
    for (const auto& what : now) change += before.contains(what) ? "" : " +" + what;
    for (const auto& what : before) change += now.contains(what) ? "" : " -" + what;
    const auto bar = static_cast<int>(watched_from + i) - static_cast<int>(planted);
    if (!change.empty()) found.push_back(fmt::format("{}:{}", bar, change));
  }
  return found;
}

}  // namespace

TEST(Scripted, AQuietWorldReadsEveryGaugeAndChangesNothing) {
  const auto bars = bars_of(quiet());
  for (const Gauge& gauge : bars.front().gauges) EXPECT_TRUE(gauge.fresh()) << gauge.name;
  for (const Gauge& gauge : bars.back().gauges) EXPECT_TRUE(gauge.fresh()) << gauge.name;
  EXPECT_EQ(bars.back().stress.parts, 6);
  EXPECT_THAT(changes(quiet()), IsEmpty());
  EXPECT_EQ(said(bars.front().regime),
            (std::set<std::string>{"no tight_range (volatility)", "no sell_call (press)",
                                   "no draw_loan (stress)"}));
}

TEST(Scripted, AStepInImpliedVolatilityIsACrisisAtOnceAndOverAfterThreeCloses) {
  History history = quiet();
  for (std::size_t i = planted; i < planted + 10; ++i) {
    history.series["iv"].value[i] = 1;
    history.series["iv_long"].value[i] = 1.05;
  }
  EXPECT_THAT(
      changes(history),
      ElementsAre("0: +no open_liquidity (volatility) +no recentre_tighter (volatility) +no "
                  "sell_call (volatility) +smaller",
                  "10: -smaller",
                  "12: -no open_liquidity (volatility) -no recentre_tighter (volatility) -no "
                  "sell_call (volatility)"));
  const auto bars = bars_of(history);
  const Outlook& step = bars.at(planted - watched_from);
  EXPECT_EQ(regime_of(step.vol), VolRegime::crisis);
  EXPECT_DOUBLE_EQ(step.regime.size_share, 28 / *step.facts.veq);
}

TEST(Scripted, ABreadthDivergenceAsksForALookAtItsSecondClose) {
  History history = quiet();
  // The token that carries the index jumps and stays up; the others go on falling.
  Panel& closes = history.panels["close"];
  for (std::size_t i = planted; i < length; ++i) {
    closes.cell[12 * i] = 1.2 * closes.cell[12 * (planted - 1)];
  }
  const auto bars = bars_of(history);
  const auto state = [&](std::size_t i) {
    return bars.at(i - watched_from).gauge("breadth").reading->state;
  };
  EXPECT_EQ(state(planted - 1), "quiet");
  EXPECT_EQ(state(planted), "divergence");
  EXPECT_THAT(changes(history), ElementsAre("1: +look (breadth)", "2: -look (breadth)"));
}

TEST(Scripted, ABreakInValueLockedAsksForALookAtItsSecondClose) {
  History history = quiet();
  for (std::size_t i = planted; i < length; ++i) history.series["protocol_value"].value[i] *= .8;
  EXPECT_THAT(changes(history), ElementsAre("1: +look (outflow)", "2: -look (outflow)"));
}

TEST(Scripted, AnEmergencyOfThoseWhoGovernStopsAddsForAsLongAsItIsInTheWindow) {
  History history = quiet();
  Proposal emergency = history.governance.proposals.at(planted / 10);
  emergency.created = day(planted) - hours(6);
  emergency.emergency = true;
  auto& all = history.governance.proposals;
  all.insert(all.begin() + static_cast<std::ptrdiff_t>(planted / 10), emergency);
  EXPECT_THAT(
      changes(history),
      ElementsAre("0: +full_target +look (governance) +no open_liquidity (governance) +no "
                  "recentre_tighter (governance) +no sell_call (governance) +no tight_range "
                  "(governance)",
                  "1: -look (governance)",
                  "30: -full_target -no open_liquidity (governance) -no recentre_tighter "
                  "(governance) -no sell_call (governance) -no tight_range (governance)"));
}

TEST(Scripted, AManipulatedFeedStopsTradesOnItsBarAndNoLonger) {
  History history = quiet();
  history.series["oracle_price"].value[planted] *= 1.015;
  history.series["oracle_price"].value[planted + 1] *= 1.03;
  EXPECT_THAT(
      changes(history),
      ElementsAre("0: +no draw_loan (oracle) +no move_range (oracle) +no open_liquidity (oracle) "
                  "+no recentre_tighter (oracle) +no tight_range (oracle)",
                  "1: +look (oracle)",
                  "2: -look (oracle) -no draw_loan (oracle) -no move_range (oracle) -no "
                  "open_liquidity (oracle) -no recentre_tighter (oracle) -no tight_range "
                  "(oracle)"));
}

TEST(Scripted, ASpikeOfRatesStopsLoansAtItsSecondCloseUntilItIsOver) {
  History history = quiet();
  for (std::size_t i = planted; i < planted + 10; ++i) {
    history.series["borrow_rate"].value[i] += .08;
  }
  EXPECT_THAT(changes(history), ElementsAre("1: +look (lending) +no draw_loan (lending)",
                                            "2: -look (lending)", "14: -no draw_loan (lending)"));
}

TEST(Scripted, ADepegStopsEveryMoveAtItsSecondPriceUntilFiveClosesBack) {
  History history = quiet();
  for (std::size_t i = planted; i < planted + 5; ++i) history.series["peg"].value[i] = .93;
  EXPECT_THAT(changes(history),
              ElementsAre("1: +full_target +look (peg) +no draw_loan (peg) +no move_range (peg) "
                          "+no open_liquidity (peg) +no recentre_tighter (peg) +no tight_range "
                          "(peg)",
                          "2: -look (peg)",
                          "10: -full_target -no draw_loan (peg) -no move_range (peg) -no "
                          "open_liquidity (peg) -no recentre_tighter (peg) -no tight_range (peg)"));
}

TEST(Scripted, TwoHypothesesForbidWhatOneDoesNot) {
  History history = quiet();
  for (std::size_t i = planted; i < length; ++i) history.series["protocol_value"].value[i] *= .8;
  for (std::size_t i = planted + 1; i < planted + 11; ++i) {
    history.series["borrow_rate"].value[i] += .08;
  }
  const auto found = changes(history);
  ASSERT_GE(found.size(), 2U);
  EXPECT_EQ(found[1],
            "2: +look (lending) +no draw_loan (lending) +no open_liquidity (agreement) +no "
            "recentre_tighter (agreement) +no tight_range (agreement) -look (outflow)");
}

namespace {

struct Noise {
  double about, deviation;
};

int switches(const GateRule& rule, const Noise& noise, test::Gen& gen, int closes) {
  int count = 0;
  GateState state;
  for (int i = 0; i < closes; ++i) {
    const double z = num::normal_quantile(gen.real(1e-12, 1 - 1e-12));
    const GateState now = after(rule, state, noise.about + noise.deviation * z);
    count += now.stands != state.stands ? 1 : 0;
    state = now;
  }
  return count;
}

// Mean closes until `row` in a row with probability p each. src: Feller (1968), An Introduction to
// Probability Theory, volume 1, XIII.7
double wait(double p, int row) {
  const double whole = std::pow(p, row);
  return (1 - whole) / ((1 - p) * whole);
}

// What renewal theory says of the switches of a gate under white noise.
double expected_switches(const GateRule& rule, const Noise& noise, int closes) {
  const double on = num::normal_cdf((noise.about - rule.on) / noise.deviation);
  const double off = num::normal_cdf((rule.off - noise.about) / noise.deviation);
  return 2 * closes / (wait(on, rule.on_closes) + wait(off, rule.off_closes));
}

std::map<std::string, GateRule> every_gate() {
  std::map<std::string, GateRule> all{{"stress", rules.stress.gate}};
  for (const double level : rules.veq.levels) {
    all[fmt::format("veq {}", level)] = {.on = level,
                                         .on_closes = 1,
                                         .off = level - rules.veq.margin,
                                         .off_closes = rules.veq.closes,
                                         .touch = Touch::counts};
  }
  for (const Watched& on : watched({})) {
    if (on.rule.on > on.rule.off) all[std::string(on.gate)] = on.rule;
  }
  return all;
}

}  // namespace

// A gate without hysteresis switches on every second close of noise about its level. Noise half as
// wide as the gap between on and off, about the level itself or about the middle of the gap, may
// switch a gate no oftener than renewal theory says.
TEST(GateNoiseLaw, WhiteNoiseSwitchesAGateAsRarelyAsRenewalTheorySays) {
  constexpr int closes = 365;
  for (const auto& [name, rule] : every_gate()) {
    const double gap = rule.on - rule.off;
    for (const Noise noise : {Noise{rule.on, gap / 2}, Noise{rule.on - gap / 2, gap / 2},
                              Noise{rule.off, gap / 2}, Noise{rule.on, gap}}) {
      double sum = 0, squares = 0;
      test::for_cases(1000, [&](test::Gen& gen) {
        const double count = switches(rule, noise, gen, closes);
        sum += count;
        squares += count * count;
      });
      const double mean = sum / 1000;
      const double error = std::sqrt(std::max(0.0, squares / 1000 - mean * mean) / 1000);
      // One switch at most is the beginning's: a gate begins off.
      const double bound = expected_switches(rule, noise, closes) + 1;
      EXPECT_LE(mean, bound + 4 * error) << name << " about " << noise.about;
      EXPECT_GE(mean, bound - 2 - 4 * error) << name << " about " << noise.about;
      EXPECT_LT(mean, closes / 8.0) << name << " flaps";
    }
  }
}

TEST(GateNoiseLaw, NoiseInEveryInputBelowItsGatesGapChangesNoRegime) {
  test::for_cases(60, [](test::Gen& gen) {
    History history = quiet();
    for (const char* name : {"price", "volume", "depth", "pool_value", "mev_share", "funding"}) {
      for (double& x : history.series[name].value) x *= std::exp(gen.real(-.05, .05));
    }
    for (const char* name : {"oracle_price", "pool_average", "second_oracle"}) {
      history.series[name] = history.series["price"];
      for (double& x : history.series[name].value) x *= 1 + gen.real(-.002, .002);
    }
    for (double& x : history.series["peg"].value) x = 1 + gen.real(-.0049, .0049);
    for (double& x : history.series["borrow_rate"].value) x = .05 + gen.real(-.002, .002);
    ASSERT_THAT(changes(history), IsEmpty());
  });
}

}  // namespace levee::signal
