// levee/risk/drawdown.h — how far below its highest a value has fallen.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"
#include "levee/num/matrix.h"
#include "levee/parallel/team.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace levee::risk {

/// The deepest fall of a path of values.
struct Drawdown {
  Usd fall;                              ///< >= 0.
  std::optional<Share> share;            ///< Of the peak; missing where the peak is not above 0.
  std::size_t peak = 0, trough = 0;      ///< Dates; the earliest of equals.
  std::optional<std::size_t> recovered;  ///< First date at or above the peak; missing: not yet.
};

/// The deepest fall, in money, from a peak to a later trough.
///
/// in:   values in order of time
/// err:  missing_data without values; bad_input if one is not finite
/// src:  the greatest of highest-so-far less value
Result<Drawdown> worst_drawdown(std::span<const double> values_usd);

/// On each date, how far below the highest so far.
/// src: as worst_drawdown
std::vector<double> drawdowns_along(std::span<const double> values_usd);

/// The tail of one path's drawdowns over its dates.
struct DrawdownTail {
  Usd at_risk;      ///< Fall not exceeded on a `level` share of dates.
  Usd conditional;  ///< Mean of the worst 1 - level of dates.
};

/// err: as worst_drawdown; out_of_range if the level is outside (0, 1)
/// src: Chekhlov, Uryasev & Zabarankin (2005), Int. J. Theoretical & Applied Finance 8, 13-58
Result<DrawdownTail> drawdown_tail(std::span<const double> values_usd, double level);

/// The deepest fall on every path: losses whose tail tail_of() tells.
///
/// in:   [dates x paths], at least one date
/// out:  [paths]; same bits on any number of threads
/// src:  as worst_drawdown
std::vector<double> worst_falls(const num::Matrix<Usd>& values, const parallel::Team& team);

}  // namespace levee::risk
