// levee/signal/macd.h — two means of a series that converge and diverge.
//
// src: Appel (2005), Technical Analysis; the scale after Baz et al. (2015), SSRN 2695101, section
// 2,
//      here the deviation of the line itself
#pragma once
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <span>
#include <string_view>
#include <vector>

namespace levee::signal {

/// One bar; line, signal and histogram in units of the series.
struct MacdBar {
  double line = 0, signal = 0, histogram = 0;
  double scale = 0;  ///< Deviation of the line over the trailing bars.
};

/// out: [values - slow - signal + 2], the first where the signal line is seeded; empty with fewer
std::vector<MacdBar> macd_of(std::span<const double> values, const SignalPolicy& policy);

/// States of a MACD's readings.
inline constexpr std::string_view macd_states[] = {"quiet", "up", "down"};

/// Readings of a daily series: the histogram in deviations of the line, 0 for a constant series;
/// "up" or "down" once a cross, on the first bar that confirms it.
///
/// in:  days finite, ascending; name and formula for the working
/// out: begins anew after a hole of more than three days
/// err: missing_data with too few days in a row
struct MacdAsk {
  const market::Series& days;
  std::string_view name, formula;
};
Result<Signal> macd_signal(const MacdAsk& ask, const SignalPolicy& policy);

}  // namespace levee::signal
