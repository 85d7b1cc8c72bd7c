// levee/option/streaming_premium.h — a range as an option without expiry, and what it streams.
//
// Deposited on one side of the price, a range is a covered call or a cash-secured put whose strike
// is smeared over the range. It has no expiry: its premium is the fees that pass through it.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

namespace levee::option {

/// Edges of a range order, 0 < lower < upper.
struct OrderEdges {
  Price lower, upper;
};

/// What a range is as an option.
struct RangeOrder {
  Price strike;  ///< Geometric mean of the edges.
  Share
      at_strike;  ///< Value at the strike over the most that it can be worth in quote, at `upper`.
};

/// in:  0 < lower < upper, finite
/// src: Lambert (2021), "Uniswap v3 LP tokens as perpetual put and call options"
RangeOrder range_order(const OrderEdges& edges);

/// Time to expiry of a covered call at the same strike that would be worth as much at its strike,
/// its option valued by the small-time formula K sigma sqrt(T / 2 pi).
///
/// in:  edges as range_order; vol > 0
/// src: Lambert (2021), as above: T = 2 pi / sigma^2 ((sqrt r - 1) / (sqrt r + 1))^2, r^2 =
/// upper/lower
Years order_maturity(const OrderEdges& edges, Vol vol);

/// Volume of a pool against the liquidity that stands at its price.
struct PoolTurnover {
  double fee = 0;          ///< Of the volume, 0.0005 for five basis points.
  double volume_days = 0;  ///< A day's volume over what the current tick holds.
};

/// Lambert's implied volatility: where fees equal loss versus rebalancing.
///
/// in:  fee in [0, 1], volume >= 0
/// src: Lambert (2021), "On-chain volatility and Uniswap v3": 2 fee sqrt(volume / tick) sqrt(365)
Vol pool_implied_vol(const PoolTurnover& turnover);

/// Liquidity of one tick range among those who sell options on it and those who buy.
struct StreamedLiquidity {
  double net = 0;        ///< Left in the pool, earning fees.
  double removed = 0;    ///< Borrowed by buyers.
  double spread = 0.25;  ///< How much dearer scarcity makes it, the protocol's 1/nu.
};

/// What flows while one unit of liquidity in the pool earns one.
struct StreamedPremium {
  double owed = 0;   ///< By a buyer, per unit removed.
  double gross = 0;  ///< To a seller, per unit sold, whether still in the pool or lent on.
};

/// Premia as multiples of the fees that a unit of liquidity earns. All that sellers get is fees and
/// what buyers owe: net + removed * owed = (net + removed) * gross.
///
/// err:  no_solution where nothing is left in the pool: a premium without bound; out_of_range for
///       amounts or a spread that are negative or not finite
/// src:  Lambert & Kristensen (2022), arXiv 2204.14232, streaming premia
Result<StreamedPremium> streamed_premium(const StreamedLiquidity& liquidity);

}  // namespace levee::option
