// levee/hedge/advice.h — what the day asks, what each layer does, what would change the answer.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// Something that is null in the output, and why.
struct Unknown {
  std::string field, reason, why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("field", self.field, "what is not known");
    visit("reason", self.reason, "kind of reason");
    visit("why", self.why, "why, and what would help");
  }
};

/// An act that the day's gates forbid.
struct RestrictionTold {
  std::string act, gate, why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("act", self.act, "what may not be done");
    visit("gate", self.gate, "which gate says so");
    visit("why", self.why, "why");
  }
};

/// A rule that had its say.
struct RuleTold {
  std::string name, what, source;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "rule");
    visit("what", self.what, "what it asked for, and what came of it");
    visit("source", self.source, "who says so");
  }
};

/// What one gauge shows.
struct GaugeTold {
  std::string name;
  std::optional<double> value{};  ///< None where it is not known.
  std::string unit, state;
  std::optional<std::string> since{};  ///< It is in that state.
  std::string why;                     ///< Where it is not known.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "gauge");
    visit("value", self.value, "newest reading");
    visit("unit", self.unit, "its unit");
    visit("state", self.state, "what it says");
    visit("since", self.since, "since when");
    visit("why", self.why, "why it is not known");
  }
};

/// What the day asks for and restricts.
struct DayTold {
  std::string
      hedge;  ///< as_planned, full_target or refresh_long; ignored where the policy says so.
  std::optional<std::string> hedge_by;
  double size_share = 1;
  std::vector<std::string> reviews;  ///< Why everything should be looked at again.
  std::vector<GaugeTold> gauges;
  std::vector<RestrictionTold> restrictions;
  std::vector<RuleTold> rules;
  std::optional<double> rules_cost_usd{};  ///< Of the objective: against the plan without them.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("hedge", self.hedge, "what is asked of the hedge");
    visit("hedge_by", self.hedge_by, "by when");
    visit("size_share", self.size_share, "size of a new position, of what it would be when quiet");
    visit("reviews", self.reviews, "why everything should be looked at again");
    visit("gauges", self.gauges, "what the gauges show");
    visit("restrictions", self.restrictions, "what may not be added");
    visit("rules", self.rules, "rules that moved the plan");
    visit("rules_cost_usd", self.rules_cost_usd, "objective against the plan without those rules");
  }
};

/// One layer of the plan.
struct LayerTold {
  std::string layer, about;
  std::string state;  ///< trades, stands (nothing it offers earns its cost) or closed.
  std::string why;
  int trades = 0;
  double cost_usd = 0, carry_usd_per_year = 0;
  /// Against the plan without this layer's trades, all else as it is; on the set chosen on.
  std::optional<double> mean_cost_usd{}, cvar_removed_usd{};

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("layer", self.layer, "name");
    visit("about", self.about, "what it is for");
    visit("state", self.state, "trades, stands or closed");
    visit("why", self.why, "why it stands as it does");
    visit("trades", self.trades, "how many");
    visit("cost_usd", self.cost_usd, "paid at once");
    visit("carry_usd_per_year", self.carry_usd_per_year, "decay and funding a year");
    visit("mean_cost_usd", self.mean_cost_usd, "expected loss it adds, all else as it is");
    visit("cvar_removed_usd", self.cvar_removed_usd, "CVaR it takes off, all else as it is");
  }
};

/// The best plan under one carry budget, before whole lots.
struct FrontierPoint {
  double budget_usd_per_year = 0, carry_usd_per_year = 0;
  double mean_usd = 0, cvar_usd = 0, objective_usd = 0;
  double bound_usd = 0;                   ///< Proves the objective.
  double saved_per_dollar_of_budget = 0;  ///< The budget's price: the objective's fall per dollar.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("budget_usd_per_year", self.budget_usd_per_year, "carry allowed");
    visit("carry_usd_per_year", self.carry_usd_per_year, "carry used");
    visit("mean_usd", self.mean_usd, "expected loss");
    visit("cvar_usd", self.cvar_usd, "CVaR at the policy's confidence");
    visit("objective_usd", self.objective_usd, "E[loss] + rho CVaR; E[loss] under a tail limit");
    visit("bound_usd", self.bound_usd, "no plan within that budget is below it");
    visit("saved_per_dollar_of_budget", self.saved_per_dollar_of_budget,
          "fall of the objective with one more dollar of budget a year");
  }
};

/// The plan in one of the worlds it was chosen against, on fresh paths.
struct WorldTold {
  std::string world;
  double share = 0;  ///< Of the mixture.
  double objective_before_usd = 0, objective_usd = 0, cvar_before_usd = 0, cvar_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("world", self.world, "kind of scenarios, volatility moved or not");
    visit("share", self.share, "of the mixture the plan was chosen against");
    visit("objective_before_usd", self.objective_before_usd, "E[loss] + rho CVaR without the plan");
    visit("objective_usd", self.objective_usd, "with it");
    visit("cvar_before_usd", self.cvar_before_usd, "CVaR without the plan");
    visit("cvar_usd", self.cvar_usd, "with it");
  }
};

/// What a robust plan stands against; without worlds where the policy asks for none.
struct RobustTold {
  double bound_usd = 0;  ///< No plan is below this in the worst of the mixtures tried.
  std::vector<WorldTold> worlds;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("bound_usd", self.bound_usd,
          "no plan's objective is below it in the worst mixture tried");
    visit("worlds", self.worlds, "the plan in every world, fresh paths");
  }
};

/// When a plan is no longer advice.
struct LookAgain {
  std::optional<std::string> at{};  ///< None: it is no date.
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment, UTC; null: it is no date");
    visit("why", self.why, "what happens then");
  }
};

/// The best plan had something been otherwise, before whole lots.
struct WhatIf {
  std::string change, answer;
  std::optional<double> mean_usd{}, cvar_usd{},
      carry_usd_per_year{};  ///< None: no plan is possible.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("change", self.change, "what is otherwise");
    visit("answer", self.answer, "what the plan would be then");
    visit("mean_usd", self.mean_usd, "expected loss");
    visit("cvar_usd", self.cvar_usd, "CVaR at the policy's confidence");
    visit("carry_usd_per_year", self.carry_usd_per_year, "decay and funding a year");
  }
};

}  // namespace levee::hedge
