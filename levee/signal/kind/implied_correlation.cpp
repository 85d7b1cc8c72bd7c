// levee/signal/kind/implied_correlation.cpp — how the pair's tokens are priced to move together.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <cmath>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"iv", "iv_base", "iv_quote"};
constexpr std::string_view states[] = {"quiet", "impossible"};

// The law of cosines: a triangle of volatilities.
double correlation(double base, double quote, double pair) {
  return (base * base + quote * quote - pair * pair) / (2 * base * quote);
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto pair = days_of(history, "iv", Sign::positive);
  if (!pair) return pair.error();
  const auto base = days_of(history, "iv_base", Sign::positive);
  if (!base) return base.error();
  const auto quote = days_of(history, "iv_quote", Sign::positive);
  if (!quote) return quote.error();
  Signal found;
  std::vector<double> values;
  double swing = 0;
  for (std::size_t i = 0; i < pair->at.size(); ++i) {
    const auto x = value_on(*base, pair->at[i]), y = value_on(*quote, pair->at[i]);
    if (!x || !y) continue;
    values.push_back(correlation(*x, *y, pair->value[i]));
    swing = *x * *y;
    found.readings.push_back({.at = pair->at[i],
                              .value = values.back(),
                              .state = states[std::abs(values.back()) > 1 ? 1 : 0]});
  }
  if (values.empty()) {
    return fail(Reason::missing_data,
                "iv: no day shared with iv_base and iv_quote (all three "
                "sides make the triangle) give overlapping histories");
  }
  const auto bars = static_cast<std::size_t>(policy.correlation_days);
  found.working = {.name = "implied correlation",
                   .value = values.back(),
                   .unit = "",
                   .formula =
                       "(base^2 + quote^2 - pair^2) / (2 base quote); beyond [-1, 1] the three "
                       "volatilities are not of one moment or one market",
                   .source = pair->source,
                   .inputs = {{"z",
                               z_of_last(last(values, values.size() - 1, bars)),
                               "deviations",
                               fmt::format("of the last {} days", bars),
                               "",
                               {}},
                              {"d LVR / d correlation",
                               -swing / 4,
                               "per year",
                               "-base quote / 4 of a full range",
                               "",
                               {}}}};
  return found;
}

}  // namespace

Entry implied_correlation() {
  return {"implied_correlation", "correlation of the pair's tokens that three volatilities imply",
          needs, states, read};
}

}  // namespace levee::signal::kind
