#include "levee/solve/tail_program.h"

#include "levee/base/check.h"
#include "levee/solve/interior_point.h"
#include "levee/solve/tail_value.h"
#include "levee/solve/working_set.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double cost_of(const TailProgram& p, std::span<const double> x) {
  double cost = 0;
  for (std::size_t j = 0; j < x.size(); ++j) cost += p.columns[j].cost * x[j];
  return cost;
}

// Columns worth starting with: cheapest under the multipliers of the tail at `x`.
Indices first_columns(const TailProgram& p, std::span<const double> x, std::size_t most) {
  const std::vector<double> loss = losses_at(p, x);
  double threshold = 0;
  tail_term(p, loss, threshold);
  std::vector<double> price(loss.size(), 0.0);
  for (std::size_t s = 0; s < loss.size(); ++s) {
    if (loss[s] >= threshold) price[s] = cap_of(p);
  }
  const std::vector<double> worth = worth_of(p, price);
  const std::vector<double> reduced = reduced_costs(p, worth, {});
  Indices order(p.columns.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double gain_a = reduced[a] * p.columns[a].upper, gain_b = reduced[b] * p.columns[b].upper;
    return gain_a != gain_b ? gain_a < gain_b : a < b;
  });
  Indices first(order.begin(),
                order.begin() + static_cast<std::ptrdiff_t>(std::min(most, order.size())));
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] > 0) first.push_back(j);
  }
  std::sort(first.begin(), first.end());
  first.erase(std::unique(first.begin(), first.end()), first.end());
  return first;
}

// Every step-th scenario: scenarios are independent draws, so a stride is a fair sample.
Indices every(std::size_t count, std::size_t step) {
  Indices chosen;
  for (std::size_t s = step / 2; s < count; s += step) chosen.push_back(s);
  return chosen;
}

// The largest value of a row's left side that the other rows and the box allow.
double reach_of(const TailProgram& p, std::size_t wanted, double sign) {
  BandProgram small;
  small.columns = p.columns.size();
  small.share.assign(small.columns, {0, 0});
  double size = 0;
  for (std::size_t j = 0; j < small.columns; ++j) {
    size = std::max(size, std::abs(p.rows[wanted].coefficient[j]) * p.columns[j].upper);
  }
  if (size == 0) return 0;
  for (std::size_t j = 0; j < small.columns; ++j) {
    small.cost.push_back(-sign * p.rows[wanted].coefficient[j] * p.columns[j].upper / size);
  }
  for (std::size_t r = 0; r < p.rows.size(); ++r) {
    if (r == wanted) continue;
    double unit = 1e-300;
    for (std::size_t j = 0; j < small.columns; ++j) {
      unit = std::max(unit, std::abs(p.rows[r].coefficient[j]) * p.columns[j].upper);
    }
    for (std::size_t j = 0; j < small.columns; ++j) {
      small.row.push_back(p.rows[r].coefficient[j] * p.columns[j].upper / unit);
    }
    small.lower.push_back(p.rows[r].lower / unit);
    small.upper.push_back(p.rows[r].upper / unit);
    ++small.rows;
  }
  const BandPoint point = interior_point(small, 1e-10);
  double reached = 0;
  for (std::size_t j = 0; j < small.columns; ++j) {
    reached += p.rows[wanted].coefficient[j] * p.columns[j].upper * point.x[j];
  }
  return reached;
}

// A row that x = 0 does not meet may be out of reach altogether.
bool reachable(const TailProgram& p, Outcome& out) {
  for (std::size_t r = 0; r < p.rows.size(); ++r) {
    const Row& row = p.rows[r];
    double missing = 0;
    if (row.lower > 0) missing = row.lower - reach_of(p, r, 1);
    if (row.upper < 0) missing = reach_of(p, r, -1) - row.upper;
    if (missing > 1e-7 * std::max(std::abs(row.lower > 0 ? row.lower : row.upper), 1e-12)) {
      out.status = Status::infeasible;
      out.row_missed = r;
      out.shortfall = missing;
      return false;
    }
  }
  return true;
}

void expect_sound(const TailProgram& p) {
  LEVEE_EXPECT(p.value != nullptr && p.value->columns() == p.base_loss.size());
  LEVEE_EXPECT(!p.base_loss.empty() && p.level > 0 && p.level < 1 && p.tail_weight > 0);
  LEVEE_EXPECT(p.scale > 0);
  for (const Column& column : p.columns) {
    LEVEE_EXPECT(column.instrument < p.value->rows() && std::isfinite(column.upper));
    LEVEE_EXPECT(column.upper >= 0 && std::isfinite(column.cost));
  }
  for (const Row& row : p.rows) LEVEE_EXPECT(row.coefficient.size() == p.columns.size());
}

}  // namespace

double objective_at(const TailProgram& program, std::span<const double> x, double* threshold) {
  double var = 0;
  const double tail = tail_term(program, losses_at(program, x), var);
  if (threshold) *threshold = var;
  return tail + cost_of(program, x);
}

double violation_at(const TailProgram& program, std::span<const double> x) {
  double worst = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double upper = program.columns[j].upper;
    worst = std::max({worst, -x[j] / std::max(1.0, upper), (x[j] - upper) / std::max(1.0, upper)});
  }
  for (const Row& row : program.rows) {
    double value = 0, size = 1e-12;
    for (std::size_t j = 0; j < x.size(); ++j) {
      value += row.coefficient[j] * x[j];
      size = std::max(size, std::abs(row.coefficient[j]) * x[j]);
    }
    for (const double bound : {row.lower, row.upper}) {
      if (std::isfinite(bound)) size = std::max(size, std::abs(bound));
    }
    worst = std::max({worst, (value - row.upper) / size, (row.lower - value) / size});
  }
  return worst;
}

double bound_from(const TailProgram& program, std::span<const double> price,
                  std::span<const double> row_price) {
  const std::vector<double> reduced = reduced_costs(program, worth_of(program, price), row_price);
  return bound_of(program, price, row_price, reduced);
}

Outcome solve_tail(const TailProgram& program, double tolerance, std::span<const double> start) {
  expect_sound(program);
  Outcome out;
  out.x.assign(program.columns.size(), 0.0);
  out.row_price.assign(program.rows.size(), 0.0);
  out.bound = -infinity;
  out.objective = infinity;
  if (!reachable(program, out)) return out;
  if (!start.empty()) out.x.assign(start.begin(), start.end());

  const std::size_t scenarios = program.base_loss.size();
  Indices active = first_columns(program, out.x, 80);
  if (active.empty()) {  // nothing can be traded: the answer is the book as it stands
    out.objective = out.bound = objective_at(program, out.x, &out.threshold);
    out.status = Status::optimal;
    return out;
  }
  const auto tail_small = static_cast<std::size_t>(40.0 / (1 - program.level));
  if (start.empty() && scenarios > 4 * tail_small) {
    improve(program, every(scenarios, scenarios / (2 * tail_small)), tolerance, 6, out, active);
  }
  if (violation_at(program, out.x) <= 1e-8) {
    out.objective = objective_at(program, out.x, &out.threshold);
  }
  improve(program, every(scenarios, 1), tolerance, 60, out, active);
  if (out.objective == infinity) {  // no point met every row: tell what was reached
    out.objective = objective_at(program, out.x, &out.threshold);
  }
  return out;
}

}  // namespace levee::solve
