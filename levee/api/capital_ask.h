// levee/api/capital_ask.h — what verbs that ask how much and whether at all have in common.
#pragma once
#include "levee/api/market_ask.h"
#include "levee/book/position.h"
#include "levee/hedge/sizing.h"
#include "levee/num/estimate.h"
#include "levee/parallel/team.h"
#include "levee/risk/beta.h"
#include "levee/risk/loss.h"
#include "levee/scenario/kind.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::api {

/// Scenarios, fees and the index that betas are measured against.
struct CapitalFlags {
  std::optional<std::string> scenarios;
  std::optional<double> paths, seed, horizon_days, fees_usd_per_day;
  std::vector<std::string> index, index_cap_usd;
  double half_life_days = 60, riskless_rate = 0.045;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("fees_usd_per_day", self.fees_usd_per_day,
          "what all positions earn a day in range, in place of the forecast");
    visit("index", self.index,
          "prices that betas are measured against: BTC, or several assets with their caps");
    visit("index_cap_usd", self.index_cap_usd, "what all of each is worth, in their order");
    visit("half_life_days", self.half_life_days, "of a day's weight in betas");
    visit("riskless_rate", self.riskless_rate, "a year, of money that is not in the pool");
    visit("scenarios", self.scenarios, "kind of scenarios (the policy's)");
    visit("paths", self.paths, "scenarios, 1000 to a million (the policy's paths_score)");
    visit("seed", self.seed, "seed of every random number");
    visit("horizon_days", self.horizon_days, "days ahead at which losses are counted");
  }
};

/// Book and market with everything that is known before a path is drawn.
struct CapitalGround {
  Standing standing;
  book::Book held;  ///< The book without cash and wallet: what is sized and reviewed.
  option::Surface surface;
  scenario::Calibration calibration;
  book::PositionAnswer position;
  risk::FeeForecast fees;                ///< The forecast's, or as given.
  std::optional<double> fees_error_usd;  ///< Standard error to the horizon, all in range.
  std::vector<std::string> assumptions;

  double value_usd() const { return position.total.value_usd; }
  double horizon_days() const { return standing.policy.horizon_days; }
  bool fees_known() const;
};

/// err: those of standing_from, calibration and valuation; out_of_range for a number outside its
///      range
Result<CapitalGround> ground_from(const MarketFlags& market, const CapitalFlags& flags);

/// Losses to the horizon on one set of scenarios, USD.
struct BookLosses {
  std::vector<double> total;      ///< [paths] Of all that is held.
  std::vector<double> bare;       ///< [paths] The same without options and perps.
  std::vector<double> of_market;  ///< [paths] Of the positions, without fees and failures.
  std::vector<double> with_fees;  ///< [paths] Of the positions, without failures.
  std::vector<double> hedge;      ///< [paths] Of options, perps and loans.
  /// [paths] Dollars, 0 where something fails; of mean 0, and so what means are freed of.
  std::vector<double> spot_moved;

  /// Mean of one of them with less error than its paths alone leave.
  num::Estimate mean(std::span<const double> losses) const;
};
Result<BookLosses> losses_of(const CapitalGround& ground, const scenario::Calibration& calibration,
                             const parallel::Team& team);

/// The calibration with the realised part of its variance one standard error up; none where nothing
/// realised is known.
std::optional<scenario::Calibration> raised(const CapitalGround& ground);

/// Failures of all that positions stand on, together.
struct HazardMet {
  double rate = 0, rate_low = 0, rate_high = 0;  ///< A year, of the worst position.
  std::string worst;                             ///< What that stands on; empty: nothing modelled.
  double mean_rate = 0, mean_low = 0, mean_high = 0;  ///< A year, weighed by value.
  double share_lost = 0;  ///< When one fails, of its value; weighed by value and rate.
  double loss_usd = 0, loss_error_usd = 0;     ///< Expected to the horizon, before cover.
  double cover_pays_usd = 0, premium_usd = 0;  ///< Expected to the horizon.
};
HazardMet hazard_met(const CapitalGround& ground);

/// What would be lost where each node under the book failed.
std::vector<hedge::NodeExposure> exposures(const CapitalGround& ground);

/// Largest value of all positions whose base tokens sell into the pool within a share of slippage.
///
/// in:   slippage in (0, 1)
/// err:  missing_data where neither active liquidity nor value locked is known
/// src:  mean price of a sale at constant liquidity: sqrt(P P'), so base <= L s / ((1 - s) sqrt P)
Result<Usd> exit_within(const CapitalGround& ground, double slippage);

/// The index of the flags as known at the snapshot's moment.
///
/// err: missing_data where none is given; bad_input for caps that do not fit; as read_history
Result<market::Series> index_from(const MarketFlags& market, const CapitalFlags& flags,
                                  UnixSeconds at);

/// Beta of the base asset against the index, on the market's own price history.
/// err: as index_from and risk::beta_of; missing_data without a price history
Result<risk::BetaFit> base_beta(const CapitalGround& ground, const MarketFlags& market,
                                const CapitalFlags& flags);

/// Share of the positions' value that moves with the base.
double base_share(const CapitalGround& ground);

}  // namespace levee::api
