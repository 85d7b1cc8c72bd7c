// levee/risk/allocator.h — what an allocator of capital asks of a position: returns, prices, betas.
//
// A year of the position as it stands today, in dollars: fees come in by the month, gas, slippage
// and the hedge go out, loss versus rebalancing eats the value that comes back at the end, and
// failures end it earlier. Hazard enters each figure once, and so does the loss.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/risk/beta.h"
#include "levee/risk/dated_flows.h"
#include "levee/risk/valuation.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::risk {

/// A figure and where it may lie.
struct Ranged {
  double value = 0, low = 0, high = 0;
};

/// Where gas and slippage are counted.
enum class Friction { as_flow, as_rate };

/// Dollars a year, at today's rates; costs positive.
struct YearlyCash {
  std::optional<Ranged> fees;
  Usd gas, slippage;  ///< Of keeping the position in range.
  Usd lvr;
  Usd hedge_carry;  ///< Decay and funding at an unchanged price.
  Usd hedge_net;    ///< Mean over scenarios: carry less what the hedge is expected to pay.
};

/// What is known of a position and of the market's price for risk.
struct AllocatorAsk {
  UnixSeconds at;
  Usd value;
  YearlyCash cash;
  Ranged hazard;           ///< Failures a year.
  Share lost;              ///< When it fails.
  Capm capm;               ///< Of the position's beta; its own hazard spread stays 0.
  double illiquidity = 0;  ///< A year, on top of the cost of equity where payments are valued.
  double equity_share = 1, debt_cost = 0;
  FadingGrowth growth{};  ///< Of payments.
  int years = 1;          ///< Until the value comes back; > 0.
  Friction friction = Friction::as_flow;
};

/// One ratio as it is told.
struct Ratio {
  std::string name;
  std::optional<double> value, low, high;
  std::string unit;    ///< "a year", "years", "of value" or "failures a year".
  std::string status;  ///< Why there is no number, or what the number means.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "");
    visit("value", self.value, "null: see status");
    visit("low", self.low, "with fees and hazard at the bad ends of their bands together");
    visit("high", self.high, "at their good ends");
    visit("unit", self.unit, "");
    visit("status", self.status, "why there is no number, or what it means");
  }
};

/// The table, and the two figures that others need.
struct Allocator {
  std::vector<Ratio> ratios;
  std::optional<double> survival_irr;
  std::optional<double> worth_over_value;  ///< Of discounted payments.
};

/// Monthly flows of the position alone, before anything fails: paid in now, value back at the end.
///
/// in: fees a year in dollars
struct Flows {
  std::vector<DatedFlow> flows;
  std::vector<Usd> value;  ///< As SurvivalAsk's.
};
Flows yearly_flows(const AllocatorAsk& ask, double fees_usd);

/// Yearly gas and slippage over the value: what a cost of capital gains where they are a rate.
double friction_rate(const AllocatorAsk& ask);

/// What payments over the years and the value at their end are worth, failures counted.
/// src: discounted expected payments; LVR is in the payments, so the value at the end is today's
Usd discounted_payments(const AllocatorAsk& ask, double fees_usd, double hazard);

/// Multiple of a hedge's coverage that a price of payments asks for: more hedge where they are
/// worth less than the value.
/// src: methodology 4.26 with a slope of 1; within [0.5, 1.5]
double coverage_factor(double worth_over_value);

/// Which way a small token moves a hedge: that less of it trades asks for more, that a hedge of it
/// is dear may ask for less.
enum class SmallCap { more, less };

/// The same of a beta where the market falls and of the worth of all tokens there are.
///
/// in:   cap: of the smaller token; none: 1 for its part
/// src:  methodology 4.27: clip(beta, 0.5, 3) (10 billion / cap)^0.1, the power turned for `less`
double beta_factor(double beta_down, std::optional<Usd> cap, SmallCap small = SmallCap::more);

/// Coverage that a usual one becomes under a multiple: within half and one and a half of it, and
/// never above 1.
double coverage_target(double usual, double multiple);

/// Every ratio.
///
/// in:   value > 0; low <= value <= high
/// out:  what fees are needed for is without number, and says so, where they are not known; a rate
///       of return that is not the only one is replaced by the modified one
/// src:  dated_flows.h, valuation.h; survival-weighted return against a cost of capital without
///       hazard, plain against one with it
Allocator allocator_of(const AllocatorAsk& ask);

}  // namespace levee::risk
