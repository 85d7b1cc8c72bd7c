// levee/hedge/rate_swap.h — a position on lending rates, and whether it hedges anything.
//
// It receives what a chain's borrowers pay and pays a fixed rate: it gains where money on the chain
// becomes dear, which sometimes goes with trouble. Whether it goes with the losses that one has is
// measured, never assumed; the direct protection against a bent oracle is not to trade at its
// price. src: methodology 4.22 (rate differential); Newey & West (1987), Econometrica 55, 703-708,
// errors
//      of a slope whose residuals last; their lags, 4 (n / 100)^(2/9): Newey & West (1994), Review
//      of Economic Studies 61, 631-653
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"
#include "levee/market/series.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// Receives a floating rate, held between floor and cap, against a fixed one. Rates are simple:
/// what is received is notional times rate times time.
struct RateSwap {
  Usd notional;
  Rate fixed;
  std::optional<Rate> floor{}, cap{};  ///< Of the floating rate. floor = fixed: it never pays.
  Usd premium{};                       ///< Paid at the start; negative: received.
};

/// A floating rate as it was: each value stands until the next, but no longer than `holds`.
struct RateHistory {
  const market::Series& rate;
  Seconds holds = days(7);
};

/// Dollars received less paid between neighbours of `ends`, premium aside.
///
/// in:   ends ascending, at least two
/// out:  [ends - 1]; exact for a rate that changes in steps
/// err:  bad_input if floor is above cap or a figure is not finite; missing_data where the rate is
///       not known at some moment of the span, or not any more
Result<std::vector<double>> payoffs_between(const RateSwap& swap, const RateHistory& history,
                                            std::span<const UnixSeconds> ends);

/// A swap over one span.
struct SwapPayoff {
  Usd gain;         ///< Premium paid.
  Rate received;    ///< Mean of the floating rate over time, between floor and cap.
  Rate break_even;  ///< The fixed rate at which the gain would have been nothing.
  Years span;
};

/// in:  from < until
/// out: gain = notional (received - fixed) span - premium
/// err: as payoffs_between; no_solution for no notional
struct SwapSpan {
  UnixSeconds from, until;
};
Result<SwapPayoff> swap_payoff(const RateSwap& swap, const RateHistory& history,
                               const SwapSpan& over);

/// What counts as a hedge; every default may be changed.
struct EffectivenessRule {
  double r_squared_min = 0.25;
  double errors_min = 2;
  double periods_min = 30;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("r_squared_min", self.r_squared_min, "share of the loss's variance that it explains");
    visit("errors_min", self.errors_min, "standard errors by which its slope is above 0");
    visit("periods_min", self.periods_min, "fewest periods that say anything");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const EffectivenessRule& rule);

/// Gains of a position and losses of what it is to hedge, period by period.
struct EffectivenessAsk {
  std::span<const double> gain, loss;  ///< USD, in order of time.
};

/// How well gains answered losses of the same periods.
struct Effectiveness {
  double periods = 0;
  double r_squared = 0;
  double slope = 0;     ///< Dollars of loss for one of gain: how much of it hedges best.
  double slope_se = 0;  ///< Allows for residuals that last and vary.
  bool is_hedge = false;
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("periods", self.periods, "periods measured");
    visit("r_squared", self.r_squared, "share of the loss's variance that its gain explains");
    visit("slope", self.slope, "dollars of loss for one of gain; below 0 it adds to losses");
    visit("slope_se", self.slope_se, "its standard error");
    visit("is_hedge", self.is_hedge, "whether it may count as a hedge");
    visit("why", self.why, "why, or why not");
  }
};

/// Least squares of losses on gains of the same period.
///
/// in:   equally many of both; rule passes check()
/// out:  a hedge where the slope is above 0 by the rule's errors and enough is explained
/// err:  bad_input if a figure is not finite; missing_data with fewer periods than the rule's;
///       no_solution where gains or losses are all the same
Result<Effectiveness> effectiveness_of(const EffectivenessAsk& ask, const EffectivenessRule& rule);

}  // namespace levee::hedge
