#include "levee/hedge/choose.h"

#include "levee/num/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace levee::hedge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double gap_share = 1e-6;    // of the book's value, promised
constexpr double solve_share = 3e-7;  // asked of each solve, so that the promise holds after mixing
constexpr int coverage_rounds_max = 40;
constexpr std::size_t coverage_rows_a_round = 25;
constexpr double near_share = 1e-3;  // of the book's value, by which a start may miss a row

// Hedge payoff on every path, before any cost.
std::vector<double> payoff_at(const Program& p, std::span<const double> x) {
  std::vector<double> payoff(p.paths(), 0.0);
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] == 0) continue;
    add_gain(p, p.candidate_of[j], p.columns[j].sign * x[j], payoff);
  }
  return payoff;
}

double cost_at(const Program& p, std::span<const double> x) {
  double cost = 0;
  for (std::size_t j = 0; j < x.size(); ++j) cost += p.columns[j].cost * x[j];
  return cost;
}

double mean_loss_at(const Program& p, std::span<const double> x) {
  double mean = num::mean_of(p.base_loss).value + cost_at(p, x);
  for (std::size_t j = 0; j < x.size(); ++j) {
    mean -= p.columns[j].sign * x[j] * p.value_mean[p.candidate_of[j]];
  }
  return mean;
}

// The paths on which coverage is broken worst, as rows; returns how many were added. With `near`,
// those too that are within so much of it.
int add_coverage_rows(Program& p, const Policy& policy, std::span<const double> x,
                      double near = 0) {
  const std::vector<double> payoff = payoff_at(p, x);
  std::vector<std::pair<double, std::size_t>> broken;
  for (std::size_t s = 0; s < payoff.size(); ++s) {
    if (p.lp_loss[s] <= 0) continue;
    const double excess = payoff[s] - coverage_limit(p, policy, p.scale, s);
    if (excess > 1e-7 * p.scale - near) broken.emplace_back(-excess, s);
  }
  std::sort(broken.begin(), broken.end());
  if (broken.size() > coverage_rows_a_round) broken.resize(coverage_rows_a_round);
  for (const auto& [minus_excess, path] : broken) {
    solve::Row row{"coverage", {}, -infinity, coverage_limit(p, policy, p.scale, path)};
    for (std::size_t j = 0; j < p.columns.size(); ++j) {
      row.coefficient.push_back(gain_at(p, j, path));
    }
    p.rows.push_back(std::move(row));
    p.notes.push_back({"hedge payoff on one scenario against its LP loss, USD", false});
  }
  return static_cast<int>(broken.size());
}

// One programme solved with coverage respected.
class Chooser {
 public:
  Chooser(Program& program, const Policy& policy, const solve::Start& start)
      : p_(program),
        policy_(policy),
        x_(start.x.begin(), start.x.end()),
        row_price_(start.row_price.begin(), start.row_price.end()),
        price_(start.price.begin(), start.price.end()) {}

  solve::Outcome solve(const Weights& weights) {
    solve::Outcome out;
    if (!price_.empty() && !bound_by_coverage()) {
      coverage_rows_ += add_coverage_rows(p_, policy_, x_, near_share * p_.scale);
    }
    for (int round = 0; round < coverage_rounds_max; ++round) {
      const solve::TailProgram tail = tail_program(p_, weights, policy_.confidence);
      out = solve::solve_tail(tail, solve_share, {x_, row_price_, price_});
      ++solves_;
      if (price_.empty() && out.status == solve::Status::optimal) {
        // The corner itself holds few trades and is what everything after begins from.
        const solve::Outcome corner =
            solve::solve_tail(tail, solve_share, {out.x, out.row_price, out.price});
        if (corner.status == solve::Status::optimal) out = corner;
      }
      if (out.status == solve::Status::infeasible) break;
      x_ = out.x, row_price_ = out.row_price, price_ = out.price;
      const int added = add_coverage_rows(p_, policy_, out.x);
      coverage_rows_ += added;
      if (added == 0) break;
      if (round + 1 == coverage_rounds_max) out.status = solve::Status::stalled;
    }
    // E[loss] has a constant that the columns do not carry.
    const double constant = weights.mean * num::mean_of(p_.base_loss).value;
    out.objective += constant;
    out.bound += constant;
    return out;
  }

