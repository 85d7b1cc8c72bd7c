#include "levee/hedge/tell.h"

#include "levee/hedge/layer.h"
#include "levee/hedge/profile.h"
#include "levee/hedge/proxy.h"
#include "levee/hedge/target.h"
#include "levee/hedge/verdict.h"
#include "levee/risk/asymmetry.h"
#include "levee/risk/tranche.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double days_a_year = 365;

const option::Contract* contract_of(const Candidate& candidate) {
  return std::get_if<option::Contract>(&candidate.instrument);
}

// What asked for a trade: a target of the day where it binds on what adds gamma, else the
// objective.
std::string rule_of(const Telling& t, const Candidate& c, double sign) {
  const Policy& policy = t.setting.policy;
  for (const Commitment& one : t.setting.orders.committed) {
    const auto* contract = contract_of(c);
    if (contract && *contract == one.contract && sign == one.sign) return "roll";
  }
  const double gamma = sign * c.gamma;
  for (std::size_t r = 0; r < t.choice.row_price.size() && gamma > 0; ++r) {
    const std::string& name = t.program.rows[r].name;
    const bool asked = name == "gamma" ? t.setting.orders.gamma_share_min > 0 : name == "far_gamma";
    if (asked && t.choice.row_price[r] < 0) {
      return std::string(name == "gamma" ? full_rule : far_rule);
    }
  }
  if (policy.tail_limit_usd) return "least cost within the tail limit";
  return fmt::format("a dollar of CVaR is worth {:.3g}", policy.price_of_tail);
}

Trade trade_of(const Telling& t, std::size_t j) {
  const Program& p = t.program;
  const Candidate& c = p.candidates[p.candidate_of[j]];
  const double sign = p.columns[j].sign, quantity = t.lots[j];
  Trade trade;
  trade.instrument = c.name;
  trade.layer = layer_in(t.setting.orders, c.instrument, sign);
  trade.rule = rule_of(t, c, sign);
  trade.tenor_days = c.tenor_days;
  trade.bucket_days = contract_of(c) ? t.setting.policy.tenors_days[c.bucket] : 0;
  trade.side = sign > 0 ? "buy" : "sell";
  trade.quantity = quantity;
  trade.price = ((sign > 0 ? *c.ask : *c.bid) + c.notional).value();
  trade.price_coin = contract_of(c) ? (sign > 0 ? *c.ask_coin : *c.bid_coin).value() : 0;
  trade.fee_usd = quantity * (sign > 0 ? c.fee_buy : c.fee_sell).value();
  trade.cost_usd = quantity * p.columns[j].cost;
  trade.carry_usd_per_year = sign * quantity * c.carry_per_year.value();
  trade.margin_usd = quantity * (sign > 0 ? c.margin_buy : c.margin_sell).value();
  trade.depth = p.columns[j].upper;
  trade.depth_binds = quantity > p.columns[j].upper - 0.5 * c.lot.value();
  trade.delta = sign * quantity * c.delta;
  trade.gamma = sign * quantity * c.gamma;
  trade.vega = sign * quantity * c.vega;
  trade.theta_usd_per_day = sign * quantity * c.theta_per_day;
  trade.term_beta = c.term_beta;
  return trade;
}

// Layers of one cover are one cover.
void join(const Trade& layer, Trade& cover) {
  cover.quantity += layer.quantity;
  cover.cost_usd += layer.cost_usd;
  cover.carry_usd_per_year += layer.carry_usd_per_year;
}

// The whole limit that a cover's layers come to.
double offered(const Program& program, const std::string& cover) {
  double limit = 0;
  for (const Candidate& c : program.candidates) {
    if (c.name == cover) limit += c.depth_buy.value();
  }
  return limit;
}

