// levee/book/token_sale.h — what selling token0 to a pool brings, and into how much liquidity.
//
// Some records value a position by what its tokens would fetch. One stretch of constant liquidity
// stands for the pool: no tick is crossed.
// src: Uniswap v3 whitepaper (2021) 6.2.3
#pragma once
#include "levee/amm/swap_step.h"
#include "levee/base/units.h"

#include <optional>

namespace levee::book {

struct TokenSale {
  U256 amount;  ///< Of token0, below 2^128.
  amm::SqrtPriceX96 price;
  FeePips fee;
};

/// Token1 at the price itself, less the fee; rounded down. in: the result fits 250 bits
U256 sale_at_price(const TokenSale& sale);

/// Token1 for a sale that moves the price; rounded down. No liquidity pays nothing.
U256 sale_into(const TokenSale& sale, u128 liquidity);

/// The liquidity into which the sale brings this much: the middle of all that do; nothing where
/// none does, or where the sale is too small to tell.
std::optional<u128> liquidity_behind(const TokenSale& sale, const U256& brings);

}  // namespace levee::book
