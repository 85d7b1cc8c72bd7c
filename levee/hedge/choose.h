// levee/hedge/choose.h — the best quantities, with the proof of it.
#pragma once
#include "levee/hedge/program.h"

#include <string>
#include <vector>

namespace levee::hedge {

/// Quantities per column and how good they are.
struct Choice {
  solve::Status status = solve::Status::stalled;
  std::vector<double> x;  ///< [columns]
  double objective = 0;   ///< As objective_of().
  double bound = 0;
  std::vector<double> row_price;   ///< [rows]
  std::vector<double> price;       ///< [paths] their multipliers, at the tail price below.
  std::string missed;              ///< If infeasible: the constraint that cannot be met ...
  double shortfall = 0;            ///< ... and by how much, in its unit.
  double best_reach = 0;           ///< ... and the best it could be brought to.
  solve::Relaxation relaxation{};  ///< If rows contradict each other: the proof.
  double tail_price = 0;           ///< rho, or what the tail limit's last dollar costs.
  int solves = 0, coverage_rows = 0;
};

/// What is minimised: E[loss] + rho CVaR(loss), or E[loss] under a tail limit.
double objective_of(const Program& program, const Policy& policy, std::span<const double> x);

/// CVaR of the hedged book's loss at the policy's confidence.
double cvar_of(const Program& program, const Policy& policy, std::span<const double> x);

/// Solves the programme; coverage rows are added where a solution breaks them, until none is.
///
/// in:   the programme's rows grow by coverage rows; start: what an earlier choice came to
/// out:  gap at most 1e-6 of the book's value, or status stalled; with a tail limit the answer
///       mixes two solutions of neighbouring tail prices and the bound is the Lagrangian's
/// src:  Rockafellar & Uryasev (2000), J. Risk 2(3), 21-41; amendments 1 and 3 of the methodology
Choice choose(Program& program, const Policy& policy, const solve::Start& start = {});

/// A limit that would make an infeasible programme feasible if it alone gave way.
struct WayOut {
  std::string name;          ///< Of the row.
  double now = 0, then = 0;  ///< The bound as it is, and the nearest that would do.
};

/// The smallest relaxations of an infeasible choice, least first; empty: no row alone would do.
///
/// in:   the programme as it was chosen in
/// cost: two small programmes for each of four rows
std::vector<WayOut> ways_out(const Program& program, const Choice& choice);

/// Where a choice like this one begins.
solve::Start start_at(const Choice& choice);

/// Largest hedge payoff beyond the tolerance over position loss, on paths where the loss exceeds
/// the tolerance; and the worst excess over coverage_limit() on any path with a loss, USD, minus
/// the tolerance where no path has one.
struct Coverage {
  double ratio = 0;
  double excess_usd = 0;
  std::size_t worst_path = 0;
};
Coverage coverage_of(const Program& program, const Policy& policy, std::span<const double> x);

}  // namespace levee::hedge
