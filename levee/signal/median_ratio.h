// levee/signal/median_ratio.h — a day's value over the median of the days before it.
#pragma once
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

namespace levee::signal {

/// What is held against its own past.
struct MedianRatioAsk {
  std::string_view input;
  double days;  ///< Before the day itself, which does not judge itself.
  std::string formula;
};

/// Readings of value / median; `state_of(ratio)` says which state each is in. After a hole of more
/// than three days the median begins anew.
///
/// err:  missing_data where no run of days is long enough; as days_of
template <class StateOf>
Result<Signal> median_ratio_signal(const History& history, const MedianRatioAsk& ask,
                                   StateOf state_of) {
  const auto series = days_of(history, ask.input, Sign::positive);
  if (!series) return series.error();
  const auto window = static_cast<std::size_t>(ask.days);
  Signal found;
  double median = 0;
  for (const Run& run : runs_of(*series)) {
    const auto values = std::span(series->value).subspan(run.first, run.count);
    for (std::size_t i = window; i < run.count; ++i) {
      const auto before = last(values, i - 1, window);
      std::vector<double> ascending(before.begin(), before.end());
      std::ranges::sort(ascending);
      median = quantile_of(ascending, .5);
      const double ratio = values[i] / median;
      found.readings.push_back(
          {.at = series->at[run.first + i], .value = ratio, .state = state_of(ratio)});
    }
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}: {} days, none of {} in a row (the median takes as many, and one)",
                            ask.input, series->at.size(), window + 1));
  }
  found.working = {.name = std::string(ask.input) + " ratio",
                   .value = found.readings.back().value,
                   .unit = "",
                   .formula = ask.formula,
                   .source = series->source,
                   .inputs = {{.name = "median",
                               .value = median,
                               .unit = "",
                               .formula = fmt::format("of {} days", window),
                               .source = series->source,
                               .inputs = {}}}};
  return found;
}

}  // namespace levee::signal
