// levee/hedge/policy.h — what the owner of the book allows and asks for.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/base/units.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// Every default is a default, never a constant in code; the book's [policy] table overrides it.
struct Policy {
  // What is asked.
  double horizon_days = 30;
  double confidence = 0.95;              ///< Of the CVaR in the objective.
  double price_of_tail = 0.10;           ///< rho: dollars of mean given for one of CVaR.
  std::optional<double> tail_limit_usd;  ///< Switches to least cost under this CVaR.
  std::string mode = "scenario_match";   ///< How quantities are spread over tenors.
  double coverage_target = 0.35;         ///< gamma_match: share of LP gamma bought back.

  std::optional<double> beta_down;         ///< Of the base where the market falls.
  std::optional<double> smaller_cap_usd;   ///< Worth of all of the pair's smaller token.
  std::string smaller_cap = "more";        ///< A smaller one asks for more hedge, or "less".
  std::optional<double> units;             ///< That the positions are divided into, as a fund's.
  std::optional<double> worth_over_value;  ///< Discounted payments over value: review-position.

  // What it may cost.
  double carry_share_of_nav = 0.015;  ///< Per year, times the concentration multiplier.
  double carry_share_of_fees = 0.30;
  double carry_share_of_nav_max = 0.10;
  std::optional<double> carry_usd_per_year;  ///< Replaces the three above.
  double fees_kept_calm_min = 0.70;          ///< Of fees, where the price stays near; 0: any.
  double calm_sigma = 0.5;                   ///< How near, in forecast sigma sqrt(horizon).
  double margin_share_of_cash = 0.50;        ///< Of idle cash, for shorts and perps.
  double coverage_max = 1.0;                 ///< Hedge payoff over LP loss, any scenario.
  double coverage_tolerance = 0.01;          ///< Of LP value.
  double perp_share_of_delta_max = 0.60;     ///< |perps| over LP delta plus wallet.
  std::string perp_ratio = "constant";       ///< Or "rising" to that, with volatility.
  double gamma_share_min = 0;                ///< Hedge gamma over LP short gamma: never adds to it.
  double net_delta_share_max = 1.0;          ///< |hedge delta| over LP delta plus wallet.

  // Which layers, and how they follow the day.
  std::vector<std::string> layers_off{};     ///< Layers that do not stand.
  std::vector<std::string> layer_budgets{};  ///< "put_shield 20000": its yearly carry at most, USD.
  double roll_tilt_max = 0;                  ///< Amendment 8: no signal lessens puts by default.
  std::string regime = "follow";             ///< Or "ignore": targets and restrictions of the day.
  std::optional<double> turnover_usd_max;    ///< Of what is bought and sold, at its prices.
  std::optional<double> floor_z;             ///< A floor under profit within so many sigma sqrt T.
  double floor_loss_usd = 0;                 ///< The most that may be lost there.

  // What is traded, and how.
  std::vector<double> tenors_days{30, 110, 220};
  double tenor_days_min = 7;                     ///< Options nearer to expiry are not traded.
  double tenor_days_new_min = 26;                ///< Nor opened, if a ladder would roll it soon.
  double strike_z_out_max = 3;                   ///< Nor so far out of the money, sigma sqrt T,
  double strike_z_in_max = 1;                    ///< or in it.
  std::vector<double> z_strikes{1.0, 1.5, 2.0};  ///< Ladder strikes, in sigma sqrt T.
  double depth_share_of_open_interest = 0.02;    ///< Assumed: recorded chains carry no size.
  double option_fee_share_of_index = 0.0003;
  double option_fee_share_of_premium_max = 0.125;
  double perp_fee_share = 0.0005;
  double perp_half_spread_share = 0.0002;  ///< Assumed: no perp book is recorded.
  double perp_margin_share = 0.10;
  double option_lot = 1;       ///< Contracts.
  double perp_lot = 0.001;     ///< Tokens.
  std::string venue;           ///< Names the failure model of who owes what trades pay.
  double leave_share_max = 0;  ///< Of a position's liquidity, that the plan may take out.
  double leave_gas_usd = 25;   ///< For all of it.
  double swap_share = 0.0035;  ///< Of what is swapped to move a range: fee and impact (assumed).
  double frontier_points = 0;  ///< Budgets at which cost is set against tail.
  double trade_worth_share_min = 0.00005;  ///< Of LP value: a trade worth less is left out.

