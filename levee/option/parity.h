// levee/option/parity.h — what conversions, reversals and boxes lock in, and what they cost.
//
// A call sold and a put bought at one strike are a sale at that strike; with the underlying bought
// beside them the price no longer matters. Coin-settled options lock in coins, with as many dollars
// of an inverse future as the strike has; the dollars of these coins still move.
//
// src: put-call parity, c - p = df (F - K) in dollars and 1 - K/F in coins
#pragma once
#include "levee/base/result.h"
#include "levee/option/contract.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace levee::option {

/// What premium and payoff are counted in, per contract on one token.
enum class Settlement { coin, dollars };

/// A strike whose call and put both have a bid and an ask, in the settlement's unit.
struct ParityQuote {
  Price strike;
  double call_bid = 0, call_ask = 0;
  double put_bid = 0, put_ask = 0;
  std::optional<Tokens> open_interest;  ///< Of the lesser option: all that is known of depth.
};

/// The leg in the underlying. A future converges at expiry and carries nothing; a perpetual pays
/// funding on the way, which nobody knows today.
enum class Leg { future, perpetual };
struct UnderlyingLeg {
  Leg kind = Leg::future;
  Price bid, ask;
  double carry = 0;                ///< Funding a long expects to pay to expiry, share of notional.
  std::optional<double> carry_sd;  ///< Of that forecast; empty where it is not known.
};

/// One expiry's chance of parity trades.
struct ParityExpiry {
  Settlement settlement = Settlement::coin;
  Price spot;
  Years tenor;
  double discount = 1;  ///< Of dollars to expiry.
  UnderlyingLeg leg;
  std::vector<ParityQuote> quotes;  ///< Ascending strikes.
};

/// What a venue takes. Schedules change: these are as described for mid 2026, to be checked.
struct VenueFees {
  std::string_view as_of = "2026-05";
  double coin_option = 0.0003;       ///< Of the underlying, per option.
  double linear_option = 0.0005;     ///< Of the index, taker.
  double premium_share_max = 0.125;  ///< Neither more than this of the premium.
  double option_delivery = 0.00015;  ///< Of the underlying, on each option that ends in the money.
  double underlying = 0.0005;        ///< Taker, of the notional; a perpetual pays it twice.
  double future_delivery = 0.00025;
  double underlying_margin = 0.10;  ///< Initial, of the notional.
};

enum class Combination {
  conversion,  ///< Long underlying and put, short call.
  reversal,    ///< Its mirror.
  long_box,    ///< Reversal's options at the lower strike, conversion's at the upper.
  short_box,
};
std::string_view name_of(Combination combination);

/// One combination, per contract, in dollars at the spot of now.
struct ParityTrade {
  Combination combination = Combination::conversion;
  std::size_t lower = 0, upper = 0;  ///< Quotes; the same one unless a box.
  Usd at_mids;                       ///< Locked in at the middle of every quote, before costs.
  Usd spread;                        ///< Given up by crossing every quote.
  Usd fees;                          ///< Now and at expiry.
  std::optional<Usd> carry_sd;       ///< One deviation of the funding; empty where not known.
  Usd capital;                  ///< Premium paid and the venue's standard margin, nothing netted.
  double net_per_year = 0;      ///< Net over capital, simple.
  std::optional<Tokens> depth;  ///< Least open interest of the legs, contracts.

  Usd at_quotes() const { return at_mids - spread; }
  Usd net() const { return at_mids - spread - fees; }
  /// Spread, fees and one deviation of the funding; what is not known is no cost here.
  Usd costs() const { return spread + fees + carry_sd.value_or(Usd{}); }
  /// Never where a cost is not known.
  bool pays_twice_its_costs() const { return carry_sd && at_mids.value() > 2 * costs().value(); }
};

/// in:  indices of quotes, lower < upper for a box, equal else; a sound expiry as scan_parity
/// checks src: margins as hedge's candidates: call max(.15 - otm/S, .1) + mark in coins, puts at
/// least .075
ParityTrade parity_trade(const ParityExpiry& expiry, const VenueFees& fees, const ParityTrade& of);

/// How many combinations stood each test.
struct ParityCounts {
  std::size_t looked_at = 0;
  std::size_t at_mids = 0;       ///< Gain at the middle of the quotes: every second one, by nature.
  std::size_t at_quotes = 0;     ///< Gain when every quote is crossed, before fees.
  std::size_t after_costs = 0;   ///< Gain after fees too.
  std::size_t beyond_twice = 0;  ///< Gain at mids above twice spread, fees and funding's deviation.
};

struct ParityScan {
  ParityCounts counts;
  std::vector<ParityTrade> trades;  ///< Those beyond twice their costs, best net first.
};

/// Every conversion, reversal and box of one expiry. Boxes of coins need the underlying too.
///
/// err: bad_input unless spot, tenor, discount, the leg and quotes are positive and finite, no bid
/// is
///      above its ask, and strikes ascend
/// cost: a hundred nanoseconds a combination; two for every strike, two for every pair of strikes
Result<ParityScan> scan_parity(const ParityExpiry& expiry, const VenueFees& fees);

/// The forward at which a strike's call and put are worth their difference.
///
/// err: no_solution where no forward is (call dearer than the put by a coin or more)
Result<Price> implied_forward(const ParityExpiry& expiry, std::size_t quote);

/// Funding from here: `expected` to be the mean of the last `window` settlements.
struct CarryOutlook {
  double expected = 0;       ///< Sum over the settlements ahead, share of notional.
  std::optional<double> sd;  ///< How far this very forecast was off in the past, root mean square.
};

/// in:  settlements oldest first, evenly spaced, shares of notional paid by longs; window and ahead
///      at least 1
/// out: sd where the past holds two whole spans ahead after the first window
/// err: missing_data with fewer settlements than the window; bad_input if one is not finite
struct CarryAsk {
  std::span<const double> settlements;
  std::size_t window = 0, ahead = 0;
};
Result<CarryOutlook> carry_outlook(const CarryAsk& ask);

}  // namespace levee::option
