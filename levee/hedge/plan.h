// levee/hedge/plan.h — what to do about it, and why.
//
// `hedge` answers: which trades make the book's tail cheaper than they cost? Main types: Policy,
// Plan, Candidate. It never executes anything.
#pragma once
#include "levee/base/explain.h"
#include "levee/book/position.h"
#include "levee/hedge/advice.h"
#include "levee/hedge/beside_told.h"
#include "levee/hedge/call_token.h"
#include "levee/hedge/fees_kept_told.h"
#include "levee/hedge/last_plan.h"
#include "levee/hedge/protocol_side.h"
#include "levee/hedge/proxy_told.h"
#include "levee/hedge/roll.h"
#include "levee/hedge/trade.h"
#include "levee/risk/tail.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// Profit and loss against the price at the horizon, volatilities frozen; and at expiry.
struct Profile {
  std::vector<double> price;
  std::vector<double> lp_usd;     ///< LP change in value, fees excluded.
  std::vector<double> hedge_usd;  ///< Trades at the horizon, costs included.
  std::vector<double> sum_usd;
  std::vector<double> hedge_expiry_usd;  ///< Trades with no time value left, costs included.
  std::vector<double> sum_expiry_usd;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("price", self.price, "price at the horizon");
    visit("lp_usd", self.lp_usd, "change in LP value, fees excluded");
    visit("hedge_usd", self.hedge_usd, "hedge at the horizon, costs included");
    visit("sum_usd", self.sum_usd, "both");
    visit("hedge_expiry_usd", self.hedge_expiry_usd, "hedge with no time value, costs included");
    visit("sum_expiry_usd", self.sum_expiry_usd, "both");
  }
};

/// Counts of losses before and after, on common edges.
struct Histogram {
  std::vector<double> edge_usd;  ///< [bins + 1] loss
  std::vector<double> unhedged;  ///< [bins] share of scenarios
  std::vector<double> hedged;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("edge_usd", self.edge_usd, "edges of the bins, loss");
    visit("unhedged", self.unhedged, "share of scenarios");
    visit("hedged", self.hedged, "share of scenarios");
  }
};

/// What a hedge takes from the good side and from the bad one, on fresh scenarios.
struct AsymmetryTold {
  std::optional<double> skewness_before, skewness_after;  ///< Of gains; none: no spread.
  std::optional<double> up_capture, down_capture;         ///< None: no path gains, or loses.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("skewness_before", self.skewness_before, "of gains without the hedge");
    visit("skewness_after", self.skewness_after, "with it");
    visit("up_capture", self.up_capture, "mean gain with over without, where it gains without");
    visit("down_capture", self.down_capture, "the same where it loses without");
  }
};

/// Greeks of one side of the book.
struct GreekRow {
  std::string of;  ///< "LP", "held lots", "hedge", "total"
  double delta = 0, gamma = 0, vega = 0, theta_usd_per_day = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("of", self.of, "whose");
    visit("delta", self.delta, "tokens");
    visit("gamma", self.gamma, "tokens per dollar");
    visit("vega", self.vega, "USD per 1.00 of volatility");
    visit("theta_usd_per_day", self.theta_usd_per_day,
          "USD a day; of the LP: minus the LVR at implied volatility");
  }
};

