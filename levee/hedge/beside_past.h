// levee/hedge/beside_past.h — beside a plan, measured on the past: rate positions, second engines.
#pragma once
#include "levee/hedge/beside.h"

#include <vector>

namespace levee::hedge {

/// What today's positions would have gained on the days that are past, a day's return put on
/// today's price.
struct PastDays {
  std::vector<UnixSeconds> end;  ///< Ascending; a day lies the day before it.
  std::vector<double> move;      ///< Of the price, as a share of today's.
  std::vector<double> gain;      ///< Of the positions, USD, fees and LVR aside.
};

/// Days of the policy's history whose prices are whole.
///
/// src: historical simulation; Hull (2018), Options, Futures, and Other Derivatives, 10th ed., 22.2
PastDays past_days(const Ground& ground);

/// Receives the recorded lending rate, less the benchmark where one is recorded, for a fixed rate:
/// over the policy's horizon backwards at the mean of up to ninety days before it, and by the day
/// against the positions' losses.
///
/// src:  methodology 4.22
RateSwapTold rate_swap_told(const Ground& ground, const PastDays& past);

/// Perpetuals and loans of the book against its positions, on days whose funding is known where
/// there is a perpetual.
///
/// src:  methodology 4.7, structure
EnginesTold engines_told(const Ground& ground, const PastDays& past);

}  // namespace levee::hedge
