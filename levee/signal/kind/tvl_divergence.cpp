// levee/signal/kind/tvl_divergence.cpp — value leaves a protocol that the sector does not leave.
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"protocol_value", "secured_value"};
constexpr std::string_view states[] = {"quiet", "outflow", "inflow"};
constexpr double exact = 1e-9;  // a scatter of logs below which a fit is as good as exact

struct Line {
  double slope = 0, expected = 0, error = 0;
};

// Least squares over the window, and what it foresees at x, with the error of foreseeing.
// src: Greene (2012), Econometric Analysis, 7th ed., section 4.6
Line foreseen(std::span<const double> xs, std::span<const double> ys, double x) {
  const double mean_x = mean_of(xs), mean_y = mean_of(ys);
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    xx += (xs[i] - mean_x) * (xs[i] - mean_x);
    xy += (xs[i] - mean_x) * (ys[i] - mean_y);
  }
  const double slope = ratio_or_zero(xy, xx);
  double squares = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const double rest = ys[i] - mean_y - slope * (xs[i] - mean_x);
    squares += rest * rest;
  }
  const auto count = static_cast<double>(xs.size());
  const double leverage = ratio_or_zero((x - mean_x) * (x - mean_x), xx);
  return {.slope = slope,
          .expected = mean_y + slope * (x - mean_x),
          .error = std::sqrt(squares / (count - 2) * (1 + 1 / count + leverage))};
}

std::string_view state_of(double z, const SignalPolicy& policy) {
  return states[z <= policy.tvl_low ? 1 : z >= policy.tvl_high ? 2 : 0];
}

Explain told(const Signal& signal, const Line& line, const SignalPolicy& policy) {
  const auto apart = std::count_if(signal.readings.begin(), signal.readings.end(),
                                   [](const Reading& r) { return r.state != states[0]; });
  const double share = static_cast<double>(apart) / static_cast<double>(signal.readings.size());
  return {.name = "divergence of value locked",
          .value = signal.readings.back().value,
          .unit = "standard errors",
          .formula = fmt::format("ln value locked less what its line on ln value secured over the "
                                 "{} days before foresees, over the error of foreseeing",
                                 policy.tvl_days),
          .source = "Greene (2012), section 4.6",
          .inputs = {{"slope", line.slope, "", "", "", {}},
                     {"expected ln value", line.expected, "", "", "", {}},
                     {"error of foreseeing", line.error, "", "", "", {}},
                     {"share of days beyond a trigger",
                      share,
                      "",
                      "levels of two trending series scatter more than the error says",
                      "",
                      {}}}};
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const auto own = days_of(history, "protocol_value", Sign::positive);
  if (!own) return own.error();
  const auto all = days_of(history, "secured_value", Sign::positive);
  if (!all) return all.error();
  PairedDays both = paired(*own, *all);
  for (double& y : both.first) y = std::log(y);
  for (double& x : both.second) x = std::log(x);
  const Seconds window{static_cast<std::int64_t>(policy.tvl_days * 86400)};
  const auto least = static_cast<std::size_t>(std::max(3.0, policy.tvl_days * 2 / 3));
  Signal found;
  Line line;
  std::size_t first = 0;
  for (std::size_t i = 0; i < both.at.size(); ++i) {
    while (both.at[i] - both.at[first] > window) ++first;
    if (i - first < least) continue;
    line = foreseen(std::span(both.second).subspan(first, i - first),
                    std::span(both.first).subspan(first, i - first), both.second[i]);
    const double apart = both.first[i] - line.expected;
    const double z = std::abs(apart) < exact ? 0 : apart / std::max(line.error, exact);
    found.readings.push_back({.at = both.at[i], .value = z, .state = state_of(z, policy)});
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("protocol_value: {} days shared with secured_value (a line over {} "
                            "days takes {} of them)",
                            both.at.size(), policy.tvl_days, least + 1));
  }
  found.working = told(found, line, policy);
  return found;
}

}  // namespace

Entry tvl_divergence() {
  return {"tvl_divergence", "value locked against what the sector's total foresees", needs, states,
          read};
}

}  // namespace levee::signal::kind
