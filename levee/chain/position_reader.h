// levee/chain/position_reader.h — positions and pools of one block, whichever way they are asked.
#pragma once
#include "levee/base/progress.h"
#include "levee/chain/logs.h"
#include "levee/chain/reading.h"

#include <cstdint>
#include <optional>
#include <variant>

namespace levee::chain {

/// What is asked: an NFT, all NFTs of an owner, a pool by its address, a pool by its 32 bytes.
struct NftAsk {
  U256 nft;
};
struct OwnerAsk {
  Address owner;
  std::uint64_t from = 0;  ///< Version 4: no NFT is older than this block.
  ScanOptions scan;        ///< Version 4: how transfers are looked through.
};
struct PoolAddressAsk {
  Address pool;
};
struct PoolIdAsk {
  Bytes32 pool;
};

/// Where, when and what.
struct PositionAsk {
  std::variant<NftAsk, OwnerAsk, PoolAddressAsk, PoolIdAsk> what;
  Family family = Family::uniswap_v3;
  std::optional<std::uint64_t> chain;  ///< The node must be of this chain.
  std::optional<std::uint64_t> block;  ///< Empty: `confirmations` below the newest.
  std::uint64_t confirmations = 0;
  /// In place of the deployment levee knows; 0: that one.
  Address positions, pools;
  Depth depth = Depth::numbers;
};

/// Reads what is asked, all of it at one block; again from the start, a few times, if the chain
/// is reorganised meanwhile.
///
/// err: bad_input for a node of another chain or a pool of another kind than the family's;
///      missing_data where levee knows no deployment and none is given, for NFTs and pools that are
///      not there; stale_data where the chain does not come to rest; as the readers say
Result<Reading> read_positions(Node& node, const PositionAsk& ask, Progress& progress);

}  // namespace levee::chain
