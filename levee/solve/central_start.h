// levee/solve/central_start.h — where the interior point iteration begins.
#pragma once
#include "levee/solve/dense.h"
#include "levee/solve/interior_point.h"

namespace levee::solve {

/// A point of the primal-dual iteration; names as in interior_point.h, letters as in Mehrotra.
struct CentralPoint {
  CentralPoint() = default;
  explicit CentralPoint(const BandProgram& program);

  std::vector<double> x, low, high;  ///< x, multipliers of x >= 0 and x <= 1
  LinedReals z, t, q, v;             ///< excess, slack, their multipliers v and q (q + v = cap)
  double zeta = 0;
  std::vector<double> over, under, up, down;  ///< row slacks to the bounds, their multipliers
  std::vector<double> free_price;             ///< multipliers of equations
  double weight_scenario = 0, weight_bound = 0, weight_row = 0, weight_total = 0;  ///< of barriers
};

/// A point near the central path: dual feasible from the first step, and pulled towards 0 until no
/// row that allows 0 is overdrawn.
///
/// src:  Mehrotra (1992), SIAM J. Optimization 2, 575-601, for the form of the iteration alone
CentralPoint central_start(const BandProgram& program);

}  // namespace levee::solve