  bool bound_by_coverage() const {
    return std::ranges::any_of(p_.rows,
                               [](const solve::Row& row) { return row.name == "coverage"; });
  }

  Choice priced() { return told(solve({1, policy_.price_of_tail}), policy_.price_of_tail); }

  Choice limited();

 private:
  Choice told(const solve::Outcome& out, double tail_price) const {
    Choice choice;
    choice.status = out.status;
    choice.x = out.x;
    choice.objective = out.objective;
    choice.bound = std::min(out.bound, out.objective);  // at a corner they meet but for rounding
    choice.row_price = out.row_price;
    choice.price = out.price;
    choice.tail_price = tail_price;
    if (out.status == solve::Status::infeasible) {
      miss(out.relaxation, choice);
    }
    choice.solves = solves_;
    choice.coverage_rows = coverage_rows_;
    return choice;
  }

  // Names the row that the nearest point misses most, by its scale.
  void miss(const solve::Relaxation& relaxation, Choice& choice) const {
    double most = 0;
    for (std::size_t r = 0; r < p_.rows.size(); ++r) {
      const solve::Row& row = p_.rows[r];
      const double shortfall = relaxation.shortfall[r];
      const double scaled = shortfall / solve::scale_of(row, p_.columns);
      if (scaled <= most) continue;
      most = scaled;
      choice.missed = row.name;
      choice.shortfall = shortfall;
      choice.best_reach = row.lower > 0 ? row.lower - shortfall : row.upper + shortfall;
    }
    choice.relaxation = relaxation;
  }

  // A solution seen as a point of the cost-against-tail frontier.
  struct Corner {
    std::vector<double> x;
    double mean = 0, cvar = 0;
  };
  Corner corner(const solve::Outcome& out) const {
    return {out.x, mean_loss_at(p_, out.x), cvar_of(p_, policy_, out.x)};
  }

  solve::Status status_of(const Choice& choice) const {
    return choice.objective - choice.bound <= gap_share * p_.scale ? solve::Status::optimal
                                                                   : solve::Status::stalled;
  }

  Choice unlimited(const solve::Outcome& free) const;
  Choice mixed(const Corner& low, const Corner& high, double bound, double tail_price,
               const solve::Outcome& last) const;

  Program& p_;
  const Policy& policy_;
  std::vector<double> x_, row_price_, price_;  // of the last solution, to begin the next from
  int solves_ = 0, coverage_rows_ = 0;
};

// A solution at a tail price next to nothing as the answer without any: its rows' prices prove a
// bound on E[loss] alone.
Choice Chooser::unlimited(const solve::Outcome& free) const {
  const solve::TailProgram mean_only = tail_program(p_, {1, 0}, policy_.confidence);
  const std::vector<double> no_tail(p_.paths(), 0.0);
  Choice choice = told(free, 0);
  choice.objective = mean_loss_at(p_, free.x);
  choice.bound =
      std::min(choice.objective, num::mean_of(p_.base_loss).value +
                                     solve::bound_from(mean_only, no_tail, free.row_price));
  choice.status = status_of(choice);
  return choice;
}

