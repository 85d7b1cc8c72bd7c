// levee/solve/minimize.h — the least value of a smooth function of a few variables in a box.
#pragma once
#include "levee/base/result.h"

#include <span>
#include <vector>

namespace levee::solve {

/// Where to look and how hard.
struct Search {
  std::vector<double> start;  ///< Inside the box.
  std::vector<double> lower, upper;
  double tolerance = 1e-9;       ///< Relative, on the value and on the point.
  int evaluations_max = 20'000;  ///< More than this is a failure, not an answer.
};

/// A local minimum.
struct Minimum {
  std::vector<double> at;
  double value = 0;
  int evaluations = 0;
};

namespace detail {
using Objective = double (*)(const void* callee, std::span<const double> point);
Result<Minimum> minimum_of(const void* callee, Objective f, const Search& search);
Result<std::vector<double>> errors_at(const void* callee, Objective f,
                                      std::span<const double> point, std::span<const double> step);
template <class Function>
double called(const void* callee, std::span<const double> point) {
  return (*static_cast<const Function*>(callee))(point);
}
}  // namespace detail

/// A local minimum of f(std::span<const double>) in a box, without derivatives.
///
/// in:   at least two variables; f smooth and finite in the box; it may throw
/// out:  the same bits every time; the value is never above f(start)
/// err:  not_converged after evaluations_max; bad_input if the start is outside the box or f is not
///       finite there; no_solution if f is not finite on the way
/// src:  Powell (2009), DAMTP 2009/NA06, algorithm BOBYQA, as NLopt has it
template <class Function>
Result<Minimum> minimum_of(const Function& f, const Search& search) {
  return detail::minimum_of(&f, detail::called<Function>, search);
}

/// Standard errors of a maximum-likelihood estimate: roots of the diagonal of the inverse Hessian.
///
/// in:   f: minus log-likelihood; point: its minimum; step: of the differences, per variable, > 0
/// err:  no_solution if f is not curved upwards in every direction there (a flat or cut-off
///       likelihood has no such error)
/// cost: 2 n^2 + 1 evaluations
/// src:  observed information; Efron & Hinkley (1978), Biometrika 65, 457-482
template <class Function>
Result<std::vector<double>> errors_at(const Function& f, std::span<const double> point,
                                      std::span<const double> step) {
  return detail::errors_at(&f, detail::called<Function>, point, step);
}

}  // namespace levee::solve
