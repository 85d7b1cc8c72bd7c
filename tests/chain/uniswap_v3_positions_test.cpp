#include "levee/chain/uniswap_v3_positions.h"

#include "tests/chain/fake_v3.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

using namespace levee::test;  // NOLINT(google-build-using-namespace): a fake chain's vocabulary

const V3Home home{31337, Family::uniswap_v3, v3_positions, {}};

Result<Reading> read(FakeChain& chain) {
  Reading reading;
  reading.chain = 31337;
  reading.block = FakeChain::block();
  const auto done = read_v3_positions(chain.node(), home, {{U256{1}}, Depth::numbers}, reading);
  if (!done) return done.error();
  return reading;
}

TEST(V3Positions, FeesAndPrincipalAreReckonedAndHeldAgainstTheContract) {
  FakeChain chain;
  put_v3(chain);
  put_v3_nft(chain);
  const auto reading = read(chain);
  ASSERT_TRUE(reading) << reading.error().message;
  const PositionReading& position = reading->positions.front();
  EXPECT_EQ(position.owner, v3_owner);
  EXPECT_EQ(position.range, v3_range);
  EXPECT_EQ(position.fees, (amm::Amounts{U256{5'000'000'000}, U256{11}}));
  EXPECT_EQ(position.principal, (amm::Amounts{U256{8'609'254}, U256{6'331'781}}));
}

TEST(V3Positions, ADisagreementWithTheContractIsAnErrorNotAnAnswer) {
  FakeChain chain;
  put_v3(chain);
  put_v3_nft(chain);
  chain.answer_from(v3_owner, v3_positions, v3_collect(), {U256{5'000'000'001}, U256{11}});
  // The contract's own position in the pool does not explain it either.
  const auto unread = read(chain);
  ASSERT_FALSE(unread);
  EXPECT_NE(unread.error().reason, Reason::missing_data);
}

TEST(V3Positions, AnNftThatDoesNotExistIsMissing) {
  FakeChain chain;
  put_v3(chain);
  put_v3_nft(chain);
  const auto owned = read_v3_owned(chain.node(), home, v3_owner, FakeChain::block());
  ASSERT_TRUE(owned) << owned.error().message;
  EXPECT_EQ(*owned, std::vector<U256>{U256{1}});
  chain.code("0x");
  EXPECT_EQ(read(chain).error().reason, Reason::missing_data);
}

TEST(V3Positions, ARangeNoPoolHasIsCorrupt) {
  FakeChain chain;
  put_v3(chain);
  put_v3_nft(chain);
  chain.answer(
      v3_positions, call_of("positions(uint256)", {U256{1}}),
      {U256{0}, U256{0}, number_of(word_of(v3_token0)), number_of(word_of(v3_token1)), U256{3000},
       I256{887'272}.bits(), I256{-887'272}.bits(), U256{1}, U256{0}, U256{0}, U256{0}, U256{0}});
  EXPECT_EQ(read(chain).error().reason, Reason::corrupt);
}

TEST(V3Positions, ThePoolPaysNoMoreThanItHoldsForTheContract) {
  amm::PositionState nft{.liquidity = 10, .fees_inside_last = {}, .owed0 = 100, .owed1 = 7};
  amm::PositionState shared = nft;
  shared.owed0 = 99;  // Rounded down once more often than the NFT was.
  const amm::FeeGrowth inside{U256{3} << 128, U256{0}};
  EXPECT_EQ(collectable_of(nft, shared, inside), (amm::Amounts{U256{129}, U256{7}}));
  shared.owed0 = 1000;  // Other NFTs of the same range.
  EXPECT_EQ(collectable_of(nft, shared, inside), (amm::Amounts{U256{130}, U256{7}}));
}

TEST(V3Positions, AnEmptyNftIsPaidWhatItWasOwedAndNothingSince) {
  const amm::PositionState nft{.liquidity = 0, .fees_inside_last = {}, .owed0 = 100, .owed1 = 7};
  const amm::PositionState shared{.liquidity = 50, .fees_inside_last = {}, .owed0 = 90, .owed1 = 7};
  EXPECT_EQ(collectable_of(nft, shared, {U256{3} << 128, U256{0}}),
            (amm::Amounts{U256{90}, U256{7}}));
}

}  // namespace
}  // namespace levee::chain
