// levee/chain/reading.h — what was read of pools and positions, all at one block.
#pragma once
#include "levee/amm/pool.h"
#include "levee/chain/contracts.h"
#include "levee/chain/node.h"
#include "levee/chain/token.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace levee::chain {

/// How much of a pool is read.
enum class Depth {
  numbers,      ///< Price, liquidity, counters: all that positions need besides their two ticks.
  ticks,        ///< And every initialised tick.
  observations  ///< And the oracle's memory, which may be thousands of words.
};

/// What a version 4 pool has besides.
struct V4Terms {
  Address hooks;                 ///< 0: none.
  std::uint32_t fee = 0;         ///< As the pool's name holds it: 0x800000 says dynamic.
  FeePips protocol0, protocol1;  ///< Taken from token0, token1 coming in, before the pool's fee.
  bool is_dynamic() const { return fee == 0x800000; }
};

/// A pool.
struct PoolReading {
  Family family = Family::uniswap_v3;
  std::string name;  ///< Its address; in version 4 the 32 bytes that name it.
  Address address;   ///< The contract that holds it.
  Token token0, token1;
  Depth depth = Depth::numbers;
  amm::Pool::Found found;
  V4Terms v4;                      ///< Of a version 4 pool.
  std::vector<std::string> notes;  ///< What a reader must know.
  std::string not_valued;          ///< Why levee's model is not this pool's; empty if it is.
};

/// A position that is an NFT.
struct PositionReading {
  U256 nft;
  Address owner;
  std::size_t pool = 0;  ///< Which of the pools.
  amm::TickRange range;
  u128 liquidity = 0;
  /// What taking out all liquidity would pay, and what collecting would pay besides; nothing where
  /// the pool's hooks may say otherwise.
  std::optional<amm::Amounts> principal, fees;
};

/// Refuses numbers no pool can have, before anyone computes with them.
/// err: corrupt for a price out of range or a tick that is not the price's
Result<Done> require_price(const PoolReading& pool);
/// err: corrupt for a range no pool allows, or more liquidity than a tick may carry
Result<Done> require_range(const PositionReading& position, TickSpacing spacing);

/// An answer, whole.
struct Reading {
  std::uint64_t chain = 0;
  Block block;
  std::vector<PoolReading> pools;
  std::vector<PositionReading> positions;
};

}  // namespace levee::chain
