// tests/amm/nft_positions_test.cpp — positions as tokens: who is paid what, and every refusal.
#include "levee/amm/nft_positions.h"

#include "levee/amm/router.h"
#include "tests/support/cases.h"

#include <vector>

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

constexpr Address contract{{0xC3}}, alice{{0xA1}}, bob{{0xB0}};
constexpr u128 everything = ~u128{0};
constexpr TickRange range{-600, 600};

U256 ether(std::uint64_t count) { return U256{count} * U256{1'000'000'000'000'000'000}; }

// One pool of the 0.3 % tier at a price of 1.
struct Market {
  Market() {
    pools.emplace_back(PoolTerms{});
    EXPECT_TRUE(pools[0].initialise(SqrtPriceX96{U256::power_of_two(96)}, 1));
  }
  Result<NftAdded> mint(const Address& owner, const U256& each, const Amounts& least = {}) {
    return nfts.mint(pools, {0, range, {each, each}, least, owner}, 1);
  }
  void sell(Direction direction, const U256& amount) {
    EXPECT_TRUE(exact_input_single(pools[0], {direction, amount, {}}, {}, 2));
  }
  Result<Amounts> decrease(std::uint64_t id, u128 liquidity, const Amounts& least = {}) {
    return nfts.decrease(pools, {id, alice, liquidity, least}, 3);
  }
  Result<Amounts> collect(std::uint64_t id, const Address& who, u128 most = everything) {
    return nfts.collect(pools, {id, who, most, most}, 3);
  }

  std::vector<Pool> pools;
  NftPositions nfts{contract};
};

template <class T>
std::string refusal(const Result<T>& answer) {
  if (answer) return "(no refusal)";
  EXPECT_EQ(answer.error().reason, Reason::refused);
  return answer.error().message;
}

// What the contract knows of a market, to see that a refusal changed nothing.
bool same(const Market& a, const Market& b) {
  const auto equal = [](const auto& x, const auto& y) {
    return x.second.owner == y.second.owner && x.second.state == y.second.state;
  };
  return a.pools[0].numbers() == b.pools[0].numbers() &&
         a.pools[0].position({contract, range, {}}) == b.pools[0].position({contract, range, {}}) &&
         std::ranges::equal(a.nfts.tokens(), b.nfts.tokens(), equal);
}

}  // namespace

TEST(NftPositions, MintsWithTheLiquidityThatTheAmountsBuy) {
  Market market;
  const auto minted = market.mint(alice, ether(1));
  ASSERT_TRUE(minted);
  EXPECT_EQ(minted->id, 1U);
  // 1 / (1 - 1.0001^-300), both tokens alike at a price of 1.
  EXPECT_NEAR(to_double(U256{minted->liquidity}) / 1e18, 33.8375, 1e-3);
  EXPECT_EQ(minted->paid.token0, ether(1));
  EXPECT_EQ(market.nfts.tokens().at(1).owner, alice);
  EXPECT_EQ(market.mint(bob, ether(1))->id, 2U);
}

