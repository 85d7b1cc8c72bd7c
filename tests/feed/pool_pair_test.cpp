#include "levee/feed/pool_pair.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using ::testing::HasSubstr;

const PoolAsk eth{.base = "ETH"};

TEST(PoolPair, PricesTheTokenThatIsNotADollar) {
  const auto pair = pair_of({"USDC", 6}, {"WETH", 18}, eth);
  EXPECT_EQ(pair->quoting, (amm::Quoting{18, 6, false}));
  EXPECT_EQ(pair_of({"WETH", 18}, {"USDT", 6}, eth)->quoting, (amm::Quoting{18, 6, true}));
  EXPECT_EQ(pair_of({"WBTC", 8}, {"USDC", 6}, {.base = "BTC"})->quoting,
            (amm::Quoting{8, 6, true}));
}

TEST(PoolPair, RefusesOtherPairs) {
  EXPECT_EQ(pair_of({"WBTC", 8}, {"WETH", 18}, eth).error().reason, Reason::not_supported);
  EXPECT_EQ(pair_of({"USDC", 6}, {"USDT", 6}, eth).error().reason, Reason::not_supported);
  EXPECT_THAT(pair_of({"WBTC", 8}, {"USDC", 6}, eth).error().message,
              HasSubstr("a pool of WBTC (the book is about ETH"));
}

TEST(PoolPair, ReadsTheNameOfTheFile) {
  const auto pair = pair_of_names("a_b/ethereum_WETH-USDT_500_0x11b8_2024-01-05.csv.gz", "", eth);
  EXPECT_EQ(pair->quoting, (amm::Quoting{18, 6, true}));
  EXPECT_EQ(pair->note, "");
}

TEST(PoolPair, FallsBackToTheBookThenToTheColumnAndSaysWhatItAssumed) {
  const amm::Quoting book{8, 6, true};
  EXPECT_EQ(pair_of_names("pool.csv", "close_usdc_per_weth", {.quoting = book})->quoting, book);
  const auto column = pair_of_names("pool.csv", "close_usdc_per_wbtc", {.at = {}});
  EXPECT_EQ(column->quoting, (amm::Quoting{8, 6, false}));
  EXPECT_EQ(column->note, " (tokens assumed: token0 USDC, token1 WBTC)");
  EXPECT_EQ(pair_of_names("pool.csv", "", eth)->quoting, amm::Quoting{});
}

TEST(PoolPair, DoesNotGuessDecimals) {
  EXPECT_EQ(pair_of_names("x_USDC-FOO_500.csv", "", eth).error().reason, Reason::not_supported);
  EXPECT_TRUE(pair_of_names("x_USDC-FOO_500.csv", "", {.quoting = amm::Quoting{}}));
}

TEST(PoolPair, ReadsTheFeeTierOfTheName) {
  EXPECT_EQ(fee_share_of_name("x/ethereum_USDC-WETH_3000_0x.csv"), 0.003);
  EXPECT_EQ(fee_share_of_name("x_500_/pool.csv"), std::nullopt);
}

}  // namespace
}  // namespace levee::feed
