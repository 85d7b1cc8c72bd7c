// levee/hedge/trade.h — what is traded, and what limited it.
#pragma once
#include <optional>
#include <string>

namespace levee::hedge {

/// One trade of the plan. Money is dollars at the snapshot's index price.
struct Trade {
  std::string instrument;
  std::string layer;       ///< Of the shelf's.
  std::string rule;        ///< What asked for it.
  double tenor_days = 0;   ///< To expiry; 0 for a perp.
  double bucket_days = 0;  ///< Tenor bucket of the policy it counts in; 0 for a perp.
  std::string side;        ///< "buy" or "sell"
  double quantity = 0;     ///< Contracts or tokens, > 0, whole lots.
  double price = 0;        ///< USD per unit: ask for a buy, bid for a sell.
  double price_coin = 0;   ///< The same as quoted, in coins; 0 for a perp.
  double fee_usd = 0;      ///< Venue fee, whole trade.
  double cost_usd = 0;     ///< Paid (> 0) or received (< 0), fee included; perp: fee and spread.
  double carry_usd_per_year = 0;  ///< Decay to the horizon, funding; > 0 costs.
  double margin_usd = 0;
  /// Against the plan without this trade, all else as it is; on the set chosen on.
  std::optional<double> mean_cost_usd{}, cvar_removed_usd{};
  double depth = 0;          ///< Largest quantity that was allowed.
  bool depth_binds = false;  ///< The size is limited by the assumed depth.
  double delta = 0, gamma = 0, vega = 0, theta_usd_per_day = 0;  ///< Of the whole trade.
  std::optional<double> term_beta{};                             ///< As of Candidate.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("instrument", self.instrument, "venue's name");
    visit("layer", self.layer, "what it does in the hedge");
    visit("rule", self.rule, "what asked for it");
    visit("tenor_days", self.tenor_days, "days to expiry, 0 for a perp");
    visit("bucket_days", self.bucket_days, "tenor bucket it counts in");
    visit("side", self.side, "buy or sell");
    visit("quantity", self.quantity, "contracts or tokens");
    visit("price", self.price, "USD per unit, ask or bid");
    visit("price_coin", self.price_coin, "coins per contract as quoted");
    visit("fee_usd", self.fee_usd, "venue fee");
    visit("cost_usd", self.cost_usd, "paid, or received if negative, with fee");
    visit("carry_usd_per_year", self.carry_usd_per_year, "decay and funding a year");
    visit("margin_usd", self.margin_usd, "initial margin");
    visit("mean_cost_usd", self.mean_cost_usd, "expected loss it adds, all else as it is");
    visit("cvar_removed_usd", self.cvar_removed_usd, "CVaR it takes off, all else as it is");
    visit("depth", self.depth, "largest quantity allowed (assumed share of open interest)");
    visit("depth_binds", self.depth_binds, "whether the assumed depth limits it");
    visit("delta", self.delta, "tokens");
    visit("gamma", self.gamma, "tokens per dollar");
    visit("vega", self.vega, "USD per 1.00 of volatility");
    visit("theta_usd_per_day", self.theta_usd_per_day, "USD a day");
    visit("term_beta", self.term_beta,
          "points a future on a volatility index moves where the index moves one");
  }
};

/// So much of one instrument, bought or sold, before it is a trade.
struct Leg {
  std::string instrument, side;
  double quantity = 0;  ///< Of the instrument's unit, > 0; any part of a lot.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("instrument", self.instrument, "venue's name");
    visit("side", self.side, "buy or sell");
    visit("quantity", self.quantity, "contracts or tokens, parts of lots too");
  }
};

/// One constraint of the plan, with what one more unit of its limit would save.
struct Constraint {
  std::string name;
  std::string about;
  double value = 0;
  std::optional<double> lower, upper;
  bool binds = false;
  double price_usd = 0;  ///< Objective saved per unit of limit, before rounding to lots.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "constraint");
    visit("about", self.about, "what it limits, and its unit");
    visit("value", self.value, "at the plan");
    visit("lower", self.lower, "smallest allowed");
    visit("upper", self.upper, "largest allowed");
    visit("binds", self.binds, "whether it limits the plan");
    visit("price_usd", self.price_usd, "objective one more unit would save");
  }
};

}  // namespace levee::hedge
