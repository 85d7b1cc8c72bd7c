// levee/signal/kind/carry_regime.cpp — whether volatility is dear enough to sell or cheap to buy.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"price", "iv", "iv_long"};
constexpr std::string_view states[] = {"off", "harvest", "refresh"};

/// What a day is judged by.
struct Carry {
  double premium = 0;     ///< IV30 / RV30 - 1.
  double slope = 0;       ///< IV90 / IV30 - 1.
  double strength = 0;    ///< Relative strength of the price.
  double to_mean = 0;     ///< IV30 over its long mean.
  double percentile = 0;  ///< Of IV30, in its past.
};

std::string_view state_of(const Carry& carry, const SignalPolicy& policy) {
  if (carry.premium >= policy.carry_premium_min && carry.slope >= policy.carry_slope_min &&
      carry.strength > policy.carry_rsi_min && carry.to_mean > 1) {
    return states[1];
  }
  return states[carry.percentile <= policy.carry_percentile_max && carry.slope > 0 ? 2 : 0];
}

// How far each of harvest's four conditions is met, on average.
double score_of(const Carry& carry, const SignalPolicy& policy) {
  const auto met = [](double have, double want) { return std::clamp(have / want, 0.0, 1.0); };
  return 25 *
         (met(carry.premium, policy.carry_premium_min) + met(carry.slope, policy.carry_slope_min) +
          met(carry.strength, policy.carry_rsi_min) + met(carry.to_mean, 1));
}

std::string permitted(std::string_view state) {
  if (state == states[1]) return "the collar's call may be sold; hedges are only rolled";
  if (state == states[2]) return "the 110 and 220 day layers may be refilled to their target";
  return "nothing beyond the plan";
}

Explain told(const Carry& carry, double score, std::string_view state) {
  return {.name = "carry regime",
          .value = score,
          .unit = "of 100",
          .formula = fmt::format("{}: {}; the score is how far harvest's four conditions are met, "
                                 "on average",
                                 state, permitted(state)),
          .source = "policy",
          .inputs = {{"variance premium", carry.premium, "", "implied / realised - 1", "", {}},
                     {"term slope", carry.slope, "", "90 days / 30 days - 1", "", {}},
                     {"relative strength", carry.strength, "", "", "", {}},
                     {"volatility to its long mean", carry.to_mean, "", "", "", {}},
                     {"percentile of volatility", carry.percentile, "", "", "", {}}}};
}

struct Inputs {
  market::Series thirty, ninety, realised, strength;
};

// Nothing where one of the four is not known on that day, or the mean's window is not full.
std::optional<Carry> carry_on(const Inputs& in, std::size_t i, const SignalPolicy& policy) {
  const auto mean_bars = static_cast<std::size_t>(policy.carry_mean_bars);
  if (i + 1 < mean_bars) return {};
  const UnixSeconds at = in.thirty.at[i];
  const auto ninety = value_on(in.ninety, at), realised = value_on(in.realised, at),
             strength = value_on(in.strength, at);
  if (!ninety || !realised || !strength || !(*realised > 0)) return {};
  const double now = in.thirty.value[i];
  const auto recent =
      last(in.thirty.value, i, static_cast<std::size_t>(policy.carry_percentile_bars));
  std::vector<double> ascending(recent.begin(), recent.end());
  std::sort(ascending.begin(), ascending.end());
  return Carry{.premium = now / *realised - 1,
               .slope = *ninety / now - 1,
               .strength = *strength,
               .to_mean = now / mean_of(last(in.thirty.value, i, mean_bars)),
               .percentile = 100 * rank_of(ascending, now)};
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto prices = days_of(history, "price", Sign::positive);
  if (!prices) return prices.error();
  const auto thirty = days_of(history, "iv", Sign::positive);
  if (!thirty) return thirty.error();
  const auto ninety = days_of(history, "iv_long", Sign::positive);
  if (!ninety) return ninety.error();
  const Inputs in{
      .thirty = *thirty,
      .ninety = *ninety,
      .realised = realised_days(*prices, static_cast<std::size_t>(policy.carry_realised_bars)),
      .strength = strength_days(*prices, static_cast<std::size_t>(policy.rsi_bars))};
  Signal found;
  Carry newest;
  for (std::size_t i = 0; i < in.thirty.at.size(); ++i) {
    const auto carry = carry_on(in, i, policy);
    if (!carry) continue;
    newest = *carry;
    found.readings.push_back({.at = in.thirty.at[i],
                              .value = score_of(newest, policy),
                              .state = state_of(newest, policy)});
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("iv: {} days, none with {} before it and price and iv_long on it (the "
                            "regime takes all)",
                            in.thirty.at.size(), policy.carry_mean_bars));
  }
  found.working = told(newest, found.readings.back().value, found.readings.back().state);
  return found;
}

}  // namespace

Entry carry_regime() {
  return {"carry_regime", "whether volatility is dear enough to sell or cheap enough to buy", needs,
          states, read};
}

}  // namespace levee::signal::kind
