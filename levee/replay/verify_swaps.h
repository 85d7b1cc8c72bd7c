// levee/replay/verify_swaps.h — whether recorded swaps follow from exact arithmetic.
//
// A pool logs its state after every swap, so each swap of a history can be judged alone, from the
// state that the one before it left. The log does not say what was asked for; a swap is confirmed
// by the first of three readings that reproduces price and amounts to the last unit.
// src: Uniswap v3-core 1.0.1, SwapMath.computeSwapStep and UniswapV3Pool.swap
#pragma once
#include "levee/amm/position.h"
#include "levee/amm/swap_step.h"
#include "levee/amm/tick_table.h"
#include "levee/replay/verify_swaps_lanes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace levee::replay {

/// Whether a swap reached a tick that may split it: an initialised one, or a word's edge.
enum class TickSplit : std::uint8_t { none, possible };

/// A swap as its event tells it.
struct SwapRow {
  amm::SqrtPriceX96 price{};  ///< After the swap, as all that follows but liquidity_before.
  std::int32_t tick = 0;
  u128 liquidity = 0;
  amm::Flows flows{};
  u128 liquidity_before = 0;  ///< Liquidity comes and goes between swaps too; a price does not.
  FeePips fee{};              ///< Below a million.
  TickSplit split = TickSplit::none;
};

/// What a recorded swap turned out to be.
enum class Verdict : std::uint8_t {
  exact_in,   ///< Reproduced by selling exactly what came in.
  exact_out,  ///< Not that, but reproduced by buying exactly what went out.
  to_limit,   ///< Neither, but reproduced by a swap that its price limit stopped where it ended.
  differs,    ///< No reading reproduces it.
  open,       ///< It may cross, and no ticks were given.
};

/// Consecutive swaps of one pool, about 100 bytes each.
class SwapHistory {
 public:
  struct Start {
    amm::SqrtPriceX96 price;
    std::int32_t tick = 0;
  };
  explicit SwapHistory(const Start& start);
  void reserve(std::size_t rows) { blocks_.reserve(rows / 8 + 2); }
  /// in: row.fee < 1'000'000, a price below 2^160
  void push(const SwapRow& row);
  std::size_t size() const { return size_; }
  SwapRow at(std::size_t row) const;
  TickSplit split_at(std::size_t row) const;
  /// What the pool's price and tick were before this row.
  Start before(std::size_t row) const;

  /// blocks()[1] holds the first eight rows; the last of blocks()[0] is the state before them.
  std::span<const lanes::Block> blocks() const { return blocks_; }

 private:
  std::vector<lanes::Block> blocks_;
  std::size_t size_ = 0;
  std::vector<amm::Flows> wide_;  // flows that 128 bits do not hold
};

/// Which code looks at the rows. The answers are the same.
enum class Engine {
  fastest,  ///< Eight rows at a time where the processor can (AVX-512 IFMA).
  plain,    ///< swap_step for every row.
};
bool has_fast_engine();

/// Which rows to verify and with what.
struct VerifyAsk {
  std::size_t first = 0, count = SIZE_MAX;  ///< Cut to the history's end.
  const amm::TickTable* ticks = nullptr;    ///< As they stood during these rows.
  Engine engine = Engine::fastest;
};

/// What all verified rows come to.
struct Verified {
  std::array<std::size_t, 5> rows{};  ///< By verdict.
  amm::FeeGrowth fees;                ///< Added to the global counters; no protocol share taken.
  std::size_t stepped = 0;            ///< Rows that swap_step looked at; open ones nobody did.
  std::size_t count(Verdict verdict) const { return rows[static_cast<std::size_t>(verdict)]; }
};

/// Verdict of every row asked for.
///
/// in:   verdicts has room for the rows
/// out:  verdicts[0] is of row `first`
/// cost: about 20 ns a row with the fast engine, 1 us for a row it leaves to swap_step
Verified verify_swaps(const SwapHistory& history, const VerifyAsk& ask,
                      std::span<Verdict> verdicts);

/// Whether a swap between two ticks reaches one that splits it.
struct TickMove {
  std::int32_t from = 0, to = 0;
};
TickSplit split_of(const amm::TickTable& ticks, const TickMove& move);

}  // namespace levee::replay
