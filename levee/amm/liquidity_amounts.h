// levee/amm/liquidity_amounts.h — what amounts buy in liquidity and back, as the periphery rounds.
//
// The pool itself rounds otherwise (sqrt_price_math.h): these are what a wallet is told, and what
// the position contract asks the pool to mint. Prices may come in either order. An empty optional
// is the contract's revert without a reason.
// src: Uniswap v3-periphery 1.4.4, LiquidityAmounts
#pragma once
#include "levee/amm/position.h"
#include "levee/amm/sqrt_price_math.h"

#include <optional>

namespace levee::amm {

/// The most liquidity an amount of token0 buys between two prices; empty above 2^128 - 1 and
/// where the prices are equal.
std::optional<u128> liquidity_for_amount0(const SqrtPrices& prices, const U256& amount);
/// The same for token1.
std::optional<u128> liquidity_for_amount1(const SqrtPrices& prices, const U256& amount);

/// The most liquidity both amounts buy while the pool's price is `now`.
std::optional<u128> liquidity_for_amounts(const SqrtPriceX96& now, const SqrtPrices& prices,
                                          const Amounts& amounts);

/// Token0 that liquidity between two prices is, rounded down twice: first by the upper price, then
/// by the lower one.
std::optional<U256> amount0_for_liquidity(const SqrtPrices& prices, u128 liquidity);
/// The same for token1, rounded down once.
std::optional<U256> amount1_for_liquidity(const SqrtPrices& prices, u128 liquidity);

/// Both amounts that liquidity between two prices is while the pool's price is `now`.
std::optional<Amounts> amounts_for_liquidity(const SqrtPriceX96& now, const SqrtPrices& prices,
                                             u128 liquidity);

}  // namespace levee::amm
