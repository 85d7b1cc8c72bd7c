// levee/amm/nft_positions.h — positions as tokens, as the periphery's contract keeps them.
//
// The contract owns one position a range in a pool, whatever the number of tokens that stand for
// parts of it, and keeps each token's fees itself: when a token is not touched, neither the pool
// nor the token knows what it has earned. Callers pay what is asked; approvals and deadlines are
// not modelled. A call that is refused changes nothing.
// src: Uniswap v3-periphery 1.4.4, NonfungiblePositionManager
#pragma once
#include "levee/amm/pool.h"

#include <cstdint>
#include <map>
#include <span>

namespace levee::amm {

/// One token. Its state is what the contract last reckoned.
struct NftPosition {
  Address owner;
  std::size_t pool = 0;  ///< Place in the list of pools.
  TickRange range;
  PositionState state;
};

struct NftMintAsk {
  std::size_t pool = 0;
  TickRange range;
  Amounts desired, least;
  Address recipient;
};
struct NftIncreaseAsk {
  std::uint64_t id = 0;
  Amounts desired, least;
};
struct NftDecreaseAsk {
  std::uint64_t id = 0;
  Address caller;
  u128 liquidity = 0;
  Amounts least;
};
struct NftCollectAsk {
  std::uint64_t id = 0;
  Address caller;
  u128 most0 = 0, most1 = 0;
};

/// What was added for what.
struct NftAdded {
  std::uint64_t id = 0;
  u128 liquidity = 0;
  Amounts paid;
};

/// All tokens of one position contract. Each call is given the same list of pools.
class NftPositions {
 public:
  /// in: the contract's own address, which holds all positions in the pools
  explicit NftPositions(const Address& self) : self_(self) {}

  /// err: refused with "T", "Price slippage check", or as Pool::mint
  Result<NftAdded> mint(std::span<Pool> pools, const NftMintAsk& ask, std::uint32_t time);
  /// Anybody may pay for anybody's token. err: as mint; "" for a token that is not there
  Result<NftAdded> increase(std::span<Pool> pools, const NftIncreaseAsk& ask, std::uint32_t time);
  /// Frees liquidity; the tokens wait to be collected.
  /// err: refused with "Not approved", "ERC721: operator query for nonexistent token", "" for
  ///      nothing or more than there is, "Price slippage check"
  Result<Amounts> decrease(std::span<Pool> pools, const NftDecreaseAsk& ask, std::uint32_t time);
  /// err: as decrease; "" where nothing is asked for
  Result<Amounts> collect(std::span<Pool> pools, const NftCollectAsk& ask, std::uint32_t time);
  /// Ends a token. err: as decrease; "Not cleared" where liquidity or tokens are left
  Result<Done> burn(std::uint64_t id, const Address& caller);

  /// What collecting all would pay the owner now; nothing is changed. in: the token is there
  Amounts collectable(std::span<const Pool> pools, std::uint64_t id) const;
  /// Every token, by number.
  const std::map<std::uint64_t, NftPosition>& tokens() const { return tokens_; }

 private:
  // A token as it would be reckoned now, and what the pool would pay for its range.
  struct Due {
    PositionState state;
    Amounts payable;
  };
  Due due(std::span<const Pool> pools, const NftPosition& token) const;
  PositionKey key_of(const NftPosition& token) const { return {self_, token.range, {}}; }
  Result<NftPosition*> held_by(std::uint64_t id, const Address& caller);
  Result<NftAdded> add(Pool& pool, const NftMintAsk& ask, std::uint32_t time);

  Address self_;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, NftPosition> tokens_;
};

}  // namespace levee::amm
