// levee/replay/replay.h — recorded events drive a pool, and every number they name is compared.
//
// A swap's event tells what happened, not what was asked for. A swap is confirmed by the first of
// three readings that gives its price, tick, liquidity and both amounts to the last unit.
// src: Uniswap v3-core 1.0.1, IUniswapV3PoolEvents; whitepaper (2021) 6
#pragma once
#include "levee/amm/pool.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace levee::replay {

/// A swap; price, tick and liquidity are those after it.
struct SwapSeen {
  amm::Flows flows;
  amm::SqrtPriceX96 price;
  u128 liquidity = 0;
  std::int32_t tick = 0;
  friend bool operator==(const SwapSeen&, const SwapSeen&) = default;
};

enum class Change { mint, burn };

/// Liquidity added or removed, and its amounts. A burn of nothing only reckons fees.
struct ChangeSeen {
  Change change = Change::mint;
  Address owner;
  amm::TickRange range;
  u128 liquidity = 0;
  amm::Amounts amounts;
  friend bool operator==(const ChangeSeen&, const ChangeSeen&) = default;
};

struct CollectSeen {
  Address owner;
  amm::TickRange range;
  amm::Amounts paid;
  friend bool operator==(const CollectSeen&, const CollectSeen&) = default;
};

/// One event of a pool and where the chain keeps it.
struct PoolEvent {
  std::uint64_t block = 0, log = 0;
  std::uint32_t time = 0;
  std::variant<SwapSeen, ChangeSeen, CollectSeen> what;
  friend bool operator==(const PoolEvent&, const PoolEvent&) = default;
};

/// What was asked for.
enum class Call : std::uint8_t {
  exact_in,   ///< Sell exactly what came in.
  exact_out,  ///< Buy exactly what went out.
  to_limit,   ///< Trade until the price that was reached: both amounts follow, the price is given.
  none,       ///< No swap, or no reading gives it.
};

/// The call that a reading makes of a swap; its amount is 0 where the reading does not apply.
/// in: price is the one before the swap
amm::SwapAsk ask_of(const SwapSeen& seen, Call reading, const amm::SqrtPriceX96& price);

/// Whether a swap would be the recorded one: both amounts, price, tick and liquidity.
bool is_the_swap(const amm::Quote& quote, const SwapSeen& seen);

/// What a recorded number should have been.
struct Difference {
  std::size_t event = 0;
  std::string what;
};

/// What a collect's recorded amounts say.
struct CollectsJudged {
  std::size_t all_owed = 0;  ///< Exactly all that the pool says is owed, to the last unit.
  std::size_t part = 0;      ///< Less than that: others hold the range under the same owner.
  std::size_t too_old = 0;   ///< Position older than the recording: what is owed is not known.
};

/// How a replay went.
struct Replay {
  std::size_t swaps = 0, mints = 0, burns = 0, collects = 0;
  std::array<std::size_t, 3> by_call{};  ///< Swaps confirmed by each reading, in Call's order.
  std::size_t ambiguous = 0;             ///< Swaps that selling and buying exactly both give.
  std::size_t ticks_crossed = 0;
  CollectsJudged collects_judged;
  std::vector<Call> calls;  ///< [events] as judged; none where not a swap.
  std::vector<Difference> differences;
};

/// Drives the pool through the events and judges each of them.
///
/// in:  old: positions that were there before the events; only collects are judged by it
/// out: after a swap that no reading gives, the pool goes on from the recorded price
Replay judge_events(amm::Pool& pool, std::span<const PoolEvent> events,
                    std::span<const amm::PositionKey> old);

/// Drives the pool through events whose calls are known.
/// out: how many swaps, mints and burns did not give what was recorded
std::size_t play(amm::Pool& pool, std::span<const PoolEvent> events, std::span<const Call> calls);

}  // namespace levee::replay
