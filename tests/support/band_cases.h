// tests/support/band_cases.h — inner programmes, drawn or by hand, and what a point of one is
// worth.
#pragma once
#include "levee/solve/interior_point.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace levee::test {

inline constexpr double no_bound = std::numeric_limits<double>::infinity();

inline solve::BandProgram box(std::vector<double> cost) {
  solve::BandProgram program;
  program.columns = program.instruments = cost.size();
  for (std::size_t j = 0; j < cost.size(); ++j) program.share.push_back({j, 1});
  program.cost = std::move(cost);
  return program;
}

inline void add_row(solve::BandProgram& program, const std::vector<double>& row, double lower,
                    double upper) {
  program.row.insert(program.row.end(), row.begin(), row.end());
  program.lower.push_back(lower);
  program.upper.push_back(upper);
  ++program.rows;
}

// Ten equally likely losses 1..10 at a level of 0.85, and one column that pays nothing.
inline solve::BandProgram ten_losses() {
  solve::BandProgram program = box({1});
  program.scenarios = 10;
  program.payoff.assign(10, 0.0);
  for (int loss = 1; loss <= 10; ++loss) program.target.push_back(loss);
  program.cap.assign(10, 1 / (0.15 * 10));
  program.mass = 1;
  return program;
}

// A random programme whose rows the origin meets.
inline solve::BandProgram drawn(Gen& gen) {
  solve::BandProgram program = box(gen.reals(gen.size(1, 12), -0.3, 0.5));
  program.scenarios = gen.size(2, 60);
  program.payoff = gen.reals(program.columns * program.scenarios, -0.5, 1);
  program.target = gen.reals(program.scenarios, -1, 1);
  program.cap.assign(program.scenarios, 1);
  program.mass = gen.real(0.02, 0.98) * static_cast<double>(program.scenarios);
  for (double& cap : program.cap) cap /= program.mass;
  program.mass = 1;
  const std::size_t rows = gen.size(0, 3);
  for (std::size_t r = 0; r < rows; ++r) {
    const double lower = gen.coin() ? -gen.real(0.1, 1) : -no_bound;
    const double upper = gen.coin() || lower == -no_bound ? gen.real(0.1, 1) : no_bound;
    add_row(program, gen.reals(program.columns, -1, 1), lower, upper);
  }
  if (program.columns > 1 && gen.coin()) {
    auto tie = gen.reals(program.columns, -1, 1);
    tie[0] = 1, tie[1] = -1;  // one sign alone would leave the origin and no inside
    add_row(program, tie, 0, 0);
  }
  return program;
}

// cost.x + the least of mass * zeta + cap.z: the excess is linear between targets, so the best
// zeta is one of them.
inline double value_at(const solve::BandProgram& p, const std::vector<double>& x) {
  std::vector<double> loss = p.target;
  double cost = 0;
  for (std::size_t j = 0; j < p.columns; ++j) {
    cost += p.cost[j] * x[j];
    for (std::size_t k = 0; k < p.scenarios; ++k) loss[k] -= p.payoff[k * p.columns + j] * x[j];
  }
  double best = p.scenarios > 0 ? no_bound : 0;
  for (const double zeta : loss) {
    double sum = p.mass * zeta;
    for (std::size_t k = 0; k < p.scenarios; ++k) {
      sum += p.cap[k] * std::max(0.0, loss[k] - zeta);
    }
    best = std::min(best, sum);
  }
  return cost + best;
}

// The Lagrangian minimised over the box: below every feasible value, by weak duality.
inline double bound_from(const solve::BandProgram& p, const solve::BandPoint& point) {
  double bound = 0;
  for (std::size_t k = 0; k < p.scenarios; ++k) bound += point.price[k] * p.target[k];
  std::vector<double> reduced = p.cost;
  for (std::size_t j = 0; j < p.columns; ++j) {
    for (std::size_t k = 0; k < p.scenarios; ++k) {
      reduced[j] -= point.price[k] * p.payoff[k * p.columns + j];
    }
    for (std::size_t r = 0; r < p.rows; ++r) {
      reduced[j] += point.row_price[r] * p.row[r * p.columns + j];
    }
    bound += std::min(0.0, reduced[j]);
  }
  for (std::size_t r = 0; r < p.rows; ++r) {
    const double price = point.row_price[r];
    if (price > 0 && p.upper[r] < no_bound) bound -= price * p.upper[r];
    if (price < 0 && p.lower[r] > -no_bound) bound -= price * p.lower[r];
  }
  return bound;
}

/// A bounded column that pays on one of two scenarios, under a tail of one.
inline solve::BandProgram two_losses() {
  solve::BandProgram program = box({1});
  program.scenarios = 2;
  program.payoff = {4, 0};
  program.target = {4, 2};
  program.cap = {1, 1};
  program.mass = 1;
  return program;
}

}  // namespace levee::test
