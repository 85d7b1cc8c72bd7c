// levee/solve/minimize.cpp — a search kept in its box, and the curvature where it ends.
#include "levee/solve/minimize.h"

#include <cmath>
#include <exception>
#include <memory>

#include <fmt/core.h>
#include <nlopt.h>
#include <Eigen/Dense>

namespace levee::solve::detail {
namespace {

struct Closer {
  void operator()(nlopt_opt search) const { nlopt_destroy(search); }
};
using Handle = std::unique_ptr<std::remove_pointer_t<nlopt_opt>, Closer>;

// What C can carry of a C++ function: an exception may not fly through NLopt's frames, so it waits
// here until the search has stopped.
struct Carried {
  const void* callee;
  Objective f;
  nlopt_opt search;
  std::exception_ptr thrown;
  bool undefined = false;
};

double evaluated(unsigned count, const double* point, double*, void* carried_here) {
  auto& carried = *static_cast<Carried*>(carried_here);
  try {
    const double value = carried.f(carried.callee, {point, count});
    if (std::isfinite(value)) return value;
    carried.undefined = true;
  } catch (...) {
    carried.thrown = std::current_exception();
  }
  nlopt_force_stop(carried.search);
  return 0;
}

bool inside(const Search& search) {
  for (std::size_t i = 0; i < search.start.size(); ++i) {
    const bool within = search.lower[i] <= search.start[i] && search.start[i] <= search.upper[i];
    if (!within || !(search.lower[i] < search.upper[i])) return false;
  }
  return true;
}

}  // namespace

Result<Minimum> minimum_of(const void* callee, Objective f, const Search& search) {
  const std::size_t count = search.start.size();
  LEVEE_EXPECT(count > 1 && search.lower.size() == count && search.upper.size() == count);
  if (!inside(search)) return fail(Reason::bad_input, "the start lies outside the box of a search");
  if (!std::isfinite(f(callee, search.start))) {
    return fail(Reason::bad_input, "the function has no value where its search starts");
  }
  const Handle handle(nlopt_create(NLOPT_LN_BOBYQA, static_cast<unsigned>(count)));
  LEVEE_EXPECT(handle != nullptr);
  std::vector<double> step(count);
  for (std::size_t i = 0; i < count; ++i) step[i] = (search.upper[i] - search.lower[i]) / 10;
  Carried carried{callee, f, handle.get(), nullptr, false};
  nlopt_set_min_objective(handle.get(), evaluated, &carried);
  nlopt_set_lower_bounds(handle.get(), search.lower.data());
  nlopt_set_upper_bounds(handle.get(), search.upper.data());
  nlopt_set_initial_step(handle.get(), step.data());
  nlopt_set_ftol_rel(handle.get(), search.tolerance);
  nlopt_set_xtol_rel(handle.get(), search.tolerance);
  nlopt_set_maxeval(handle.get(), search.evaluations_max);

  Minimum found{.at = search.start};
  const nlopt_result end = nlopt_optimize(handle.get(), found.at.data(), &found.value);
  if (carried.thrown) std::rethrow_exception(carried.thrown);
  if (carried.undefined) return fail(Reason::no_solution, "the function has no value in its box");
  found.evaluations = nlopt_get_numevals(handle.get());
  // Stopped by rounding: the trust region can shrink no further, which is an answer.
  if ((end > 0 && end != NLOPT_MAXEVAL_REACHED) || end == NLOPT_ROUNDOFF_LIMITED) return found;
  return fail(Reason::not_converged, fmt::format("no minimum after {} evaluations (tolerance {})",
                                                 found.evaluations, search.tolerance));
}

Result<std::vector<double>> errors_at(const void* callee, Objective f,
                                      std::span<const double> point, std::span<const double> step) {
  LEVEE_EXPECT(!point.empty() && point.size() == step.size());
  const auto count = static_cast<Eigen::Index>(point.size());
  std::vector<double> moved(point.begin(), point.end());
  const auto at = [&](Eigen::Index i, double by_i, Eigen::Index j, double by_j) {
    const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
    moved[a] += by_i * step[a];
    moved[b] += by_j * step[b];
    const double value = f(callee, moved);
    moved.assign(point.begin(), point.end());
    return value;
  };
  const double middle = f(callee, point);
  Eigen::MatrixXd hessian(count, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const double own = step[static_cast<std::size_t>(i)];
    hessian(i, i) = (at(i, 1, i, 0) - 2 * middle + at(i, -1, i, 0)) / (own * own);
    for (Eigen::Index j = 0; j < i; ++j) {
      const double area = 4 * own * step[static_cast<std::size_t>(j)];
      hessian(i, j) = hessian(j, i) =
          (at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1)) / area;
    }
  }
  const Eigen::LLT<Eigen::MatrixXd> root(hessian);
  if (!hessian.allFinite() || root.info() != Eigen::Success) {
    return fail(Reason::no_solution,
                "no standard errors (the likelihood has no strict maximum here)");
  }
  const Eigen::MatrixXd covariance = root.solve(Eigen::MatrixXd::Identity(count, count));
  std::vector<double> errors(point.size());
  for (Eigen::Index i = 0; i < count; ++i) {
    errors[static_cast<std::size_t>(i)] = std::sqrt(covariance(i, i));
  }
  return errors;
}

}  // namespace levee::solve::detail
