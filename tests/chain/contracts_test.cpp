#include "levee/chain/contracts.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

TEST(Contracts, AreKnownOnTheChainsPeopleUse) {
  for (const std::uint64_t chain : {1U, 10U, 56U, 130U, 137U, 8453U, 42161U, 43114U}) {
    EXPECT_TRUE(deployment_on(chain, Family::uniswap_v3)) << chain;
    EXPECT_TRUE(deployment_on(chain, Family::uniswap_v4)) << chain;
  }
  EXPECT_TRUE(deployment_on(56, Family::pancake_v3));
  EXPECT_FALSE(deployment_on(31337, Family::uniswap_v3));
}

TEST(Contracts, StandWhereTheDeploymentPagesSay) {
  EXPECT_EQ(text_of(deployment_on(1, Family::uniswap_v3)->positions),
            "0xc36442b4a4522e871399cd717abdd847ab11fe88");
  EXPECT_EQ(text_of(deployment_on(1, Family::uniswap_v4)->pools),
            "0x000000000004444c5dc75cb358380d2e3de08a90");
  EXPECT_EQ(text_of(deployment_on(8453, Family::uniswap_v3)->pools),
            "0x33128a8fc17869897dce68ed026d694621f6fdfd");
}

TEST(Contracts, NameTheirSourceAndStandOnce) {
  for (const Deployment& one : deployments()) {
    EXPECT_FALSE(one.source.empty());
    EXPECT_FALSE(one.pools.is_zero() || one.positions.is_zero() || one.pools == one.positions);
    int alike = 0;
    for (const Deployment& other : deployments()) {
      alike += other.chain == one.chain && other.family == one.family ? 1 : 0;
    }
    EXPECT_EQ(alike, 1) << one.chain;
  }
}

TEST(Contracts, AChainWithoutANameIsCalledByItsNumber) {
  EXPECT_EQ(name_of_chain(1), "Ethereum");
  EXPECT_EQ(name_of_chain(424242), "chain 424242");
  EXPECT_EQ(coin_of_chain(56), "BNB");
  EXPECT_TRUE(coin_of_chain(424242).empty());
}

}  // namespace
}  // namespace levee::chain
