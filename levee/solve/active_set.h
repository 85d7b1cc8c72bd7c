// levee/solve/active_set.h — the inner programme from corner to corner, where one is nearly right.
#pragma once
#include "levee/solve/interior_point.h"

#include <optional>
#include <vector>

namespace levee::solve {

/// What is known of the best point: that of a programme much like this one.
struct BandStart {
  std::vector<double> x;          ///< [columns]; what lies outside [0, 1] is brought there.
  std::vector<double> price;      ///< [scenarios] multipliers; empty: none is known.
  std::vector<double> row_price;  ///< [rows]; empty: none is known.
};

/// The same programme as interior_point() solves, by exchanges: at a corner some scenarios lie on
/// the tail's edge and some rows on a bound, and the columns between their bounds follow from them.
/// Each exchange lets go of one whose multiplier has the wrong sign and walks past every scenario
/// on the way until the objective no longer falls. What the start breaks is charged for until met.
///
/// in:   entries scaled to the order of 1; any start, right or wrong
/// out:  a corner with its exact multipliers; where these columns cannot meet every row, one that
///       misses little, its row_residual above 0 and the missed rows' prices as high as they were
///       charged; nothing where rounding gathers or exchanges run out
/// cost: an exchange O(scenarios * instruments + columns between bounds squared)
/// src:  Fourer (1985), Mathematical Programming 33, 204-233 (simplex for piecewise-linear
///       objectives); Barrodale & Roberts (1973), SIAM J. Numerical Analysis 10, 839-848 (long
///       steps)
std::optional<BandPoint> active_set(const BandProgram& program, const BandStart& start);

}  // namespace levee::solve
