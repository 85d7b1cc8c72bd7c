// levee/chain/uniswap_v3_reader.h — a version 3 pool's state at one block.
#pragma once
#include "levee/chain/reading.h"

#include <optional>
#include <span>
#include <vector>

namespace levee::chain {

/// Which pools, and how much of each.
struct V3PoolAsk {
  std::uint64_t chain = 0;
  Family family = Family::uniswap_v3;
  /// Whose pools they must be; 0: whatever factory the pool names is taken, and a note says so.
  Address factory;
  std::vector<Address> pools;
  Depth depth = Depth::ticks;
};

/// Reads pools. Each must stand where its factory says the pool of its tokens and fee stands.
///
/// out: in the order asked; ticks in order. Where ticks are read, the net liquidities of those
///      below the price sum up to the pool's liquidity, or it is an error
/// err: missing_data where no contract stands or a pool was never initialised; bad_input for a pool
///      that is not the factory's; corrupt for parts that contradict each other; as Node::calls
/// cost: a call for each 256 spacings of the whole range of ticks and one for each tick
Result<std::vector<PoolReading>> read_v3_pools(Node& node, const V3PoolAsk& ask, const Block& at);

/// A tick of a pool.
struct TickPlace {
  Address pool;
  std::int32_t tick = 0;
};
/// Ticks' states, in the order asked; zeros where none is.
Result<std::vector<amm::TickState>> read_v3_ticks(Node& node, std::span<const TickPlace> places,
                                                  const Block& at);

}  // namespace levee::chain
