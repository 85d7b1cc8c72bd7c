// levee/chain/uniswap_v4_reader.h — a version 4 pool's state at one block, out of raw storage.
//
// All pools of a chain live in one contract, which shows its storage word by word.
// src: Uniswap v4-core, PoolManager and StateLibrary (layout); Solidity documentation, Layout of
// State Variables in Storage
#pragma once
#include "levee/amm/v4_key.h"
#include "levee/chain/reading.h"

#include <span>
#include <vector>

namespace levee::chain {

/// Where a pool's words lie. Each is one word, or the first of some.
struct V4Slots {
  explicit V4Slots(const Bytes32& pool);
  U256 state() const { return state_; }  ///< Price, two growth counters, liquidity: 4 words.
  U256 tick(std::int32_t tick) const;    ///< Gross and net liquidity, two growth counters: 3 words.
  U256 bits(std::int32_t word) const;
  U256 position(const Bytes32& name) const;  ///< Liquidity, two growth counters: 3 words.

 private:
  U256 state_;
};

/// Words of a contract that shows its storage, in the order asked.
/// err: refused or corrupt where it does not; as Node::calls
Result<std::vector<U256>> read_slots(Node& node, const Address& contract,
                                     std::span<const U256> slots, const Block& at);

/// A tick's three words.
amm::TickState v4_tick_in(std::span<const U256> words);

/// Which pools, and how much of each.
struct V4PoolAsk {
  std::uint64_t chain = 0;
  Address pools;  ///< The contract that holds them.
  std::vector<amm::V4Key> keys;
  Depth depth = Depth::ticks;
};

/// Reads pools, in the order asked.
/// err: missing_data for a pool that was never initialised; as read_v3_pools
Result<std::vector<PoolReading>> read_v4_pools(Node& node, const V4PoolAsk& ask, const Block& at);

}  // namespace levee::chain
