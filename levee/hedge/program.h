// levee/hedge/program.h — the hedge as a programme: columns to trade, rows to respect.
#pragma once
#include "levee/book/position.h"
#include "levee/hedge/candidate.h"
#include "levee/solve/tail_program.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// A leg that a rule has settled on: so many contracts at least, bought (+1) or sold (-1).
struct Commitment {
  option::Contract contract;
  double sign = 1, units = 0;
};

/// What the day's rules add to the policy; as it stands, the policy alone.
struct Orders {
  bool wallet_covers = true;            ///< Whether a sold call may stand on wallet tokens.
  bool covers = true;                   ///< Whether cover may be bought,
  bool leaves = true;                   ///< and liquidity taken out.
  double gamma_share_min = 0;           ///< Of the LP's short gamma, bought back by the hedge.
  double far_share_min = 0;             ///< The same, by tenors beyond the first alone.
  std::vector<Commitment> committed{};  ///< Rolls that pay; what they sell may be sold, no more.
};

struct Proxy;

/// What the rows are made from.
struct Setting {
  const book::Book& book;
  const book::PositionAnswer& position;
  const market::Snapshot& snapshot;
  const Policy& policy;
  Orders orders{};
  const Proxy* proxy = nullptr;  ///< Whose market hedges are traded in; none: the book's own.
};

/// The yearly carry allowed, and the rule that set it.
struct Budget {
  Usd per_year;
  std::string rule;
};

/// min(1.5 % of LP value * concentration, 30 % of expected fees while above zero, 10 % of LP
/// value), each share the policy's; or the policy's own figure.
Budget budget_of(const Setting& setting);

/// A row of the programme in words.
struct RowNote {
  std::string about;
  bool lots_may_miss = false;  ///< A ratio that whole lots meet only to within one lot.
};

/// What rows of gamma count in: a hundredth of the positions' short gamma, tokens per dollar; 1
/// where they are not short.
double gamma_unit(const book::PositionReport& position);

/// The hedge programme of one book on one set of scenarios.
struct Program {
  std::vector<Candidate> candidates;
  std::vector<std::size_t> candidate_of;  ///< [columns]
  /// [candidates x paths] per unit at the horizon; one table however many programmes ask it.
  std::shared_ptr<const num::Matrix<Usd>> value;
  std::vector<double> value_mean;  ///< [candidates]
  std::vector<double> base_loss;   ///< [paths] of the book as it stands.
  /// [paths] of the positions alone; on a proxy, the token having moved along its beta.
  std::vector<double> lp_loss;
  /// [candidates][paths] what a unit counts against coverage; empty: value less mid.
  std::vector<std::vector<double>> gain;
  std::vector<solve::Column> columns;  ///< `cost` is what one unit costs at once, USD.
  std::vector<solve::Row> rows;
  std::vector<RowNote> notes;  ///< [rows]
  Budget budget;
  double scale = 1;  ///< Book value, USD.

  std::size_t paths() const { return base_loss.size(); }
};

/// Columns (a buy where there is an ask, a sale where there is a bid) and every row but coverage:
/// carry budget, cash, margin, cover of every short call and put, net delta, gamma, and
/// what the mode ties together.
///
/// in:   value [candidates x paths], losses [paths]
/// err:  not_supported where a tied mode does not have its three tenors
Result<Program> program_of(const Setting& setting, std::vector<Candidate> candidates,
                           num::Matrix<Usd> value, std::vector<double> base_loss,
                           std::vector<double> lp_loss);

/// The solver's form: mean_weight E[loss] + tail_weight CVaR(loss).
struct Weights {
  double mean = 1;
  double tail = 0.1;
};
solve::TailProgram tail_program(const Program& program, const Weights& weights, double level);

/// Gain of one unit of a column on a path before any cost: what counts as hedge payoff.
double gain_at(const Program& program, std::size_t column, std::size_t path);

/// Adds the gain of so many units of a candidate, long, to every path's.
void add_gain(const Program& program, std::size_t candidate, double units, std::span<double> gain);

/// Hedge payoff a position loss allows on each path with a loss: coverage_max * loss + tolerance.
double coverage_limit(const Program& program, const Policy& policy, double lp_value_usd,
                      std::size_t path);

}  // namespace levee::hedge
