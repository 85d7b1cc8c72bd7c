#include "levee/hedge/lots.h"

#include "levee/num/estimate.h"
#include "levee/solve/tail_value.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <optional>

namespace levee::hedge {
namespace {

constexpr double feasible = 1e-9;  // relative, for sums of whole lots
constexpr int tries_max = 8000;    // points looked at in one search, each a pass over all paths

double lot_of(const Program& p, std::size_t column) {
  return p.candidates[p.candidate_of[column]].lot.value();
}

// A step that matters: one lot, or a thousandth of the largest size where lots are finer than that.
double step_of(const Program& p, std::size_t column) {
  const double lot = lot_of(p, column);
  return lot * std::max(1.0, std::round(p.columns[column].upper / lot / 1000));
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
    refresh();
  }

  // Steps of a few lots among `active` while any improves by what the gap promises; bounded, since
  // each must gain. Where a limit is still broken and no single step mends it, one lot of one is
  // exchanged for one of another.
  void run(const std::vector<std::size_t>& active) {
    while (tries_ < tries_max) {
      if (!improve(active) && !(broken_ > 0 && exchange(active))) return;
    }
  }

  bool within() const { return broken_ <= 0; }
  double objective() const { return objective_; }

  // Leaves out trades that are hardly worth making, the least missed first; whether there was one.
  bool prune(std::vector<std::size_t>& active, double worth_min) {
    for (bool any = false;; any = true) {
      double least = merit_ + worth_min;
      std::optional<std::size_t> dropped;
      for (std::size_t i = 0; i < active.size(); ++i) {
        const std::size_t j = active[i];
        if (x_[j] == 0) continue;
        const auto merit = merit_below(least, {{j, -x_[j]}});
        if (merit) least = *merit, dropped = i;
      }
      if (!dropped) return any;
      const std::size_t j = active[*dropped];
      shift(j, -x_[j], loss_, payoff_);
      x_[j] = 0;
      refresh();
      active.erase(active.begin() + static_cast<std::ptrdiff_t>(*dropped));
    }
  }

  const std::vector<double>& x() const { return x_; }

 private:
  // Adds `quantity` of a column to a loss and payoff by path.
  void shift(std::size_t j, double quantity, std::vector<double>& loss,
             std::vector<double>& payoff) const {
    const std::size_t i = p_.candidate_of[j];
    const auto value = p_.value->row(i);
    const double signed_quantity = p_.columns[j].sign * quantity;
    const double cost = p_.columns[j].cost * quantity;
    for (std::size_t s = 0; s < loss.size(); ++s) loss[s] += cost - signed_quantity * value[s];
    add_gain(p_, i, signed_quantity, payoff);
  }

  // What a point is worth, and by how much it breaks limits (each over its own size, summed).
  struct Score {
    double objective = 0, broken = 0;
  };

  Score score_at(const std::vector<double>& x, double mean, double cvar) const {
    Score score{policy_.tail_limit_usd ? mean : mean + policy_.price_of_tail * cvar, 0};
    for (std::size_t r = 0; r < p_.rows.size(); ++r) {
      if (p_.rows[r].name == "coverage") continue;  // every path is checked apart
      score.broken += over_by(p_, r, x) / row_size_in_lots(r);
    }
    if (policy_.tail_limit_usd) {
      score.broken += std::max(0.0, cvar - *policy_.tail_limit_usd) / p_.scale;
    }
    return score;
  }

  Score score_of(const std::vector<double>& x, const std::vector<double>& loss,
                 const std::vector<double>& payoff) const {
    double threshold = 0;
    Score score = score_at(x, num::mean_of(loss).value,
                           solve::tail_term(loss, policy_.confidence, 1, threshold));
    double worst = 0;
    for (std::size_t s = 0; s < payoff.size(); ++s) {
      if (p_.lp_loss[s] <= 0) continue;
      worst = std::max(worst, payoff[s] - coverage_limit(p_, policy_, p_.scale, s));
    }
    score.broken += std::max(0.0, worst - feasible * p_.scale) / p_.scale;
    return score;
  }

  double merit_of(const Score& score) const {
    return score.objective + 100 * p_.scale * score.broken;
  }

  // So much more of each column.
  using Steps = std::initializer_list<std::pair<std::size_t, double>>;

  // The merit there if it is below `wanted`; what its tangents keep above is not worked out.
  std::optional<double> merit_below(double wanted, Steps steps) {
    ++tries_;
    std::vector<double> x = x_;
    double mean = mean_, cvar = cvar_;
    for (const auto& [j, step] : steps) {
      x[j] = std::max(0.0, x[j] + step);
      mean += step * mean_slope(j);
      cvar += step * cvar_slope(j);
    }
    // The tail is convex, and what coverage adds is not negative.
    const double rounding = 1e-9 * p_.scale;
    if (merit_of(score_at(x, mean, cvar)) > wanted + rounding) return std::nullopt;
    std::vector<double> loss = loss_, payoff = payoff_;
    for (const auto& [j, step] : steps) shift(j, step, loss, payoff);
    const double merit = merit_of(score_of(x, loss, payoff));
    return merit < wanted ? std::optional(merit) : std::nullopt;
  }

  double row_size_in_lots(std::size_t r) const {
    return p_.rows[r].name.ends_with("_cover") ? 1 : row_size(p_.rows[r]);
  }

  bool allowed(std::size_t j, double quantity) const {
    return quantity > -0.5 * lot_of(p_, j) && quantity <= p_.columns[j].upper * (1 + feasible);
  }

