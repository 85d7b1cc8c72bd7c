// levee/signal/kind/peg.cpp — how far a stablecoin trades from its dollar.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"peg"};
constexpr std::string_view states[] = {"on_peg", "strained", "broken"};

std::string_view state_of(double off, const SignalPolicy& policy) {
  const double far = std::abs(off);
  return states[far >= policy.peg_broken ? 2 : far >= policy.peg_strained ? 1 : 0];
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  if (!(policy.peg_strained > 0 && policy.peg_strained <= policy.peg_broken)) {
    return fail(Reason::out_of_range, fmt::format("peg_strained {} (must be above zero and not "
                                                  "above peg_broken, {})",
                                                  policy.peg_strained, policy.peg_broken));
  }
  const auto series = series_of(history, "peg", Sign::positive);
  if (!series) return series.error();
  const auto bars = static_cast<std::size_t>(policy.peg_bars);
  const std::span prices((*series)->value);
  Signal found;
  for (std::size_t i = bars - 1; i < prices.size(); ++i) {
    const auto window = last(prices, i, bars);
    std::vector<double> ascending(window.begin(), window.end());
    std::ranges::sort(ascending);
    const double off = quantile_of(ascending, .5) - 1;
    found.readings.push_back(
        {.at = (*series)->at[i], .value = off, .state = state_of(off, policy)});
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("peg: {} prices (the median takes {})", prices.size(), bars));
  }
  found.working = {.name = "off the peg",
                   .value = found.readings.back().value,
                   .unit = "USD",
                   .formula = fmt::format("median of {} prices - 1; strained from {}, broken from "
                                          "{}, either way",
                                          bars, policy.peg_strained, policy.peg_broken),
                   .source = (*series)->source,
                   .inputs = {}};
  return found;
}

}  // namespace

Entry peg() { return {"peg", "a stablecoin's price against its dollar", needs, states, read}; }

}  // namespace levee::signal::kind
