// levee/amm/tick_table.h — a pool's initialised ticks, and the next one in either direction.
//
// A pool looks for its next tick one word of 256 spacings at a time and rounds at the word's edge
// even where no tick is, so the words are part of the answer.
// src: Uniswap v3-core, Tick, TickBitmap and LiquidityMath; whitepaper (2021) 6.3
#pragma once
#include "levee/amm/sqrt_price_math.h"
#include "levee/base/result.h"
#include "levee/base/u256.h"
#include "levee/base/units.h"

#include <cstdint>
#include <optional>
#include <vector>

#include <tsl/robin_map.h>

namespace levee::amm {

/// Fees per unit of liquidity in both tokens, Q128.128; modulo 2^256 by design.
struct FeeGrowth {
  U256 token0, token1;
  friend bool operator==(const FeeGrowth&, const FeeGrowth&) = default;
};

/// What a pool keeps at a tick. All `_outside` counters are relative: only differences mean
/// something.
struct TickState {
  u128 liquidity_gross = 0;
  i128 liquidity_net = 0;  ///< Added when the price rises through the tick.
  FeeGrowth fees_outside;
  std::int64_t tick_seconds_outside = 0;  ///< int56 on chain.
  U256 seconds_per_liquidity_outside;     ///< X128, uint160 on chain.
  std::uint32_t seconds_outside = 0;
  bool initialised = false;
  friend bool operator==(const TickState&, const TickState&) = default;
};

/// Where a search for the next tick ended.
struct NextTick {
  std::int32_t tick = 0;
  bool initialised = false;
};

/// The same, within the usable ticks, and the sqrt price there.
struct Edge {
  std::int32_t tick = 0;
  bool initialised = false;
  SqrtPriceX96 price;
};

/// liquidity + change. err: refused with "LS" below 0, "LA" above 2^128 - 1
Result<u128> liquidity_after(u128 liquidity, i128 change);

/// The most liquidity one tick may carry: (2^128 - 1) over the number of usable ticks.
/// in: spacing > 0
u128 liquidity_per_tick_max(TickSpacing spacing);

/// Initialised ticks of one pool.
class TickTable {
 public:
  explicit TickTable(TickSpacing spacing);

  /// The tick's state; all zeros where nothing was ever put.
  const TickState& at(std::int32_t tick) const;
  /// The same, to be written; made if absent. in: tick_min <= tick <= tick_max
  TickState& put(std::int32_t tick);
  void clear(std::int32_t tick);  ///< Forgets the state; the bitmap is not touched.

  /// Turns the tick's bit over. in: tick is a multiple of the spacing
  void flip(std::int32_t tick);
  /// The next initialised tick in the direction within one word, or the word's edge.
  NextTick next(std::int32_t tick, Direction direction) const;
  /// How far a swap goes before it must look again.
  Edge edge(std::int32_t tick, Direction direction) const;
  /// The index of the word that a tick's bit is in, on the spacing or not.
  std::int32_t word_of(std::int32_t tick) const;
  /// 256 ticks' bits: word w, bit b stands for tick (256 w + b) * spacing.
  U256 word(std::int32_t index) const;

  /// The states ever put and not cleared, in tick order.
  std::vector<std::int32_t> ticks() const;
  /// Indices of the words that are not 0, in order.
  std::vector<std::int32_t> words() const;
  TickSpacing spacing() const { return TickSpacing{spacing_}; }

 private:
  std::int32_t spacing_;
  std::int32_t first_word_ = 0;  // words_[0] stands for this index
  std::vector<U256> words_;
  struct Priced {
    TickState state;
    SqrtPriceX96 price;  // At the tick: worked out once.
  };
  tsl::robin_map<std::int32_t, Priced> states_;
};

/// A tick and what stands there.
struct TickAt {
  std::int32_t tick = 0;
  const TickState* state = nullptr;
};

/// Fees per liquidity earned between two ticks, modulo 2^256; its sign may be negative, only
/// differences mean something.
/// src: whitepaper (2021) 6.3, equations 6.17 to 6.19
struct RangeAsk {
  TickAt lower, upper;
  std::int32_t current = 0;
  FeeGrowth global;
};
FeeGrowth fees_inside(const RangeAsk& ask);

}  // namespace levee::amm
