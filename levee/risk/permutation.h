// levee/risk/permutation.h — whether a signal is worth more than itself on other dates.
//
// Signals and what is bought by them go on for days, so single dates may not be shuffled: a signal
// is turned round the record as a whole. All that each of the two does by itself stays as it is;
// what one says of the other is lost.
// src: Politis & Romano (1992), Exploring the Limits of Bootstrap, 263-270 (history wrapped into a
//      circle); Phipson & Smyth (2010), Statistical Applications in Genetics and Molecular Biology
//      9(1), 39 (a p-value that is never zero)
#pragma once
#include "levee/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace levee::risk {

/// A signal's days and what buying on each day would have gained.
struct Timing {
  std::span<const std::uint8_t> on;  ///< [days] 1: the signal asks for it.
  std::span<const double> gain;      ///< [days] finite; of a purchase on that day.
  std::size_t least_shift = 1;       ///< Days; nearer than that it is still the same signal.
};

/// What timing was worth.
struct ShiftTest {
  double benefit = 0;           ///< Mean gain on its days less that of all days.
  double usual = 0, error = 0;  ///< Of the shifted signals: mean, and standard deviation.
  double p_value = 1;           ///< Share of dates, its own among them, that do no worse.
  std::size_t days_on = 0, days = 0, shifts = 0;
};

/// The benefit of a signal beside that of the same signal on every other date.
///
/// out:  where the signal says nothing of the gains, p_value is uniform over its steps of
///       1 / (shifts + 1), however long either goes on
/// err:  bad_input where lengths differ or a gain is not finite; missing_data below 19 shifts, with
///       which no p-value is below 5 %, or where the signal is on always or never
/// cost: days on times shifts
Result<ShiftTest> shift_test(const Timing& timing);

}  // namespace levee::risk
