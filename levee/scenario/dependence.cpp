// levee/scenario/dependence.cpp — rank correlation, and jumps counted.
#include "levee/scenario/dependence.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/core.h>
#include <Eigen/Dense>

namespace levee::scenario {
namespace {

constexpr std::size_t fewest_rows = 60;
constexpr double jump_deviations = 4;
constexpr double joins_unknown = 0.5;

using Steps = std::vector<HistoryStep>;

struct Tau {
  double value = 0, error = 0;
};

double sign_of(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

Tau tau_of(const Steps& a, const Steps& b) {
  const std::size_t rows = a.size();
  const auto others = static_cast<double>(rows - 1);
  std::vector<double> mean(rows);  // of a row's agreement with every other
  double tau = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < rows; ++j) {
      mean[i] += sign_of(a[i].price.value() - a[j].price.value()) *
                 sign_of(b[i].price.value() - b[j].price.value());
    }
    mean[i] /= others;
    tau += mean[i] / static_cast<double>(rows);
  }
  double spread = 0;
  for (const double m : mean) spread += (m - tau) * (m - tau) / others;
  return {tau, 2 * std::sqrt(spread / static_cast<double>(rows))};
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Rows in which an asset moved as its ordinary days never would.
std::vector<bool> jumps_of(const Steps& steps) {
  std::vector<double> moves;
  for (const HistoryStep& step : steps) moves.push_back(std::abs(step.price.value()));
  // The median absolute deviation of a normal law is 0.6745 of its standard deviation.
  const double beyond = jump_deviations * median_of(moves) / 0.6745;
  std::vector<bool> jumps;
  for (const double move : moves) jumps.push_back(move > beyond);
  return jumps;
}

void count_jumps(const History& history, Dependence& found) {
  const std::vector<bool> lead = jumps_of(history.assets.front());
  found.jump_rows = static_cast<std::size_t>(std::count(lead.begin(), lead.end(), true));
  for (std::size_t i = 1; i < history.assets.size(); ++i) {
    const std::vector<bool> own = jumps_of(history.assets[i]);
    std::size_t both = 0;
    for (std::size_t row = 0; row < own.size(); ++row) both += lead[row] && own[row] ? 1 : 0;
    found.joins[i] = found.jump_rows == 0
                         ? joins_unknown
                         : static_cast<double>(both) / static_cast<double>(found.jump_rows);
  }
}

void make_definite(num::Matrix<double>& correlation) {
  constexpr double part = 0.98;
  while (!root_of(correlation)) {
    for (std::size_t i = 0; i < correlation.rows(); ++i) {
      for (std::size_t j = 0; j < correlation.rows(); ++j) {
        if (i != j) correlation.row(i)[j] *= part;
      }
    }
  }
}

}  // namespace

Result<Dependence> dependence_of(const History& history) {
  const std::size_t assets = history.assets.size();
  LEVEE_EXPECT(assets > 0);
  Dependence found{.correlation = {assets, assets},
                   .error = {assets, assets},
                   .joins = std::vector<double>(assets, 1.0),
                   .source = "one asset"};
  for (std::size_t i = 0; i < assets; ++i) found.correlation.row(i)[i] = 1;
  if (assets == 1) return found;
  if (history.rows() < fewest_rows) {
    return fail(Reason::missing_data,
                fmt::format("{} steps that all {} assets have (their dependence needs {}) give "
                            "overlapping price histories",
                            history.rows(), assets, fewest_rows));
  }
  for (std::size_t i = 0; i < assets; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Tau tau = tau_of(history.assets[i], history.assets[j]);
      const double angle = std::numbers::pi / 2 * tau.value;
      found.correlation.row(i)[j] = found.correlation.row(j)[i] = std::sin(angle);
      found.error.row(i)[j] = found.error.row(j)[i] =
          std::numbers::pi / 2 * std::cos(angle) * tau.error;
    }
  }
  make_definite(found.correlation);
  count_jumps(history, found);
  found.source = fmt::format("{} common steps of {:.3g} days, {} to {}", history.rows(),
                             in_days(history.step), text_of(history.at.front()).substr(0, 10),
                             text_of(history.at.back()).substr(0, 10));
  return found;
}

Result<num::Matrix<double>> root_of(const num::Matrix<double>& correlation) {
  const auto size = static_cast<Eigen::Index>(correlation.rows());
  Eigen::MatrixXd whole(size, size);
  for (Eigen::Index i = 0; i < size; ++i) {
    const auto row = correlation.row(static_cast<std::size_t>(i));
    for (Eigen::Index j = 0; j < size; ++j) whole(i, j) = row[static_cast<std::size_t>(j)];
  }
  const Eigen::LLT<Eigen::MatrixXd> split(whole);
  const Eigen::MatrixXd lower = split.matrixL();
  if (!whole.allFinite() || split.info() != Eigen::Success ||
      !(lower.diagonal().minCoeff() > 1e-5)) {
    return fail(Reason::no_solution,
                "correlations that no assets can have together (not positive definite)");
  }
  num::Matrix<double> root(correlation.rows(), correlation.rows());
  for (Eigen::Index i = 0; i < size; ++i) {
    for (Eigen::Index j = 0; j <= i; ++j) {
      root.row(static_cast<std::size_t>(i))[static_cast<std::size_t>(j)] = lower(i, j);
    }
  }
  return root;
}

}  // namespace levee::scenario
