// levee/hedge/rerange.h — moving a range after the price: when, to where, what it costs and books.
//
// Moving turns a loss against holding into one that no price takes back. It is booked, and fees
// have to pay for it.
// src: methodology 4.5 as amendment 15 corrects it (back to a range of days only where asked for)
#pragma once
#include "levee/base/result.h"
#include "levee/book/holding.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <string>

namespace levee::hedge {

/// When a range moves and what it may cost; every default may be changed.
struct RerangeRule {
  double edge_share = 0.25;
  double elasticity_low = 0.25, elasticity_high = 0.75;
  double edr_ratio = 0.857;
  double veq_above = 16;
  double deviations = 1.96;
  double horizon_days = 7;
  double back_days = 0;
  double rolls_max = 3;
  double realised_share_max = 0.02;
  double lvr_share = 1;
  double errors_min = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("edge_share", self.edge_share, "of the half-width from an edge: nearer is threatened");
    visit("elasticity_low", self.elasticity_low, "share of value that is base: less is threatened");
    visit("elasticity_high", self.elasticity_high, "the same: more is");
    visit("edr_ratio", self.edr_ratio, "daily range over its median above which it is wide");
    visit("veq_above", self.veq_above, "or VIX-equivalent above which a range moves");
    visit("deviations", self.deviations, "half-width, daily ranges times the root of the days");
    visit("horizon_days", self.horizon_days, "days that the new range is made for");
    visit("back_days", self.back_days, "days of the range it moves back to in calm; 0: never");
    visit("rolls_max", self.rolls_max, "moves in an episode");
    visit("realised_share_max", self.realised_share_max, "of NAV, booked as lost in an episode");
    visit("lvr_share", self.lvr_share, "of the added LVR that added fees must pay too");
    visit("errors_min", self.errors_min, "standard errors by which added fees must suffice");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const RerangeRule& rule);

/// Whether the price is about to leave a range, and how one sees it.
struct Threat {
  bool is_threatened = false;
  double edge_distance = 0;  ///< To the nearer edge over the half-width, in log price; < 0: out.
  double elasticity = 0;     ///< Delta times price over value: 1/2 at full range.
  bool falling = false;      ///< The nearer edge is the lower one.
  std::string why;
};

/// in:  price > 0
/// out: a range open on one side has no half-width: its elasticity alone counts
Threat threat_to(const amm::Range& range, Price price, const RerangeRule& rule);

/// Where a position would stand after a move at one price, to the cent.
struct Moved {
  amm::Range range;
  Usd value_before, value_after;
  Tokens base_traded;  ///< Bought; negative: sold.
  Usd swap_cost, gas;  ///< value_before - value_after, together.
};

/// What is moved.
struct MoveAsk {
  const amm::Range& range;
  Price price;
  amm::Bounds to;
  Usd gas;
  Share swap_cost;  ///< Pool's fee and price impact, of what is given in exchange.
};

/// Takes the liquidity out, exchanges what the new range has too much of, and puts all of it in
/// again: nothing is added, gas and the exchange are paid out of what was freed.
///
/// in:   price > 0, 0 <= swap_cost < 1
/// err:  bad_input as liquidity_of; no_solution where costs eat what is freed
/// src:  value of a range is linear in its liquidity, so one division solves for it
Result<Moved> moved(const MoveAsk& ask);

/// Days that a driftless log-normal price spends in a range, and the LVR of a unit of liquidity
/// then.
struct Stay {
  double days = 0;
  Usd lvr_per_liquidity;
};

/// in:   price, vol and days > 0
/// out:  1e-6 of the days; returns to the range count, as fees do
/// cost: two thousand normal probabilities
/// src:  P(Pa < P_t < Pb) and E[sqrt P_t; in range] of a log-normal martingale, integrated over
///       time; LVR sigma^2 L sqrt P / 4 a year, Milionis et al. (2022)
struct StayAsk {
  Price price;
  amm::Bounds bounds;
  Vol vol;
  double days = 0;
};
Stay stay_of(const StayAsk& ask);

/// What is remembered from one decision to the next. An episode begins and ends where the caller
/// says; all of it starts anew then.
struct RerangeMemory {
  int rolls = 0;               ///< In this episode.
  Usd realised{};              ///< Booked as lost in it, costs aside.
  std::optional<bool> fell{};  ///< The last move went after a falling price.
};

/// Everything a move is decided on.
struct RerangeAsk {
  const book::LpPosition& position;
  Price price;
  double edr = 0;                    ///< Expected daily range, share of price.
  std::optional<double> edr_median;  ///< Over three years; none: not wide.
  std::optional<double> veq;         ///< None: not known, and counts as volatile.
  Vol vol;                           ///< Forecast to the rule's horizon.
  std::optional<market::FeeFlow> fees;
  Usd gas;
  Share swap_cost;
  Usd nav;
  std::string forbidden{};          ///< Why a gate lets no range move; empty: none does.
  std::string forbidden_tight{};    ///< Why none may become narrower; empty: it may.
  std::optional<Price> day_mean{};  ///< Volume-weighted, 24 hours; only moving back needs it.
  RerangeMemory memory{};
};

/// A move, done or not, with its sums.
struct Rerange {
  bool is_threatened = false;
  bool done = false;
  std::string why;
  std::optional<Moved> move;  ///< As it would be; none where no rule asks for one.
  double value_usd = 0;
  std::optional<double> lower, upper;
  double size_multiplier = 1;  ///< Capital after over before, costs aside: nothing is ever added.
  double crystallised_usd = 0;
  double cost_usd = 0;
  std::optional<double> added_fees_usd, added_fees_se;
  double added_lvr_usd = 0;
  double needed_fees_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("is_threatened", self.is_threatened, "whether the price is about to leave the range");
    visit("done", self.done, "whether it moves");
    visit("why", self.why, "why, or why not");
    visit("value_usd", self.value_usd, "of the position, before costs");
    visit("lower", self.lower, "edge of the range it would move to; null: none is asked for");
    visit("upper", self.upper, "the other edge");
    visit("size_multiplier", self.size_multiplier, "capital after over before, costs aside");
    visit("crystallised_usd", self.crystallised_usd, "loss against holding that becomes final");
    visit("cost_usd", self.cost_usd, "gas, and fee and impact of the exchange");
    visit("added_fees_usd", self.added_fees_usd, "expected to the horizon; null: not known");
    visit("added_fees_se", self.added_fees_se, "their standard error");
    visit("added_lvr_usd", self.added_lvr_usd, "loss versus rebalancing added, expected");
    visit("needed_fees_usd", self.needed_fees_usd, "added fees with which it would pay for itself");
  }
};

/// Moves a threatened range in a volatile market to deviations * EDR * sqrt(days) on either side of
/// the price, if the episode allows and added fees pay for gas, exchange, the loss that is made
/// final and the rule's share of added LVR. Where the rule asks for it, back again in calm.
///
/// in:   rule passes check(); the position's entry price is known
/// err:  bad_input unless price, EDR, volatility and NAV are positive, gas and swap_cost are not
///       negative; as moved
Result<Rerange> rerange_of(const RerangeAsk& ask, const RerangeRule& rule);

}  // namespace levee::hedge
