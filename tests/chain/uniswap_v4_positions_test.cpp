#include "levee/chain/uniswap_v4_positions.h"

#include "tests/chain/fake_chain.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

using test::address_numbered;
using test::FakeChain;

const V4Home home{31337, address_numbered(1), address_numbered(2)};
const amm::V4Key key{{}, address_numbered(3), 500, 10, {}};

Bytes cut_name() {
  Bytes32 cut = amm::id_of(key);
  std::fill(cut.bytes.begin() + 25, cut.bytes.end(), std::uint8_t{0});
  Bytes input = call_of("like(bytes32)", {cut});
  std::ranges::copy(selector_of("poolKeys(bytes25)"), input.begin());
  return input;
}

TEST(V4Positions, AKeyIsFoundByTheNameItHashesTo) {
  FakeChain chain;
  chain.answer(home.positions, cut_name(),
               {U256{}, number_of(word_of(key.currency1)), U256{500}, U256{10}, U256{}});
  const auto found = read_v4_key(chain.node(), home, amm::id_of(key), FakeChain::block());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, key);
}

TEST(V4Positions, AKeyThatDoesNotHashToTheNameIsCorrupt) {
  FakeChain chain;
  chain.answer(home.positions, cut_name(),
               {U256{}, number_of(word_of(key.currency1)), U256{501}, U256{10}, U256{}});
  EXPECT_EQ(read_v4_key(chain.node(), home, amm::id_of(key), FakeChain::block()).error().reason,
            Reason::corrupt);
}

TEST(V4Positions, AnUnknownPoolIsMissing) {
  FakeChain chain;
  chain.answer(home.positions, cut_name(), {U256{}, U256{}, U256{}, U256{}, U256{}});
  EXPECT_EQ(read_v4_key(chain.node(), home, amm::id_of(key), FakeChain::block()).error().reason,
            Reason::missing_data);
}

TEST(V4Positions, TheContractOfPositionsNamesThatOfPools) {
  FakeChain chain;
  chain.answer(home.positions, call_of("poolManager()", {}),
               {number_of(word_of(address_numbered(7)))});
  const V4Home open{31337, home.positions, {}};
  EXPECT_EQ(*v4_pools_of(chain.node(), open, FakeChain::block()), address_numbered(7));
  EXPECT_EQ(*v4_pools_of(chain.node(), home, FakeChain::block()), home.pools);
  chain.code("0x");
  EXPECT_EQ(v4_pools_of(chain.node(), home, FakeChain::block()).error().reason,
            Reason::missing_data);
}

TEST(V4Positions, AKeyAndANameThatDoNotBelongTogetherAreCorrupt) {
  FakeChain chain;
  const U256 nft{5};
  chain.answer(home.positions, call_of("getPoolAndPositionInfo(uint256)", {nft}),
               {U256{}, number_of(word_of(key.currency1)), U256{500}, U256{10}, U256{}, U256{77}});
  chain.answer(home.positions, call_of("getPositionLiquidity(uint256)", {nft}), {U256{1}});
  chain.answer(home.positions, call_of("ownerOf(uint256)", {nft}), {U256{9}});
  Reading reading;
  reading.block = FakeChain::block();
  const auto done = read_v4_positions(chain.node(), home, {{nft}, Depth::numbers}, reading);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().reason, Reason::corrupt);
}

}  // namespace
}  // namespace levee::chain
