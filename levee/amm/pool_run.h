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

/// A swap under way; nothing of the pool has changed yet.
struct Pool::Run {
  Run(const PoolNumbers& now, const SwapAsk& ask)
      : price(now.price),
        tick(now.tick),
        remaining(ask.amount),
        fee_growth(ask.direction == Direction::zero_for_one ? now.fees.token0 : now.fees.token1) {
    flow_through(now.liquidity);
  }
  /// Continues with another liquidity.
  void flow_through(u128 active) {
    liquidity = active;
    by_liquidity.reset();
    if (active != 0) by_liquidity.emplace(active);
  }

  SqrtPriceX96 price;
  std::int32_t tick;
  u128 liquidity = 0;
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

/// What a pool knows beyond the step's own question.
struct StepAids {
  const Divisor128* by_liquidity;  ///< Divides by ask.liquidity; null where that is 0.
  /// Version 4 books all of the budget of a step that stops short as paid in; version 3 asks what
  /// the move costs, which may be a unit less.
  bool budget_is_paid;
};

/// swap_step() for a loop.
std::optional<Step> take_step(const StepAsk& ask, const StepAids& aids);

/// Turns a tick's counters over as the price goes through it.
void turn_over(TickState& state, const FeeGrowth& global, const Observation& now);

/// What a callback pays when `asked`: never below nothing.
U256 paid_by(const U256& asked, const I256& over);

/// Sums as wide as the contract keeps them.
std::int64_t wrapped_56(std::int64_t sum);
U256 wrapped_160(const U256& sum);

}  // namespace levee::amm