/// The plan proper.
struct PlanTold {
  std::string status;    ///< optimal, no_hedge, infeasible or not_converged.
  std::string sentence;  ///< The same for a person.
  std::string mode, scenarios;
  double objective_usd = 0;  ///< Of the printed plan, lots rounded.
  double objective_unhedged_usd = 0;
  double optimum_usd = 0;        ///< Before rounding to lots.
  double bound_usd = 0;          ///< No plan is below this.
  double duality_gap_usd = 0;    ///< optimum - bound.
  double rounding_cost_usd = 0;  ///< objective - optimum.
  double premium_usd = 0;        ///< Net outlay for options, fees excluded.
  double fees_usd = 0;
  double carry_usd_per_year = 0;
  double budget_usd_per_year = 0;
  std::string budget_rule;
  double margin_usd = 0;
  /// Carry, and the LVR of the gamma that is not bought back: what fees have to pay.
  std::optional<double> fees_needed_usd_per_year;
  std::optional<double> fee_capture;   ///< Share of expected fees that the carry leaves.
  std::optional<double> coverage;      ///< Largest hedge gain over LP loss, losses above tolerance.
  double coverage_gamma = 0;           ///< Hedge gamma over minus LP gamma, reported only.
  std::vector<double> break_even_usd;  ///< All prices where the whole profit crosses zero.
  std::vector<double> z_break_even;
  std::optional<double>
      variance_premium_usd;  ///< Hedge's mean P&L, market-implied less real-world.
  std::vector<Trade> trades;
  std::vector<Leg> optimum;  ///< Before rounding to lots; where the next plan may begin.
  std::vector<Constraint> constraints;
  Profile profile;
  Histogram histogram;
  AsymmetryTold asymmetry;
  std::vector<GreekRow> greeks;
  int candidates = 0;
  std::vector<std::string> left_out;  ///< What was not a candidate, and why.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("status", self.status, "optimal, no_hedge, infeasible or not_converged");
    visit("sentence", self.sentence, "the answer in words");
    visit("mode", self.mode, "how tenors are tied");
    visit("scenarios", self.scenarios, "kind of scenarios used to choose");
    visit("objective_usd", self.objective_usd, "E[loss] + rho CVaR of the plan as printed");
    visit("objective_unhedged_usd", self.objective_unhedged_usd, "the same without trades");
    visit("optimum_usd", self.optimum_usd, "before rounding to lots");
    visit("bound_usd", self.bound_usd, "no plan that meets every row exactly is below this");
    visit("duality_gap_usd", self.duality_gap_usd, "optimum less bound");
    visit("rounding_cost_usd", self.rounding_cost_usd, "what whole lots and fewer trades cost");
    visit("premium_usd", self.premium_usd, "net outlay for options");
    visit("fees_usd", self.fees_usd, "venue fees");
    visit("carry_usd_per_year", self.carry_usd_per_year, "decay and funding a year");
    visit("budget_usd_per_year", self.budget_usd_per_year, "largest carry allowed");
    visit("budget_rule", self.budget_rule, "which rule set the budget");
    visit("margin_usd", self.margin_usd, "initial margin");
    visit("fees_needed_usd_per_year", self.fees_needed_usd_per_year,
          "carry, and the LVR of the gamma not bought back");
    visit("fee_capture", self.fee_capture, "share of expected fees that the carry leaves");
    visit("coverage", self.coverage, "largest hedge gain beyond the tolerance over LP loss");
    visit("coverage_gamma", self.coverage_gamma, "hedge gamma over LP short gamma");
    visit("break_even_usd", self.break_even_usd, "prices where the whole profit crosses zero");
    visit("z_break_even", self.z_break_even, "the same in sigma sqrt(horizon)");
    visit("variance_premium_usd", self.variance_premium_usd,
          "mean hedge profit under implied less real-world variance");
    visit("trades", self.trades, "what to do");
    visit("optimum", self.optimum, "what would be done were any quantity and any trade free");
    visit("constraints", self.constraints, "what limited it");
    visit("profile", self.profile, "profit against price");
    visit("histogram", self.histogram, "loss distribution, fresh scenarios");
    visit("asymmetry", self.asymmetry, "the good side beside the bad one, fresh scenarios");
    visit("greeks", self.greeks, "before and after");
    visit("candidates", self.candidates, "instruments that could be traded");
    visit("left_out", self.left_out, "what could not, and why");
  }
};

/// A tail as chosen on, and on fresh scenarios.
struct TailTold {
  risk::TailReport in_sample;
  risk::TailReport out_of_sample;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    risk::TailReport::fields(self.in_sample, visit);
    visit("out_of_sample", self.out_of_sample, "the same on fresh scenarios");
  }
};

/// Before and after under one measure or kind, fresh scenarios.
struct TailPair {
  std::string scenarios, measure;
  risk::TailReport unhedged, hedged;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("scenarios", self.scenarios, "kind");
    visit("measure", self.measure, "real_world or market_implied");
    visit("unhedged", self.unhedged, "book as it stands");
    visit("hedged", self.hedged, "with the plan");
  }
};

