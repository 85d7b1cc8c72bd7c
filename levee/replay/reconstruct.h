// levee/replay/reconstruct.h — the pool that must have stood before recorded events.
//
// A recording starts in the middle of a pool's life. What the events themselves pin down is
// inferred here, and everything inferred is counted, so that a replay can say how much of its
// agreement was earned:
//  - the price before the first swap, worked back from it;
//  - the liquidity of every band (one tick spacing) in which some swap ends, from the first that
//    does; net liquidity at a tick is the step between two bands;
//  - of bands that swaps only pass through, what makes all of those swaps come out;
//  - positions burned or reckoned without having been minted, with the least liquidity that
//    allows it.
// Fee counters start at 0 (only their growth is meaningful), balances at more than is needed, and
// liquidity beyond the ticks that prices reached is carried to the ends of the price axis.
// src: Uniswap v3 whitepaper (2021) 6.2 and 6.3
#pragma once
#include "levee/replay/replay.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace levee::replay {

/// Neighbouring bands that swaps pass through and none ends in.
struct Gap {
  amm::TickRange range;
  std::size_t passed = 0;  ///< Swaps that pass.
  int unknowns = 1;        ///< Liquidities solved for: one, or one for each half.
  bool is_solved = false;  ///< Whether all that pass come out; their replay differs if not.
  U256 undetermined;       ///< How far the (lower half's) liquidity could move all the same.
};

/// A pool to replay events on, and what of it had to be inferred from them.
struct Reconstruction {
  amm::Pool::Found found;
  std::size_t first = 0;         ///< Event to begin with: what comes before is not judged.
  bool is_price_solved = false;  ///< Or taken from the first swap, which is then not judged.
  std::size_t bands = 0;         ///< Whose liquidity the first swap ending there told.
  std::vector<Gap> gaps;
  std::vector<std::pair<std::int32_t, i128>> nets;  ///< Inferred ticks that are not 0, in order.
  amm::TickRange reached;                           ///< Beyond it liquidity is a stand-in.
  std::vector<amm::PositionKey> old;                ///< Positions older than the events.
};

/// err: missing_data without a swap; corrupt where the events contradict each other
Result<Reconstruction> reconstruct(std::span<const PoolEvent> events, const amm::PoolTerms& terms);

/// Numbers compared by a replay without differences, and how many of them could have come out
/// wrong: not given to the call, not used to infer the pool.
struct Evidence {
  std::size_t compared = 0;     ///< Price, tick, liquidity and both amounts of every swap.
  std::size_t given = 0;        ///< One a swap: what its reading asks for.
  std::size_t inferred = 0;     ///< Unknowns fitted: price, bands, gaps.
  std::size_t independent = 0;  ///< The rest.
};
Evidence evidence_of(const Reconstruction& made, const Replay& replay);

}  // namespace levee::replay
