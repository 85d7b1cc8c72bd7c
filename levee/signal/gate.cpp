#include "levee/signal/gate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>

#include <fmt/core.h>

namespace levee::signal {
namespace {

bool over(const GateRule& rule, double close) {
  return rule.touch == Touch::counts ? close >= rule.on : close > rule.on;
}

}  // namespace

Result<Done> check(const GateRule& rule) {
  if (!std::isfinite(rule.on) || !std::isfinite(rule.off)) {
    return fail(Reason::bad_input, "gate level (must be a finite number)");
  }
  if (rule.off > rule.on) {
    return fail(Reason::bad_input,
                fmt::format("gate off {} above on {} (it would flap) lower off or raise on",
                            rule.off, rule.on));
  }
  if (rule.on_closes < 1 || rule.off_closes < 1) {
    return fail(Reason::bad_input, fmt::format("gate closes {} and {} (must be at least 1)",
                                               rule.on_closes, rule.off_closes));
  }
  return Done{};
}

GateState after(const GateRule& rule, GateState state, std::optional<double> close) {
  LEVEE_EXPECT(rule.off <= rule.on && rule.on_closes >= 1 && rule.off_closes >= 1);
  LEVEE_EXPECT(!close || std::isfinite(*close));
  const bool stands_on = state.stands == Switch::on;
  if (!close) return {.stands = state.stands, .closes = stands_on ? 0 : state.closes};
  const bool towards = stands_on ? *close < rule.off : over(rule, *close);
  const int closes = towards ? state.closes + 1 : 0;
  const int needed = stands_on ? rule.off_closes : rule.on_closes;
  if (closes < needed) return {.stands = state.stands, .closes = closes};
  return {.stands = stands_on ? Switch::off : Switch::on, .closes = 0};
}

std::string_view name_of(VolRegime regime) {
  return std::array<std::string_view, 4>{"calm", "normal", "hold", "crisis"}.at(
      static_cast<std::size_t>(regime));
}

GateRule gate_at(const VeqRule& rule, double level) {
  return {.on = level,
          .on_closes = 1,
          .off = level - rule.margin,
          .off_closes = rule.closes,
          .touch = Touch::counts};
}

VeqRule veq_rule(const SignalPolicy& policy) {
  return {.levels = {policy.veq_calm, policy.veq_hold, policy.veq_crisis},
          .margin = policy.veq_margin,
          .closes = static_cast<int>(policy.veq_off_bars),
          .full_size_to = policy.veq_full_size};
}

Result<Done> check(const VeqRule& rule) {
  if (!std::ranges::all_of(rule.levels, [](double level) { return std::isfinite(level); }) ||
      std::ranges::adjacent_find(rule.levels, std::greater_equal{}) != rule.levels.end()) {
    return fail(Reason::bad_input, fmt::format("veq levels {}, {}, {} (must ascend)",
                                               rule.levels[0], rule.levels[1], rule.levels[2]));
  }
  if (!(rule.margin >= 0) || !std::isfinite(rule.margin) || rule.closes < 1) {
    return fail(Reason::bad_input,
                fmt::format("veq margin {} and closes {} (must be at least 0 and 1)", rule.margin,
                            rule.closes));
  }
  if (!(rule.full_size_to > 0) || !std::isfinite(rule.full_size_to)) {
    return fail(Reason::bad_input,
                fmt::format("veq full_size_to {} (must be positive)", rule.full_size_to));
  }
  return Done{};
}

VeqState after(const VeqRule& rule, VeqState state, std::optional<double> veq) {
  LEVEE_EXPECT(!veq || *veq > 0);
  for (std::size_t i = 0; i < state.gates.size(); ++i) {
    state.gates[i] = after(gate_at(rule, rule.levels[i]), state.gates[i], veq);
  }
  state.read = state.read || veq.has_value();
  // A close far enough under a level is far enough under every higher one: no gate stands on above
  // one that is off.
  LEVEE_ENSURE(std::ranges::is_sorted(state.gates, std::greater{}, &GateState::stands));
  return state;
}

std::optional<VolRegime> regime_of(const VeqState& state) {
  if (!state.read) return {};
  return static_cast<VolRegime>(std::ranges::count(state.gates, Switch::on, &GateState::stands));
}

double size_share(const VeqRule& rule, double veq) {
  LEVEE_EXPECT(veq > 0);
  return std::min(1.0, rule.full_size_to / veq);
}

}  // namespace levee::signal
