// levee/solve/least_squares.h — the point in a box whose residuals are least, and how sure it is.
#pragma once
#include "levee/base/result.h"
#include "levee/num/matrix.h"

#include <span>
#include <vector>

namespace levee::solve {

/// Where to look for the least sum of squares, and how hard.
struct SquaresSearch {
  std::vector<double> start;  ///< Inside the box.
  std::vector<double> lower, upper;
  std::size_t residuals = 0;
  double tolerance = 1e-10;  ///< On the sum of squares, relative, and on the point, of its box.
  int rounds_max = 200;
};

/// A local minimum, and what the residuals say about it.
struct SquaresFit {
  std::vector<double> at;
  std::vector<double> residual;
  double value = 0;  ///< Sum of squares.
  /// If each residual has unit variance; 0 where the box holds the variable, infinite where no
  /// residual depends on it (or on a mixture of it with others).
  std::vector<double> standard_error;
  std::vector<bool> at_bound;
  int rounds = 0, evaluations = 0;
};

namespace detail {
using Residuals = bool (*)(const void* callee, std::span<const double> point,
                           std::span<double> residual);
Result<SquaresFit> least_squares(const void* callee, Residuals f, const SquaresSearch& asked);
template <class Function>
bool filled(const void* callee, std::span<const double> point, std::span<double> residual) {
  return (*static_cast<const Function*>(callee))(point, residual);
}
}  // namespace detail

/// A local minimum of the sum of squares of f's residuals in a box, by damped Gauss-Newton steps on
/// central differences; variables that their bounds hold back rest until they are let go.
///
/// in:   f(std::span<const double> point, std::span<double> residual) fills the residuals, or is
///       false where it has none, which ends a step but not the search
/// out:  the same bits every time; the value is never above that at the start
/// err:  bad_input if the start is outside the box or has no residuals; not_converged after
///       rounds_max
/// cost: per round 2 x variables + a few evaluations
/// src:  Levenberg (1944), Marquardt (1963), J. SIAM 11, 431-441; errors from the inverse of J'J
template <class Function>
Result<SquaresFit> least_squares(const Function& f, const SquaresSearch& search) {
  return detail::least_squares(&f, detail::filled<Function>, search);
}

}  // namespace levee::solve
