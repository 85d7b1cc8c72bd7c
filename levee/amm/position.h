// levee/amm/position.h — an owner's range in a pool: liquidity and fees owed, bit for bit.
#pragma once
#include "levee/amm/tick_table.h"
#include "levee/base/address.h"
#include "levee/base/result.h"

#include <cstdint>

namespace levee::amm {

/// Amounts of the pool's two tokens in raw units.
struct Amounts {
  U256 token0, token1;
  friend bool operator==(const Amounts&, const Amounts&) = default;
};

/// Signed amounts from the pool's side: positive comes in, negative goes out.
struct Flows {
  I256 token0, token1;
  friend bool operator==(const Flows&, const Flows&) = default;
};

/// A range of ticks. A pool's own order: lower < upper.
struct TickRange {
  std::int32_t lower = 0, upper = 0;
  friend constexpr auto operator<=>(const TickRange&, const TickRange&) = default;
};

/// Who holds which range. Version 3 knows no salt: it is 0 there.
struct PositionKey {
  Address owner;
  TickRange range;
  Bytes32 salt;
  friend constexpr auto operator<=>(const PositionKey&, const PositionKey&) = default;
};

/// What a pool keeps for a position.
struct PositionState {
  u128 liquidity = 0;
  FeeGrowth fees_inside_last{};  ///< When fees were last reckoned; modulo 2^256.
  u128 owed0 = 0, owed1 = 0;     ///< To be collected; modulo 2^128.
  friend bool operator==(const PositionState&, const PositionState&) = default;
};

/// Fees earned since last reckoned: (inside - last) * L / 2^128, floor, modulo 2^128.
/// src: Uniswap v3 whitepaper (2021) 6.4.1, equations 6.28 and 6.29
Amounts fees_since(const PositionState& position, const FeeGrowth& inside);

/// The position after its fees are reckoned and its liquidity changed.
///
/// err: refused with "NP" where nothing changes on an empty position; "LS", "LA" as
///      liquidity_after
Result<PositionState> reckoned(const PositionState& position, i128 change, const FeeGrowth& inside);

/// What the liquidity of a range is made of at a price, from the pool's side: rounded up where
/// `change` is positive (paid in), down where negative (paid out).
///
/// in:  both ticks within tick_min ... tick_max; tick is the pool's current one
/// err: refused without text where an amount does not fit
struct PrincipalAsk {
  SqrtPriceX96 price;
  std::int32_t tick = 0;
  TickRange range;
  i128 change = 0;
};
Result<Flows> principal_of(const PrincipalAsk& ask);

}  // namespace levee::amm
