// levee/replay/sandwich.h — trades put around other people's: counted, and what they took.
//
// src: Qin, Zhou & Gervais (2022), Quantifying Blockchain Extractable Value, IEEE S&P, section 4.1
//      (a trade, others its way, and back what was bought, within one block)
#pragma once
#include "levee/replay/replay.h"

#include <cstddef>
#include <span>
#include <vector>

namespace levee::replay {

/// Two trades of one block, the second giving back what the first bought, but for a millionth of it
/// at most, and at least one between them that the first made dearer.
struct Sandwich {
  std::size_t front = 0, back = 0;  ///< Events, from 0.
  std::size_t between = 0;          ///< Swaps between them, the first's way.
  double taken = 0;                 ///< Gained by the two, units of token1; above 0.
};

/// What a stretch of events shows.
struct Extraction {
  std::vector<Sandwich> found;
  double taken = 0, traded = 0;  ///< Units of token1.

  /// Of what was traded; 0 where nothing was.
  double share() const { return traded > 0 ? taken / traded : 0; }
};

/// in:   events in chain order
/// out:  every swap belongs to one sandwich at most, the earliest that may have it. Who traded is
///       not read: a bot that keeps more of what it bought is missed, and one that lost by it took
///       nothing and is not counted. Gas and what builders were paid are not taken off
/// cost: quadratic in the swaps of a block
Extraction extraction_of(std::span<const PoolEvent> events);

}  // namespace levee::replay
