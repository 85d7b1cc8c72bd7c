#include "levee/api/reading_files.h"

#include "tests/api/sample_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReadingFiles, ABookHoldsThePositionsThatHaveLiquidity) {
  const auto book = book_of(test::sample_reading(), {});
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_THAT(*book, HasSubstr("base = \"ETH\""));
  EXPECT_THAT(*book, HasSubstr("name = \"USDC-WETH NFT 7\""));
  EXPECT_THAT(*book, HasSubstr("base_is_token0 = false"));
  EXPECT_THAT(*book, HasSubstr("Left out: NFT 8 (no liquidity)"));
  EXPECT_THAT(*book, HasSubstr("entry = \"market\""));
}

TEST(ReadingFiles, AKnownEntryStandsInTheBook) {
  BookWish wish;
  wish.entry = feed::BookEntry{Price{1800}, UnixSeconds{1'600'000'000}};
  const auto book = book_of(test::sample_reading(), wish);
  ASSERT_TRUE(book);
  EXPECT_THAT(*book, HasSubstr("entry_price_usd = 1800"));
  EXPECT_THAT(*book, Not(HasSubstr("entry = \"market\"\n")));
}

TEST(ReadingFiles, PositionsOfTwoAssetsWantAChoice) {
  chain::Reading reading = test::sample_reading();
  chain::PoolReading other = test::sample_pool();
  other.token1.symbol = "WBTC";
  reading.pools.push_back(other);
  reading.positions[1].pool = 1;
  reading.positions[1].liquidity = 5;
  EXPECT_EQ(book_of(reading, {}).error().reason, Reason::bad_input);
  const auto chosen = book_of(reading, {.base = "BTC", .entry = {}});
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_THAT(*chosen, HasSubstr("NFT 8\""));
  EXPECT_THAT(*chosen, HasSubstr("Left out: NFT 7 (of ETH, not BTC)"));
}

TEST(ReadingFiles, NothingFitIsMissingDataWithTheReason) {
  chain::Reading reading = test::sample_reading();
  reading.pools[0].token0.symbol = "AAVE";
  const auto none = book_of(reading, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, Reason::missing_data);
  EXPECT_THAT(none.error().message, HasSubstr("dollar token"));
  reading = test::sample_reading();
  reading.pools[0].not_valued = "hooks";
  EXPECT_EQ(book_of(reading, {}).error().reason, Reason::missing_data);
}

TEST(ReadingFiles, APoolIsWrittenAloneAndOnlyIfItIsValued) {
  chain::Reading reading = test::sample_reading();
  EXPECT_TRUE(pool_of(reading));
  reading.pools[0].not_valued = "hooks";
  EXPECT_EQ(pool_of(reading).error().reason, Reason::not_supported);
  reading.pools.push_back(test::sample_pool());
  EXPECT_EQ(pool_of(reading).error().reason, Reason::bad_input);
}

}  // namespace
}  // namespace levee::api