std::vector<Trade> trades_of(const Telling& t) {
  std::vector<Trade> trades;
  for (std::size_t j = 0; j < t.lots.size(); ++j) {
    if (t.lots[j] <= 0) continue;
    Trade trade = trade_of(t, j);
    const bool more = !trades.empty() && trade.layer == "protocol_cover" &&
                      trades.back().instrument == trade.instrument;
    if (more) {
      join(trade, trades.back());
    } else {
      trades.push_back(std::move(trade));
    }
  }
  for (Trade& trade : trades) {
    if (trade.layer != "protocol_cover") continue;
    trade.depth = offered(t.program, trade.instrument);
    trade.depth_binds = trade.quantity > trade.depth - 0.5;
  }
  std::sort(trades.begin(), trades.end(), [](const Trade& a, const Trade& b) {
    if (a.layer != b.layer) return a.layer < b.layer;
    if (a.tenor_days != b.tenor_days) return a.tenor_days < b.tenor_days;
    return a.instrument < b.instrument;
  });
  return trades;
}

// Rows of one name are one constraint, however many scenarios or strikes it took: the tightest
// one's value, all their prices together.
std::vector<Constraint> constraints_of(const Telling& t, const Coverage& coverage) {
  std::vector<Constraint> told;
  const Program& p = t.program;
  double coverage_price = 0;
  for (std::size_t r = 0; r < p.rows.size(); ++r) {
    // What a roll sells is settled from above and below: no price of it is the only one.
    const bool settled = p.rows[r].name == "roll" || r >= t.choice.row_price.size();
    const double price = settled ? 0 : std::abs(t.choice.row_price[r]);
    if (p.rows[r].name == "coverage") {
      coverage_price += price;
      continue;
    }
    Constraint c{p.rows[r].name, p.notes[r].about, 0, {}, {}, false, price};
    for (std::size_t j = 0; j < t.lots.size(); ++j) {
      if (t.lots[j] > 0) c.value += p.rows[r].coefficient[j] * t.lots[j];
    }
    if (p.rows[r].lower > -infinity) c.lower = p.rows[r].lower;
    if (p.rows[r].upper < infinity) c.upper = p.rows[r].upper;
    if (!told.empty() && told.back().name == c.name && c.lower && told.back().lower) {
      Constraint& same = told.back();
      same.price_usd += price;
      if (c.value - *c.lower < same.value - *same.lower) same.value = c.value, same.lower = c.lower;
    } else {
      told.push_back(std::move(c));
    }
  }
  for (Constraint& c : told) {
    const double size =
        std::max({1.0, std::abs(c.lower.value_or(0)), std::abs(c.upper.value_or(0))});
    c.binds = c.price_usd * size > 1e-6 * p.scale;  // worth more than the gap that is promised
  }
  Constraint c{"coverage",
               fmt::format("largest excess of hedge payoff over {:.3g} times the LP's loss{}, USD; "
                           "the tolerance is its limit",
                           t.setting.policy.coverage_max,
                           t.setting.proxy != nullptr ? " along the token's beta" : ""),
               coverage.excess_usd + t.setting.policy.coverage_tolerance * p.scale,
               {},
               t.setting.policy.coverage_tolerance * p.scale,
               coverage_price > 1e-6,
               coverage_price};
  told.push_back(std::move(c));
  if (t.setting.policy.tail_limit_usd) {
    told.push_back({"tail_limit",
                    "CVaR of the hedged book, USD",
                    cvar_of(p, t.setting.policy, t.lots),
                    {},
                    t.setting.policy.tail_limit_usd,
                    t.choice.tail_price > 1e-6,
                    t.choice.tail_price});
  }
  return told;
}

