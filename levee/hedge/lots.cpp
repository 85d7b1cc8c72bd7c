#include "levee/hedge/lots.h"

#include "levee/num/estimate.h"
#include "levee/risk/tail.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace levee::hedge {
namespace {

constexpr double feasible = 1e-9;  // relative, for sums of whole lots

double lot_of(const Program& p, std::size_t column) {
  return p.candidates[p.candidate_of[column]].lot.value();
}

double row_value(const solve::Row& row, std::span<const double> x) {
  double value = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] != 0) value += row.coefficient[j] * x[j];
  }
  return value;
}

double row_size(const solve::Row& row) {
  double size = 1e-12;
  for (const double bound : {row.lower, row.upper}) {
    if (std::isfinite(bound)) size = std::max(size, std::abs(bound));
  }
  return size;
}

double over_by(const Program& p, std::size_t r, std::span<const double> x) {
  const solve::Row& row = p.rows[r];
  const double value = row_value(row, x), slack = lot_slack(p, r, x);
  return std::max({0.0, value - row.upper - slack, row.lower - value - slack});
}

// The search's state: quantities, and the hedged loss they give on every path.
class Search {
 public:
  Search(const Program& program, const Policy& policy, std::vector<double> x)
      : p_(program),
        policy_(policy),
        x_(std::move(x)),
        loss_(program.base_loss),
        payoff_(program.paths(), 0.0) {
    for (std::size_t j = 0; j < x_.size(); ++j) {
      if (x_[j] != 0) shift(j, x_[j], loss_, payoff_);
    }
    merit_ = merit_of(x_, loss_, payoff_);
  }

  // Steps of a few lots among `active` while any improves by what the gap promises; bounded, since
  // each must gain.
  void run(const std::vector<std::size_t>& active) {
    constexpr int steps_max = 500;
    for (int step = 0; step < steps_max; ++step) {
      if (!improve(active)) return;
    }
  }

  // Leaves out trades that are hardly worth making, the least missed first.
  void prune(std::vector<std::size_t>& active, double worth_min) {
    std::vector<double> loss, payoff, x = x_;
    while (true) {
      double least = merit_ + worth_min;
      std::optional<std::size_t> dropped;
      for (std::size_t i = 0; i < active.size(); ++i) {
        const std::size_t j = active[i];
        if (x_[j] == 0) continue;
        loss = loss_, payoff = payoff_;
        shift(j, -x_[j], loss, payoff);
        x[j] = 0;
        const double merit = merit_of(x, loss, payoff);
        x[j] = x_[j];
        if (merit < least) least = merit, dropped = i;
      }
      if (!dropped) return;
      const std::size_t j = active[*dropped];
      shift(j, -x_[j], loss_, payoff_);
      x_[j] = x[j] = 0;
      merit_ = merit_of(x_, loss_, payoff_);
      active.erase(active.begin() + static_cast<std::ptrdiff_t>(*dropped));
    }
  }

  const std::vector<double>& x() const { return x_; }

 private:
  // Adds `quantity` of a column to a loss and payoff by path.
  void shift(std::size_t j, double quantity, std::vector<double>& loss,
             std::vector<double>& payoff) const {
    const std::size_t i = p_.candidate_of[j];
    const auto value = p_.value.row(i);
    const double signed_quantity = p_.columns[j].sign * quantity;
    const double mid = p_.candidates[i].mid.value(), cost = p_.columns[j].cost * quantity;
    for (std::size_t s = 0; s < loss.size(); ++s) {
      loss[s] += cost - signed_quantity * value[s];
      payoff[s] += signed_quantity * (value[s] - mid);
    }
  }

