// levee/signal/kind/term_slope.cpp — whether the market pays more for later volatility or for
// now's.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"iv", "iv_long"};
constexpr std::string_view states[] = {"flat", "backwardation", "contango", "steep"};

std::string_view state_of(double slope, const SignalPolicy& policy) {
  if (slope < 0) return states[1];
  if (slope <= policy.slope_flat_max) return states[0];
  return states[slope <= policy.carry_slope_min ? 2 : 3];
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto thirty = days_of(history, "iv", Sign::positive);
  if (!thirty) return thirty.error();
  const auto ninety = days_of(history, "iv_long", Sign::positive);
  if (!ninety) return ninety.error();
  const PairedDays both = paired(*thirty, *ninety);
  Signal found;
  for (std::size_t i = 0; i < both.at.size(); ++i) {
    const double slope = both.second[i] / both.first[i] - 1;
    found.readings.push_back({.at = both.at[i], .value = slope, .state = state_of(slope, policy)});
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                "iv_long: no day shared with iv (a slope takes both) give overlapping histories");
  }
  const std::string_view now = found.readings.back().state;
  const UnixSeconds since = found.readings.back().at - days(1095);
  double days_alike = 0, days_all = 0;
  for (const Reading& reading : found.readings) {
    if (reading.at <= since) continue;
    days_all += 1;
    days_alike += reading.state == now ? 1 : 0;
  }
  found.working = {.name = "term slope of volatility",
                   .value = found.readings.back().value,
                   .unit = "",
                   .formula = "iv_long / iv - 1",
                   .source = thirty->source,
                   .inputs = {{fmt::format("share of days in {}", now),
                               days_alike / days_all,
                               "",
                               "of the last three years",
                               "",
                               {}}}};
  return found;
}

}  // namespace

Entry term_slope() {
  return {"term_slope", "90-day over 30-day implied volatility", needs, states, read};
}

}  // namespace levee::signal::kind