std::vector<GreekRow> greeks_of(const Telling& t, const std::vector<Trade>& trades) {
  const auto& total = t.setting.position.total;
  const GreekRow lp{"LP", total.delta, total.gamma, 0, -total.lvr_usd_per_day};
  GreekRow wallet{"wallet and held lots", t.setting.book.wallet.value(), 0, 0, 0};
  for (const book::Lot& lot : t.setting.book.lots) {
    if (!is_on_traded(t.setting, lot)) {  // a perp on the token itself
      wallet.delta += lot.quantity.value();
      continue;
    }
    for (const Candidate& c : t.program.candidates) {
      if (instrument_of(c.instrument) != lot.instrument) continue;
      const double quantity = lot.quantity.value();
      wallet.delta += quantity * c.delta;
      wallet.gamma += quantity * c.gamma;
      wallet.vega += quantity * c.vega;
      wallet.theta_usd_per_day += quantity * c.theta_per_day;
      break;
    }
  }
  GreekRow hedge{"hedge", 0, 0, 0, 0};
  for (const Trade& trade : trades) {
    hedge.delta += trade.delta;
    hedge.gamma += trade.gamma;
    hedge.vega += trade.vega;
    hedge.theta_usd_per_day += trade.theta_usd_per_day;
  }
  GreekRow sum{"total", 0, 0, 0, 0};
  for (const GreekRow& row : {lp, wallet, hedge}) {
    sum.delta += row.delta;
    sum.gamma += row.gamma;
    sum.vega += row.vega;
    sum.theta_usd_per_day += row.theta_usd_per_day;
  }
  return {lp, wallet, hedge, sum};
}

// What fees have to pay, and what of them the hedge leaves.
// src: methodology amendment 6; fee capture S2.41
void add_income(const book::PositionReport& position, PlanTold& plan) {
  const double left = 1 - std::clamp(plan.coverage_gamma, 0.0, 1.0);
  plan.fees_needed_usd_per_year =
      plan.carry_usd_per_year + left * days_a_year * position.lvr_usd_per_day;
  if (position.fees_usd_per_day && *position.fees_usd_per_day > 0) {
    const double fees = days_a_year * *position.fees_usd_per_day;
    plan.fee_capture = 1 - plan.carry_usd_per_year / fees;
  }
}

Explain node(std::string name, std::optional<double> value, std::string unit, std::string formula,
             std::string source, std::vector<Explain> inputs = {}) {
  return {std::move(name),  value, std::move(unit), std::move(formula), std::move(source),
          std::move(inputs)};
}

}  // namespace

std::vector<Held> held_of(const Program& program, std::span<const double> lots) {
  std::vector<Held> held;
  for (std::size_t j = 0; j < lots.size(); ++j) {
    if (lots[j] <= 0) continue;
    held.push_back({program.candidates[program.candidate_of[j]].instrument,
                    program.columns[j].sign * lots[j], program.columns[j].cost * lots[j]});
  }
  return held;
}

PlanTold told(const Telling& t) {
  const Policy& policy = t.setting.policy;
  PlanTold plan;
  plan.mode = policy.mode;
  plan.scenarios = policy.scenarios;
  plan.trades = trades_of(t);
  const std::vector<double> none(t.lots.size(), 0.0);
  if (t.choice.status != solve::Status::infeasible) plan.optimum = legs_of(t.program, t.choice.x);
  plan.objective_usd = t.objective_usd ? *t.objective_usd : objective_of(t.program, policy, t.lots);
  plan.objective_unhedged_usd = objective_of(t.program, policy, none);
  const bool solved = t.choice.status != solve::Status::infeasible;
  plan.optimum_usd = solved ? t.choice.objective : plan.objective_unhedged_usd;
  plan.bound_usd = solved ? t.choice.bound : plan.objective_unhedged_usd;
  plan.duality_gap_usd = plan.optimum_usd - plan.bound_usd;
  plan.rounding_cost_usd = plan.objective_usd - plan.optimum_usd;
  plan.budget_usd_per_year = t.program.budget.per_year.value();
  plan.budget_rule = t.program.budget.rule;
  for (const Trade& trade : plan.trades) {
    plan.fees_usd += trade.fee_usd;
    plan.carry_usd_per_year += trade.carry_usd_per_year;
    plan.margin_usd += trade.margin_usd;
    const bool is_margined = trade.layer == "perp_delta" || trade.layer == "vol_future";
    if (!is_margined && trade.layer != "leave") plan.premium_usd += trade.cost_usd - trade.fee_usd;
    plan.coverage_gamma += trade.gamma;
  }
  const double short_gamma = -t.setting.position.total.gamma;
  plan.coverage_gamma = short_gamma > 0 ? plan.coverage_gamma / short_gamma : 0;
  add_income(t.setting.position.total, plan);
  const Coverage coverage = coverage_of(t.program, policy, t.lots);
  if (!plan.trades.empty()) plan.coverage = coverage.ratio;
  plan.constraints = constraints_of(t, coverage);
  const std::vector<Held> held = held_of(t.program, t.lots);
  const ProfileAsk profile{t.setting, t.calibration, t.with};
  plan.profile = profile_of(profile, held);
  const BreakEvens crossings = break_evens_of(profile, held);
  plan.break_even_usd = crossings.price, plan.z_break_even = crossings.z;
  plan.greeks = greeks_of(t, plan.trades);
  plan.candidates = static_cast<int>(t.program.candidates.size());
  add_status(t, plan);
  return plan;
}

