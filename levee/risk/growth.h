// levee/risk/growth.h — the share of wealth that grows it fastest.
#pragma once
#include <limits>
#include <span>

namespace levee::risk {

/// What a dollar held may earn, and what one not held earns.
struct GrowthAsk {
  std::span<const double> excess;  ///< [paths] Earned per dollar beyond the riskless; finite.
  double riskless = 0;             ///< Per dollar to the horizon; > -1.
  double most = 1;                 ///< Largest share considered, > 0.
};

/// The best share, and what it is worth.
struct Growth {
  double share = 0;       ///< In [0, most].
  double log_growth = 0;  ///< Mean logarithm gained over holding nothing; >= 0.
  /// Share that loses everything on the worst path: none at or above it is ever chosen.
  double ruin_share = std::numeric_limits<double>::infinity();
};

/// The share with the largest mean logarithm of wealth over equally likely paths.
///
/// in:   at least one path
/// out:  1e-12 of itself; 0 where the mean excess is not above 0; a concave problem, so it is the
///       only one
/// src:  Kelly (1956), Bell System Technical Journal 35, 917-926; Breiman (1961), 4th Berkeley
///       Symposium 1, 65-78
Growth fastest_growth(const GrowthAsk& ask);

}  // namespace levee::risk
