#include "levee/hedge/lean.h"

#include "levee/num/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace levee::hedge {
namespace {

// More than a solver's dust.
bool is_traded(const Program& p, std::span<const double> x, std::size_t j) {
  return x[j] > 1e-6 * p.columns[j].upper;
}

// Columns that are traded, the least in dollars first.
std::vector<std::size_t> by_size(const Program& p, std::span<const double> x) {
  std::vector<std::pair<double, std::size_t>> sized;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const Candidate& one = p.candidates[p.candidate_of[j]];
    const double unit = std::max(std::abs(p.columns[j].cost), std::abs(one.mid.value()));
    if (is_traded(p, x, j)) sized.emplace_back(unit * x[j], j);
  }
  std::ranges::sort(sized);
  std::vector<std::size_t> columns;
  for (const auto& [usd, j] : sized) columns.push_back(j);
  return columns;
}

// The first so many, or nothing of nothing.
std::vector<double> first(const std::vector<double>& values, std::size_t count) {
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(std::min(count, values.size()));
  return {values.begin(), end};
}

// Of evenly spread paths the first power of two is even too; of random ones any part is fair.
constexpr std::size_t paths_to_drop_on = 4096;

// Leaves out what the rest can replace, one trade after another.
class Dropping {
 public:
  Dropping(Lean& lean, const Policy& policy, double worth)
      : lean_(lean), policy_(policy), worth_(worth), missed_(lean.column.size(), 0.0) {}

  // Whether there was anything.
  bool once() {
    bool dropped = false;
    for (const std::size_t j : by_size(lean_.program, lean_.choice.x)) {
      const bool idle = !is_traded(lean_.program, lean_.choice.x, j);  // the others made it so
      if (!idle && missed_[j] < clearly * worth_ && drop(j)) dropped = true;
    }
    return dropped;
  }

 private:
  // What was missed by so much among more trades is not asked again among fewer.
  static constexpr double clearly = 3;

  bool drop(std::size_t j) {
    solve::Column& column = lean_.program.columns[j];
    const double upper = column.upper;
    column.upper = 0;
    std::vector<double> start = lean_.choice.x;
    start[j] = 0;
    Choice without =
        choose(lean_.program, policy_, {start, lean_.choice.row_price, lean_.choice.price});
    missed_[j] = without.status == solve::Status::infeasible
                     ? std::numeric_limits<double>::infinity()
                     : without.objective - lean_.choice.objective;
    if (missed_[j] < worth_) {
      lean_.choice = std::move(without);
      return true;
    }
    column.upper = upper;
    return false;
  }

  Lean& lean_;
  const Policy& policy_;
  double worth_;
  std::vector<double> missed_;  // [columns] what leaving it out cost when last tried
};

}  // namespace

Lean restricted(const Program& whole, const Restriction& to, const Choice& choice) {
  const auto& columns = to.columns;
  Lean lean;
  Program& p = lean.program;
  lean.column.assign(columns.begin(), columns.end());
  lean.choice = choice;
  lean.choice.x.clear();
  lean.choice.price = first(choice.price, to.paths);
  std::map<std::size_t, std::size_t> place;  // of a candidate of the whole
  std::vector<std::size_t> kept;
  for (const std::size_t j : columns) {
    const std::size_t i = whole.candidate_of[j];
    if (place.emplace(i, kept.size()).second) kept.push_back(i);
    p.columns.push_back(whole.columns[j]);
    p.columns.back().instrument = place[i];
    p.candidate_of.push_back(place[i]);
    lean.choice.x.push_back(choice.x[j]);
  }
  num::Matrix<Usd> value(kept.size(), to.paths);
  for (std::size_t r = 0; r < kept.size(); ++r) {
    p.candidates.push_back(whole.candidates[kept[r]]);
    std::ranges::copy(whole.value->row(kept[r]).first(to.paths), value.row(r).begin());
    p.value_mean.push_back(num::mean_of(value.row(r)).value);
    if (!whole.gain.empty()) p.gain.push_back(first(whole.gain[kept[r]], to.paths));
  }
  p.value = std::make_shared<const num::Matrix<Usd>>(std::move(value));
  p.base_loss = first(whole.base_loss, to.paths);
  p.lp_loss = first(whole.lp_loss, to.paths);
  p.notes = whole.notes;
  p.budget = whole.budget;
  p.scale = whole.scale;
  for (const solve::Row& row : whole.rows) {
    p.rows.push_back({row.name, {}, row.lower, row.upper});
    for (const std::size_t j : columns) p.rows.back().coefficient.push_back(row.coefficient[j]);
  }
  return lean;
}

std::vector<double> spread_out(const Lean& lean, std::size_t columns, std::span<const double> x) {
  std::vector<double> whole(columns, 0.0);
  for (std::size_t j = 0; j < x.size(); ++j) whole[lean.column[j]] = x[j];
  return whole;
}

Lean lean_of(const Program& whole, const Policy& policy, const Choice& choice) {
  std::vector<std::size_t> traded = by_size(whole, choice.x);
  std::ranges::sort(traded);
  const std::size_t few = std::min(whole.paths(), paths_to_drop_on);
  Lean lean = restricted(whole, {traded, few}, choice);
  lean.choice = choose(lean.program, policy, start_at(lean.choice));
  if (lean.choice.status == solve::Status::infeasible) {  // on these paths alone: keep all trades
    return restricted(whole, {traded, whole.paths()}, choice);
  }
  const double worth = policy.trade_worth_share_min * whole.scale;
  Dropping dropping(lean, policy, worth);
  while (dropping.once()) {  // what has gone may make more replaceable
  }
  std::vector<std::size_t> left;
  for (std::size_t j = 0; j < traded.size(); ++j) {
    if (is_traded(lean.program, lean.choice.x, j)) left.push_back(traded[j]);
  }
  Lean kept = restricted(whole, {left, whole.paths()}, choice);
  Choice again = choose(kept.program, policy, start_at(kept.choice));
  if (again.status == solve::Status::infeasible) {
    return restricted(whole, {traded, whole.paths()}, choice);
  }
  kept.choice = std::move(again);
  return kept;
}

}  // namespace levee::hedge
