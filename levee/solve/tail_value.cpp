#include "levee/solve/tail_value.h"

#include "levee/num/estimate.h"
#include "levee/solve/dense.h"

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
  constexpr std::size_t block = 4096;  // of losses that stay in cache while columns pass
  std::vector<double> loss(p.base_loss.begin(), p.base_loss.end());
  const std::vector<double> y = positions(p, x);
  const auto less = kernels_on().less;
  for (std::size_t first = 0; first < loss.size(); first += block) {
    const std::size_t count = std::min(block, loss.size() - first);
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (y[i] != 0) less(&loss[first], p.value->row(i).data() + first, y[i], count);
    }
  }
  return loss;
}

std::vector<double> losses_at(const TailProgram& p, std::span<const double> x,
                              const Indices& scenarios) {
  std::vector<double> loss;
  loss.reserve(scenarios.size());
  for (const std::size_t s : scenarios) loss.push_back(p.base_loss[s]);
  const std::vector<double> y = positions(p, x);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] == 0) continue;
    const double* value = p.value->row(i).data();
    for (std::size_t k = 0; k < loss.size(); ++k) loss[k] -= y[i] * value[scenarios[k]];
  }
  return loss;
}

double linear_cost(const TailProgram& p, std::span<const double> x) {
  double cost = 0;
  for (std::size_t j = 0; j < x.size(); ++j) cost += p.columns[j].cost * x[j];
  return cost;
}

double tail_term(const TailProgram& p, std::span<const double> loss, double& threshold) {
  return tail_term(loss, p.level, p.tail_weight, threshold);
}

double tail_term(std::span<const double> loss, double level, double weight, double& threshold) {
  const auto paths = static_cast<double>(loss.size());
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(level * paths * shave)) - 1;
  std::vector<double> ordered(loss.begin(), loss.end());
  std::nth_element(ordered.begin(), ordered.begin() + rank, ordered.end());
  threshold = ordered[static_cast<std::size_t>(rank)];
  std::vector<double> excess;
  for (const double one : loss) {
    if (one > threshold) excess.push_back(one - threshold);
  }
  return weight * threshold + weight / ((1 - level) * paths) * num::sum_of(excess);
}

std::vector<double> tail_price_at(std::span<const double> loss, double level, double weight) {
  double threshold = 0;
  tail_term(loss, level, weight, threshold);
  const double cap = weight / ((1 - level) * static_cast<double>(loss.size()));
  std::vector<double> price(loss.size(), 0.0);
  double left = weight, edge = 0;
  for (std::size_t s = 0; s < loss.size(); ++s) {
    if (loss[s] > threshold) left -= price[s] = cap;
    if (loss[s] == threshold) edge += 1;
  }
  for (std::size_t s = 0; s < loss.size(); ++s) {
    if (loss[s] == threshold) price[s] = std::max(left, 0.0) / edge;
  }
  return price;
}

std::vector<double> worth_of(const TailProgram& p, std::span<const double> price) {
  Indices used;
  std::vector<double> theirs;
  for (std::size_t s = 0; s < price.size(); ++s) {
    if (price[s] == 0) continue;
    used.push_back(s);
    theirs.push_back(price[s]);
  }
  return worth_of(p, used, theirs);
}

std::vector<double> worth_of(const TailProgram& p, const Indices& scenarios,
                             std::span<const double> price) {
  constexpr std::size_t ahead = 32;  // the scenarios are scattered: each value is a line of its own
  std::vector<double> worth;
  worth.reserve(p.value->rows());
  for (std::size_t i = 0; i < p.value->rows(); ++i) {
    const double* value = p.value->row(i).data();
    double even = 0, odd = 0;  // two sums: one would wait for itself
    std::size_t k = 0;
    for (; k + 2 <= scenarios.size(); k += 2) {
      if (k + ahead < scenarios.size()) {
        __builtin_prefetch(value + scenarios[k + ahead - 1]);
        __builtin_prefetch(value + scenarios[k + ahead]);
      }
      even += price[k] * value[scenarios[k]];
      odd += price[k + 1] * value[scenarios[k + 1]];
    }
    if (k < scenarios.size()) even += price[k] * value[scenarios[k]];
    worth.push_back(even + odd);
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
