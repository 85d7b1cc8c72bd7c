// levee/amm/sqrt_price_math.h — token amounts between two sqrt prices, bit for bit.
//
// Token-neutral U256 amounts in raw units. An empty optional is the contract's revert without a
// reason. src: Uniswap v3-core, SqrtPriceMath; whitepaper (2021) 6.2, equations 6.13 to 6.16
#pragma once
#include "levee/amm/tick_math.h"
#include "levee/base/i256.h"
#include "levee/base/wide.h"

#include <optional>

namespace levee::amm {

/// Two sqrt prices, in either order.
struct SqrtPrices {
  SqrtPriceX96 a, b;
};

/// Amount of token0 between two prices: L (sqrt b - sqrt a) / (sqrt a sqrt b).
std::optional<U256> amount0_between(const SqrtPrices& prices, u128 liquidity, Round round);

/// Amount of token1 between two prices: L (sqrt b - sqrt a).
std::optional<U256> amount1_between(const SqrtPrices& prices, u128 liquidity, Round round);

/// What a change of liquidity moves, from the pool's side: rounded up where paid in, down where
/// paid out (negative).
std::optional<I256> amount0_of_change(const SqrtPrices& prices, i128 change);
std::optional<I256> amount1_of_change(const SqrtPrices& prices, i128 change);

/// Whether an amount comes into the pool or leaves it.
enum class Flow { in, out };

/// The price after token0 moves, rounded up. In one branch the contract cuts the result to 160
/// bits unchecked; so does this.
std::optional<SqrtPriceX96> price_after_amount0(const SqrtPriceX96& price, u128 liquidity,
                                                const U256& amount, Flow flow);
/// The price after token1 moves, rounded down.
std::optional<SqrtPriceX96> price_after_amount1(const SqrtPriceX96& price, u128 liquidity,
                                                const U256& amount, Flow flow);

/// Which token is sold to the pool.
enum class Direction { zero_for_one, one_for_zero };

/// The price after `amount` of the sold token comes in.
std::optional<SqrtPriceX96> price_after_input(const SqrtPriceX96& price, u128 liquidity,
                                              const U256& amount, Direction direction);
/// The price after `amount` of the bought token has left.
std::optional<SqrtPriceX96> price_after_output(const SqrtPriceX96& price, u128 liquidity,
                                               const U256& amount, Direction direction);

}  // namespace levee::amm
