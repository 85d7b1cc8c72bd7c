// levee/api/review_terms.h — a book's prospects, ratios and habits, as a review weighs them.
#pragma once
#include "levee/api/capital_ask.h"
#include "levee/hedge/plan.h"
#include "levee/hedge/review.h"
#include "levee/hedge/steward.h"
#include "levee/risk/allocator.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::api {

/// What a review asks beside book and market.
struct ReviewFlags {
  std::string reviews, events;
  std::optional<double> capital_usd, risk_score, gas_usd, base_cap_usd, emissions_share,
      entry_cost_usd;
  double swap_cost_share = 0.001;
  double market_premium = 0.055, illiquidity = 0;
  double growth_first = 0, growth_last = 0, growth_half_life_years = 0;
  int years = 1;
  std::string friction = "flow";

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("reviews", self.reviews, "CSV of earlier reviews: date_utc, risk_score, action");
    visit("events", self.events, "CSV of events that call for a look: date_utc");
    visit("capital_usd", self.capital_usd,
          "all that you own, for the parts of the steward's score");
    visit("risk_score", self.risk_score, "today's, in place of CVaR 95 % over value in per cent");
    visit("gas_usd", self.gas_usd,
          "of one transaction (400,000 gas at the market's price of gas, else the policy's)");
    visit("entry_cost_usd", self.entry_cost_usd,
          "what entering cost, spread over the years: a token sale's slippage, a bridge");
    visit("swap_cost_share", self.swap_cost_share, "fee and slippage of a swap, assumed");
    visit("market_premium", self.market_premium, "of the market over the riskless, a year");
    visit("illiquidity", self.illiquidity,
          "on top of the cost of equity where payments are valued");
    visit("base_cap_usd", self.base_cap_usd, "worth of all base tokens, for the hedge's coverage");
    visit("growth_first", self.growth_first, "of fees, a year, at first");
    visit("growth_last", self.growth_last, "of fees, a year, at last");
    visit("growth_half_life_years", self.growth_half_life_years, "half of the way between the two");
    visit("years", self.years, "until the value comes back");
    visit("friction", self.friction, "gas and slippage as a flow, or as a rate of the WACC");
    visit("emissions_share", self.emissions_share, "of the yield that was realised");
  }
};

/// err: out_of_range or bad_input naming the field
Result<Done> check(const ReviewFlags& flags);

/// What keeping the position in range and leaving it cost, USD.
struct KeepingCosts {
  double gas_usd = 0;                      ///< One transaction.
  double recentrings = 0;                  ///< A year, at the expected time in range.
  double gas_year = 0, slippage_year = 0;  ///< What entering cost is spread over the years.
  double leaving = 0;  ///< Gas, the base tokens' swap, spreads of options and perps.
  std::string about;
};
KeepingCosts keeping_costs(const CapitalGround& ground, const ReviewFlags& flags);

/// Losses and hazard that all prospects stand on.
struct ReviewGround {
  const CapitalGround& ground;
  const BookLosses& losses;
  HazardMet hazard;
  KeepingCosts costs;
  double cvar95_usd = 0, cvar95_error_usd = 0, cvar95_upper_usd = 0;
  double price_of_tail = 0.10;
  /// Mean loss and CVaR that one standard error of the measured volatility adds.
  double volatility_mean_usd = 0, volatility_cvar_usd = 0;
};

hedge::Prospect holding(const ReviewGround& review);
hedge::Prospect leaving(const ReviewGround& review, double riskless_rate);

/// Holding with the hedge that a plan proposes: what changes by it, on the plan's fresh scenarios.
///
/// err: no_solution where the plan proposes none
Result<hedge::Prospect> protecting(const hedge::Prospect& hold, const hedge::Plan& plan);

/// The year ahead as ratios want it.
risk::AllocatorAsk allocator_ask(const ReviewGround& review, const ReviewFlags& flags,
                                 const CapitalFlags& capital, const Result<risk::BetaFit>& beta);

/// What the steward's score is made from.
struct StewardWith {
  std::span<const hedge::ReviewNote> notes;
  std::span<const UnixSeconds> events;
  const hedge::Plan& plan;
};
hedge::StewardAsk steward_ask(const ReviewGround& review, const ReviewFlags& flags,
                              const StewardWith& with);

/// Paid for switching over a span before now, as written down.
double paid_lately(std::span<const hedge::ReviewNote> notes, UnixSeconds now, Seconds span);

}  // namespace levee::api
