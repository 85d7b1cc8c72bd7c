// tests/chain_live/v3_world.h — the real version 3 contracts on a local node.
#pragma once
#include "levee/amm/pool.h"
#include "tests/chain_live/world.h"

#include <array>
#include <cstdint>

namespace levee::test {

inline constexpr std::uint64_t never = 4'000'000'000;  // A deadline nobody reaches.

/// Makes a token with a symbol and decimals and gives every account plenty of it.
Address token_made(World& world, std::string_view symbol, int decimals);
/// Lets `spender` move an account's token.
void allow(World& world, const Address& owner, const Address& token, const Address& spender);

struct V3PoolTerms {
  Address token0, token1;
  std::uint32_t fee = 3000;
  amm::SqrtPriceX96 price;
};

struct V3Mint {
  Address owner, token0, token1;
  std::uint32_t fee = 3000;
  amm::TickRange range;
  U256 most0, most1;
};

struct V3Swap {
  Address trader, in, out;
  std::uint32_t fee = 3000;
  I256 amount;  ///< As a pool's: positive in, negative out.
  U256 limit;   ///< 0: none.
};

/// Factory, positions, router and quoter as published, and calls on them.
struct V3World {
  explicit V3World(World& world);

  World* world;
  Address weth, factory, positions, router, quoter, multicall;

  /// Makes and initialises a pool; all accounts may trade and mint in it.
  Address pool_made(const V3PoolTerms& terms);

  Deed mint(const V3Mint& ask) const;
  Deed increase(const Address& from, const U256& nft, const amm::Amounts& most) const;
  Deed decrease(const Address& from, const U256& nft, u128 liquidity) const;
  Deed collect(const Address& from, const U256& nft) const;
  Deed swap(const V3Swap& ask) const;
  Deed quote(const V3Swap& ask) const;
};

}  // namespace levee::test
