// levee/hedge/collar.h — puts paid for by fees and by calls that are never naked.
//
// A position sells its tokens while the price rises, so a call sold on the tokens of today, or of
// its strike, is naked beyond it. Calls are sold on wallet tokens or as spreads alone, and what the
// whole book could lose is looked up at every price above the strike, not on a grid.
// src: methodology 4.21 as amendment 5 corrects it; 3.1 (value of a range is concave in the price)
#pragma once
#include "levee/amm/exposure.h"
#include "levee/base/result.h"
#include "levee/option/contract.h"
#include "levee/signal/regime.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// When a collar is put on and what it may lose; every default may be changed.
struct CollarRule {
  double tvl_low = -1.5;
  double tvl_high = 2;
  double loss_share_max = 0.02;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("tvl_low", self.tvl_low, "divergence of value locked at or below which it is put on, z");
    visit("tvl_high", self.tvl_high, "or at or above which");
    visit("loss_share_max", self.loss_share_max,
          "of NAV, that book and collar may lose at any price above the strike");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const CollarRule& rule);

/// Units of an option; negative is short. All expire together.
struct CollarLeg {
  option::Contract contract;
  double units = 0;
};

/// Positions, tokens and legs whose upside is looked at.
struct UpsideAsk {
  std::span<const amm::Range> ranges;
  Tokens wallet;
  std::span<const CollarLeg> legs;
  Usd paid;    ///< Net, for the legs; negative: received.
  Price spot;  ///< Today's, that losses are counted from.
  Price from;  ///< Lowest price looked at.
};

/// The worst at any price from there to infinity.
struct UpsideWorst {
  bool is_naked = false;  ///< It loses without end.
  double loss_usd = 0;    ///< Against today; negative: it gains everywhere. Nothing where naked.
  double at_price = 0;
};

/// What positions, wallet and legs lose at most when they expire above a price.
///
/// in:   spot and from > 0; wallet >= 0
/// out:  exact, all prices at once: what ranges and tokens are worth is concave and legs are linear
///       between strikes, so the worst of every piece is at one of its ends; beyond the last strike
///       it is at that strike unless more calls are short than tokens and calls are long
/// cost: a value of every range at each strike
UpsideWorst upside_worst(const UpsideAsk& ask);

/// A listed option as it may be traded, per unit.
struct CollarQuote {
  option::Contract contract;
  Usd price;  ///< Ask of what is bought, bid of what is sold.
  Usd fee;
  double lot = 1;
};

/// What a collar is made from.
struct CollarAsk {
  std::optional<double> tvl_z;  ///< None: not known.
  signal::PressState press = signal::PressState::off;
  std::string forbidden{};  ///< Why a gate lets no call be sold; empty: none does.
  std::span<const amm::Range> ranges;
  Tokens wallet;  ///< That no other call stands on.
  Price spot;
  Usd nav;
  Usd fees_accrued;  ///< Harvested, or to be at once.
  CollarQuote put;
  double put_units = 0;  ///< Wanted, within the layer's budget.
  CollarQuote call;      ///< To be sold.
  double call_units = 0;
  std::optional<CollarQuote> cap{};  ///< A call above it to be bought; none: wallet tokens alone.
};

/// A collar; whatever is not traded is 0.
struct Collar {
  bool is_on = false;
  double put_units = 0, call_units = 0, cap_units = 0;
  double tokens_at_strike = 0;  ///< Of the positions: no more are sold as spreads.
  double premium_paid_usd = 0, premium_received_usd = 0, fees_used_usd = 0;
  double shortfall_usd = 0;  ///< Of the puts wanted; not drawn from principal.
  std::optional<double> worst_loss_usd, worst_price;
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("is_on", self.is_on, "whether anything is traded");
    visit("put_units", self.put_units, "puts bought");
    visit("call_units", self.call_units, "calls sold");
    visit("cap_units", self.cap_units, "calls bought above them");
    visit("tokens_at_strike", self.tokens_at_strike, "base tokens of the positions at the strike");
    visit("premium_paid_usd", self.premium_paid_usd, "for puts and caps, fees of the venue too");
    visit("premium_received_usd", self.premium_received_usd, "for calls, after fees of the venue");
    visit("fees_used_usd", self.fees_used_usd, "harvested fees that it takes");
    visit("shortfall_usd", self.shortfall_usd, "missing for all puts wanted; principal stays");
    visit("worst_loss_usd", self.worst_loss_usd,
          "of the whole book at any price above the strike; null: no call is sold");
    visit("worst_price", self.worst_price, "where");
    visit("why", self.why, "why, or why not");
  }
};

/// Sells calls on wallet tokens, and as spreads on up to the tokens that positions hold at the
/// strike, as many as keep the worst loss above it within the rule; buys puts for that and for
/// accrued fees, and no more.
///
/// in:   rule passes check(); units >= 0
/// out:  whole lots; premium paid <= premium received + fees accrued
/// err:  bad_input unless put, call and cap expire together, the put's strike is below the call's
///       and that below the cap's, prices are positive, fees and lots fit them
Result<Collar> collar_of(const CollarAsk& ask, const CollarRule& rule);

}  // namespace levee::hedge