  // Makes a step for good.
  void take(std::size_t j, double step) {
    shift(j, step, loss_, payoff_);
    const double lot = lot_of(p_, j);
    x_[j] = lot * std::round((x_[j] + step) / lot);
    refresh();
  }

  void refresh() {
    const Score score = score_of(x_, loss_, payoff_);
    objective_ = score.objective;
    broken_ = score.broken;
    merit_ = merit_of(score);
    mean_ = num::mean_of(loss_).value;
    double threshold = 0;
    cvar_ = solve::tail_term(loss_, policy_.confidence, 1, threshold);
    tail_.clear();
    const std::vector<double> weight = solve::tail_price_at(loss_, policy_.confidence, 1);
    for (std::size_t s = 0; s < weight.size(); ++s) {
      if (weight[s] > 0) tail_.emplace_back(s, weight[s]);
    }
    cvar_slope_.assign(x_.size(), {});
  }

  double mean_slope(std::size_t j) const {
    return p_.columns[j].cost - p_.columns[j].sign * p_.value_mean[p_.candidate_of[j]];
  }

  double cvar_slope(std::size_t j) {
    if (cvar_slope_[j]) return *cvar_slope_[j];
    const auto value = p_.value->row(p_.candidate_of[j]);
    double worth = 0;
    for (const auto& [s, weight] : tail_) worth += weight * value[s];
    return *(cvar_slope_[j] = p_.columns[j].cost - p_.columns[j].sign * worth);
  }

  bool improve(const std::vector<std::size_t>& active) {
    double best = merit_ - 1e-6 * p_.scale;
    std::size_t best_column = 0;
    double best_step = 0;
    for (const std::size_t j : active) {
      for (const double lots : {1.0, -1.0, 10.0, -10.0}) {
        const double step = lots * step_of(p_, j);
        if (!allowed(j, x_[j] + step)) continue;
        const auto merit = merit_below(best, {{j, step}});
        if (merit) best = *merit, best_column = j, best_step = step;
      }
    }
    if (best_step == 0) return false;
    take(best_column, best_step);
    return true;
  }

  // One lot more of one column for one lot more or less of another; the first exchange that helps.
  bool exchange(const std::vector<std::size_t>& active) {
    for (const std::size_t j : active) {
      for (const std::size_t k : active) {
        if (tries_ >= tries_max) return false;
        for (const double lots : {1.0, -1.0}) {
          const double more = step_of(p_, j), other = lots * step_of(p_, k);
          if (j == k || !allowed(j, x_[j] + more) || !allowed(k, x_[k] + other)) continue;
          if (!merit_below(merit_ - 1e-6 * p_.scale, {{j, more}, {k, other}})) continue;
          take(j, more);
          take(k, other);
          return true;
        }
      }
    }
    return false;
  }

  const Program& p_;
  const Policy& policy_;
  std::vector<double> x_, loss_, payoff_;
  double merit_ = 0, objective_ = 0, broken_ = 0;
  double mean_ = 0, cvar_ = 0;                        // of the loss
  std::vector<std::pair<std::size_t, double>> tail_;  // paths, and their weight in the CVaR
  std::vector<std::optional<double>> cvar_slope_;     // [columns] as far as asked
  int tries_ = 0;
};

}  // namespace

double lot_slack(const Program& program, std::size_t row, std::span<const double> x) {
  const solve::Row& r = program.rows[row];
  double size = row_size(r);
  for (std::size_t j = 0; j < x.size(); ++j) {
    size = std::max(size, std::abs(r.coefficient[j] * x[j]));
  }
  double slack = feasible * size;
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

namespace {

// The search from one point after another, until one ends within every limit and better than idle.
std::vector<double> searched(const Program& program, const Policy& policy,
                             const std::vector<std::size_t>& active,
                             const std::vector<std::vector<double>>& starts) {
  std::vector<double> none(program.columns.size(), 0.0);
  // Not trading is always looked at.
  const double idle = within_limits(program, policy, none)
                          ? objective_of(program, policy, none)
                          : std::numeric_limits<double>::infinity();
  for (const std::vector<double>& start : starts) {
    Search search(program, policy, start);
    std::vector<std::size_t> columns = active;
    search.run(columns);
    while (search.prune(columns, policy.trade_worth_share_min * program.scale)) search.run(columns);
    if (!search.within() || search.objective() >= idle) continue;
    if (!within_limits(program, policy, search.x())) continue;
    return search.x();
  }
  return none;
}

std::vector<std::size_t> traded_in(const Program& program, std::span<const double> x) {
  std::vector<std::size_t> traded;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] > 1e-6 * program.columns[j].upper) traded.push_back(j);
  }
  return traded;
}

std::vector<double> nearest_lots(const Program& program, std::span<const double> x) {
  std::vector<double> nearest(x.size(), 0.0);
  for (const std::size_t j : traded_in(program, x)) {
    const double lot = lot_of(program, j);
    nearest[j] = std::min(lot * std::round(x[j] / lot), program.columns[j].upper);
  }
  return nearest;
}

}  // namespace

std::vector<double> rounded_lots(const Program& program, const Policy& policy,
                                 std::span<const double> x) {
  return searched(program, policy, traded_in(program, x), {nearest_lots(program, x)});
}

std::vector<double> whole_lots(const Program& program, const Policy& policy,
                               std::span<const double> x) {
  return searched(program, policy, traded_in(program, x),
                  {nearest_lots(program, x), std::vector<double>(x.size(), 0.0)});
}

}  // namespace levee::hedge