TEST(NftPositions, TokensOfOneRangeShareItsFeesByLiquidity) {
  Market market;
  ASSERT_TRUE(market.mint(alice, ether(1)));
  ASSERT_TRUE(market.mint(bob, ether(3)));
  market.sell(Direction::zero_for_one, U256{1'000'000'000});  // 3,000,000 of fees
  const Amounts of_alice = market.nfts.collectable(market.pools, 1);
  const Amounts of_bob = market.nfts.collectable(market.pools, 2);
  EXPECT_EQ(of_alice.token0, U256{749'999});
  EXPECT_EQ(of_bob.token0, U256{2'250'000});
  EXPECT_EQ(of_alice.token1, U256{});
  EXPECT_EQ(*market.collect(2, bob), of_bob);
  EXPECT_EQ(market.nfts.collectable(market.pools, 1), of_alice);
  EXPECT_EQ(market.nfts.collectable(market.pools, 2), Amounts{});
}

TEST(NftPositions, ATokenKnowsItsFeesOnlyWhenItIsTouched) {
  Market market;
  ASSERT_TRUE(market.mint(alice, ether(1)));
  market.sell(Direction::zero_for_one, U256{1'000'000'000});
  EXPECT_EQ(market.nfts.tokens().at(1).state.owed0, 0U);
  EXPECT_EQ(market.nfts.collectable(market.pools, 1).token0, U256{2'999'999});
  // Anybody may add: bob pays, alice's fees are reckoned.
  ASSERT_TRUE(market.nfts.increase(market.pools, {1, {ether(1), ether(1)}, {}}, 3));
  EXPECT_EQ(market.nfts.tokens().at(1).state.owed0, 2'999'999U);
}

TEST(NftPositions, FreedLiquidityWaitsToBeCollectedAndThenTheTokenCanEnd) {
  Market market;
  const u128 liquidity = market.mint(alice, ether(1))->liquidity;
  const auto freed = market.decrease(1, liquidity);
  ASSERT_TRUE(freed);
  EXPECT_EQ(freed->token0, ether(1) - U256{1});
  EXPECT_EQ(refusal(market.nfts.burn(1, alice)), "Not cleared");
  EXPECT_EQ(*market.collect(1, alice, 5), (Amounts{U256{5}, U256{5}}));
  EXPECT_EQ(market.collect(1, alice)->token0, freed->token0 - U256{5});
  EXPECT_TRUE(market.nfts.burn(1, alice));
  EXPECT_TRUE(market.nfts.tokens().empty());
}

TEST(NftPositions, RefusesAsTheContractDoesAndChangesNothing) {
  Market market;
  const u128 liquidity = market.mint(alice, ether(1))->liquidity;
  market.sell(Direction::one_for_zero, U256{1'000'000'000});
  const Market before = market;
  EXPECT_EQ(refusal(market.mint(alice, ether(1), {ether(2), {}})), "Price slippage check");
  EXPECT_EQ(refusal(market.mint(alice, {})), "");  // buys no liquidity
  const std::vector<std::pair<TickRange, std::string>> ranges{{{-887280, 600}, "T"},
                                                              {{-600, 887280}, "T"},
                                                              {{600, -600}, "TLU"},
                                                              {{600, 600}, ""},
                                                              {{-601, 600}, ""}};
  for (const auto& [wrong, why] : ranges) {
    const auto minted =
        market.nfts.mint(market.pools, {0, wrong, {ether(1), ether(1)}, {}, alice}, 3);
    EXPECT_EQ(refusal(minted), why) << wrong.lower << " " << wrong.upper;
  }
  EXPECT_EQ(refusal(market.nfts.increase(market.pools, {9, {ether(1), ether(1)}, {}}, 3)), "");
  EXPECT_EQ(refusal(market.decrease(1, 0)), "");
  EXPECT_EQ(refusal(market.decrease(1, liquidity + 1)), "");
  EXPECT_EQ(refusal(market.decrease(1, liquidity, {ether(2), {}})), "Price slippage check");
  EXPECT_EQ(refusal(market.decrease(9, 1)), "ERC721: operator query for nonexistent token");
  EXPECT_EQ(refusal(market.collect(1, bob)), "Not approved");
  EXPECT_EQ(refusal(market.collect(1, alice, 0)), "");
  EXPECT_EQ(refusal(market.nfts.burn(1, bob)), "Not approved");
  EXPECT_EQ(refusal(market.nfts.burn(1, alice)), "Not cleared");
  EXPECT_TRUE(same(before, market));
}

TEST(NftPositions, ThePoolsRefusalComesBeforeTheSlippageCheck) {
  Market market;
  const auto minted = market.nfts.mint(
      market.pools, {0, {-601, 600}, {ether(1), ether(1)}, {ether(2), ether(2)}, alice}, 1);
  EXPECT_EQ(refusal(minted), "");
}

TEST(NftPositions, AnAskedMinimumThatIsMetChangesTheMarketAsNoneDoes) {
  Market asked, unasked;
  ASSERT_TRUE(asked.mint(alice, ether(1), {ether(1), ether(1)}));
  ASSERT_TRUE(unasked.mint(alice, ether(1)));
  EXPECT_TRUE(same(asked, unasked));
}

TEST(NftPositionsLaw, CollectingPaysWhatWasToldAndAllIsPaidInTheEnd) {
  test::for_cases(300, [](test::Gen& gen) {
    Market market;
    ASSERT_TRUE(market.mint(alice, ether(10)));
    for (int step = 0; step < 20; ++step) {
      const std::uint64_t id = 1 + gen.bits() % market.nfts.tokens().size();
      const NftPosition& token = market.nfts.tokens().at(id);
      const U256 amount = U256{1 + gen.bits() % 1'000'000'000'000'000'000};
      switch (gen.integer(0, 4)) {
        case 0:
          ASSERT_TRUE(market.mint(gen.coin() ? alice : bob, amount + U256{1'000}));
          break;
        case 1: {
          const auto direction = gen.coin() ? Direction::zero_for_one : Direction::one_for_zero;
          // Beyond all ranges a swap moves nothing, which is refused.
          (void)exact_input_single(market.pools[0], {direction, amount, {}}, {}, 2);
          break;
        }
        case 2: {
          const Amounts told = market.nfts.collectable(market.pools, id);
          EXPECT_EQ(*market.collect(id, token.owner), told);
          break;
        }
        case 3:
          if (token.state.liquidity < 2) break;
          ASSERT_TRUE(market.nfts.decrease(market.pools,
                                           {id, token.owner, token.state.liquidity / 2, {}}, 3));
          break;
        default:
          // Where the price has left the range nothing may be bought: that is refused.
          EXPECT_NE(refusal(market.nfts.increase(market.pools, {id, {amount, amount}, {}}, 3)),
                    "Price slippage check");
      }
    }
    // Everybody leaves; the pool can pay each and keeps no more than dust.
    for (const auto& [id, token] : std::map(market.nfts.tokens())) {
      if (token.state.liquidity > 0) {
        ASSERT_TRUE(
            market.nfts.decrease(market.pools, {id, token.owner, token.state.liquidity, {}}, 4));
      }
      if (market.nfts.collectable(market.pools, id) != Amounts{}) {
        ASSERT_TRUE(market.collect(id, token.owner));
      }
    }
    EXPECT_LE(market.pools[0].numbers().balance0, U256{1000});
    EXPECT_LE(market.pools[0].numbers().balance1, U256{1000});
  });
}

}  // namespace levee::amm