Explain explained(const Telling& t, const PlanTold& plan, const TailsTold& tails) {
  const Policy& policy = t.setting.policy;
  const std::string scenarios =
      fmt::format("{} scenarios of kind {}", policy.paths_choose, policy.scenarios);
  const auto cvar = [&](std::string name, const risk::TailReport& tail) {
    return node(
        std::move(name), tail.cvar95_usd, "USD",
        fmt::format("mean of the worst 5 % of losses, +- {:.3g}", tail.cvar95_usd_se),
        "Rockafellar & Uryasev (2002)",
        {node("mean loss", tail.mean_usd, "USD",
              fmt::format("average over scenarios, +- {:.3g}", tail.mean_usd_se), scenarios)});
  };
  Explain tree = node("plan", std::nullopt, "", "", "");
  const std::string objective =
      policy.tail_limit_usd
          ? fmt::format("least E[loss] with CVaR at most {:.6g} USD", *policy.tail_limit_usd)
          : fmt::format("E[loss] + {:.3g} * CVaR at {:.3g}", policy.price_of_tail,
                        policy.confidence);
  tree.inputs = {
      node("plan.objective_usd", plan.objective_usd, "USD", objective, scenarios,
           {node("optimum before whole lots", plan.optimum_usd, "USD", "programme", "solver"),
            node("bound", plan.bound_usd, "USD", "Lagrangian at the multipliers found",
                 "weak duality"),
            node("cost of whole lots", plan.rounding_cost_usd, "USD", "objective - optimum", "")}),
      node("plan.premium_usd", plan.premium_usd, "USD",
           "sum of quantity * (ask for buys, minus bid for sales)", "chain quotes * index"),
      node("plan.carry_usd_per_year", plan.carry_usd_per_year, "USD per year",
           "what the trades lose to the horizon at unchanged price and volatility, and funding, a "
           "year",
           "chain marks (Black-76), funding history"),
      node("plan.budget_usd_per_year", plan.budget_usd_per_year, "USD per year", plan.budget_rule,
           "policy; methodology amendment 9"),
      node("plan.coverage", plan.coverage, "",
           "largest hedge payoff beyond the tolerance over LP loss, on scenarios with a loss above "
           "it",
           "methodology amendment 3"),
      cvar("tail.unhedged.cvar95_usd", tails.unhedged.in_sample),
      cvar("tail.hedged.cvar95_usd", tails.hedged.in_sample),
      cvar("tail.hedged.out_of_sample.cvar95_usd", tails.hedged.out_of_sample),
      node("plan.variance_premium_usd", plan.variance_premium_usd, "USD",
           "mean hedge profit under market-implied variance minus under real-world variance",
           "methodology amendment 2")};
  return tree;
}

