#include "levee/chain/position_reader.h"

#include "tests/chain/fake_v3.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

using namespace levee::test;  // NOLINT(google-build-using-namespace): a fake chain's vocabulary

class PositionReader : public ::testing::Test {
 protected:
  PositionReader() {
    put_v3(chain_);
    put_v3_nft(chain_);
    ask_.positions = v3_positions;
  }
  Result<Reading> read() {
    Silence silence;
    return read_positions(chain_.node(), ask_, silence);
  }

  FakeChain chain_;
  PositionAsk ask_;
};

TEST_F(PositionReader, AnNftAnOwnerAndAPoolAreThreeWaysToTheSameNumbers) {
  ask_.what = NftAsk{U256{1}};
  const auto nft = read();
  ASSERT_TRUE(nft) << nft.error().message;
  ask_.what = OwnerAsk{.owner = v3_owner, .from = 0, .scan = {}};
  const auto owner = read();
  ASSERT_TRUE(owner) << owner.error().message;
  ask_.what = PoolAddressAsk{v3_pool};
  const auto pool = read();
  ASSERT_TRUE(pool) << pool.error().message;
  EXPECT_EQ(nft->positions.front().fees, owner->positions.front().fees);
  EXPECT_EQ(nft->pools.front().found.numbers, pool->pools.front().found.numbers);
  EXPECT_EQ(pool->block.hash, FakeChain::block().hash);
  EXPECT_EQ(pool->chain, 31337U);
}

TEST_F(PositionReader, RefusesTheNodeOfAnotherChain) {
  ask_.what = NftAsk{U256{1}};
  ask_.chain = 1;
  EXPECT_EQ(read().error().reason, Reason::bad_input);
  ask_.chain = 31337;
  EXPECT_TRUE(read());
}

TEST_F(PositionReader, WithoutAKnownDeploymentOneMustBeGiven) {
  ask_.what = NftAsk{U256{1}};
  ask_.positions = {};
  const auto unknown = read();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().reason, Reason::missing_data);
  EXPECT_NE(unknown.error().message.find("--position-manager"), std::string::npos);
}

TEST_F(PositionReader, APoolOfTheOtherVersionIsRefusedByItsName) {
  ask_.what = PoolIdAsk{};
  EXPECT_EQ(read().error().reason, Reason::bad_input);
  ask_.family = Family::uniswap_v4;
  ask_.what = PoolAddressAsk{v3_pool};
  EXPECT_EQ(read().error().reason, Reason::bad_input);
}

TEST_F(PositionReader, ABlockThatIsNoneIsMissing) {
  ask_.what = NftAsk{U256{1}};
  ask_.block = 7;
  EXPECT_TRUE(read());
  ask_.block = 8;
  EXPECT_FALSE(read());
}

TEST_F(PositionReader, TransfersBeginNoLaterThanTheBlock) {
  ask_.family = Family::uniswap_v4;
  ask_.what = OwnerAsk{.owner = v3_owner, .from = 8, .scan = {}};
  EXPECT_EQ(read().error().reason, Reason::out_of_range);
}

}  // namespace
}  // namespace levee::chain
