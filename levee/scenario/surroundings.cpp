// levee/scenario/surroundings.cpp — regressions of what moves with the price.
#include "levee/scenario/surroundings.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/core.h>
#include <Eigen/Dense>

namespace levee::scenario {
namespace {

constexpr double fewest_windows = 8;
constexpr int windows_overlap = 4;
constexpr int coefficients = 4;

// Sums of a series up to each of its moments: a mean over any window is one difference.
class Means {
 public:
  Means(const market::Series& series, Linked::Form form) : at_(series.at), sum_{0} {
    for (const double value : series.value) {
      sum_.push_back(sum_.back() + (form == Linked::Form::plain ? value : std::log(value)));
    }
  }

  // Mean over (from, to], where there is a value.
  std::optional<double> over(UnixSeconds from, UnixSeconds to) const {
    const std::size_t begin = after(from), end = after(to);
    if (begin >= end) return std::nullopt;
    return (sum_[end] - sum_[begin]) / static_cast<double>(end - begin);
  }

 private:
  std::size_t after(UnixSeconds moment) const {
    return static_cast<std::size_t>(std::upper_bound(at_.begin(), at_.end(), moment) - at_.begin());
  }

  const std::vector<UnixSeconds>& at_;
  std::vector<double> sum_;
};

// The price known last at a moment, if that is not too long ago.
std::optional<double> price_at(const market::Series& prices, UnixSeconds moment) {
  const auto after = std::upper_bound(prices.at.begin(), prices.at.end(), moment);
  if (after == prices.at.begin()) return std::nullopt;
  const auto last = after - 1;
  if (moment - *last > Seconds{2 * std::max(prices.step.value(), days(1).value())}) {
    return std::nullopt;
  }
  return prices.value[static_cast<std::size_t>(last - prices.at.begin())];
}

struct Sample {
  std::vector<UnixSeconds> start;
  std::vector<double> now, change, move;
};

Sample sampled(const LinkedAsk& ask, const Means& means) {
  Sample sample;
  const Seconds step{std::max<std::int64_t>(1, ask.horizon.value() / windows_overlap)};
  for (UnixSeconds start = ask.from; !(ask.to < start + ask.horizon); start = start + step) {
    const auto before = means.over(start - ask.memory, start);
    const auto then = means.over(start, start + ask.horizon);
    const auto first = price_at(ask.prices, start);
    const auto last = price_at(ask.prices, start + ask.horizon);
    if (!before || !then || !first || !last) continue;
    sample.start.push_back(start);
    sample.now.push_back(*before);
    sample.change.push_back(*then - *before);
    sample.move.push_back(std::log(*last / *first));
  }
  return sample;
}

// Sums over pairs of windows of a(i) . b(j), weighed by the share that both have in common: what
// their errors have in common.
template <class Product>
double over_shared(const Sample& sample, Seconds horizon, Product product) {
  double sum = 0;
  for (std::size_t i = 0; i < sample.start.size(); ++i) {
    for (std::size_t j = i; j < sample.start.size(); ++j) {
      const Seconds apart = sample.start[j] - sample.start[i];
      if (!(apart < horizon)) break;
      const double share = 1 - years(apart).value() / years(horizon).value();
      const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
      sum += (i == j ? 1 : 2 * share) * product(row, column);
    }
  }
  return sum;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

Result<Linked> linked_fit(const LinkedAsk& ask) {
  LEVEE_EXPECT(ask.horizon > Seconds{0} && ask.memory > Seconds{0});
  const auto& values = ask.quantity.value;
  if (ask.form == Linked::Form::logarithmic &&
      std::any_of(values.begin(), values.end(), [](double x) { return !(x > 0); })) {
    return fail(Reason::bad_input,
                fmt::format("{} (a value is not positive, its log was asked for) leave such rows "
                            "out",
                            ask.quantity.source));
  }
  const Means means(ask.quantity, ask.form);
  const Sample sample = sampled(ask, means);
  const double windows = static_cast<double>(sample.now.size()) / windows_overlap;
  if (windows < fewest_windows) {
    return fail(Reason::missing_data,
                fmt::format("{} ({:.1f} horizons side by side, {:.0f} are needed) give a longer "
                            "history",
                            ask.quantity.source, windows, fewest_windows));
  }
  const auto now = means.over(ask.to - ask.memory, ask.to);
  if (!now) {
    return fail(Reason::missing_data, fmt::format("{} (no value in the last {:.3g} days)",
                                                  ask.quantity.source, in_days(ask.memory)));
  }
  Linked fit{.form = ask.form, .now = *now, .usual = mean_of(sample.now), .windows = windows};
  const auto rows = static_cast<Eigen::Index>(sample.now.size());
  Eigen::MatrixXd x(rows, coefficients);
  Eigen::VectorXd y(rows);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const auto row = static_cast<std::size_t>(i);
    x.row(i) << 1, sample.now[row] - fit.usual, sample.move[row], std::abs(sample.move[row]);
    y(i) = sample.change[row];
  }
  // A quantity that has always been the same has nothing to revert from: its column is dropped.
  const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> solver(x);
  if (x.col(2).squaredNorm() < 1e-18) {
    return fail(Reason::no_solution, "the price did not move (nothing can be linked to it)");
  }
  const Eigen::VectorXd beta = solver.solve(y);
  fit.constant = beta(0), fit.reversion = beta(1), fit.on_return = beta(2), fit.on_size = beta(3);
  const Eigen::MatrixXd inverse = solver.pseudoInverse();
  const double left = (y - x * beta).squaredNorm();
  // Of errors that overlap a fit explains more than one a coefficient.
  const double free = static_cast<double>(rows) -
                      over_shared(sample, ask.horizon, [&](Eigen::Index i, Eigen::Index j) {
                        return x.row(i).dot(inverse.col(j));
                      });
  fit.noise = std::sqrt(left / free);
  const auto error = [&](Eigen::Index of) {
    return fit.noise *
           std::sqrt(over_shared(sample, ask.horizon, [&](Eigen::Index i, Eigen::Index j) {
             return inverse(of, i) * inverse(of, j);
           }));
  };
  fit.constant_error = error(0), fit.reversion_error = error(1);
  fit.on_return_error = error(2), fit.on_size_error = error(3);
  fit.source = fmt::format("{}, {:.1f} horizons", ask.quantity.source, windows);
  return fit;
}

double linked_value(const Linked& linked, LogReturn over_horizon, double normal) {
  const double r = over_horizon.value();
  const double change = linked.constant + linked.reversion * (linked.now - linked.usual) +
                        linked.on_return * r + linked.on_size * std::abs(r) + linked.noise * normal;
  return linked.form == Linked::Form::plain ? linked.now + change : std::exp(change);
}

}  // namespace levee::scenario
