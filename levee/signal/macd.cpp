#include "levee/signal/macd.h"

#include <cmath>

#include <fmt/core.h>

namespace levee::signal {
namespace {

int side_of(double histogram) { return histogram > 0 ? 1 : histogram < 0 ? -1 : 0; }

// Says once of every cross that it has lasted and is wide enough.
class Cross {
 public:
  explicit Cross(const SignalPolicy& policy) : policy_(policy) {}

  std::string_view next(const MacdBar& bar) {
    const int side = side_of(bar.histogram);
    if (!begun_) side_ = side;
    begun_ = true;
    if (side != 0 && side != side_) {
      side_ = side;
      lasted_ = 0;
      open_ = true;
    }
    if (side == 0) return macd_states[0];
    lasted_ += 1;
    const bool wide = std::abs(bar.histogram) >= policy_.macd_histogram_min * bar.scale;
    if (!open_ || !wide || lasted_ < policy_.macd_confirm_bars) return macd_states[0];
    open_ = false;
    return macd_states[side > 0 ? 1 : 2];
  }

 private:
  const SignalPolicy& policy_;
  int side_ = 0;
  double lasted_ = 0;
  bool begun_ = false, open_ = false;
};

}  // namespace

std::vector<MacdBar> macd_of(std::span<const double> values, const SignalPolicy& policy) {
  const auto fast_bars = static_cast<std::size_t>(policy.macd_fast_bars);
  const auto slow_bars = static_cast<std::size_t>(policy.macd_slow_bars);
  const auto signal_bars = static_cast<std::size_t>(policy.macd_signal_bars);
  const auto scale_bars = static_cast<std::size_t>(policy.macd_scale_bars);
  const std::vector<double> fast = exponential_mean(values, fast_bars);
  const std::vector<double> slow = exponential_mean(values, slow_bars);
  std::vector<double> line;
  for (std::size_t i = 0; i < slow.size(); ++i) {
    line.push_back(fast[i + slow_bars - fast_bars] - slow[i]);
  }
  const std::vector<double> signal = exponential_mean(line, signal_bars);
  std::vector<MacdBar> bars;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const std::size_t at = i + signal_bars - 1;
    bars.push_back({.line = line[at],
                    .signal = signal[i],
                    .histogram = line[at] - signal[i],
                    .scale = deviation_of(last(line, at, scale_bars))});
  }
  return bars;
}

Result<Signal> macd_signal(const MacdAsk& ask, const SignalPolicy& policy) {
  Signal found;
  MacdBar newest;
  const double warm_up = policy.macd_slow_bars + policy.macd_signal_bars - 1;
  for (const Run& run : runs_of(ask.days)) {
    const auto values = std::span(ask.days.value).subspan(run.first, run.count);
    const auto bars = macd_of(values, policy);
    Cross cross(policy);
    for (std::size_t i = 0; i < bars.size(); ++i) {
      const auto day = run.first + i + static_cast<std::size_t>(warm_up) - 1;
      found.readings.push_back({.at = ask.days.at[day],
                                .value = ratio_or_zero(bars[i].histogram, bars[i].scale),
                                .state = cross.next(bars[i])});
      newest = bars[i];
    }
  }
  if (found.readings.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}: {} days, none of {} in a row (the means take as many to begin)",
                            ask.name, ask.days.at.size(), warm_up));
  }
  found.working = {
      .name = std::string(ask.name),
      .value = found.readings.back().value,
      .unit = "deviations of the line",
      .formula = fmt::format("(line - signal) / deviation of the line; line = EMA{} - EMA{} of {}, "
                             "signal = its EMA{}",
                             policy.macd_fast_bars, policy.macd_slow_bars, ask.formula,
                             policy.macd_signal_bars),
      .source = ask.days.source,
      .inputs = {{"line", newest.line, "", "", "", {}},
                 {"signal", newest.signal, "", "", "", {}},
                 {"deviation of the line", newest.scale, "", "", "", {}}}};
  return found;
}

}  // namespace levee::signal
