#include "levee/solve/tail_value.h"

#include "levee/num/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::solve {
namespace {

// Rounding noise of a payoff difference must not move the rank of a quantile.
constexpr double shave = 1 - 4 * std::numeric_limits<double>::epsilon();

// Net quantity of each instrument.
std::vector<double> positions(const TailProgram& p, std::span<const double> x) {
  std::vector<double> y(p.value->rows(), 0.0);
  for (std::size_t j = 0; j < x.size(); ++j) {
    y[p.columns[j].instrument] += p.columns[j].sign * x[j];
  }
  return y;
}

}  // namespace

double cap_of(const TailProgram& p) {
  return p.tail_weight / ((1 - p.level) * static_cast<double>(p.base_loss.size()));
}

std::vector<double> losses_at(const TailProgram& p, std::span<const double> x) {
  std::vector<double> loss(p.base_loss.begin(), p.base_loss.end());
  const std::vector<double> y = positions(p, x);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] == 0) continue;
    const auto value = p.value->row(i);
    for (std::size_t s = 0; s < loss.size(); ++s) loss[s] -= y[i] * value[s];
  }
  return loss;
}

double tail_term(const TailProgram& p, std::span<const double> loss, double& threshold) {
  const auto paths = static_cast<double>(loss.size());
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(p.level * paths * shave)) - 1;
  std::vector<double> ordered(loss.begin(), loss.end());
  std::nth_element(ordered.begin(), ordered.begin() + rank, ordered.end());
  threshold = ordered[static_cast<std::size_t>(rank)];
  std::vector<double> excess(loss.size());
  for (std::size_t s = 0; s < loss.size(); ++s) excess[s] = std::max(0.0, loss[s] - threshold);
  return p.tail_weight * threshold + cap_of(p) * num::sum_of(excess);
}

std::vector<double> worth_of(const TailProgram& p, std::span<const double> price) {
  Indices used;
  for (std::size_t s = 0; s < price.size(); ++s) {
    if (price[s] != 0) used.push_back(s);
  }
  std::vector<double> worth(p.value->rows(), 0.0);
  for (std::size_t i = 0; i < worth.size(); ++i) {
    const auto value = p.value->row(i);
    double sum = 0;
    for (const std::size_t s : used) sum += price[s] * value[s];
    worth[i] = sum;
  }
  return worth;
}

std::vector<double> reduced_costs(const TailProgram& p, std::span<const double> worth,
                                  std::span<const double> row_price) {
  std::vector<double> reduced(p.columns.size());
  for (std::size_t j = 0; j < reduced.size(); ++j) {
    const Column& column = p.columns[j];
    reduced[j] = column.cost - column.sign * worth[column.instrument];
  }
  for (std::size_t r = 0; r < row_price.size(); ++r) {
    if (row_price[r] == 0) continue;
    const auto& a = p.rows[r].coefficient;
    for (std::size_t j = 0; j < reduced.size(); ++j) reduced[j] += row_price[r] * a[j];
  }
  return reduced;
}

double bound_of(const TailProgram& p, std::span<const double> price,
                std::span<const double> row_price, std::span<const double> reduced) {
  double bound = 0;
  for (std::size_t s = 0; s < price.size(); ++s) bound += price[s] * p.base_loss[s];
  for (std::size_t r = 0; r < row_price.size(); ++r) {
    if (row_price[r] > 0) bound -= row_price[r] * p.rows[r].upper;
    if (row_price[r] < 0) bound -= row_price[r] * p.rows[r].lower;
  }
  for (std::size_t j = 0; j < reduced.size(); ++j) {
    bound += p.columns[j].upper * std::min(0.0, reduced[j]);
  }
  return bound;
}

}  // namespace levee::solve
