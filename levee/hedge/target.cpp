#include "levee/hedge/target.h"

#include "levee/risk/allocator.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::hedge {
namespace {

// Gamma of 4/4/2 contracts at the money in tenors beyond the first: 3.8 of the methodology.
constexpr double far_share_of_gamma = 0.41;
// A target at the very edge of what can be reached leaves whole lots nowhere to go.
constexpr double room = 0.03;

bool is_target(const solve::Row& row) { return row.name == "gamma" || row.name == "far_gamma"; }

// What a target's row would ask without the day; what rolls give up is in both.
double own_floor(const solve::Row& row, const Setting& setting) {
  if (row.name != "gamma") return -std::numeric_limits<double>::infinity();
  const Policy& policy = setting.policy;
  const double own = policy.mode == "gamma_match" ? policy.coverage_target : policy.gamma_share_min;
  const double added = std::max(0.0, setting.orders.gamma_share_min - own);
  const auto& total = setting.position.total;
  return row.lower - added * std::max(0.0, -total.gamma) / gamma_unit(total);
}

// Rows of targets and the floors they were given.
class Targets {
 public:
  Targets(Program& program, const Setting& setting) : program_(program) {
    for (std::size_t r = 0; r < program.rows.size(); ++r) {
      const solve::Row& row = program.rows[r];
      if (!is_target(row) || row.lower <= own_floor(row, setting)) continue;
      rows_.push_back(r);
      floors_.push_back(row.lower);
      own_.push_back(own_floor(row, setting));
    }
  }

  bool empty() const { return rows_.empty(); }
  void lift() {
    for (std::size_t i = 0; i < rows_.size(); ++i) program_.rows[rows_[i]].lower = own_[i];
  }
  void put_back() {
    for (std::size_t i = 0; i < rows_.size(); ++i) program_.rows[rows_[i]].lower = floors_[i];
  }
  // Brings the named target down to what was reached; false where the row is no target of the day.
  bool lower_to(const std::string& name, double reached) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (program_.rows[rows_[i]].name != name) continue;
      const double to = std::max(own_[i], reached - room * std::abs(reached));
      if (!(to < floors_[i])) return false;
      floors_[i] = program_.rows[rows_[i]].lower = to;
      return true;
    }
    return false;
  }

 private:
  Program& program_;
  std::vector<std::size_t> rows_;
  std::vector<double> floors_, own_;  // With the day's targets, and without.
};

GaugeTold gauge_told(const signal::Gauge& gauge) {
  GaugeTold told{
      .name = std::string(gauge.name), .unit = gauge.unit, .state = {}, .why = gauge.why};
  if (const signal::Reading* reading = gauge.fresh()) {
    told.value = reading->value;
    told.state = std::string(reading->state);
    if (gauge.since) told.since = text_of(*gauge.since);
  } else if (gauge.reading) {
    told.why = "stale: last read " + text_of(gauge.reading->at);
  }
  return told;
}

}  // namespace

CoverageMoved coverage_moved(const Policy& policy) {
  const double usual = policy.coverage_target;
  if (!policy.beta_down && !policy.smaller_cap_usd && !policy.worth_over_value) return {usual, {}};
  const bool more = policy.smaller_cap == "more";
  std::optional<Usd> cap;
  if (policy.smaller_cap_usd) cap = Usd{*policy.smaller_cap_usd};
  double multiple = risk::beta_factor(policy.beta_down.value_or(1), cap,
                                      more ? risk::SmallCap::more : risk::SmallCap::less);
  std::vector<std::string> why;
  if (policy.beta_down) why.push_back(fmt::format("a beta of {:.3g} down", *policy.beta_down));
  if (cap) {
    why.push_back(
        fmt::format("{:.3g} billion USD of the smaller token, which asks for {} where "
                    "it is less than ten",
                    cap->value() / 1e9, more ? "more" : "less"));
  }
  if (policy.worth_over_value) {
    multiple *= risk::coverage_factor(*policy.worth_over_value);
    why.push_back(fmt::format("payments worth {:.3g} of the value", *policy.worth_over_value));
  }
  const double target = risk::coverage_target(usual, multiple);
  return {target, RuleTold{std::string(moved_rule),
                           fmt::format("{:.3g} % of the short gamma instead of {:.3g} %, of {}; {}",
                                       100 * target, 100 * usual, fmt::join(why, ", "),
                                       policy.mode == "gamma_match"
                                           ? "the mode takes it as it is"
                                           : "a floor where the day asks for a target"),
                           "CAPM and discounted payments (amendment 21)"}};
}

