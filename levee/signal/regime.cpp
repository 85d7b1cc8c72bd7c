#include "levee/signal/regime.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <initializer_list>

#include <fmt/core.h>

namespace levee::signal {
namespace {

constexpr std::array<std::string_view, 6> act_names{
    "open_liquidity", "tight_range", "recentre_tighter", "move_range", "sell_call", "draw_loan"};

void forbid(Regime& regime, std::initializer_list<NewRisk> acts, const Restriction& as) {
  for (const NewRisk act : acts) {
    regime.restrictions.push_back({.act = act, .gate = as.gate, .why = as.why});
  }
}

void ask(Regime& regime, HedgeAsk more) { regime.hedge = std::max(regime.hedge, more); }

bool at_least(std::optional<double> fact, double level) { return fact && *fact >= level; }

double part_of(std::optional<double> fact, double from, double to) {
  return fact ? std::clamp((*fact - from) / (to - from), 0.0, 1.0) : 0;
}

void by_volatility(Regime& regime, const RegimeFacts& facts, const VeqRule& rule) {
  using enum NewRisk;
  const auto vol = regime_of(facts.vol);
  const Restriction as{.act = open_liquidity,
                       .gate = "volatility",
                       .why = vol ? fmt::format("VIX-equivalent {} stands in {}",
                                                facts.veq ? fmt::format("{:.1f}", *facts.veq) : "",
                                                std::array{"calm", "normal", "hold", "crisis"}.at(
                                                    static_cast<std::size_t>(*vol)))
                                  : "no VIX-equivalent is known"};
  if (facts.veq) regime.size_share = size_share(rule, *facts.veq);
  if (!vol || *vol >= VolRegime::hold) {
    forbid(regime, {open_liquidity, tight_range, recentre_tighter, sell_call}, as);
  } else if (*vol == VolRegime::normal) {
    forbid(regime, {tight_range}, as);
  } else {
    ask(regime, HedgeAsk::refresh_long);
  }
}

void by_press(Regime& regime, const Press& press) {
  if (press.state == PressState::refresh) ask(regime, HedgeAsk::refresh_long);
  if (press.state == PressState::harvest) return;
  forbid(regime, {NewRisk::sell_call},
         {.act = NewRisk::sell_call,
          .gate = "press",
          .why = fmt::format("premium is not rich: {:.0f} of 100", press.score)});
}

void by_stress(Regime& regime, const GateState& gate) {
  if (gate.stands == Switch::on) return;
  forbid(regime, {NewRisk::draw_loan},
         {.act = NewRisk::draw_loan,
          .gate = "stress",
          .why = "the lending sleeve draws under stress alone"});
}

void by_calendar(Regime& regime, const CalendarReading& calendar) {
  using enum NewRisk;
  regime.review = !calendar.review.empty();
  if (calendar.adds()) return;
  const Event& next = calendar.inside.front();
  forbid(regime, {open_liquidity, tight_range, recentre_tighter, sell_call},
         {.act = open_liquidity,
          .gate = "calendar",
          .why = fmt::format("{} {} at {}", name_of(next.kind), next.name, text_of(next.at))});
  ask(regime, HedgeAsk::full_target);
  regime.hedge_by = calendar.hedge_full_by;
}

void by_oracle(Regime& regime, OracleBand band) {
  using enum NewRisk;
  if (band < OracleBand::freeze) return;
  forbid(regime, {open_liquidity, tight_range, recentre_tighter, move_range, draw_loan},
         {.act = open_liquidity,
          .gate = "oracle",
          .why = fmt::format("the feed is in {}: trades at its price wait", name_of(band))});
  if (band == OracleBand::exit_review) regime.review = true;
}

}  // namespace

std::string_view name_of(NewRisk act) { return act_names.at(static_cast<std::size_t>(act)); }

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
  return regime;
}

}  // namespace levee::signal
