#include "levee/report/plan_tables.h"

#include "levee/report/position_tables.h"
#include "levee/report/sentences.h"
#include "levee/report/tail_table.h"
#include "levee/report/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

std::string or_nothing(const std::optional<double>& value) {
  return value ? number(*value, 6) : std::string(nothing);
}

std::optional<double> limit_of(const hedge::PlanTold& plan, std::string_view constraint) {
  for (const hedge::Constraint& c : plan.constraints) {
    if (c.name == constraint) return c.upper;
  }
  return std::nullopt;
}

bool is_missed(const hedge::Constraint& c) {
  const double slack = 1e-9 * std::max(1.0, std::abs(c.value));
  return (c.upper && c.value > *c.upper + slack) || (c.lower && c.value < *c.lower - slack);
}

std::string state_of(const hedge::Constraint& c) {
  if (is_missed(c)) return "not met";
  return c.binds ? "binds" : "";
}

std::string fees_a_year(const book::PositionReport& position) {
  if (!position.fees_usd_per_day) return std::string(unknown);
  const auto& error = position.fees_usd_per_day_se;
  return fees_text(days_a_year * *position.fees_usd_per_day,
                   error ? std::optional(days_a_year * *error) : std::nullopt);
}

// What liquidity would have to earn for the hedged book to break even: amendment 6.
Row needed_row(const hedge::Plan& plan) {
  const auto& needed = plan.plan.fees_needed_usd_per_year;
  const double value = plan.position.value_usd;
  const std::string of = needed && value > 0 ? percent(*needed / value) : std::string(unknown);
  return {{"Fees needed a year", known(needed, [](double x) { return usd(x); }),
           std::string(nothing),
           of + " of LP value: carry, and the LVR of the gamma that is not bought back"}};
}

Row capture_row(const hedge::Plan& plan) {
  return {{"Fee capture", known(plan.plan.fee_capture, [](double x) { return percent(x); }),
           std::string(nothing), "share of the fees a year that the carry leaves"}};
}

Row tranche_row(const hedge::TrancheTold& told) {
  return {{"A unit", usd(told.unit_usd), std::string(nothing),
           fmt::format("of {}; the hedge's carry takes {} of it a year; its CVaR95 goes from {} "
                       "to {}",
                       number(told.units, 9), percent(told.expense_ratio),
                       usd(told.unit_cvar_before_usd), usd(told.unit_cvar_after_usd))}};
}

Row tail_row(const hedge::Plan& plan) {
  const risk::TailReport& before = plan.tail.unhedged.out_of_sample;
  const risk::TailReport& after = plan.tail.hedged.out_of_sample;
  const std::string meaning = "mean of the worst 5 % of fresh scenarios";
  if (!is_known(before)) return {{"CVaR 95 %", std::string(unknown), meaning}};
  const std::string was = usd(Uncertain{before.cvar95_usd, before.cvar95_usd_se});
  if (!is_known(after) || plan.plan.trades.empty()) return {{"CVaR 95 %, unhedged", was, meaning}};
  return {{"CVaR 95 %, hedged", usd(Uncertain{after.cvar95_usd, after.cvar95_usd_se}),
           fmt::format("{}; {} unhedged", meaning, was)}};
}

// A future costs half its spread at once, though it has no premium.
Row paid_row(const hedge::PlanTold& told) {
  double paid = 0;
  for (const hedge::Trade& trade : told.trades) paid += trade.cost_usd;
  const double rest = paid - told.premium_usd - told.fees_usd;
  std::string parts =
      fmt::format("premium {}, venue fees {}", usd(told.premium_usd), usd(told.fees_usd));
  if (std::abs(rest) >= 0.005) parts += fmt::format(", spreads of futures and gas {}", usd(rest));
  return {{"Paid at once", usd(paid), std::move(parts)}};
}

}  // namespace

Table key_table(const hedge::Plan& plan) {
  const book::PositionReport& position = plan.position;
  const hedge::PlanTold& told = plan.plan;
  Table table{"", {{"", Kind::name}, {""}, {"", Kind::words}}, {}, ""};
  table.rows = {
      {{"Position value", usd(position.value_usd),
        plan.positions.size() > 1 ? fmt::format("{} positions together", plan.positions.size())
                                  : position.name}},
      tail_row(plan),
      {{"Carry of the hedge a year", usd(told.carry_usd_per_year),
        fmt::format("of {} allowed", usd(told.budget_usd_per_year))}},
      paid_row(told),
      {{"Fees expected a year", fees_a_year(position),
        fmt::format("while in range, against {} of LVR",
                    usd(days_a_year * position.lvr_usd_per_day))}},
      {{"Volatility sold", known(position.fee_implied_vol, [](double vol) { return percent(vol); }),
        fmt::format("buying it back costs {}", percent(position.market_implied_vol))}}};
  return table;
}

namespace {

// Funding is a forecast that changes from day to day: what of the carry stands on it.
Row funding_row(const hedge::PlanTold& told) {
  double funding = 0;
  bool any = false;
  for (const hedge::Trade& trade : told.trades) {
    if (trade.layer != "perp_delta") continue;
    any = true;
    funding += trade.carry_usd_per_year;
  }
  return {{"  of it funding", any ? usd(funding) : std::string(nothing), std::string(nothing),
           "if it stayed a year what the last 30 days had; decay is to the horizon, times a year"}};
}

}  // namespace

