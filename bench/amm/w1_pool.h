// bench/amm/w1_pool.h — the pool that several libraries are timed on, and its stream of swaps.
//
// Two tokens of 18 decimals, fee 0.30 %, spacing 60, price 1; position i of 100 covers
// [-60 (i+1), 60 (i+1)] with liquidity 10^18 (1 + i mod 7).
#pragma once
#include "levee/amm/pool.h"

#include <cstdint>
#include <vector>

namespace levee::bench {

inline constexpr u128 e18 = 1'000'000'000'000'000'000;

inline amm::Pool w1_pool() {
  amm::Pool pool({FeePips{3000}, TickSpacing{60}});
  LEVEE_EXPECT(pool.initialise(amm::SqrtPriceX96{U256::power_of_two(96)}, 1));
  for (int i = 0; i < 100; ++i) {
    const amm::TickRange range{-60 * (i + 1), 60 * (i + 1)};
    LEVEE_EXPECT(pool.mint({Address{}, range, e18 * static_cast<u128>(1 + i % 7)}, 1));
  }
  return pool;
}

/// An exact input without a price limit.
inline amm::SwapAsk sale(amm::Direction direction, const U256& amount) {
  return {direction, I256::positive(amount), amm::no_limit(direction), std::nullopt};
}

/// The stream W1c: sizes 10^14 + r 9 10^8 with r of xorshift32 (Marsaglia 2003; 13, 17, 5), the
/// direction from the next draw's lowest bit.
inline std::vector<amm::SwapAsk> w1_stream(std::size_t count) {
  std::uint32_t state = 0x12345678;
  const auto next = [&state] {
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
  };
  std::vector<amm::SwapAsk> asks;
  for (std::size_t i = 0; i < count; ++i) {
    const U256 amount{100'000'000'000'000U + std::uint64_t{next()} * 900'000'000U};
    const bool falls = (next() & 1) != 0;
    asks.push_back(
        sale(falls ? amm::Direction::zero_for_one : amm::Direction::one_for_zero, amount));
  }
  return asks;
}

}  // namespace levee::bench
