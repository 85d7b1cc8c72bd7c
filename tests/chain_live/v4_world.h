// tests/chain_live/v4_world.h — the real version 4 contracts on a local node.
#pragma once
#include "levee/chain/uniswap_v4_reader.h"
#include "tests/chain_live/v3_world.h"

#include <cstdint>

namespace levee::test {

struct V4Mint {
  Address owner;
  amm::V4Key key;
  amm::TickRange range;
  u128 liquidity = 0;
};

struct V4Swap {
  Address trader;
  amm::V4Key key;
  amm::Direction direction = amm::Direction::zero_for_one;
  I256 amount;  ///< As version 4 counts: negative in, positive out.
};

struct V4Decrease {
  Address owner;
  U256 nft;
  amm::V4Key key;
  u128 liquidity = 0;
  Address to;  ///< Who is paid.
};

/// The contract of pools, that of positions, and what is needed to trade; as published.
struct V4World {
  explicit V4World(World& world);

  World* world;
  Address pools, positions, router, donor, view;

  void initialise(const amm::V4Key& key, const amm::SqrtPriceX96& price);
  /// Lets every account trade a token, and gives the contract of positions plenty of it: it pays
  /// what its callers settle.
  void stock(const Address& token);

  Deed mint(const V4Mint& ask) const;
  Deed decrease(const V4Decrease& ask) const;
  Deed swap(const V4Swap& ask) const;
  Deed donate(const Address& from, const amm::V4Key& key, const amm::Amounts& amounts) const;
  Deed send_on(const Address& from, const Address& to, const U256& nft) const;
};

/// A call's arguments that begin with a pool's key.
std::vector<chain::Argument> with_key(const amm::V4Key& key, std::vector<chain::Argument> rest);

/// Code put where a hook contract's address says what it may do.
void place_hooks(World& world, const Address& hooks);

}  // namespace levee::test
