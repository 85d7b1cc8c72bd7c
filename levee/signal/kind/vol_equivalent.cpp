// levee/signal/kind/vol_equivalent.cpp — today's implied volatility as the VIX would have stood.
#include "levee/signal/kind.h"
#include "levee/signal/vol_scale.h"

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"iv"};

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto vols = days_of(history, "iv", Sign::positive);
  if (!vols) return vols.error();
  const auto equivalents = vix_equivalents(*vols, policy);
  Signal found;
  for (std::size_t i = 0; i < equivalents.size(); ++i) {
    if (!equivalents[i]) continue;
    found.readings.push_back({.at = vols->at[i],
                              .value = *equivalents[i],
                              .state = vol_regime(*equivalents[i], policy)});
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("iv: {} days (a rank takes {}, two thirds of them known) give a longer "
                            "history",
                            vols->at.size(), policy.veq_days_min));
  }
  found.working = {
      .name = "VIX-equivalent",
      .value = found.readings.back().value,
      .unit = "VIX points",
      .formula = fmt::format("the VIX that as many days lie below as of the {} days up to now lie "
                             "below today's volatility; in proportion beyond the table's ends",
                             policy.veq_days),
      .source = "quantiles of 7 772 closes of the VIX, 1990-2020",
      .inputs = {
          {"implied volatility", vols->value.back(), "per root of a year", "", vols->source, {}}}};
  return found;
}

}  // namespace

Entry vol_equivalent() {
  return {"vol_equivalent", "implied volatility on the scale of the VIX, by rank", needs,
          vol_regimes, read};
}

}  // namespace levee::signal::kind
