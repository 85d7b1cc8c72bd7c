// levee/signal/kind/carry_regime.cpp — whether volatility is dear enough to sell or cheap to buy.
#include "levee/signal/kind.h"
#include "levee/signal/regime.h"
#include "levee/signal/rolling.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"price", "iv", "iv_long"};
constexpr std::string_view states[] = {"off", "refresh", "harvest"};  // as PressState

std::string permitted(std::string_view state) {
  if (state == states[2]) return "the collar's call may be sold; hedges are only rolled";
  if (state == states[1]) return "the 110 and 220 day layers may be refilled to their target";
  return "nothing beyond the plan";
}

Explain told(const PressFacts& facts, double score, std::string_view state) {
  return {.name = "carry regime",
          .value = score,
          .unit = "of 100",
          .formula = fmt::format("{}: {}; the score is how far harvest's four conditions are met, "
                                 "on average",
                                 state, permitted(state)),
          .source = "policy",
          .inputs = {{"variance premium", facts.premium, "", "implied / realised - 1", "", {}},
                     {"term slope", facts.slope, "", "90 days / 30 days - 1", "", {}},
                     {"relative strength", facts.rsi, "", "", "", {}},
                     {"volatility over its long mean", facts.over_mean, "", "less 1", "", {}},
                     {"percentile of volatility", facts.percentile, "", "", "", {}}}};
}

struct Inputs {
  market::Series thirty, ninety, realised, strength;
};

// Nothing where one of the four is not known on that day, or the mean's window is not full.
std::optional<PressFacts> facts_on(const Inputs& in, std::size_t i, const SignalPolicy& policy) {
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
  return PressFacts{.premium = now / *realised - 1,
                    .slope = *ninety / now - 1,
                    .rsi = strength,
                    .over_mean = now / mean_of(last(in.thirty.value, i, mean_bars)) - 1,
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
  PressFacts newest;
  for (std::size_t i = 0; i < in.thirty.at.size(); ++i) {
    const auto facts = facts_on(in, i, policy);
    if (!facts) continue;
    newest = *facts;
    const Press press = press_of(newest, press_rule(policy));
    found.readings.push_back(
        {.at = in.thirty.at[i], .value = *press.score, .state = name_of(press.state)});
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
