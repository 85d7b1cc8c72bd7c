// tests/hedge/call_token_test.cpp — the more volatile token of a pair, and whether it has calls.
#include "levee/hedge/call_token.h"

#include "tests/support/small_market.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

// Sixty daily closes of the quote token that swing by so much.
signal::History closes_of(const std::string& token, double swing) {
  signal::History past{.at = test::midnight,
                       .base = "ETH",
                       .quote = token,
                       .series = {},
                       .panels = {},
                       .governance = {}};
  signal::Panel panel{.token = {"ETH", token}, .at = {}, .cell = {}, .source = "closes.csv"};
  for (int day = -60; day <= 0; ++day) {
    panel.at.push_back(test::midnight + days(day));
    panel.cell.push_back(2000);
    panel.cell.push_back(std::exp(day % 2 == 0 ? swing : -swing));
  }
  past.panels["close"] = std::move(panel);
  return past;
}

CallToken asked(const market::Snapshot& snapshot, const signal::History* past) {
  return call_token_of(
      {.snapshot = snapshot, .implied = Vol{0.6}, .realised = Vol{0.5}, .past = past});
}

}  // namespace

TEST(CallToken, AQuoteTokenAtOneDollarDoesNotMove) {
  const auto told = asked(test::small_market(), nullptr);
  ASSERT_EQ(told.tokens.size(), 2u);
  EXPECT_EQ(told.tokens[0].token, "ETH");
  EXPECT_EQ(told.tokens[0].vol, 0.6);
  EXPECT_EQ(told.tokens[0].source, "implied");
  EXPECT_TRUE(told.tokens[0].has_options);
  EXPECT_EQ(told.tokens[1].vol, 0);
  EXPECT_EQ(told.tokens[1].source, "taken at one dollar");
  EXPECT_FALSE(told.tokens[1].has_options);
  EXPECT_THAT(told.why, HasSubstr("ETH is the more volatile of the pair (60 % implied"));
  EXPECT_THAT(told.why, HasSubstr("calls on it are what the wing buys"));
}

TEST(CallToken, AQuoteTokenThatSwingsMoreIsNamedThoughItHasNoOptions) {
  auto snapshot = test::small_market();
  snapshot.quote = "DOGE";
  const signal::History past = closes_of("DOGE", 0.05);  // 0.1 a day, up and down
  const auto told = asked(snapshot, &past);
  ASSERT_EQ(told.tokens.size(), 2u);
  EXPECT_EQ(told.tokens[0].token, "DOGE");
  EXPECT_NEAR(told.tokens[0].vol, 0.1 * std::sqrt(365), 0.1);
  EXPECT_EQ(told.tokens[0].source, "realised");
  EXPECT_EQ(told.tokens[1].vol, 0.5) << "prices alone tell of one, so both go by prices";
  EXPECT_EQ(told.tokens[1].source, "realised");
  EXPECT_THAT(told.why, HasSubstr("has no options here: calls on ETH"));
}

TEST(CallToken, GoesByBothIndicesWhereTheQuoteHasOneThatIsFresh) {
  auto snapshot = test::small_market();
  signal::History past = closes_of(snapshot.quote, 0.05);
  past.series["iv_quote"] = {
      .at = {test::midnight - days(1)}, .value = {0.4}, .step = days(1), .source = "iv.csv"};
  auto told = asked(snapshot, &past);
  EXPECT_EQ(told.tokens[0].token, "ETH");
  EXPECT_EQ(told.tokens[1].vol, 0.4);
  EXPECT_EQ(told.tokens[1].source, "implied");
  past.series["iv_quote"].at = {test::midnight - days(9)};
  told = asked(snapshot, &past);
  EXPECT_EQ(told.tokens[0].token, snapshot.quote) << "nine days old: prices say otherwise";
}

TEST(CallToken, WithoutTheBasesPricesItSaysWhatItLacks) {
  const auto snapshot = test::small_market();
  const signal::History past = closes_of(snapshot.quote, 0.05);
  const auto told =
      call_token_of({.snapshot = snapshot, .implied = Vol{0.6}, .realised = {}, .past = &past});
  EXPECT_TRUE(told.tokens.empty());
  EXPECT_THAT(told.why, HasSubstr("ETH"));
}

}  // namespace levee::hedge
