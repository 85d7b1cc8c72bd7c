// levee/solve/least_squares.cpp — Levenberg and Marquardt's steps, kept in the box.
#include "levee/solve/least_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/core.h>
#include <Eigen/Dense>

namespace levee::solve::detail {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

// The search in the box's own coordinates: every variable runs from 0 to 1.
class Search {
 public:
  Search(const void* callee, Residuals f, const SquaresSearch& asked)
      : callee_(callee),
        f_(f),
        asked_(&asked),
        count_(static_cast<Eigen::Index>(asked.start.size())) {}

  Eigen::Index count() const { return count_; }
  double width(Eigen::Index i) const { return upper(i) - lower(i); }
  double upper(Eigen::Index i) const { return asked_->upper[static_cast<std::size_t>(i)]; }
  double lower(Eigen::Index i) const { return asked_->lower[static_cast<std::size_t>(i)]; }
  int evaluations() const { return evaluations_; }

  Vector start() const {
    Vector y(count_);
    for (Eigen::Index i = 0; i < count_; ++i) {
      y[i] = (asked_->start[static_cast<std::size_t>(i)] - lower(i)) / width(i);
    }
    return y;
  }
  std::vector<double> point(const Vector& y) const {
    std::vector<double> x(asked_->start.size());
    for (Eigen::Index i = 0; i < count_; ++i) {
      const double at = y[i] == 1 ? upper(i) : lower(i) + y[i] * width(i);
      x[static_cast<std::size_t>(i)] = std::clamp(at, lower(i), upper(i));
    }
    return x;
  }
  std::optional<Vector> residual(const Vector& y) {
    ++evaluations_;
    Vector r(static_cast<Eigen::Index>(asked_->residuals));
    const std::vector<double> x = point(y);
    if (!f_(callee_, x, {r.data(), asked_->residuals}) || !r.allFinite()) return std::nullopt;
    return r;
  }
  // Central where both sides have residuals, else from the middle.
  Matrix jacobian(const Vector& y, const Vector& middle) {
    Matrix slopes = Matrix::Zero(middle.size(), count_);
    for (Eigen::Index i = 0; i < count_; ++i) {
      const double step = 3e-5 * std::max(0.03, std::abs(y[i] + lower(i) / width(i)));
      const auto beside = [&](double by) {
        Vector moved = y;
        moved[i] = std::clamp(y[i] + by, 0.0, 1.0);
        const auto r = residual(moved);
        return r ? std::pair{moved[i], *r} : std::pair{y[i], middle};
      };
      const auto [right, r_right] = beside(step);
      const auto [left, r_left] = beside(-step);
      if (right > left) slopes.col(i) = (r_right - r_left) / (right - left);
    }
    return slopes;
  }