  double merit_of(const std::vector<double>& x, const std::vector<double>& loss,
                  const std::vector<double>& payoff) const {
    const double mean = num::mean_of(loss).value;
    const double cvar = risk::tail_of(loss, policy_.confidence)->cvar.value();
    const double merit = policy_.tail_limit_usd ? mean : mean + policy_.price_of_tail * cvar;
    double broken = 0;
    for (std::size_t r = 0; r < p_.rows.size(); ++r) {
      if (p_.rows[r].name == "coverage") continue;  // every path is checked below
      broken += over_by(p_, r, x) / row_size_in_lots(r);
    }
    if (policy_.tail_limit_usd) {
      broken += std::max(0.0, cvar - *policy_.tail_limit_usd) / p_.scale;
    }
    double worst = 0;
    for (std::size_t s = 0; s < payoff.size(); ++s) {
      if (p_.lp_loss[s] <= 0) continue;
      worst = std::max(worst, payoff[s] - coverage_limit(p_, policy_, p_.scale, s));
    }
    return merit + 100 * p_.scale * (broken + worst / p_.scale);
  }

  double row_size_in_lots(std::size_t r) const {
    return p_.rows[r].name.find("cover_") != std::string::npos ? 1 : row_size(p_.rows[r]);
  }

  bool improve(const std::vector<std::size_t>& active) {
    double best = merit_ - 1e-6 * p_.scale;
    std::size_t best_column = 0;
    double best_step = 0;
    std::vector<double> loss, payoff, x = x_;
    for (const std::size_t j : active) {
      for (const double lots : {1.0, -1.0, 10.0, -10.0}) {
        const double step = lots * lot_of(p_, j), moved = x_[j] + step;
        if (moved < -0.5 * lot_of(p_, j) || moved > p_.columns[j].upper * (1 + feasible)) continue;
        loss = loss_, payoff = payoff_;
        shift(j, step, loss, payoff);
        x[j] = std::max(0.0, moved);
        const double merit = merit_of(x, loss, payoff);
        x[j] = x_[j];
        if (merit < best) best = merit, best_column = j, best_step = step;
      }
    }
    if (best_step == 0) return false;
    shift(best_column, best_step, loss_, payoff_);
    const double lot = lot_of(p_, best_column);
    x_[best_column] = lot * std::round((x_[best_column] + best_step) / lot);
    merit_ = merit_of(x_, loss_, payoff_);
    return true;
  }

  const Program& p_;
  const Policy& policy_;
  std::vector<double> x_, loss_, payoff_;
  double merit_ = 0;
};

}  // namespace

double lot_slack(const Program& program, std::size_t row, std::span<const double> x) {
  const solve::Row& r = program.rows[row];
  double slack = feasible * row_size(r);
  if (!program.notes[row].lots_may_miss) return slack;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] != 0) slack += 0.5 * std::abs(r.coefficient[j]) * lot_of(program, j);
  }
  return slack;
}

bool within_limits(const Program& program, const Policy& policy, std::span<const double> x) {
  for (std::size_t r = 0; r < program.rows.size(); ++r) {
    if (over_by(program, r, x) > 0) return false;
  }
  if (policy.tail_limit_usd &&
      cvar_of(program, policy, x) > *policy.tail_limit_usd * (1 + feasible) + 1e-6) {
    return false;
  }
  return coverage_of(program, policy, x).excess_usd <= feasible * program.scale;
}

std::vector<double> whole_lots(const Program& program, const Policy& policy,
                               std::span<const double> x) {
  std::vector<double> start(x.size(), 0.0);
  std::vector<std::size_t> active;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] <= 1e-6 * program.columns[j].upper) continue;
    const double lot = lot_of(program, j);
    start[j] = std::min(lot * std::round(x[j] / lot), program.columns[j].upper);
    active.push_back(j);
  }
  Search search(program, policy, start);
  search.run(active);
  search.prune(active, policy.trade_worth_share_min * program.scale);
  search.run(active);
  if (within_limits(program, policy, search.x())) return search.x();
  return std::vector<double>(x.size(), 0.0);  // nothing whole fits: not trading always does
}

}  // namespace levee::hedge
