// levee/hedge/beside_told.h — what is told beside the programme.
#pragma once
#include "levee/hedge/advice.h"
#include "levee/hedge/cheapest_leg.h"
#include "levee/hedge/collar.h"
#include "levee/hedge/rate_swap.h"
#include "levee/hedge/rerange.h"
#include "levee/hedge/restructure.h"
#include "levee/hedge/second_engine.h"
#include "levee/hedge/sleeve.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// A position's range: moved or not, and why.
struct RangeTold {
  std::string position;
  Rerange move;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("position", self.position, "name");
    Rerange::fields(self.move, visit);
  }
};

/// An option that the plan buys, and the cheapest way to the same payoff. Sums are of all of it.
struct LegTold {
  std::string instrument;
  double quantity = 0;
  std::optional<std::string> way{};  ///< None: not judged.
  double direct_usd = 0, cheapest_usd = 0;
  double margin_usd = 0;  ///< Initial, of the leg that the cheapest way has beside it.
  std::string why;

  double saved_usd() const { return direct_usd - cheapest_usd; }

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("instrument", self.instrument, "what the plan buys");
    visit("quantity", self.quantity, "contracts");
    visit("way", self.way, "cheapest legs of the same payoff; null: not judged");
    visit("direct_usd", self.direct_usd, "all-in cost of buying it, fees at expiry too");
    visit("cheapest_usd", self.cheapest_usd, "of the cheapest way; margin's interest too");
    visit("margin_usd", self.margin_usd, "initial margin that the cheapest way needs");
    visit("why", self.why, "why, or why not judged");
  }
};

/// All purchases of a plan.
struct LegsTold {
  std::vector<LegTold> trades;
  double saved_usd = 0, margin_usd = 0;  ///< By those that save more than a trade is worth.
  double margin_left_usd = 0;
  std::string why;  ///< Empty: the plan buys no option.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("trades", self.trades, "every option that the plan buys");
    visit("saved_usd", self.saved_usd, "by cheaper legs that save more than a trade is worth");
    visit("margin_usd", self.margin_usd, "initial margin that these need");
    visit("margin_left_usd", self.margin_left_usd, "margin that the plan leaves unused");
    visit("why", self.why, "what it comes to; empty: the plan buys no option");
  }
};

/// The strike that finances best, and whether it beats the lender.
struct FinancingTold {
  std::string act, call, put;
  double contracts = 0;  ///< As far as depth, cash and tokens reach.
  double lender = 0;     ///< A year.
  Financing best;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("act", self.act, "nothing, lend or borrow");
    visit("call", self.call, "options of the strike that finances best");
    visit("put", self.put, "the other one");
    visit("contracts", self.contracts, "as far as depth, cash and wallet tokens reach");
    visit("lender", self.lender, "rate a year that it is held against");
    Financing::fields(self.best, visit);
  }
};

/// A collar beside the plan: on or off, and why.
struct CollarTold {
  Collar collar;
  std::optional<std::string> put{}, call{}, cap{};

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("put", self.put, "option that it would buy; null: none was looked for");
    visit("call", self.call, "that it would sell");
    visit("cap", self.cap, "and buy above it");
    Collar::fields(self.collar, visit);
  }
};

/// What the whole book, plan included, loses at most as the price rises.
struct UpsideTold {
  double from_usd = 0;
  bool is_naked = false;
  double loss_usd = 0, at_price_usd = 0;  ///< Where naked: at twice today's price.
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("from_usd", self.from_usd,
          "highest strike sold, or today's price: all above is looked at");
    visit("is_naked", self.is_naked, "whether it loses without end");
    visit("loss_usd", self.loss_usd,
          "at most, options at expiry; where it has no end, at twice today's price");
    visit("at_price_usd", self.at_price_usd, "where");
    visit("why", self.why, "the same in words");
  }
};

/// Liquidity moved and debt repaid in one transaction.
struct BundleTold {
  double repaid_usd = 0, gas_usd = 0;
  std::optional<Bundled> bundle{};  ///< None: nothing to restructure, or it does not go through.
  std::optional<std::string> hedge_refused{};
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("repaid_usd", self.repaid_usd, "of the debt");
    visit("gas_usd", self.gas_usd, "beside the costs below");
    visit("bundle", self.bundle, "steps and costs; null: nothing goes through");
    visit("hedge_refused", self.hedge_refused,
          "why a flash loan cannot pay the plan's premium; null: no bundle or no premium");
    visit("why", self.why, "why, or why not");
  }
};

/// A position on lending rates over the time that is past, and whether it would have hedged.
struct RateSwapTold {
  std::optional<double> notional_usd{}, fixed{}, received{}, gain_usd{};  ///< None: not judged.
  std::optional<Effectiveness> effect{};
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("notional_usd", self.notional_usd, "of the position; null: not judged");
    visit("fixed", self.fixed, "paid, a year: the mean of what floats before the span");
    visit("received", self.received, "a year, mean over the policy's horizon backwards");
    visit("gain_usd", self.gain_usd, "over that span");
    visit("effect", self.effect, "against the positions' losses by the day; null: not measured");
    visit("why", self.why, "what it comes to, or why it is not judged");
  }
};

/// Whether what is held beside the positions is a second engine.
struct EnginesTold {
  double days = 0;
  std::optional<Independence> found{};  ///< None: nothing is held, or no day is known.
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("days", self.days, "of the past that today's holdings were put through");
    visit("found", self.found, "check by check; null: nothing to judge");
    visit("why", self.why, "what it comes to, or why it is not judged");
  }
};

/// Everything beside the programme.
struct Beside {
  std::vector<RangeTold> ranges;
  std::optional<SleeveAct> sleeve;  ///< None: no loan of the book has something pledged.
  LegsTold legs;
  std::optional<FinancingTold> financing;
  CollarTold collar;
  std::optional<UpsideTold> upside;  ///< None: nothing that is short as the price rises.
  BundleTold bundle;
  RateSwapTold rate_swap;
  EnginesTold engines;
  std::vector<Unknown> unknown;  ///< What could not be judged.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("ranges", self.ranges, "every position's range: moved or not");
    visit("sleeve", self.sleeve,
          "what is borrowed for the hedge, or why not; null: no lending line");
    visit("legs", self.legs, "whether the same payoffs are cheaper through other legs");
    visit("financing", self.financing,
          "dollars lent or borrowed through options; null: no strike tells");
    visit("collar", self.collar, "puts paid for by fees and calls, beside the plan");
    visit("upside", self.upside,
          "the most that is lost as the price rises; null: nothing is short");
    visit("bundle", self.bundle, "ranges moved and debt repaid in one transaction");
    visit("rate_swap", self.rate_swap, "a position on lending rates, and whether it would hedge");
    visit("engines", self.engines, "whether what is held beside the positions is independent");
  }
};

}  // namespace levee::hedge