// Least E[loss] with CVaR at most the limit. The limit's multiplier is found on the frontier's own
// corners: each new tail price is the slope between the two that straddle the limit, so the walk
// ends when no corner lies below their chord.
Choice Chooser::limited() {
  const double limit = *policy_.tail_limit_usd;
  constexpr double least = 1e-8, dear = 100;
  solve::Outcome free;
  for (const double cheap : {1e-4, 1e-6, least}) {
    free = solve({1, cheap});
    if (free.status == solve::Status::infeasible) return told(free, 0);
    if (cvar_of(p_, policy_, free.x) > limit) break;
    const Choice choice = unlimited(free);
    if (choice.status == solve::Status::optimal || cheap == least) return choice;
  }
  Corner low = corner(free);
  const solve::Outcome safest = solve({0, 1});
  if (safest.bound > limit) {  // certified: no hedge within the rows reaches the limit
    Choice choice = told(safest, 1);
    choice.status = solve::Status::infeasible;
    choice.missed = "tail_limit_usd";
    choice.best_reach = safest.objective;
    choice.shortfall = safest.objective - limit;
    return choice;
  }
  solve::Outcome last = solve({1, dear});
  Corner high = corner(last);
  if (high.cvar > limit) high = corner(safest);
  double bound = -infinity, price = dear;
  for (int step = 0; step < 60; ++step) {
    bound = std::max(bound, last.bound - price * limit);
    const Choice best = mixed(low, high, bound, price, last);
    if (best.objective - best.bound <= gap_share * p_.scale) return best;
    price = std::max(least, (high.mean - low.mean) / std::max(low.cvar - high.cvar, 1e-300));
    last = solve({1, price});
    const Corner found = corner(last);
    const double chord = low.mean + price * low.cvar;
    (found.cvar > limit ? low : high) = found;
    if (found.mean + price * found.cvar > chord - 1e-9 * p_.scale) {
      bound = std::max(bound, last.bound - price * limit);
      break;
    }
  }
  return mixed(low, high, bound, price, last);
}

// The point of the chord between two corners that just meets the limit; CVaR is convex, so the
// mixture's own CVaR is at most the limit.
Choice Chooser::mixed(const Corner& low, const Corner& high, double bound, double tail_price,
                      const solve::Outcome& last) const {
  const double limit = *policy_.tail_limit_usd;
  const double share =
      low.cvar > high.cvar ? std::clamp((low.cvar - limit) / (low.cvar - high.cvar), 0.0, 1.0) : 1;
  Choice choice = told(last, tail_price);
  choice.x.resize(low.x.size());
  for (std::size_t j = 0; j < choice.x.size(); ++j) {
    choice.x[j] = (1 - share) * low.x[j] + share * high.x[j];
  }
  choice.objective = mean_loss_at(p_, choice.x);
  choice.bound = std::min(bound, choice.objective);
  choice.status = status_of(choice);
  return choice;
}

}  // namespace

double cvar_of(const Program& program, const Policy& policy, std::span<const double> x) {
  const solve::TailProgram tail = tail_program(program, {0, 1}, policy.confidence);
  return solve::objective_at(tail, x);
}

double objective_of(const Program& program, const Policy& policy, std::span<const double> x) {
  const double mean = mean_loss_at(program, x);
  if (policy.tail_limit_usd) return mean;
  return mean + policy.price_of_tail * cvar_of(program, policy, x);
}

std::vector<WayOut> ways_out(const Program& program, const Choice& choice) {
  std::vector<WayOut> ways;
  if (choice.relaxation.feasible) return ways;
  const solve::TailProgram tail = tail_program(program, {}, 0.5);
  for (const auto& [r, by] : solve::alone_of(tail, choice.relaxation)) {
    const solve::Row& row = program.rows[r];
    const bool lower = choice.relaxation.multiplier[r] < 0;
    ways.push_back(
        {row.name, lower ? row.lower : row.upper, lower ? row.lower - by : row.upper + by});
  }
  return ways;
}

solve::Start start_at(const Choice& choice) { return {choice.x, choice.row_price, choice.price}; }

Choice choose(Program& program, const Policy& policy, const solve::Start& start) {
  Chooser chooser(program, policy, start);
  return policy.tail_limit_usd ? chooser.limited() : chooser.priced();
}

Coverage coverage_of(const Program& program, const Policy& policy, std::span<const double> x) {
  const std::vector<double> payoff = payoff_at(program, x);
  Coverage found{0, -infinity, 0};
  const double small = policy.coverage_tolerance * program.scale;
  for (std::size_t s = 0; s < payoff.size(); ++s) {
    const double loss = program.lp_loss[s];
    if (loss <= 0) continue;
    if (loss > small) found.ratio = std::max(found.ratio, (payoff[s] - small) / loss);
    const double excess = payoff[s] - coverage_limit(program, policy, program.scale, s);
    if (excess > found.excess_usd) found.excess_usd = excess, found.worst_path = s;
  }
  if (found.excess_usd == -infinity) found.excess_usd = -small;  // no loss to pay out against
  return found;
}

}  // namespace levee::hedge
