// levee/amm/tick_math.h — tick to sqrt price and back, bit for bit.
#pragma once
#include "levee/base/result.h"
#include "levee/base/strong.h"
#include "levee/base/u256.h"
#include "levee/base/units.h"

#include <optional>

namespace levee::unit {
struct SqrtPriceX96Tag : Stands {};
}  // namespace levee::unit

namespace levee::amm {

/// sqrt(token1 per token0) * 2^96 in raw token units, below 2^160.
using SqrtPriceX96 = Strong<unit::SqrtPriceX96Tag, U256>;

inline constexpr Tick tick_min{-887272};
inline constexpr Tick tick_max{887272};
/// The sqrt prices at the outermost ticks; a pool's price p has sqrt_price_min <= p < ..._max.
inline constexpr SqrtPriceX96 sqrt_price_min{U256{4295128739U}};
inline constexpr SqrtPriceX96 sqrt_price_max{
    U256::of_limbs({0x5d951d5263988d26, 0xefd1fc6a50648849, 0xfffd8963, 0})};

/// The sqrt price at a tick: powers of 1.0001^(1/2) in Q128.128, rounded up to Q64.96.
///
/// err: refused with "T" outside [tick_min, tick_max]
/// src: Uniswap v3-core, TickMath.getSqrtRatioAtTick; whitepaper (2021) 6.1
Result<SqrtPriceX96> sqrt_price_at(Tick tick);

/// The same for a tick known to lie in [tick_min, tick_max].
SqrtPriceX96 sqrt_price_at_valid(Tick tick);

/// The largest tick whose sqrt price is not above this one.
///
/// err:  refused with "R" outside [sqrt_price_min, sqrt_price_max)
/// cost: a logarithm in double decides, its guard band falls back on the exact comparison
/// src:  Uniswap v3-core, TickMath.getTickAtSqrtRatio
Result<Tick> tick_at(const SqrtPriceX96& price);

/// The same for a price known to lie in [sqrt_price_min, sqrt_price_max).
Tick tick_at_valid(const SqrtPriceX96& price);

}  // namespace levee::amm
