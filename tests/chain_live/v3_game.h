// tests/chain_live/v3_game.h — random play on a real version 3 pool, mirrored by levee's own.
#pragma once
#include "levee/chain/http.h"
#include "levee/chain/reading.h"
#include "levee/chain/uniswap_v3_positions.h"
#include "tests/chain_live/v3_world.h"
#include "tests/support/cases.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace levee::test {

/// levee's own way to a local node.
class Line {
 public:
  explicit Line(const LocalNode& node);
  chain::Node& node() { return node_; }

 private:
  std::unique_ptr<chain::Transport> transport_;
  chain::Sleep pause_;
  chain::Node node_;
};

/// Reads the newest block or fails the test.
chain::Block newest(chain::Node& node);

/// One pool of two tokens, both on the chain and as levee's Pool; every move is made on both and
/// its amounts compared. A move the contract refuses must be refused alike.
class V3Game {
 public:
  struct Start {
    std::uint32_t fee = 3000;
    std::int32_t spacing = 60, tick = 0;
    int decimals0 = 18, decimals1 = 6;
    std::string symbol0 = "ONE", symbol1 = "TWO";
  };
  V3Game(World& world, V3World& contracts, const Start& start);

  /// A move drawn from `gen`; true if the chain changed.
  void move(Gen& gen);
  /// Holds everything the chain shows of the pool against levee's.
  void compare(chain::Node& node);
  /// Holds every NFT's liquidity, principal and fees, as levee reads them, against the contract.
  void compare_nfts(chain::Node& node);
  /// Holds quotes of the pool as read against the real quoter's.
  void compare_quotes(chain::Node& node, Gen& gen);

  const Start& start() const { return start_; }
  const Address& pool() const { return pool_; }
  const std::vector<U256>& nfts() const { return nfts_; }
  const std::vector<Address>& owners() const { return owners_; }
  const Address& token0() const { return token0_; }
  const Address& token1() const { return token1_; }
  chain::V3Home home() const;
  std::size_t moves() const { return moves_; }
  std::size_t refusals() const { return refusals_; }

 private:
  void add_base();
  void mint(Gen& gen);
  void increase(Gen& gen);
  void decrease(Gen& gen);
  void collect(Gen& gen);
  void swap(Gen& gen);
  void grow(Gen& gen);
  void share(Gen& gen);
  void give(Gen& gen);
  void refused(Gen& gen);
  void play(const Deed& deed);
  void minted(const Deed& deed, const amm::TickRange& range);
  V3Swap drawn_swap(Gen& gen) const;
  amm::SwapAsk ask_of(const V3Swap& swap) const;
  amm::TickRange drawn_range(Gen& gen) const;

  World* world_;
  V3World* contracts_;
  Start start_;
  Address token0_, token1_, pool_;
  amm::Pool twin_;
  std::vector<U256> nfts_;
  std::vector<amm::TickRange> ranges_;  // Of the NFTs.
  std::vector<Address> owners_;
  std::size_t moves_ = 0, refusals_ = 0;
};

}  // namespace levee::test
