// levee/feed/pool_events.h — a concentrated-liquidity pool's recorded events, decoded or raw.
//
// Two forms are read, known by their headers: decoded rows (tx_type, amount0, ...) and raw logs
// (topics and data as the chain keeps them), which are decoded here.
// src: Uniswap v3-core 1.0.1, IUniswapV3PoolEvents; Solidity ABI specification, events
#pragma once
#include "levee/base/result.h"
#include "levee/replay/replay.h"

#include <cstddef>
#include <string>
#include <vector>

namespace levee::feed {

/// Whose address a mint's row gives.
enum class MintOwner {
  owner,  ///< Whose position it is: raw logs.
  payer,  ///< Who called: decoded rows keep no more, and a router mints for others.
};

struct PoolEvents {
  std::vector<replay::PoolEvent> events;  ///< In chain order.
  MintOwner mint_owner = MintOwner::owner;
  std::size_t owners_inferred = 0;  ///< Mints given to the one who burns the range next.
};

/// Reads either form, plain or gzip. Where mints name payers, one who never burns the range has
/// minted it for whoever burns it next.
///
/// err: as read_text(); bad_input for a header that is neither, a cell that is not what its column
///      holds, rows that are not in chain order; not_supported for an event that is not Swap,
///      Mint, Burn or Collect; each names the line
Result<PoolEvents> read_pool_events(const std::string& path);

/// Events that two recordings of the same stretch tell differently, by index; of mints the owner
/// is left out where one of them names the payer.
///
/// err: corrupt where one has more events than the other
Result<std::vector<std::size_t>> told_differently(const PoolEvents& a, const PoolEvents& b);

}  // namespace levee::feed