 private:
  const void* callee_;
  Residuals f_;
  const SquaresSearch* asked_;
  Eigen::Index count_;
  int evaluations_ = 0;
};

struct State {
  Vector y, residual;
  Matrix jacobian;
  double value = 0;
};

// Bounds hold a variable that stands on one and would be pushed through it.
std::vector<bool> held_at(const State& state) {
  const Vector downhill = -state.jacobian.transpose() * state.residual;
  std::vector<bool> held;
  for (Eigen::Index i = 0; i < state.y.size(); ++i) {
    held.push_back((state.y[i] <= 0 && downhill[i] <= 0) || (state.y[i] >= 1 && downhill[i] >= 0));
  }
  return held;
}

Vector step_of(const State& state, const std::vector<bool>& held, double damping) {
  Matrix normal = state.jacobian.transpose() * state.jacobian;
  Vector slope = -state.jacobian.transpose() * state.residual;
  const double floor = 1e-12 * std::max(normal.diagonal().maxCoeff(), 1e-300);
  for (Eigen::Index i = 0; i < slope.size(); ++i) {
    if (held[static_cast<std::size_t>(i)]) {
      normal.row(i).setZero();
      normal.col(i).setZero();
      normal(i, i) = 1;
      slope[i] = 0;
    } else {
      normal(i, i) += damping * std::max(normal(i, i), floor);
    }
  }
  return normal.ldlt().solve(slope);
}

// Where one step leads, if it is down.
std::optional<State> stepped(Search& search, const State& state, const Vector& step) {
  if (!step.allFinite()) return std::nullopt;
  State next{.y = (state.y + step).cwiseMax(0).cwiseMin(1), .residual = {}, .jacobian = {}};
  auto residual = search.residual(next.y);
  if (!residual) return std::nullopt;
  next.residual = std::move(*residual);
  next.value = next.residual.squaredNorm();
  if (!(next.value < state.value)) return std::nullopt;
  return next;
}

// Ever shorter steps until one goes down; none if even the shortest does not.
std::optional<State> lower_than(Search& search, const State& state, double& damping) {
  const std::vector<bool> held = held_at(state);
  while (damping < 1e12) {
    auto next = stepped(search, state, step_of(state, held, damping));
    if (next) return next;
    damping *= 4;
  }
  return std::nullopt;
}

// Roots of the diagonal of the inverse of J'J over the free variables.
std::vector<double> errors_of(const Search& search, const Matrix& jacobian,
                              const std::vector<bool>& held) {
  Matrix free = jacobian;
  for (Eigen::Index i = 0; i < search.count(); ++i) {
    if (held[static_cast<std::size_t>(i)]) free.col(i).setZero();
  }
  const Eigen::JacobiSVD<Matrix> parts(free, Eigen::ComputeThinV);
  const Vector& size = parts.singularValues();
  std::vector<double> errors(held.size());
  for (Eigen::Index i = 0; i < search.count(); ++i) {
    double variance = 0;
    for (Eigen::Index k = 0; k < size.size(); ++k) {
      const double share = parts.matrixV()(i, k);
      if (size[k] > 1e-8 * size[0]) {
        variance += share * share / (size[k] * size[k]);
      } else if (std::abs(share) > 1e-3) {
        variance = std::numeric_limits<double>::infinity();
      }
    }
    const auto at = static_cast<std::size_t>(i);
    errors[at] = held[at] ? 0 : std::sqrt(variance) * search.width(i);
  }
  return errors;
}

SquaresFit told(const Search& search, const State& state) {
  const std::vector<bool> held = held_at(state);
  return {.at = search.point(state.y),
          .residual = {state.residual.begin(), state.residual.end()},
          .value = state.value,
          .standard_error = errors_of(search, state.jacobian, held),
          .at_bound = held};
}

bool inside(const SquaresSearch& search) {
  for (std::size_t i = 0; i < search.start.size(); ++i) {
    const bool within = search.lower[i] <= search.start[i] && search.start[i] <= search.upper[i];
    if (!within || !(search.lower[i] < search.upper[i])) return false;
  }
  return true;
}

}  // namespace

Result<SquaresFit> least_squares(const void* callee, Residuals f, const SquaresSearch& asked) {
  const std::size_t count = asked.start.size();
  LEVEE_EXPECT(count > 0 && asked.lower.size() == count && asked.upper.size() == count);
  LEVEE_EXPECT(asked.residuals > 0);
  if (!inside(asked)) return fail(Reason::bad_input, "the start lies outside the box of a search");
  Search search(callee, f, asked);
  State state{.y = search.start(), .residual = {}, .jacobian = {}};
  auto first = search.residual(state.y);
  if (!first) return fail(Reason::bad_input, "there are no residuals where the search starts");
  state.residual = std::move(*first);
  state.value = state.residual.squaredNorm();
  double damping = 1e-3;
  for (int round = 1; round <= asked.rounds_max; ++round) {
    state.jacobian = search.jacobian(state.y, state.residual);
    auto next = lower_than(search, state, damping);
    const bool settled =
        !next || (state.value - next->value <= asked.tolerance * state.value &&
                  (next->y - state.y).cwiseAbs().maxCoeff() <= std::sqrt(asked.tolerance));
    if (next) {
      next->jacobian = std::move(state.jacobian);
      state = std::move(*next);
      damping = std::max(damping / 8, 1e-14);
    }
    if (!settled) continue;
    SquaresFit fit = told(search, state);
    fit.rounds = round;
    fit.evaluations = search.evaluations();
    return fit;
  }
  return fail(Reason::not_converged,
              fmt::format("no least squares after {} rounds", asked.rounds_max));
}

}  // namespace levee::solve::detail
