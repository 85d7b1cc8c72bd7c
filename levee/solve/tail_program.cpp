#include "levee/solve/tail_program.h"

#include "levee/base/check.h"
#include "levee/num/estimate.h"
#include "levee/solve/relaxation.h"
#include "levee/solve/tail_value.h"
#include "levee/solve/working_set.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double rough = 1e-3;  // gap that is asked for on the way

// Every step-th scenario: scenarios are independent draws, so a stride is a fair sample.
Indices every(std::size_t count, std::size_t step) {
  Indices chosen;
  for (std::size_t s = step / 2; s < count; s += step) chosen.push_back(s);
  return chosen;
}

Outcome unsolved(const TailProgram& p) {
  Outcome out;
  out.x.assign(p.columns.size(), 0.0);
  out.price.assign(p.base_loss.size(), 0.0);
  out.row_price.assign(p.rows.size(), 0.0);
  out.bound = -infinity;
  out.objective = infinity;
  return out;
}

// Which of `among` make one instrument or another pay most and least.
Indices extremes(const TailProgram& p, const Indices& among) {
  Indices found;
  for (std::size_t i = 0; i < p.value->rows(); ++i) {
    const double* value = p.value->row(i).data();
    std::size_t least = 0, most = 0;
    for (std::size_t k = 1; k < among.size(); ++k) {
      if (value[among[k]] < value[among[least]]) least = k;
      if (value[among[k]] > value[among[most]]) most = k;
    }
    found.push_back(least), found.push_back(most);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// Of many instruments every so-manieth with all that trades it: the others come in by their prices.
Indices spread_out(const TailProgram& p, const Indices& columns) {
  constexpr std::size_t most = 200;
  const std::size_t step = (columns.size() + most - 1) / most;
  Indices some;
  for (const std::size_t j : columns) {
    if (p.columns[j].instrument % step == 0) some.push_back(j);
  }
  return some.empty() ? columns : some;
}

// Samples of growing size, each solved roughly from what the one before found.
void climb(const TailProgram& p, const WorkingSet& set, Outcome& out, Trail& trail) {
  constexpr std::size_t factor = 5, least = 500;
  const std::size_t whole = p.base_loss.size();
  std::size_t step = 1;
  while (whole / step > 2 * least) step *= factor;
  Indices unusual;
  if (step > 1) {
    const Indices finest = every(whole, factor);
    unusual = extremes(p, finest);
    for (std::size_t& s : unusual) s = finest[s];
  }
  trail.active = spread_out(p, trail.active);
  for (; step > 1; step /= factor) {
    Search search;
    search.scenarios = every(whole, step);
    search.extremes = unusual;
    const auto count = static_cast<double>(search.scenarios.size());
    search.level = std::min(p.level, 1 - 20 / count);
    search.tolerance = rough;
    set.sketch(search, out, trail);
    trail.gap = 3 * rough;
  }
  set.sketch({every(whole, 1), {}, p.level, rough, 1}, out, trail);
  trail.gap = 1e-2;
}

Indices tradable(const TailProgram& p) {
  Indices found;
  for (std::size_t j = 0; j < p.columns.size(); ++j) {
    if (p.columns[j].upper > 0) found.push_back(j);
  }
  return found;
}

// What an earlier solution says of this programme; its tail may have had another weight.
Trail begun(const TailProgram& p, const WorkingSet& set, const Start& start) {
  Trail trail;
  trail.x.assign(start.x.begin(), start.x.end());
  for (std::size_t j = 0; j < trail.x.size(); ++j) {
    trail.x[j] = std::clamp(trail.x[j], 0.0, p.columns[j].upper);
  }
  trail.row_price.assign(start.row_price.begin(), start.row_price.end());
  trail.row_price.resize(p.rows.size(), 0.0);
  const double mass = num::sum_of(start.price);
  if (mass > 0) trail.price.assign(start.price.begin(), start.price.end());
  for (double& price : trail.price) price *= p.tail_weight / mass;
  trail.gap = 1e-3;
  trail.settled = true;
  set.choose_columns(trail);
  return trail;
}

Outcome infeasible(Outcome out, Relaxation found) {
  out.x = found.x;
  out.relaxation = std::move(found);
  out.status = Status::infeasible;
  out.objective = infinity;
  return out;
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
  return tail + linear_cost(program, x);
}

double violation_at(const TailProgram& program, std::span<const double> x) {
  double worst = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double upper = program.columns[j].upper;
    worst = std::max({worst, -x[j] / std::max(1.0, upper), (x[j] - upper) / std::max(1.0, upper)});
  }
  for (std::size_t r = 0; r < program.rows.size(); ++r) {
    const Row& row = program.rows[r];
    double value = 0;
    for (std::size_t j = 0; j < x.size(); ++j) value += row.coefficient[j] * x[j];
    const double missed = std::max(value - row.upper, row.lower - value);
    if (missed > 0) worst = std::max(worst, missed / scale_of(row, program.columns));
  }
  return worst;
}

double bound_from(const TailProgram& program, std::span<const double> price,
                  std::span<const double> row_price) {
  const std::vector<double> reduced = reduced_costs(program, worth_of(program, price), row_price);
  return bound_of(program, price, row_price, reduced);
}

Outcome solve_tail(const TailProgram& program, double tolerance, const Start& start) {
  expect_sound(program);
  LEVEE_EXPECT(tolerance > 0 && (start.x.empty() || start.x.size() == program.columns.size()));
  LEVEE_EXPECT(start.row_price.size() <= program.rows.size());
  LEVEE_EXPECT(start.price.empty() || start.price.size() == program.base_loss.size());
  Outcome out = unsolved(program);
  const bool begins = !start.x.empty() && violation_at(program, start.x) <= 1e-8;
  if (!begins) {
    Relaxation found = relaxation_of(program);
    if (!found.feasible) return infeasible(std::move(out), std::move(found));
    out.x = std::move(found.x);  // met by every row, whatever comes of the rounds
    out.objective = objective_at(program, out.x, &out.threshold);
  }
  Trail trail;
  trail.active = tradable(program);
  if (trail.active.empty()) {  // the answer is the book as it stands
    out.objective = out.bound = objective_at(program, out.x, &out.threshold);
    out.status = Status::optimal;
    return out;
  }
  const WorkingSet set(program);
  constexpr int rounds_max = 60, stale = 8;  // by which a start has shown to be of no use
  const Indices all = every(program.base_loss.size(), 1);
  if (!start.x.empty()) {
    Trail near = begun(program, set, start);
    const bool priced = !near.price.empty();
    if (!priced && !set.nested().chained()) {  // see choose_columns()
      set.sketch({all, {}, program.level, rough, 1}, out, near);
      near.gap = 1e-2;
      near.settled = false;
    }
    set.improve({all, {}, program.level, tolerance, priced ? stale : rounds_max}, out, near);
    if (!priced || out.status == Status::optimal) return out;
  }
  climb(program, set, out, trail);
  set.improve({all, {}, program.level, tolerance, rounds_max}, out, trail);
  return out;
}

}  // namespace levee::solve
