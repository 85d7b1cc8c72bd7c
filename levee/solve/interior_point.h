// levee/solve/interior_point.h — the dense inner programme of the tail solver.
//
// `solve` answers: what is the best point? Main types: TailProgram, Outcome, BandProgram. It never
// knows what the columns mean.
#pragma once
#include <cstddef>
#include <vector>

namespace levee::solve {

/// min  cost.x + mass * zeta + sum_k cap_k z_k
/// over 0 <= x <= 1, zeta free, z_k >= 0
/// with z_k + zeta + (payoff x)_k >= target_k   for every scenario k
/// and  lower_r <= (row x)_r <= upper_r         for every row r (equal bounds: an equation).
///
/// A column pays `factor` times its instrument: buys and sales of one thing share a payoff.
struct BandProgram {
  struct Share {
    std::size_t instrument = 0;
    double factor = 1;
  };
  std::size_t columns = 0, scenarios = 0, rows = 0, instruments = 0;
  std::vector<double> cost;          ///< [columns]
  std::vector<Share> share;          ///< [columns]
  std::vector<double> payoff;        ///< [scenarios x instruments], a scenario contiguous.
  std::vector<double> target;        ///< [scenarios]
  std::vector<double> cap;           ///< [scenarios], > 0
  double mass = 0;                   ///< In (0, sum of caps); 0 without scenarios.
  std::vector<double> row;           ///< [rows x columns], a row contiguous.
  std::vector<double> lower, upper;  ///< [rows], may be infinite.
};

/// Where the interior point method ended.
struct BandPoint {
  std::vector<double> x;          ///< [columns], in [0, 1].
  std::vector<double> price;      ///< [scenarios] multipliers q: 0 <= q <= cap, sum q = mass.
  std::vector<double> row_price;  ///< [rows] >= 0 where the upper bound binds, <= 0 the lower.
  double threshold = 0;           ///< zeta
  double complementarity = 0;     ///< Sum of products left: the gap if residuals are zero.
  double row_residual = 0;        ///< Largest violation of a row.
  int iterations = 0;
};

/// Mehrotra's predictor-corrector on the problem's own structure: scenarios are eliminated one by
/// one, which leaves a Cholesky factor of size columns + 1 and a Schur block of size equations.
///
/// in:   entries scaled to the order of 1; tolerance: complementarity at which to stop
/// out:  the last point; the caller judges it by its own certificate
/// cost: per iteration O(scenarios * instruments^2 + columns^3 + rows * columns^2)
/// src:  Mehrotra (1992), SIAM J. Optimization 2, 575-601; barrier weighted per group so that a
///       thousand scenarios do not outvote a dozen bounds
BandPoint interior_point(const BandProgram& program, double tolerance);

}  // namespace levee::solve