struct TailsTold {
  TailTold unhedged, hedged;
  std::vector<TailPair> also;  ///< Other measures and kinds.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("unhedged", self.unhedged, "book as it stands");
    visit("hedged", self.hedged, "with the plan");
    visit("also", self.also, "the same under other measures and kinds");
  }
};

struct MarketTold {
  double underlying_usd = 0;
  std::string at, source, base, quote;
  bool model_made = false;
  double implied_vol = 0, forecast_vol = 0;
  std::optional<double> realised_vol;
  std::vector<TokenVolTold> by_volatility{};

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("underlying_usd", self.underlying_usd, "spot index");
    visit("at", self.at, "moment of the snapshot, UTC");
    visit("source", self.source, "files it was read from");
    visit("base", self.base, "asset");
    visit("quote", self.quote, "dollar token, taken at one dollar");
    visit("model_made", self.model_made, "true: made by a model, not observed");
    visit("implied_vol", self.implied_vol, "smile-integrated, at the horizon");
    visit("forecast_vol", self.forecast_vol, "real-world, used to choose");
    visit("realised_vol", self.realised_vol, "measured");
    visit("by_volatility", self.by_volatility, "the pair's tokens, the most volatile first");
  }
};

/// The positions in units, as a fund's tranche; told, not optimised (amendment 21).
struct TrancheTold {
  double units = 0, unit_usd = 0;
  double expense_ratio = 0;  ///< Of the hedge's carry alone.
  double unit_cvar_before_usd = 0, unit_cvar_after_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("units", self.units, "there are");
    visit("unit_usd", self.unit_usd, "worth of one, liquidity alone");
    visit("expense_ratio", self.expense_ratio, "the hedge's carry a year, of that worth");
    visit("unit_cvar_before_usd", self.unit_cvar_before_usd, "CVaR95 of a unit, unhedged");
    visit("unit_cvar_after_usd", self.unit_cvar_after_usd, "and with the plan");
  }
};

/// The whole answer.
struct Plan {
  book::PositionReport position;
  std::vector<book::PositionReport> positions;
  TailsTold tail;
  PlanTold plan;
  DayTold day;
  std::vector<LayerTold> layers;
  RollTold rolls;
  Beside beside;
  std::vector<WhatIf> what_if;
  std::vector<LookAgain> look_again;
  std::optional<RobustTold> robust;  ///< None: the policy has one world.
  std::vector<FrontierPoint> frontier;
  std::optional<FeesKeptTold> fees_kept;  ///< None: fees are not known.
  ProtocolSide protocol;
  std::optional<ProxyTold> proxy;  ///< Where hedges are on another asset.
  MarketTold market;
  std::optional<TrancheTold> tranche{};  ///< None: the policy says no units.
  std::optional<SinceTold> since;        ///< None: worked out anew.
  std::vector<Unknown> unknown;
  std::vector<std::string> assumptions;  ///< In words, shown wherever the numbers are.
  Explain explain;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("position", self.position, "all positions together");
    visit("positions", self.positions, "one by one");
    visit("tail", self.tail, "losses to the horizon");
    visit("plan", self.plan, "the hedge");
    visit("day", self.day, "what the day asks for and restricts");
    visit("layers", self.layers, "what each layer does, and why");
    visit("rolls", self.rolls, "what is held and rolls, or does not");
    visit("beside", self.beside, "ranges to move, money to borrow");
    visit("what_if", self.what_if, "what would change the answer");
    visit("look_again", self.look_again, "when the plan has to be made anew");
    visit("robust", self.robust, "the plan in every world it was chosen against; null: one world");
    visit("since", self.since, "against the plan it began from; null: worked out anew");
    visit("frontier", self.frontier, "cost against tail by carry budget, where asked for");
    visit("fees_kept", self.fees_kept, "fees kept by where the price ends; null: not known");
    visit("protocol", self.protocol, "what can break, and what helps");
    visit("proxy", self.proxy, "the asset that hedges are on, where the base has no options");
    visit("market", self.market, "what it was worked out on");
    visit("tranche", self.tranche, "positions in units; null: the policy's units were not given");
    visit("unknown", self.unknown, "what is null, and why");
    visit("assumptions", self.assumptions, "what was taken for granted");
    visit("explain", self.explain, "the working of every headline number");
  }
};

}  // namespace levee::hedge
