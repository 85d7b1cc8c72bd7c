// levee/hedge/cheapest_leg.h — one protection, several ways to hold it: the cheapest, all included.
//
// A put is a call and a short future, but for what each costs: spreads, venue fees, funding nobody
// knows yet, money tied up as margin. The same three legs lend or borrow dollars at a rate, which
// is worth having only well beyond its costs.
// src: methodology 4.15; put-call parity and costs as levee/option/parity.h
#pragma once
#include "levee/base/result.h"
#include "levee/option/parity.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// What is charged beyond the quotes; every default may be changed.
struct LegRule {
  double margin_rate = 0.05;
  double carry_errors = 1;
  double edge_times = 2;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("margin_rate", self.margin_rate, "a year, that money tied up as margin would earn");
    visit("carry_errors", self.carry_errors,
          "deviations of the funding forecast charged as a cost");
    visit("edge_times", self.edge_times, "costs that an edge in financing has to be worth");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const LegRule& rule);

/// One way to hold an option, per contract, in dollars of now.
struct LegCost {
  std::string way;
  double premium_usd = 0;     ///< Of the option that is bought, at its ask.
  double underlying_usd = 0;  ///< What the leg beside it costs at its quote; negative: brings.
  double fees_usd = 0;        ///< Now and at expiry, as if every option ended in the money.
  double funding_sd_usd = 0;  ///< Charged for what is not known of the funding.
  double margin_usd = 0;      ///< What the margin would earn elsewhere.
  bool is_known = true;       ///< Not where a cost is not known: then it is never chosen.

  double all_in_usd() const {
    return premium_usd + underlying_usd + fees_usd + funding_sd_usd + margin_usd;
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("way", self.way, "legs");
    visit("premium_usd", self.premium_usd, "of the option bought");
    visit("underlying_usd", self.underlying_usd, "cost of the leg beside it, expected funding too");
    visit("fees_usd", self.fees_usd, "of the venue, now and at expiry");
    visit("funding_sd_usd", self.funding_sd_usd, "charged for funding that is not known");
    visit("margin_usd", self.margin_usd, "what the margin would earn elsewhere");
    visit("is_known", self.is_known, "whether every cost is");
  }
};

/// The ways, directly first, and the cheapest of those that are known.
struct LegChoice {
  std::vector<LegCost> ways;
  std::size_t chosen = 0;
  double saved_usd = 0;  ///< Against buying it directly.
  std::string why;
};

/// What is to be held, and with which legs it could be.
struct LegAsk {
  option::Type wanted = option::Type::put;
  const option::ParityExpiry& expiry;  ///< Its own leg is not looked at.
  std::size_t quote = 0;
  std::span<const option::UnderlyingLeg> legs;
  const option::VenueFees& fees;
};

/// The option bought, or the other one of its strike with a sale (for a put) or a purchase (for a
/// call) of each leg: the same dollars at expiry, whatever the price.
///
/// out:  all-in cost of the chosen way <= that of every way that is known; on equal terms directly
/// err:  bad_input as scan_parity, for any of the legs
/// src:  C - P = df (F - K) in dollars, 1 - K/F in coins; a perpetual's F is its price and the
///       funding expected
Result<LegChoice> cheapest_leg(const LegAsk& ask, const LegRule& rule);

/// What conversions do with dollars.
enum class FinancingAct {
  nothing,
  lend,    ///< Conversion: pays now, and is paid the strike at expiry.
  borrow,  ///< Reversal: its mirror.
};
std::string_view name_of(FinancingAct act);

/// A strike's rate of financing against a lender's.
struct Financing {
  FinancingAct act = FinancingAct::nothing;
  double implied_rate = 0;                       ///< A year, at the middle of the quotes.
  std::optional<double> lend_rate, borrow_rate;  ///< When every quote is crossed; null: no price.
  double edge_usd = 0;              ///< Against the lending rate, at the middle of the quotes.
  std::optional<double> costs_usd;  ///< Spread, fees, gas and funding's deviation; null: not known.
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("implied_rate", self.implied_rate, "a year, continuous, at the middle of the quotes");
    visit("lend_rate", self.lend_rate, "that a conversion earns when every quote is crossed");
    visit("borrow_rate", self.borrow_rate, "that a reversal pays then");
    visit("edge_usd", self.edge_usd, "worth of the difference to the lender, per contract");
    visit("costs_usd", self.costs_usd,
          "spread, fees, gas and funding's deviation; null: not known");
    visit("why", self.why, "why, or why not");
  }
};

/// What is compared. A token held itself is a perpetual without funding: carry 0, deviation 0.
struct FinancingAsk {
  const option::ParityExpiry& expiry;
  std::size_t quote = 0;
  Rate lending;  ///< That the market lends at; to lend and to borrow alike.
  Usd gas;       ///< Of all that has to be done on the chain.
  const option::VenueFees& fees;
};

/// r = ln(K / (S + P - C)) / T, and whether it beats the lender by the rule's multiple of all
/// costs.
///
/// out:  nothing is done where a cost is not known
/// err:  bad_input as scan_parity; no_solution where S + P - C is not positive
/// src:  methodology 4.15, use 2; costs: option::parity_trade
Result<Financing> financing_of(const FinancingAsk& ask, const LegRule& rule);

}  // namespace levee::hedge
