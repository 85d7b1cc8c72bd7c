// levee/amm/lvr.h — what arbitrage costs a pool, and who gets it: arbitrageurs, fees or gas.
//
// Rates are per year of the pool's value, volatility per root of a year, block times in years: a
// rate per block and a variance per day must not meet here.
#pragma once
#include "levee/amm/types.h"
#include "levee/base/result.h"

namespace levee::amm {

/// Loss versus rebalancing of a weighted pool without fees: w (1 - w) sigma^2 / 2 of its value a
/// year; sigma^2 / 8 of a constant product.
///
/// in:  weight of the base token in (0, 1)
/// src: Milionis, Moallemi, Roughgarden & Zhang (2022), arXiv 2208.06046
Rate lvr_rate(Share weight, Vol vol);

/// Predictable loss of a range at a price, per year of its value, > 0: sigma^2 / (2 delta), delta
/// the sum of how far the roots of the bounds lie from the price's, twice. The same as the range's
/// loss versus rebalancing.
///
/// err: no_solution outside the range and on its edges
/// src: Cartea, Drissi & Monga (2023), arXiv 2309.08431
Result<Rate> predictable_loss(const Bounds& bounds, Price price, Vol vol);

/// A pool's price moves only by arbitrage, which may act once a block; blocks come as a Poisson
/// process. Logarithmic: the pool is left alone until its price is off by `fee` plus `cost`.
struct BlockTrade {
  Vol vol;
  Years interval;   ///< Mean time between blocks.
  double fee = 0;   ///< Of the pool, as a log price: 0.003 is 30 basis points.
  double cost = 0;  ///< How much further off a price must be before a trade pays for its gas.
};

/// How often a block has a trade, and where the loss versus rebalancing goes, as shares of it.
struct LvrSplit {
  double trades = 0;     ///< Probability that a block holds an arbitrage.
  double arbitrage = 0;  ///< Kept by arbitrageurs, their gas paid.
  double fees = 0;       ///< Back to the pool.
  double gas = 0;        ///< Burnt, or paid to whoever orders transactions.
};

/// Shares in the limit of small moves; they sum to 1.
///
/// With overshoot exponential of mean 1/theta, theta = sqrt(2 lambda)/sigma, and a trade taking the
/// price back to the fee: trades = 2 / (2 + 2 eta + eta^2 (1 - (fee/(fee + cost))^2)), eta = theta
/// (fee + cost); arbitrage = trades (1 + theta cost), gas = trades (theta cost)^2 / 2, fees the
/// rest.
///
/// in:   vol and interval > 0; fee and cost >= 0
/// out:  to the order of the fee and of the vol of a block, a few basis points of the share
/// src:  Milionis, Moallemi & Roughgarden (2023), arXiv 2305.14604 (cost 0); with a cost, the same
///       balance of the squared mispricing, held by simulation
LvrSplit lvr_split(const BlockTrade& trade);

/// What a constant product earns and loses to arbitrage, per year of its value.
struct ArbitrageFlow {
  Rate arbitrage, fees;
};

/// Exact for a constant product and no cost of trading.
///
/// err:  no_solution where a block's variance is 8 or more (the expected profit is infinite);
///       out_of_range if vol, interval or fee is not positive and finite, or cost is not 0
/// src:  Milionis, Moallemi & Roughgarden (2023), arXiv 2305.14604, theorem 3 and corollary 2
Result<ArbitrageFlow> constant_product_flow(const BlockTrade& trade);

}  // namespace levee::amm
