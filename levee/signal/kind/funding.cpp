// levee/signal/kind/funding.cpp — what leverage pays to stay, against what it usually pays.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"funding"};
constexpr std::string_view states[] = {"quiet", "crowded_longs", "crowded_shorts"};

// The mean of the settlements of each day, at the midnights of `ends`.
std::vector<double> daily_means(const market::Series& rates, const market::Series& ends) {
  std::vector<double> means;
  std::size_t i = 0;
  for (const UnixSeconds end : ends.at) {
    const std::size_t first = i;
    while (i < rates.at.size() && rates.at[i] <= end) ++i;
    means.push_back(mean_of(std::span(rates.value).subspan(first, i - first)));
  }
  return means;
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto rates = series_of(history, "funding", Sign::any);
  if (!rates) return rates.error();
  const auto ends = days_of(history, "funding", Sign::any);
  if (!ends) return ends.error();
  const std::vector<double> means = daily_means(**rates, *ends);
  const auto bars = static_cast<std::size_t>(policy.funding_days);
  Signal found;
  for (std::size_t i = bars; i <= means.size(); ++i) {
    const double z = z_of_last(last(means, i - 1, bars));
    const bool is_high = z >= policy.funding_high, is_low = z <= -policy.funding_high;
    found.readings.push_back({.at = ends->at[i - 1],
                              .value = z,
                              .state = states[is_high  ? 1
                                              : is_low ? 2
                                                       : 0]});
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("funding: {} days (what is usual takes {})", means.size(), bars));
  }
  found.working = {
      .name = "funding against its usual",
      .value = found.readings.back().value,
      .unit = "deviations",
      .formula = fmt::format("the day's mean less the mean of {} days, over their deviation", bars),
      .source = (*rates)->source,
      .inputs = {
          {"funding of the day", means.back(), "per year", "mean of its settlements", "", {}}}};
  return found;
}

}  // namespace

Entry funding() {
  return {"funding", "what longs pay shorts, in deviations from its usual", needs, states, read};
}

}  // namespace levee::signal::kind
