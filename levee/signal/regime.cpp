#include "levee/signal/regime.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>

#include <fmt/core.h>

namespace levee::signal {
namespace {

constexpr std::array<std::string_view, 3> press_names{"off", "refresh", "harvest"};
constexpr std::array<std::string_view, 6> act_names{
    "open_liquidity", "tight_range", "recentre_tighter", "move_range", "sell_call", "draw_loan"};

void forbid(Regime& regime, std::initializer_list<NewRisk> acts, const Restriction& as) {
  for (const NewRisk act : acts) {
    regime.restrictions.push_back({.act = act, .gate = as.gate, .why = as.why});
  }
}

void ask(Regime& regime, HedgeAsk more, Prompt as) {
  regime.hedge = std::max(regime.hedge, more);
  as.ask = more;
  regime.asks.push_back(std::move(as));
}

bool at_least(std::optional<double> fact, double level) { return fact && *fact >= level; }

double part_of(std::optional<double> fact, double from, double to) {
  return fact ? std::clamp((*fact - from) / (to - from), 0.0, 1.0) : 0;
}

std::string vol_sentence(std::optional<VolRegime> vol, std::optional<double> veq,
                         const VeqRule& rule) {
  if (!vol) return "no VIX-equivalent is known";
  const std::string at = veq ? fmt::format(" {:.1f}", *veq) : "";
  std::string text = fmt::format("VIX-equivalent{} stands in {}", at, name_of(*vol));
  if (!veq || *vol == VolRegime::calm) return text;
  const double edge = rule.levels.at(static_cast<std::size_t>(*vol) - 1);
  if (*veq >= edge) return text;
  return fmt::format("{} until {} closes are below {:.4g}", text, rule.closes, edge - rule.margin);
}

void by_volatility(Regime& regime, const RegimeFacts& facts, const VeqRule& rule) {
  using enum NewRisk;
  const auto vol = regime_of(facts.vol);
  const Restriction as{
      .act = open_liquidity, .gate = "volatility", .why = vol_sentence(vol, facts.veq, rule)};
  if (facts.veq) regime.size_share = size_share(rule, *facts.veq);
  if (!vol || *vol >= VolRegime::hold) {
    forbid(regime, {open_liquidity, tight_range, recentre_tighter, sell_call}, as);
  } else if (*vol == VolRegime::normal) {
    forbid(regime, {tight_range}, as);
  } else {
    ask(regime, HedgeAsk::refresh_long, {.gate = as.gate, .why = as.why});
  }
}

void by_press(Regime& regime, const Press& press) {
  if (press.state == PressState::refresh) {
    ask(regime, HedgeAsk::refresh_long,
        {.gate = "press", .why = "volatility is cheap beside its past year and later is dearer"});
  }
  if (press.state == PressState::harvest) return;
  forbid(regime, {NewRisk::sell_call},
         {.act = NewRisk::sell_call,
          .gate = "press",
          .why = press.score ? fmt::format("premium is not rich: {:.0f} of 100", *press.score)
                             : "whether premium is rich is not known"});
}

void by_stress(Regime& regime, const GateState& gate) {
  if (gate.stands == Switch::on) return;
  forbid(regime, {NewRisk::draw_loan},
         {.act = NewRisk::draw_loan,
          .gate = "stress",
          .why = "the lending sleeve draws under stress alone"});
}

std::string event_sentence(const Event& event) {
  std::string kind(name_of(event.kind));
  if (event.kind >= EventKind::fomc) {  // initials from here on
    for (char& c : kind) c = static_cast<char>(c - 'a' + 'A');
    kind += ':';
  }
  return fmt::format("{} {} at {}", kind, event.name, text_of(event.at));
}

void by_calendar(Regime& regime, const CalendarReading& calendar) {
  using enum NewRisk;
  for (const Event& over : calendar.review) {
    regime.reviews.push_back({.gate = "calendar", .why = event_sentence(over) + " is over"});
  }
  if (calendar.adds()) return;
  const std::string next = event_sentence(calendar.inside.front());
  forbid(regime, {open_liquidity, tight_range, recentre_tighter, sell_call},
         {.act = open_liquidity, .gate = "calendar", .why = next});
  ask(regime, HedgeAsk::full_target, {.gate = "calendar", .why = next});
  regime.hedge_by = calendar.hedge_full_by;
}

void by_oracle(Regime& regime, OracleBand band) {
  using enum NewRisk;
  if (band < OracleBand::freeze) return;
  forbid(regime, {open_liquidity, tight_range, recentre_tighter, move_range, draw_loan},
         {.act = open_liquidity,
          .gate = "oracle",
          .why = fmt::format("the feed is in {}: trades at its price wait", name_of(band))});
  if (band == OracleBand::exit_review) {
    regime.reviews.push_back({.gate = "oracle", .why = "the feed is in exit_review"});
  }
}

void by_emergency(Regime& regime, const Watch& emergency) {
  using enum NewRisk;
  if (!emergency.stands()) return;
  const Prompt as{.gate = "governance", .why = "an emergency of those who govern"};
  forbid(regime, {open_liquidity, tight_range, recentre_tighter, sell_call},
         {.act = open_liquidity, .gate = as.gate, .why = as.why});
  ask(regime, HedgeAsk::full_target, as);
  if (emergency.is_new) regime.reviews.push_back(as);
}

std::string off_peg(const Watch& peg, std::string_view name) {
  return peg.value ? fmt::format("the peg is {}: {:.4f} off", name, *peg.value)
                   : fmt::format("the peg was {} when last read", name);
}

void by_peg(Regime& regime, const RegimeFacts& facts) {
  using enum NewRisk;
  if (facts.broken.stands()) {
    const Prompt as{.gate = "peg", .why = off_peg(facts.broken, "broken")};
    forbid(regime, {open_liquidity, tight_range, recentre_tighter, move_range, draw_loan},
           {.act = open_liquidity, .gate = as.gate, .why = as.why});
    ask(regime, HedgeAsk::full_target, as);
    if (facts.broken.is_new) regime.reviews.push_back(as);
  } else if (facts.strained.stands()) {
    const Prompt as{.gate = "peg", .why = off_peg(facts.strained, "strained")};
    forbid(regime, {open_liquidity, tight_range, recentre_tighter},
           {.act = open_liquidity, .gate = as.gate, .why = as.why});
    if (facts.strained.is_new) regime.reviews.push_back(as);
  }
}

void by_hypotheses(Regime& regime, const RegimeFacts& facts) {
  using enum NewRisk;
  struct Hypothesis {
    const Watch& watch;
    std::string_view gate, why;
  };
  const Hypothesis all[] = {
      {facts.breadth, "breadth", "fewer and fewer tokens hold the market near its high"},
      {facts.outflow, "outflow", "value leaves the protocol that does not leave the sector"},
      {facts.lending, "lending", "loans on chain are dear beside the benchmark"},
      {facts.heat, "heat", "those who govern run hot"}};
  std::string standing;
  int count = 0;
  for (const Hypothesis& one : all) {
    // An emergency is hot by decree: it has had its say.
    if (&one.watch == &facts.heat && facts.emergency.stands()) continue;
    if (!one.watch.stands()) continue;
    standing += fmt::format("{}{}", count > 0 ? ", " : "", one.gate);
    ++count;
    if (one.watch.is_new) {
      regime.reviews.push_back({.gate = one.gate, .why = std::string(one.why)});
    }
  }
  if (facts.lending.stands()) {
    forbid(regime, {draw_loan},
           {.act = draw_loan, .gate = "lending", .why = std::string(all[2].why)});
  }
  if (count < 2) return;
  forbid(regime, {open_liquidity, tight_range, recentre_tighter},
         {.act = open_liquidity,
          .gate = "agreement",
          .why = fmt::format("{} of four hypotheses agree: {}", count, standing)});
}

}  // namespace

std::string_view name_of(PressState state) {
  return press_names.at(static_cast<std::size_t>(state));
}

std::optional<PressState> press_state_named(std::string_view name) {
  const auto found = std::ranges::find(press_names, name);
  if (found == press_names.end()) return {};
  return static_cast<PressState>(found - press_names.begin());
}

std::string_view name_of(HedgeAsk ask) {
  return std::array<std::string_view, 3>{"as_planned", "full_target", "refresh_long"}.at(
      static_cast<std::size_t>(ask));
}

std::string_view name_of(NewRisk act) { return act_names.at(static_cast<std::size_t>(act)); }

StressRule stress_rule(const SignalPolicy& policy) {
  return {.clip = policy.stress_clip,
          .least_parts = static_cast<int>(policy.stress_parts),
          .gate = {.on = policy.stress_on,
                   .on_closes = static_cast<int>(policy.stress_on_bars),
                   .off = policy.stress_off,
                   .off_closes = static_cast<int>(policy.stress_off_bars)}};
}

PressRule press_rule(const SignalPolicy& policy) {
  return {.premium_min = policy.carry_premium_min,
          .slope_min = policy.carry_slope_min,
          .rsi_min = policy.carry_rsi_min,
          .percentile_max = policy.carry_percentile_max};
}

Stress stress_of(const StressParts& parts, const StressRule& rule) {
  LEVEE_EXPECT(rule.clip > 0 && rule.least_parts >= 1);
  Stress stress;
  double sum = 0;
  for (const auto& part :
       {parts.breadth, parts.veq, parts.depth, parts.mev, parts.lending, parts.governance}) {
    if (!part) continue;
    LEVEE_EXPECT(!std::isnan(*part));
    sum += std::clamp(*part, -rule.clip, rule.clip);
    ++stress.parts;
  }
  if (stress.parts >= rule.least_parts) stress.score = sum / stress.parts;
  return stress;
}

Press press_of(const PressFacts& facts, const PressRule& rule) {
  const bool over_mean = facts.over_mean && *facts.over_mean > 0;
  const bool strong = facts.rsi && *facts.rsi > rule.rsi_min;
  const bool harvest = at_least(facts.premium, rule.premium_min) &&
                       at_least(facts.slope, rule.slope_min) && strong && over_mean;
  const bool refresh = facts.percentile && *facts.percentile <= rule.percentile_max &&
                       facts.slope && *facts.slope > 0;
  Press press;
  if (harvest) press.state = PressState::harvest;
  if (refresh) press.state = PressState::refresh;
  press.score =
      25 * (part_of(facts.premium, 0, rule.premium_min) + part_of(facts.slope, 0, rule.slope_min) +
            part_of(facts.rsi, 50, rule.rsi_min) + (over_mean ? 1 : 0));
  return press;
}

bool Regime::allows(NewRisk act) const {
  return std::ranges::find(restrictions, act, &Restriction::act) == restrictions.end();
}

Regime regime_from(const RegimeFacts& facts, const VeqRule& rule) {
  Regime regime;
  by_volatility(regime, facts, rule);
  by_press(regime, facts.press);
  by_stress(regime, facts.stress);
  by_calendar(regime, facts.calendar);
  by_oracle(regime, facts.oracle);
  by_emergency(regime, facts.emergency);
  by_peg(regime, facts);
  by_hypotheses(regime, facts);
  regime.review = !regime.reviews.empty();
  return regime;
}

}  // namespace levee::signal
