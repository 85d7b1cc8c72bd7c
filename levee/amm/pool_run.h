// levee/amm/pool_run.h — what a pool works out before it changes: a swap's run, a change of range.
//
// Internal to the pool's own files. src: Uniswap v3-core 1.0.1, UniswapV3Pool and Tick.cross
#pragma once
#include "levee/amm/pool.h"

#include <vector>

namespace levee::amm {

/// A tick crossed, and the sold token's fee growth at that moment.
struct Crossing {
  std::int32_t tick = 0;
  U256 fee_growth;
};

/// How a step's fee is shared.
struct FeeSplit {
  ProtocolShare share = ProtocolShare::one_in;
  std::uint16_t part = 0;  ///< The protocol's.
  FeePips fee;             ///< The whole, as taken from the payer.
};

/// Empty for 0.
inline std::optional<Divisor128> divisor_of(u128 liquidity) {
  return liquidity == 0 ? std::nullopt : std::optional<Divisor128>(liquidity);
}

/// A swap under way; nothing of the pool has changed yet.
struct Pool::Run {
  Run(const PoolNumbers& now, const SwapAsk& ask)
      : price(now.price),
        tick(now.tick),
        liquidity(now.liquidity),
        remaining(ask.amount),
        fee_growth(ask.direction == Direction::zero_for_one ? now.fees.token0 : now.fees.token1) {}
  /// Continues with another liquidity.
  void flow_through(u128 active) {
    liquidity = active;
    by_liquidity = divisor_of(active);
  }

  SqrtPriceX96 price;
  std::int32_t tick;
  u128 liquidity;
  std::optional<Divisor128> by_liquidity;  ///< Empty where liquidity is 0.
  I256 remaining;                          ///< Of the amount that was fixed.
  I256 traded;                             ///< Of the other token, from the pool's side.
  U256 fee_growth;                         ///< Of the sold token, global.
  u128 protocol_fee = 0;
  std::vector<Crossing> crossed;
};

/// A mint, burn or poke worked out.
struct Pool::Change {
  PositionKey key;
  PositionState position{};
  i128 by = 0;
  TickState lower{}, upper{};
  bool flips_lower = false, flips_upper = false;
  bool in_range = false;
  u128 liquidity = 0;  ///< Active, after.
  Flows flows{};
};

/// What a pool knows beyond the step's own question: as QuickAsk.
struct StepAids {
  const Divisor128* by_liquidity = nullptr;
  bool budget_is_paid = false;
};

/// swap_step() for a loop.
std::optional<Step> take_step(const StepAsk& ask, const StepAids& aids);

/// Turns a tick's counters over as the price goes through it.
void turn_over(TickState& state, const FeeGrowth& global, const Observation& now);

/// Both fees of a version 4 swap together, rounded up: the protocol's comes first, the providers'
/// on what is left. src: Uniswap v4-core, ProtocolFeeLibrary.calculateSwapFee
FeePips with_protocol(FeePips fee, std::uint16_t part);

/// Version 4 counts the ticks of both edges even where the spacing does not meet them, and so lets
/// each carry a little less. src: Uniswap v4-core, Pool.tickSpacingToMaxLiquidityPerTick
u128 v4_liquidity_per_tick_max(TickSpacing spacing);

/// Whether version 4 can tell the caller: it counts what a caller gets in signed 128-bit numbers.
bool fits_v4(const Flows& flows);
/// The same for a step: if not, no later one makes it fit.
bool fits_v4(const Step& step);

/// What a callback pays when `asked`: never below nothing.
U256 paid_by(const U256& asked, const I256& over);

/// Sums as wide as the contract keeps them.
std::int64_t wrapped_56(std::int64_t sum);
U256 wrapped_160(const U256& sum);

}  // namespace levee::amm
