// levee/solve/tail_program.h — least cost plus price of tail, over thousands of scenarios.
#pragma once
#include "levee/base/units.h"
#include "levee/num/matrix.h"
#include "levee/solve/outcome.h"
#include "levee/solve/relaxation.h"

#include <span>
#include <string>
#include <vector>

namespace levee::solve {

/// One decision: a quantity in [0, upper] of an instrument, bought (sign +1) or sold (-1).
struct Column {
  std::size_t instrument = 0;  ///< Row of the value table.
  double sign = 1;             ///< Scenario loss falls by sign * value * quantity.
  double cost = 0;             ///< Objective per unit: every linear term together, USD.
  double upper = 0;            ///< Finite, >= 0.
};

/// lower <= sum_j coefficient_j x_j <= upper; equal bounds make an equation.
struct Row {
  std::string name;
  std::vector<double> coefficient;  ///< [columns]
  double lower = 0, upper = 0;      ///< May be infinite.
};

/// min over x  cost.x + tail_weight * CVaR_level(base_loss - sum_j sign_j value_j x_j)
/// within bounds and rows. Scenarios are equally likely.
struct TailProgram {
  const num::Matrix<Usd>* value = nullptr;  ///< [instruments x scenarios], USD per unit.
  std::span<const double> base_loss;        ///< [scenarios] USD
  double level = 0.95;                      ///< In (0, 1).
  double tail_weight = 1;                   ///< > 0
  std::vector<Column> columns;
  std::vector<Row> rows;
  double scale = 1;  ///< USD against which the gap is judged, e.g. the book's value.
};

/// The best point found and the proof of how good it is.
struct Outcome {
  Status status = Status::stalled;
  std::vector<double> x;          ///< [columns]
  double objective = 0;           ///< At x, evaluated on every scenario.
  double bound = 0;               ///< No feasible point is below this.
  std::vector<double> price;      ///< [scenarios] multipliers that prove the bound.
  std::vector<double> row_price;  ///< [rows] what one more unit of the bound saves; >= 0 upper.
  double threshold = 0;           ///< VaR of the loss at x.
  int rounds = 0, iterations = 0;
  std::size_t band = 0;   ///< Scenarios that needed rows of their own at the end.
  Relaxation relaxation;  ///< If infeasible: the proof, and what would have to give.

  double gap() const { return objective - bound; }
};

/// Where to begin: what an earlier programme came to. Values, costs and limits may have moved
/// since, and rows may have been added at the end. With prices it is taken for a corner that is
/// nearly right, without them for a point of which nothing but its place is known.
struct Start {
  std::span<const double> x{};          ///< [columns]; empty: nothing is known.
  std::span<const double> row_price{};  ///< [rows] or fewer
  std::span<const double> price{};      ///< [scenarios] their multipliers; empty: not known.
};

/// Solves to gap() <= tolerance * scale.
///
/// in:   tolerance > 0
/// out:  the bound is evaluated from the multipliers alone, whoever found them
/// cost: a few dense programmes over the scenarios and columns that matter; from a start fewer
/// src:  Rockafellar & Uryasev (2000), J. Risk 2(3), 21-41 (the programme); working sets of
///       scenarios: tail ones folded into the cost, slack ones dropped, both relaxations
Outcome solve_tail(const TailProgram& program, double tolerance, const Start& start = {});

/// Objective at a point, evaluated on every scenario; `threshold` receives the loss's VaR.
/// src: Rockafellar & Uryasev (2002), J. Banking & Finance 26, 1443-1471
double objective_at(const TailProgram& program, std::span<const double> x,
                    double* threshold = nullptr);

/// Largest violation at a point: of a bound over max(1, bound), of a row over its scale.
/// src: scale_of()
double violation_at(const TailProgram& program, std::span<const double> x);

/// Lower bound on the programme from any multipliers.
///
/// in:   price [scenarios] with 0 <= price <= tail_weight / ((1 - level) scenarios) and
///       sum = tail_weight; row_price [rows], >= 0 for the upper bound, <= 0 for the lower
/// out:  the Lagrangian minimised over the box; valid for any such multipliers
/// src:  weak duality
double bound_from(const TailProgram& program, std::span<const double> price,
                  std::span<const double> row_price);

}  // namespace levee::solve
