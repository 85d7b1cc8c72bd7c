// levee/chain/uniswap_v3_positions.h — version 3 positions that are NFTs, at one block.
#pragma once
#include "levee/chain/reading.h"

#include <vector>

namespace levee::chain {

/// Whose NFTs: a chain, a family, and its two contracts.
struct V3Home {
  std::uint64_t chain = 0;
  Family family = Family::uniswap_v3;
  Address positions;  ///< The contract whose NFTs they are.
  Address factory;    ///< 0: the one that `positions` names.
};

/// NFTs of an owner, in the contract's order.
/// err: missing_data where no contract stands; as Node::calls
Result<std::vector<U256>> read_v3_owned(Node& node, const V3Home& home, const Address& owner,
                                        const Block& at);

/// Reads NFTs and the numbers of their pools into `reading`; `depth` is of the pools.
///
/// Fees are known twice: levee reckons them from the growth counters, and the contract is asked
/// what `collect` would pay the owner. The two must agree to the last unit.
///
/// err: missing_data for an NFT that does not exist at the block; corrupt where levee and the
///      contract disagree; refused where the contract would not pay; as read_v3_pools
struct V3PositionAsk {
  std::vector<U256> nfts;
  Depth depth = Depth::numbers;
};
Result<Done> read_v3_positions(Node& node, const V3Home& home, const V3PositionAsk& ask,
                               Reading& reading);

/// What `collect` pays of a position, and why it may be less than what the position is owed.
///
/// Positions of one range share the contract's own position in the pool. Fees are rounded down
/// whenever that one or an NFT is touched, so the pool may hold a unit less than the NFT counts:
/// the contract pays what the pool has.
/// in:  nft: as the NFT keeps it; shared: the contract's own position in the pool
amm::Amounts collectable_of(const amm::PositionState& nft, const amm::PositionState& shared,
                            const amm::FeeGrowth& inside);

}  // namespace levee::chain
