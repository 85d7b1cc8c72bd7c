// levee/chain/uniswap_v4_positions.h — version 4 positions that are NFTs, at one block.
#pragma once
#include "levee/base/progress.h"
#include "levee/chain/logs.h"
#include "levee/chain/reading.h"
#include "levee/chain/uniswap_v4_reader.h"

#include <vector>

namespace levee::chain {

/// Whose NFTs: a chain and its two contracts.
struct V4Home {
  std::uint64_t chain = 0;
  Address positions;  ///< The contract whose NFTs they are.
  Address pools;      ///< The contract of all pools; 0: the one that `positions` names.
};

/// Reads NFTs and the numbers of their pools into `reading`; `depth` is of the pools.
///
/// Version 4 keeps nothing owed: fees are all since the position was last touched. The liquidity is
/// known twice, from storage and from the contract of positions, and must agree.
///
/// out: principal and fees stay empty where the pool's hooks may change what is paid
/// err: missing_data for an NFT that does not exist at the block; corrupt where levee and the
///      contract disagree; as read_v4_pools
struct V4PositionAsk {
  std::vector<U256> nfts;
  Depth depth = Depth::numbers;
};
Result<Done> read_v4_positions(Node& node, const V4Home& home, const V4PositionAsk& ask,
                               Reading& reading);

/// NFTs of an owner, ascending. The contract cannot list them: they are found among all transfers
/// to the owner since `from`.
///
/// err: as scan_logs; stale_data if the chain was reorganised meanwhile
struct V4OwnerAsk {
  Address owner;
  std::uint64_t from = 0;  ///< No NFT is older than this block.
  ScanOptions scan;
};
Result<std::vector<U256>> read_v4_owned(Node& node, const V4Home& home, const V4OwnerAsk& ask,
                                        const Block& at, Progress& progress);

/// The key behind a pool's name, which the contract of positions remembers once an NFT was minted.
/// err: missing_data where it does not; corrupt where the key is another pool's
Result<amm::V4Key> read_v4_key(Node& node, const V4Home& home, const Bytes32& pool,
                               const Block& at);

/// The contract of all pools. err: missing_data where no contract stands; as Node::calls
Result<Address> v4_pools_of(Node& node, const V4Home& home, const Block& at);

}  // namespace levee::chain
