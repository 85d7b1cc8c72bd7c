// tests/api/proxy_ask_test.cpp — a book without options beside a market that has some.
#include "levee/api/proxy_ask.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;

const std::string examples = std::string(LEVEE_SOURCE) + "/examples/market";

std::string written(const std::string& name, const std::string& text) {
  const auto path = std::filesystem::path(::testing::TempDir()) / name;
  std::ofstream(path) << text;
  return path.string();
}

std::string token_book(const std::string& base = "LINK") {
  return written("token.toml",
                 "[book]\nbase = \"" + base +
                     "\"\nquote = \"USDC\"\n\n[[position]]\nrange_below_pct = 20\n"
                     "range_above_pct = 20\ndeposit_usd = 1000\nentry = \"market\"\n");
}

// Hourly closes of the token, the last `late` hours before the example's moment.
std::string prices_until(int late) {
  std::string rows = "open_time_utc,close\n";
  const UnixSeconds last = *moment_from("2026-08-26T15:00:00Z");
  for (int back = 30 + late; back >= late; --back) {
    rows += text_of(last - hours(back)) + ',' + std::to_string(15 + back) + '\n';
  }
  return written("token.csv", rows);
}

MarketFlags lead(int late = 0) {
  MarketFlags flags;
  flags.book = token_book();
  flags.history = prices_until(late);
  return flags;
}

ProxyFlags eth() {
  ProxyFlags flags;
  flags.proxy = "ETH";
  flags.proxy_market = examples;
  return flags;
}

Error refusal(const MarketFlags& flags, const ProxyFlags& proxy) {
  const auto found = proxy_standing_from(flags, proxy);
  EXPECT_FALSE(found);
  return found ? Error{} : found.error();
}

}  // namespace

TEST(ProxyAsk, TheBookStandsAtItsOwnLastCloseAtTheProxysMoment) {
  const auto found = proxy_standing_from(lead(), eth());
  ASSERT_TRUE(found) << found.error().message;
  const market::Snapshot& token = found->standing.snapshot;
  EXPECT_EQ(token.base, "LINK");
  EXPECT_EQ(token.spot, Price{15});
  EXPECT_TRUE(token.chain.empty());
  EXPECT_EQ(found->standing.book.positions[0].entry_price, Price{15});
  ASSERT_TRUE(found->proxy);
  EXPECT_EQ(found->proxy->base, "ETH");
  EXPECT_EQ(found->proxy->at, token.at);
  EXPECT_FALSE(found->proxy->chain.empty());
  EXPECT_TRUE(found->proxy->funding);
  EXPECT_THAT(token.source, HasSubstr("; proxy ETH: "));
  EXPECT_TRUE(token.model_made) << "the example's market is";
}

TEST(ProxyAsk, WithoutAProxyNothingIsOtherwise) {
  MarketFlags flags;
  flags.book = std::string(LEVEE_SOURCE) + "/examples/eth-usdc.toml";
  flags.market = examples;
  const auto found = proxy_standing_from(flags, {});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_FALSE(found->proxy);
  EXPECT_EQ(found->standing.snapshot.base, "ETH");
}

TEST(ProxyAsk, RefusesWhatDoesNotFit) {
  ProxyFlags unnamed;
  unnamed.proxy_chain = "chain.csv";
  const Error no_name = refusal(lead(), unnamed);
  EXPECT_EQ(no_name.reason, Reason::bad_input);
  EXPECT_THAT(no_name.message, HasSubstr("--proxy"));

  ProxyFlags no_chain;
  no_chain.proxy = "ETH";
  EXPECT_EQ(refusal(lead(), no_chain).reason, Reason::missing_data);

  MarketFlags own = lead();
  own.chain = examples + "/chain.csv";
  const Error twice = refusal(own, eth());
  EXPECT_EQ(twice.reason, Reason::bad_input);
  EXPECT_THAT(twice.message, HasSubstr("options of LINK itself"));

  MarketFlags bare = lead();
  bare.history.clear();
  const Error no_prices = refusal(bare, eth());
  EXPECT_EQ(no_prices.reason, Reason::missing_data);
  EXPECT_THAT(no_prices.message, HasSubstr("no prices of LINK"));

  const Error late = refusal(lead(5), eth());
  EXPECT_EQ(late.reason, Reason::stale_data);
  EXPECT_THAT(late.message, HasSubstr("2026-08-26T11:00:00Z"));
  MarketFlags allowed = lead(5);
  allowed.stale_ok = true;
  EXPECT_TRUE(proxy_standing_from(allowed, eth()));

  ProxyFlags other = eth();
  other.proxy = "BTC";
  EXPECT_THAT(refusal(lead(), other).message, HasSubstr("proxy: "));
}

}  // namespace levee::api