std::vector<RuleTold> targets_of(const LayerAsk& ask, Orders& orders) {
  const Policy& policy = ask.setting.policy;
  std::vector<RuleTold> rules;
  for (const signal::Prompt& prompt : ask.regime.asks) {
    const bool far = prompt.ask == signal::HedgeAsk::refresh_long;
    double& share = far ? orders.far_share_min : orders.gamma_share_min;
    share = far ? far_share_of_gamma * policy.coverage_target : policy.coverage_target;
    rules.push_back(
        {std::string(far ? far_rule : full_rule),
         fmt::format("{}: options{} buy back at least {:.3g} % of the short gamma{}", prompt.why,
                     far ? " beyond the first tenor" : "", 100 * share,
                     !far && ask.regime.hedge_by ? " by " + text_of(*ask.regime.hedge_by) : ""),
         std::string(prompt.gate) + " gate"});
  }
  return rules;
}

Ruled choose_under(Program& program, const Policy& policy, const Setting& setting,
                   std::vector<RuleTold>& rules, const Choice& start) {
  Targets targets(program, setting);
  if (targets.empty()) return {choose(program, policy, start_at(start)), {}};
  const bool anew = start.x.empty();
  const auto without = [&](const Choice& from) {
    targets.lift();
    return choose(program, policy, start_at(from));
  };
  Choice free;
  if (anew) free = without({});
  targets.put_back();
  const Choice& from = anew ? free : start;
  Choice held = choose(program, policy, start_at(from));
  for (int tries = 0; tries < 4 && held.status == solve::Status::infeasible; ++tries) {
    if (!targets.lower_to(held.missed, held.best_reach)) break;
    rules.push_back({"target out of reach",
                     fmt::format("{}: budget, cash and depth allow {:.3g} % of it", held.missed,
                                 100 * held.best_reach / (held.best_reach + held.shortfall)),
                     "limits of the policy"});
    held = choose(program, policy, start_at(from));
  }
  if (held.status != solve::Status::infeasible) {
    return {held, anew ? std::optional(held.objective - free.objective) : std::nullopt};
  }
  free = without(from);
  if (free.status == solve::Status::infeasible) {  // with the targets or without
    targets.put_back();
    return {held, {}};
  }
  rules.push_back({"targets set aside", "no plan within the limits meets them together", ""});
  return {free, {}};
}

DayTold day_told(const signal::Outlook& outlook, const std::vector<RuleTold>& rules,
                 std::optional<double> cost_usd) {
  const signal::Regime& regime = outlook.regime;
  DayTold day;
  for (const signal::Gauge& gauge : outlook.gauges) day.gauges.push_back(gauge_told(gauge));
  day.hedge = name_of(regime.hedge);
  if (regime.hedge_by) day.hedge_by = text_of(*regime.hedge_by);
  day.size_share = regime.size_share;
  for (const signal::Prompt& one : regime.reviews) {
    day.reviews.push_back(fmt::format("{} ({} gate)", one.why, one.gate));
  }
  for (const signal::Restriction& one : regime.restrictions) {
    day.restrictions.push_back({std::string(name_of(one.act)), std::string(one.gate), one.why});
  }
  day.rules = rules;
  day.rules_cost_usd = cost_usd;
  return day;
}

}  // namespace levee::hedge