Explain explained(const DayTold& day, const std::vector<LayerTold>& layers) {
  Explain tree = node("decision", std::nullopt, "", "limits, regime, targets, layers, costs, lots",
                      "methodology 6");
  Explain regime = node("day", std::nullopt, "", day.hedge, "gates of the regime");
  for (const RestrictionTold& one : day.restrictions) {
    regime.inputs.push_back(node("not " + one.act, std::nullopt, "", one.why, one.gate));
  }
  for (const RuleTold& one : day.rules) {
    regime.inputs.push_back(node(one.name, std::nullopt, "", one.what, one.source));
  }
  if (day.rules_cost_usd) {
    regime.inputs.push_back(node("day.rules_cost_usd", day.rules_cost_usd, "USD",
                                 "objective with the day's targets less without", "programme"));
  }
  tree.inputs.push_back(std::move(regime));
  for (const LayerTold& one : layers) {
    Explain layer = node(one.layer, std::nullopt, "", one.why, one.state);
    if (one.trades > 0) {
      layer.inputs = {node("cost_usd", one.cost_usd, "USD", "paid at once", "trades"),
                      node("mean_cost_usd", one.mean_cost_usd, "USD",
                           "expected loss with its trades less without", "set chosen on"),
                      node("cvar_removed_usd", one.cvar_removed_usd, "USD",
                           "CVaR without its trades less with them", "set chosen on")};
    }
    tree.inputs.push_back(std::move(layer));
  }
  return tree;
}

AsymmetryTold asymmetry_told(std::span<const double> unhedged, std::span<const double> hedged) {
  std::vector<double> before(unhedged.begin(), unhedged.end());
  std::vector<double> after(hedged.begin(), hedged.end());
  for (auto* gains : {&before, &after}) {
    for (double& x : *gains) x = -x;
  }
  const auto with = risk::asymmetry_of({.hedged = after, .unhedged = before});
  const auto without = risk::asymmetry_of({.hedged = before, .unhedged = before});
  if (!with || !without) return {};
  const auto value = [](const std::optional<num::Estimate>& one) {
    return one ? std::optional(one->value) : std::nullopt;
  };
  return {value(without->skewness), value(with->skewness), value(with->up_capture),
          value(with->down_capture)};
}

std::optional<TrancheTold> tranche_told(const Policy& policy, const Plan& plan) {
  const Usd value{plan.position.value_usd};
  if (!policy.units || !(value.value() > 0)) return {};
  const risk::Tranche tranche{.units = *policy.units, .nav = value};
  return TrancheTold{
      .units = tranche.units,
      .unit_usd = tranche.per_unit().value(),
      .expense_ratio = risk::expense_ratio({.gas = Usd{0},
                                            .hedge = Usd{plan.plan.carry_usd_per_year},
                                            .borrowing = Usd{0},
                                            .leakage = Usd{0},
                                            .days = days_a_year},
                                           value),
      .unit_cvar_before_usd = plan.tail.unhedged.out_of_sample.cvar95_usd / tranche.units,
      .unit_cvar_after_usd = plan.tail.hedged.out_of_sample.cvar95_usd / tranche.units};
}

Histogram histogram_of(std::span<const double> unhedged, std::span<const double> hedged) {
  std::vector<double> all(unhedged.begin(), unhedged.end());
  all.insert(all.end(), hedged.begin(), hedged.end());
  std::sort(all.begin(), all.end());
  const auto quantile = [&](double p) {
    return all[static_cast<std::size_t>(p * static_cast<double>(all.size() - 1))];
  };
  const double low = quantile(0.001), high = std::max(quantile(0.999), low + 1);
  constexpr std::size_t bins = 60;
  Histogram histogram;
  for (std::size_t i = 0; i <= bins; ++i) {
    histogram.edge_usd.push_back(low + (high - low) * static_cast<double>(i) / bins);
  }
  const auto share = [&](std::span<const double> losses) {
    std::vector<double> counts(bins, 0.0);
    for (const double loss : losses) {
      const double at = std::clamp((loss - low) / (high - low) * bins, 0.0, bins - 1.0);
      counts[static_cast<std::size_t>(at)] += 1 / static_cast<double>(losses.size());
    }
    return counts;
  };
  histogram.unhedged = share(unhedged);
  histogram.hedged = share(hedged);
  return histogram;
}

}  // namespace levee::hedge
