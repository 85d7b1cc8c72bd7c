// levee/amm/quick_step.h — a step of an exact input in numbers of 128 bits: the same, sooner.
//
// src: Uniswap v3-core, SwapMath.computeSwapStep and SqrtPriceMath; the sizes below keep every
// product inside 512 bits and every sum from overflowing, where the contract's floors of floors
// are floors of one quotient.
#pragma once
#include "levee/base/divisor.h"
#include "levee/base/units.h"

#include <optional>

namespace levee::amm {

/// swap_step()'s question where token amounts and prices are small.
struct QuickAsk {
  u128 price = 0, target = 0;                ///< Q64.96. Target at or below: token0 is sold.
  u128 liquidity = 0;                        ///< Above 0.
  u128 budget = 0;                           ///< What may come in once the fee is taken.
  const Divisor128* by_liquidity = nullptr;  ///< Divides by it; null: made when needed.
  /// Version 4 books all of the budget of a step that stops short as paid in; version 3 asks what
  /// the move costs, which may be a unit less.
  bool budget_is_paid = false;
};

/// What a step moves, fee aside; the price is ask.target iff the budget reached it.
struct QuickStep {
  u128 price = 0, in = 0, out = 0;
};

/// out: nothing where a number grows too large; the long way then answers
std::optional<QuickStep> quick_step(const QuickAsk& ask);

/// Amounts below this pay their fee in 128 bits.
inline constexpr unsigned quick_bits = 108;

/// n / 10^6. Division by a constant takes no division of the machine's, but only in 64 bits.
constexpr u128 by_million(u128 n) {
  constexpr std::uint32_t million = 1'000'000;
  const std::uint64_t high = high64(n), low = low64(n);
  const std::uint64_t middle = high % million << 32 | low >> 32;
  const std::uint64_t last = middle % million << 32 | (low & 0xffffffff);
  return joined(high / million, 0) + (static_cast<u128>(middle / million) << 32) + last / million;
}

/// floor(amount * (10^6 - fee) / 10^6). in: amount < 2^108, fee <= 10^6
constexpr u128 after_fee(u128 amount, FeePips fee) {
  return by_million(amount * (1'000'000 - fee.value()));
}

/// ceil(paid * fee / (10^6 - fee)). in: paid < 2^108, fee < 10^6
constexpr u128 fee_on(u128 paid, FeePips fee) {
  const std::uint32_t rest = 1'000'000 - fee.value();
  const u128 up = paid * fee.value() + rest - 1;
  return high64(up) == 0 ? low64(up) / rest : up / rest;
}

}  // namespace levee::amm