Table cost_table(const hedge::Plan& plan) {
  const hedge::PlanTold& told = plan.plan;
  const auto margin_limit = limit_of(told, "margin");
  Table table{
      "Cost against income", {{"", Kind::name}, {"Plan"}, {"Limit"}, {"", Kind::words}}, {}, ""};
  const std::string none(nothing);
  const auto of_hedge = [&](const std::optional<double>& value, auto tell) {
    return told.trades.empty() ? none : known(value, tell);
  };
  table.rows = {
      {{"Carry a year", usd(told.carry_usd_per_year), usd(told.budget_usd_per_year),
        told.budget_rule.empty() ? "time decay and funding"
                                 : "time decay and funding; limit: " + told.budget_rule}},
      funding_row(told),
      {{"Fees a year", fees_a_year(plan.position), none, "expected income while in range"}},
      {{"LVR a year", usd(days_a_year * plan.position.lvr_usd_per_day), none,
        "loss versus rebalancing, at implied volatility"}},
      needed_row(plan),
      capture_row(plan),
      {{"Premium", usd(told.premium_usd), none, "net outlay for options, fees excluded"}},
      {{"Venue fees", usd(told.fees_usd), none, "of all trades"}},
      {{"Margin", usd(told.margin_usd), margin_limit ? usd(*margin_limit) : none,
        "initial margin of shorts and perps"}},
      {{"Coverage", of_hedge(told.coverage, [](double x) { return percent(x); }), none,
        "largest hedge payoff beyond the tolerance over LP loss, where that is above it"}},
      {{"Gains kept", of_hedge(told.asymmetry.up_capture, [](double x) { return percent(x); }),
        none, "of what the paths that gain would gain without the hedge"}},
      {{"Losses left", of_hedge(told.asymmetry.down_capture, [](double x) { return percent(x); }),
        none, "of what the paths that lose would lose without the hedge"}},
      {{"Gamma bought back", percent(told.coverage_gamma), none,
        "hedge gamma over LP short gamma"}},
      {{"Variance premium", of_hedge(told.variance_premium_usd, [](double x) { return usd(x); }),
        none, "mean hedge profit under implied less real-world variance"}}};
  if (plan.tranche) table.rows.push_back(tranche_row(*plan.tranche));
  return table;
}

Table optimum_table(const hedge::PlanTold& plan) {
  Table table{"How near to the best", {{"", Kind::name}, {"USD"}, {"", Kind::words}}, {}, ""};
  const int decimals = usd_decimals(std::array{plan.objective_unhedged_usd, plan.objective_usd});
  const auto add = [&](std::string name, double amount, std::string meaning) {
    table.rows.push_back({{std::move(name), usd_at(amount, decimals), std::move(meaning)}});
  };
  add("Objective, no trades", plan.objective_unhedged_usd, "expected loss plus priced tail");
  add("Objective, this plan", plan.objective_usd, "as printed, in whole lots");
  add("Optimum", plan.optimum_usd, "before rounding to lots");
  add("Bound", plan.bound_usd, "no plan is below this");
  add("Duality gap", plan.duality_gap_usd, "optimum less bound");
  add("Cost of whole lots", plan.rounding_cost_usd, "and of fewer trades: objective less optimum");
  if (plan.candidates > 0) {
    table.note = fmt::format("{} instruments could be traded.", plan.candidates);
    if (!plan.mode.empty()) table.note += fmt::format(" Mode {}.", plan.mode);
  }
  return table;
}

Table constraint_table(const hedge::PlanTold& plan, Which which) {
  Table table{which == Which::all ? "Constraints" : "Constraints that bind",
              {{"Constraint", Kind::name},
               {"At the plan"},
               {"Lower"},
               {"Upper"},
               {"State", Kind::name},
               {"Price"},
               {"What it limits", Kind::words}},
              {},
              "Price: what one more unit of the limit would save of the objective, before rounding "
              "to lots."};
  for (const hedge::Constraint& c : plan.constraints) {
    if (which == Which::limiting && state_of(c).empty()) continue;
    table.rows.push_back({{label_of(c.name), number(c.value, 6), or_nothing(c.lower),
                           or_nothing(c.upper), state_of(c), usd(c.price_usd), c.about}});
  }
  if (table.rows.empty()) {
    table.columns.clear();
    table.note = which == Which::all ? "No constraints." : "No constraint binds.";
  }
  return table;
}

Table greek_table(const hedge::PlanTold& plan) {
  Table table{
      "Greeks",
      {{"", Kind::name}, {"Delta"}, {"Gamma"}, {"Vega"}, {"Theta a day"}},
      {},
      "Delta in tokens, gamma in tokens per dollar, vega in dollars per 1.00 of volatility. "
      "Theta of the LP is minus its LVR at implied volatility."};
  std::vector<double> vega, theta;
  for (const hedge::GreekRow& row : plan.greeks) {
    vega.push_back(row.vega);
    theta.push_back(row.theta_usd_per_day);
  }
  const int vega_decimals = usd_decimals(vega), theta_decimals = usd_decimals(theta);
  for (const hedge::GreekRow& row : plan.greeks) {
    table.rows.push_back(
        {{row.of, number(row.delta), number(row.gamma), usd_at(row.vega, vega_decimals),
          usd_at(row.theta_usd_per_day, theta_decimals)},
         row.of == "total" ? RowKind::total : RowKind::entry});
  }
  if (table.rows.empty()) {
    table.columns.clear();
    table.note = "No Greeks were worked out.";
  }
  return table;
}

Table unknown_table(const std::vector<hedge::Unknown>& unknowns) {
  Table table{"What is not known", {{"Field", Kind::words}, {"Why", Kind::words}}, {}, ""};
  for (const hedge::Unknown& u : unknowns) {
    const std::string why = u.reason.empty() ? u.why : fmt::format("{} ({})", u.why, u.reason);
    table.rows.push_back({{u.field, why}});
  }
  return table;
}

}  // namespace levee::report
