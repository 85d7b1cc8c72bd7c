// tests/api/market_ask_test.cpp — a book put into a market, and what is missing named.
#include "levee/api/market_ask.h"

#include <string>

#include <gtest/gtest.h>

namespace levee::api {
namespace {

const std::string examples = std::string(LEVEE_SOURCE) + "/examples/";

TEST(StandingFrom, PutsTheBundledBookIntoTheBundledMarket) {
  MarketFlags flags;
  flags.book = examples + "eth-usdc.toml";
  flags.market = examples + "market";
  const auto standing = standing_from(flags);
  ASSERT_TRUE(standing) << standing.error().message;
  ASSERT_EQ(standing->book.positions.size(), 1U);
  EXPECT_EQ(standing->book.positions[0].entry_price, standing->snapshot.spot);
  EXPECT_TRUE(standing->snapshot.model_made);
  EXPECT_EQ(standing->snapshot.base, "ETH");
}

TEST(StandingFrom, ReadsABareDateAsItsLastSecond) {
  MarketFlags flags;
  flags.book = examples + "eth-usdc.toml";
  flags.market = examples + "market";
  flags.at = "2026-08-25";  // the first of the folder's two snapshots is of that afternoon
  const auto standing = standing_from(flags);
  ASSERT_TRUE(standing) << standing.error().message;
  EXPECT_EQ(text_of(standing->snapshot.at).substr(0, 10), "2026-08-25");
}

TEST(StandingFrom, SaysWhatIsMissingAndWhatToGive) {
  MarketFlags flags;
  EXPECT_EQ(standing_from(flags).error().reason, Reason::missing_data);
  EXPECT_NE(standing_from(flags).error().message.find("--book"), std::string::npos);
  flags.book = examples + "eth-usdc.toml";
  EXPECT_EQ(standing_from(flags).error().reason, Reason::missing_data);
  EXPECT_NE(standing_from(flags).error().message.find("--chain"), std::string::npos);
  flags.market = examples + "market";
  flags.at = "yesterday";
  EXPECT_EQ(standing_from(flags).error().reason, Reason::bad_input);
}

}  // namespace
}  // namespace levee::api