  // What is looked at beside the programme.
  double risk_free_rate = 0.04;             ///< A year: of idle dollars, and of who owes nothing.
  double collar_loss_share_max = 0.02;      ///< Of LP value, at any price above a collar's strike.
  std::optional<double> rate_notional_usd;  ///< As it stands, the positions' value.

  // What another asset must be to the book's own to stand for it.
  double proxy_correlation_min = 0.6;  ///< Of daily returns; at 0.6 four fifths of vol remain.
  double proxy_days_min = 180;         ///< Common days that this is measured on.

  // How the future is imagined.
  std::string scenarios = "jump";            ///< A kind on the scenario shelf.
  double variance_weight_implied = 0.6;      ///< Rest is realised variance.
  std::vector<std::string> robust_worlds{};  ///< Other kinds that the plan has to stand in.
  double robust_vol_band = 0;  ///< And the forecast volatility so much lower and higher.
  double history_days = 365;
  double realised_days = 30;
  double block_days = 5;
  double iv_beta_assumed = -0.6;      ///< d ln IV per unit of log return.
  double iv_residual_assumed = 0.04;  ///< Daily, of ln IV.
  double iv_tenor_power = 0.4;        ///< Longer tenors move by (30 d / T)^power.
  double paths_choose = 20000;
  double paths_score = 100000;
  double seed = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("horizon_days", self.horizon_days, "days ahead at which losses are counted, > 0");
    visit("confidence", self.confidence, "confidence of the CVaR that is priced, in (0, 1)");
    visit("price_of_tail", self.price_of_tail, "expected dollars given for one dollar less CVaR");
    visit("tail_limit_usd", self.tail_limit_usd, "least cost under this CVaR instead, USD");
    visit("mode", self.mode, "scenario_match, contracts_442, budget_40_40_20 or gamma_match");
    visit("coverage_target", self.coverage_target, "gamma_match: share of LP gamma bought back");
    visit("beta_down", self.beta_down, "the base's beta where the market falls: moves the target");
    visit("smaller_cap_usd", self.smaller_cap_usd,
          "worth of all of the smaller token, USD: moves the target");
    visit("smaller_cap", self.smaller_cap, "a smaller token asks for more of the target, or less");
    visit("worth_over_value", self.worth_over_value,
          "discounted payments over value (review-position): below 1 raises the target");
    visit("units", self.units, "that the positions are divided into, as a fund's: told a unit");
    visit("carry_share_of_nav", self.carry_share_of_nav,
          "yearly carry over LP value, times the concentration multiplier");
    visit("carry_share_of_fees", self.carry_share_of_fees, "yearly carry over expected fees");
    visit("carry_share_of_nav_max", self.carry_share_of_nav_max, "yearly carry over LP value");
    visit("carry_usd_per_year", self.carry_usd_per_year, "yearly carry, replaces the shares, USD");
    visit("fees_kept_calm_min", self.fees_kept_calm_min,
          "share of fees that the hedge leaves where the price ends near; 0: no limit");
    visit("calm_sigma", self.calm_sigma, "how near that is, in forecast sigma sqrt(horizon)");
    visit("margin_share_of_cash", self.margin_share_of_cash, "margin over idle cash");
    visit("coverage_max", self.coverage_max, "hedge payoff over LP loss in any scenario");
    visit("coverage_tolerance", self.coverage_tolerance, "slack of coverage, share of LP value");
    visit("perp_share_of_delta_max", self.perp_share_of_delta_max, "perps over LP delta");
    visit("perp_ratio", self.perp_ratio,
          "constant, or rising to that share with volatility: it sells after falls");
    visit("gamma_share_min", self.gamma_share_min,
          "least hedge gamma over LP short gamma; 0: the hedge never deepens it");
    visit("net_delta_share_max", self.net_delta_share_max, "hedge delta over LP delta");
    visit("layers_off", self.layers_off, "layers that do not stand, by name");
    visit("layer_budgets", self.layer_budgets, "\"LAYER USD\": a layer's yearly carry at most");
    visit("roll_tilt_max", self.roll_tilt_max,
          "share of a roll by schedule that RSI and real exchange rates may tilt; 0: they do not");
    visit("regime", self.regime, "follow or ignore what the day asks for and restricts");
    visit("turnover_usd_max", self.turnover_usd_max, "bought and sold at its prices, USD");
    visit("floor_z", self.floor_z, "profit has a floor within so many sigma sqrt T of the price");
    visit("floor_loss_usd", self.floor_loss_usd, "the most that may be lost there, USD");
    market_fields(self, visit);
  }

 private:
  // Of what may be traded, at what cost, and of the futures it is weighed on.
  template <class Self, class Visit>
  static void market_fields(Self& self, Visit& visit) {
    visit("tenors_days", self.tenors_days, "tenor buckets, days to expiry, ascending");
    visit("tenor_days_min", self.tenor_days_min, "options nearer to expiry are not traded");
    visit("tenor_days_new_min", self.tenor_days_new_min,
          "options nearer to expiry are not opened: a ladder rolls them soon");
    visit("strike_z_out_max", self.strike_z_out_max,
          "options further out of the money are not opened, sigma sqrt T");
    visit("strike_z_in_max", self.strike_z_in_max,
          "options deeper in the money are not opened, sigma sqrt T");
    visit("z_strikes", self.z_strikes, "ladder strikes per tenor, in sigma sqrt T");
    visit("depth_share_of_open_interest", self.depth_share_of_open_interest,
          "size one may trade over open interest (assumed)");
    visit("option_fee_share_of_index", self.option_fee_share_of_index, "venue fee, per contract");
    visit("option_fee_share_of_premium_max", self.option_fee_share_of_premium_max, "its cap");
    visit("perp_fee_share", self.perp_fee_share, "venue fee over perp notional");
    visit("perp_half_spread_share", self.perp_half_spread_share, "half spread of perps (assumed)");
    visit("perp_margin_share", self.perp_margin_share, "margin over perp notional");
    visit("option_lot", self.option_lot, "smallest option trade, contracts");
    visit("perp_lot", self.perp_lot, "smallest perp trade, tokens");
    visit("venue", self.venue, "failure model of the venue that trades are made at, by name");
    visit("leave_share_max", self.leave_share_max,
          "share of a position that the plan may take out of the pool, its tokens kept");
    visit("leave_gas_usd", self.leave_gas_usd, "gas of taking a position out, USD");
    visit("swap_share", self.swap_share, "fee and impact of a swap that moves a range (assumed)");
    visit("frontier_points", self.frontier_points,
          "carry budgets, up to twice the policy's, at which cost is set against tail");
    visit("trade_worth_share_min", self.trade_worth_share_min,
          "what a trade must improve the objective by, share of LP value");
    visit("risk_free_rate", self.risk_free_rate, "what idle dollars earn a year");
    visit("collar_loss_share_max", self.collar_loss_share_max,
          "what a collar beside the plan may lose above its strike, share of LP value");
    visit("rate_notional_usd", self.rate_notional_usd,
          "of the lending rate position that is judged, USD; else the positions' value");
    visit("proxy_correlation_min", self.proxy_correlation_min,
          "least correlation of daily returns at which another asset stands for the base");
    visit("proxy_days_min", self.proxy_days_min, "least common days that it is measured on");
    visit("scenarios", self.scenarios, "kind of scenarios: jump or bootstrap");
    visit("variance_weight_implied", self.variance_weight_implied,
          "weight of implied variance in the forecast; the rest is realised");
    visit("robust_worlds", self.robust_worlds,
          "other kinds of scenarios: the plan is chosen against their worst mixture");
    visit("robust_vol_band", self.robust_vol_band,
          "and against the forecast volatility so much lower and higher, share");
    visit("history_days", self.history_days, "days of history used for calibration");
    visit("realised_days", self.realised_days, "days of history used for realised volatility");
    visit("block_days", self.block_days, "block length of the bootstrap, days");
    visit("iv_beta_assumed", self.iv_beta_assumed, "d ln IV per log return, where not measured");
    visit("iv_residual_assumed", self.iv_residual_assumed, "daily sd of ln IV, where not measured");
    visit("iv_tenor_power", self.iv_tenor_power, "how vol moves fade with tenor (assumed)");
    visit("paths_choose", self.paths_choose, "scenarios used to choose");
    visit("paths_score", self.paths_score, "fresh scenarios used to score");
    visit("seed", self.seed, "seed of every random number");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const Policy& policy);

}  // namespace levee::hedge
