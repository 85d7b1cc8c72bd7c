// levee/hedge/sleeve.h — a lending line for the hedge: drawn under stress alone, repaying itself.
//
// src: methodology 4.7 (credit) and 4.18 (stress gate); amendment 8: nothing is sold to repay
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/book/holding.h"
#include "levee/lend/interest.h"
#include "levee/num/estimate.h"
#include "levee/signal/gate.h"

#include <optional>
#include <string>

namespace levee::hedge {

/// How much may be drawn, and when it goes back; every default may be changed.
struct SleeveRule {
  double ltv_share = 0.40;
  double health_min = 2;
  double deviations = 3;
  double horizon_days = 30;
  double repay_closes = 5;
  double errors_min = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("ltv_share", self.ltv_share,
          "debt over what is pledged, share of where it is liquidated");
    visit("health_min", self.health_min, "health factor after the day below");
    visit("deviations", self.deviations, "daily standard deviations that the price then falls");
    visit("horizon_days", self.horizon_days, "days that a draw is expected to stand");
    visit("repay_closes", self.repay_closes, "closes with the stress gate off, then it is repaid");
    visit("errors_min", self.errors_min, "standard errors by which the benefit must beat the cost");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const SleeveRule& rule);

/// A reserve whose rate follows its curve: in raw units of the asset, worth a dollar a token.
struct CurvedRate {
  lend::RateCurve curve;
  lend::RateAsk now;
  unsigned decimals = 6;
};

/// What may be borrowed against, and at what rate.
struct LendingLine {
  book::Pledge pledge;
  Usd owed;   ///< Already, by whatever was drawn before; in quote tokens.
  Rate rate;  ///< Of the debt; where a curve is known, it stands instead.
  std::optional<CurvedRate> curved{};
  std::optional<Usd> available{};  ///< In the reserve; none: not known, and no limit.
};

/// The rate on all of the debt once so much more is drawn.
///
/// in:   more >= 0
/// err:  refused where the reserve holds less
/// src:  lend::rates_of; the contract adds the debt before it asks the curve
Result<Rate> rate_after(const LendingLine& line, Usd more);

/// Threshold times what is pledged over what is owed; none without debt.
///
/// src: Aave v3's health factor
struct HealthAsk {
  const book::Pledge& pledge;
  Usd owed;
  Price price;
};
std::optional<double> health_of(const HealthAsk& ask);

/// The price after a fall of so many daily standard deviations: P exp(-k sigma / sqrt 365).
Price price_down(Price price, Vol vol, double deviations);

/// What the sleeve remembers.
struct SleeveState {
  Usd drawn;           ///< Owed of what it drew, interest included.
  int closes_off = 0;  ///< In a row with the stress gate off.
};

/// A day of the sleeve. `line.owed` includes what it has drawn.
struct SleeveAsk {
  const LendingLine& line;
  Price price;
  Vol vol;
  signal::Switch stress = signal::Switch::off;
  std::string forbidden{};  ///< Why a gate lets no loan be drawn; empty: none does.
  Usd wanted;               ///< More, for protection; >= 0.
  /// Of what a dollar of it buys, to the rule's horizon, before interest: its expected use to the
  /// objective less its premium. Taken as proportional: a smaller draw buys the best of it first.
  std::optional<num::Estimate> benefit_per_usd{};
  Usd gas;   ///< Of a draw and its repayment.
  Usd cash;  ///< That may be used to repay.
};

/// What is done that day.
struct SleeveAct {
  SleeveState after;     ///< To be given to the next day, interest added.
  double drawn_usd = 0;  ///< Now.
  double repaid_usd = 0;
  double short_usd = 0;                            ///< That ought to be repaid, but is not there.
  double most_usd = 0;                             ///< That might be drawn within the limits.
  std::optional<double> ltv, health, health_down;  ///< After the act; none without debt.
  std::optional<double> rate;
  std::optional<double> benefit_usd, cost_usd;  ///< Of the draw that was thought of.
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("drawn_usd", self.drawn_usd, "borrowed now");
    visit("repaid_usd", self.repaid_usd, "paid back now");
    visit("short_usd", self.short_usd, "that ought to be repaid, but no cash is there for");
    visit("most_usd", self.most_usd, "that might be borrowed within the limits");
    visit("ltv", self.ltv, "debt over what is pledged; null: no debt");
    visit("health", self.health, "health factor; null: no debt");
    visit("health_down", self.health_down, "the same after a day of the rule's deviations");
    visit("rate", self.rate, "a year, on the debt");
    visit("benefit_usd", self.benefit_usd, "expected of the draw, before interest and gas");
    visit("cost_usd", self.cost_usd, "its interest to the horizon, and gas");
    visit("why", self.why, "why, or why not");
  }
};

/// The most that may be owed: under the share of liquidation, and healthy after a bad day.
Usd owed_most(const SleeveAsk& ask, const SleeveRule& rule);

/// Repays what the sleeve drew once the stress gate has been off long enough, or as much as health
/// asks for; else draws what is wanted, within the limits, where the gate is on and the benefit
/// beats interest and gas.
///
/// in:   rule passes check(); state.drawn <= line.owed
/// out:  never draws and repays on one day; repays from cash alone, protection is not sold for it
/// err:  bad_input unless price and volatility are positive, amounts not negative, the threshold in
///       (0, 1); as rate_after for the debt as it is
Result<SleeveAct> sleeve_act(const SleeveState& state, const SleeveAsk& ask,
                             const SleeveRule& rule);

}  // namespace levee::hedge
