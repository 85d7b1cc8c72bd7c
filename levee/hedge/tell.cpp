#include "levee/hedge/tell.h"

#include "levee/hedge/lots.h"
#include "levee/num/root.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const option::Contract* contract_of(const Candidate& candidate) {
  return std::get_if<option::Contract>(&candidate.instrument);
}

std::string layer_of(const Candidate& candidate, double sign) {
  if (std::holds_alternative<CoverLayer>(candidate.instrument)) return "protocol_cover";
  if (std::holds_alternative<Withdrawal>(candidate.instrument)) return "leave";
  const auto* contract = contract_of(candidate);
  if (!contract) return "perp_delta";
  const bool call = contract->type == option::Type::call;
  if (sign > 0) return call ? "call_wing" : "put_shield";
  return call ? "call_spread" : "put_spread";
}

Trade trade_of(const Telling& t, std::size_t j) {
  const Program& p = t.program;
  const Candidate& c = p.candidates[p.candidate_of[j]];
  const double sign = p.columns[j].sign, quantity = t.lots[j];
  Trade trade;
  trade.instrument = c.name;
  trade.layer = layer_of(c, sign);
  trade.tenor_days = c.tenor_days;
  trade.bucket_days = contract_of(c) ? t.setting.policy.tenors_days[c.bucket] : 0;
  trade.side = sign > 0 ? "buy" : "sell";
  trade.quantity = quantity;
  const bool perp = std::holds_alternative<book::Perp>(c.instrument);
  trade.price = (sign > 0 ? *c.ask : *c.bid).value() + (perp ? t.setting.snapshot.spot.value() : 0);
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
    const double price = std::abs(r < t.choice.row_price.size() ? t.choice.row_price[r] : 0);
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
               fmt::format("largest excess of hedge payoff over {:.3g} times the LP's loss, USD; "
                           "the tolerance is its limit",
                           t.setting.policy.coverage_max),
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

// What taking a position out, its tokens kept, gains at a price: no fees, no loss to arbitrage.
double withdrawn_at(const Telling& t, const Withdrawal& left, double price) {
  const amm::Range& range = t.setting.book.positions[left.position].range;
  const amm::Exposure now = amm::exposure_at(range, t.setting.snapshot.spot);
  const double held = now.base.value() * price + now.quote.value();
  const double fees = t.setting.position.fees_usd_per_day[left.position].value_or(0) *
                      in_days(t.calibration.horizon);
  return held - amm::exposure_at(range, Price{price}).value.value() - fees;
}

// Worth of one unit at one price at the horizon, nothing having failed.
double unit_at(const Telling& t, const Tradable& what, double price) {
  if (const auto* left = std::get_if<Withdrawal>(&what)) return withdrawn_at(t, *left, price);
  const auto instrument = instrument_of(what);
  if (!instrument) return 0;
  return risk::frozen_value(*instrument, Price{price}, t.calibration.horizon, t.with).value();
}

// Worth of the trades at one price at the horizon, costs included.
double hedge_at(const Telling& t, const std::vector<Held>& held, double price) {
  double sum = 0;
  for (const Held& one : held) {
    sum += one.quantity * unit_at(t, one.instrument, price) - one.cost_usd;
  }
  return sum;
}

double hedge_at_expiry(const Telling& t, const std::vector<Held>& held, double price) {
  double sum = 0;
  for (const Held& one : held) {
    const auto* contract = std::get_if<option::Contract>(&one.instrument);
    const double value = contract ? option::payoff_of(*contract, Price{price}).value()
                                  : unit_at(t, one.instrument, price);
    sum += one.quantity * value - one.cost_usd;
  }
  return sum;
}

double lp_change(const Telling& t, double price) {
  double sum = 0;
  for (const book::LpPosition& position : t.setting.book.positions) {
    sum += amm::exposure_at(position.range, Price{price}).value.value() -
           amm::exposure_at(position.range, t.setting.snapshot.spot).value.value();
  }
  return sum;
}

double reach_of(const Telling& t) {
  const double sigma =
      t.calibration.lead().implied.value() * std::sqrt(years(t.calibration.horizon).value());
  double reach = 4 * sigma;
  for (const book::LpPosition& position : t.setting.book.positions) {
    for (const Price edge : {position.range.bounds.lower, position.range.bounds.upper}) {
      if (edge.value() > 0 && edge.value() < infinity) {
        const double far = std::abs(std::log(edge.value() / t.setting.snapshot.spot.value()));
        reach = std::max(reach, std::min(1.3 * far, 6 * sigma));
      }
    }
  }
  return std::min(reach, 2.0);
}

Profile profile_of(const Telling& t, const std::vector<Held>& held) {
  Profile profile;
  constexpr int half = 60;
  const double spot = t.setting.snapshot.spot.value(), reach = reach_of(t);
  for (int i = -half; i <= half; ++i) {
    const double price = spot * std::exp(reach * i / half);
    const double lp = lp_change(t, price), hedge = hedge_at(t, held, price);
    const double expiry = hedge_at_expiry(t, held, price);
    profile.price.push_back(price);
    profile.lp_usd.push_back(lp);
    profile.hedge_usd.push_back(hedge);
    profile.sum_usd.push_back(lp + hedge);
    profile.hedge_expiry_usd.push_back(expiry);
    profile.sum_expiry_usd.push_back(lp + expiry);
  }
  return profile;
}

double expected_fees(const Telling& t) {
  return t.setting.position.total.fees_usd_per_day.value_or(0) * in_days(t.calibration.horizon);
}

void add_break_evens(const Telling& t, const std::vector<Held>& held, PlanTold& plan) {
  const double spot = t.setting.snapshot.spot.value(), fees = expected_fees(t);
  const double sigma =
      t.calibration.lead().implied.value() * std::sqrt(years(t.calibration.horizon).value());
  const auto profit = [&](double log_price) {
    const double price = spot * std::exp(log_price);
    return lp_change(t, price) + hedge_at(t, held, price) + fees;
  };
  constexpr double aside = 1e-6;  // a profit that stays zero crosses it nowhere
  for (const double root : num::roots_between(profit, -3.0, 3.0, 600)) {
    if (profit(root - aside) * profit(root + aside) >= 0) continue;
    plan.break_even_usd.push_back(spot * std::exp(root));
    plan.z_break_even.push_back(root / sigma);
  }
}

std::vector<GreekRow> greeks_of(const Telling& t, const std::vector<Trade>& trades) {
  const auto& total = t.setting.position.total;
  const GreekRow lp{"LP", total.delta, total.gamma, 0, -total.lvr_usd_per_day};
  GreekRow wallet{"wallet and held lots", t.setting.book.wallet.value(), 0, 0, 0};
  for (const book::Lot& lot : t.setting.book.lots) {
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

// Whether doing nothing is within every limit and within one trade's worth of the optimum.
bool idle_is_best(const Telling& t, const PlanTold& plan) {
  const Policy& policy = t.setting.policy;
  const std::vector<double> none(t.lots.size(), 0.0);
  double trades = 0;  // of the optimum
  for (const double x : t.choice.x) trades += x > 0 ? 1 : 0;
  const double worth = (1 + trades) * policy.trade_worth_share_min * t.program.scale;
  return within_limits(t.program, policy, none) &&
         plan.objective_unhedged_usd - plan.optimum_usd <= worth + 1e-6 * t.program.scale;
}

void add_status(const Telling& t, PlanTold& plan) {
  const Choice& choice = t.choice;
  if (choice.status == solve::Status::infeasible) {
    plan.status = "infeasible";
    plan.sentence = fmt::format(
        "Infeasible: {} cannot be met. The best that the other limits allow is {:.6g}, short by "
        "{:.6g}.",
        choice.missed == "tail_limit_usd"
            ? fmt::format("a CVaR limit of {:.6g} USD", *t.setting.policy.tail_limit_usd)
            : choice.missed,
        choice.best_reach, choice.shortfall);
  } else if (choice.status == solve::Status::stalled) {
    plan.status = "not_converged";
    plan.sentence = fmt::format(
        "The programme stopped {:.6g} USD from its bound: take the plan as "
        "feasible, not as the best.",
        choice.objective - choice.bound);
  } else if (plan.trades.empty() && !idle_is_best(t, plan)) {
    plan.status = "not_converged";
    plan.sentence = fmt::format(
        "No plan in whole lots was found within every limit; in fractions of lots the best is "
        "{:.0f} USD, against {:.0f} USD without. Smaller lots, a looser limit or a larger book "
        "would help.",
        plan.optimum_usd, plan.objective_unhedged_usd);
  } else if (plan.trades.empty()) {
    plan.status = "no_hedge";
    plan.sentence =
        t.setting.policy.tail_limit_usd
            ? "No hedge is needed: the book as it stands is within the tail limit, and nothing "
              "listed earns its cost."
        : t.setting.book.idle_cash.value() == 0
            ? "No hedge without cash: premiums, fees and margins are paid from the book's idle "
              "cash, and it has none (give idle_cash_usd)."
            : fmt::format(
                  "No hedge is better: nothing listed removes a dollar of CVaR for less "
                  "than {:.3g} dollars of expected profit.",
                  t.setting.policy.price_of_tail);
  } else {
    plan.status = "optimal";
    const std::string measure =
        t.setting.policy.tail_limit_usd
            ? fmt::format(
                  "the least expected loss within a CVaR of {:.0f} USD: {:.0f} USD, against "
                  "{:.0f} USD",
                  *t.setting.policy.tail_limit_usd, plan.objective_usd, plan.objective_unhedged_usd)
            : fmt::format("E[loss] + {:.3g} CVaR of {:.0f} USD, against {:.0f} USD",
                          t.setting.policy.price_of_tail, plan.objective_usd,
                          plan.objective_unhedged_usd);
    plan.sentence = fmt::format("{} {} {} without.", plan.trades.size(),
                                plan.trades.size() == 1 ? "trade brings" : "trades bring", measure);
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
    if (trade.layer != "perp_delta" && trade.layer != "leave")
      plan.premium_usd += trade.cost_usd - trade.fee_usd;
    plan.coverage_gamma += trade.gamma;
  }
  const double short_gamma = -t.setting.position.total.gamma;
  plan.coverage_gamma = short_gamma > 0 ? plan.coverage_gamma / short_gamma : 0;
  const Coverage coverage = coverage_of(t.program, policy, t.lots);
  if (!plan.trades.empty()) plan.coverage = coverage.ratio;
  plan.constraints = constraints_of(t, coverage);
  const std::vector<Held> held = held_of(t.program, t.lots);
  plan.profile = profile_of(t, held);
  add_break_evens(t, held, plan);
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
