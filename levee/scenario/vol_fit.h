// levee/scenario/vol_fit.h — daily returns, and how implied volatility moved with them.
#pragma once
#include "levee/base/result.h"
#include "levee/market/snapshot.h"
#include "levee/scenario/calibrate.h"

#include <span>
#include <vector>

namespace levee::scenario {

/// Daily log returns within (from, to]: of a daily series its own, of a finer one the sums over
/// whole UTC days; a day with a gap inside yields none, nor does a series coarser than a day.
std::vector<market::Return> daily_returns(const market::Series& series, UnixSeconds from,
                                          UnixSeconds to);

/// Vol moves and what they were measured on.
struct VolFit {
  SurfaceMoves moves;  ///< Without tenor_power, which is not measured.
  std::size_t pairs = 0;
  UnixSeconds first, last;  ///< Ends of the first and last pair.
};

/// Regression of daily d ln(index) on the same days' log returns, and the index's persistence.
///
/// err:  missing_data with fewer than 10 common days; no_solution if the price did not move
/// src:  least squares with an intercept; AR(1) of ln(index), its downward bias taken back as
///       Kendall (1954), Biometrika 41, 403-404
Result<VolFit> vol_moves_from_index(const market::Series& prices, const market::Series& index,
                                    UnixSeconds from, UnixSeconds to);

/// The same on neighbouring glimpses 3 to 30 hours apart, moves scaled by the root of their time.
///
/// out:  persistence 1: so short a record cannot tell how volatility reverts
/// err:  missing_data with fewer than 10 pairs; no_solution if the price did not move
/// src:  least squares through the origin, noise variance proportional to time
Result<VolFit> vol_moves_from_glimpses(std::span<const market::Glimpse> glimpses);

/// Moves of the surface's shape and what they were measured on.
struct ShapeFit {
  SurfaceMoves::Shape slope, skew;
  std::size_t pairs = 0;
};

/// Regression of the change of slope and skew on the price's return between the same neighbours.
/// The slope is what a level that moves by tenor_power does not bring by itself.
///
/// err:  missing_data with fewer than 10 pairs that know both; no_solution if the price did not
/// move src:  least squares through the origin; persistence: AR(1), its downward bias taken back as
///       Kendall (1954), Biometrika 41, 403-404, scaled to a day
Result<ShapeFit> shape_moves_from_glimpses(std::span<const market::Glimpse> glimpses,
                                           double tenor_power);

/// Share of the move of the 30-day level that reaches a tenor.
/// src: min(1, (30 days / T)^power)
double level_share(double tenor_power, Years tenor);

}  // namespace levee::scenario
