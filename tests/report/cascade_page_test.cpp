// tests/report/cascade_page_test.cpp — what is told of an event.
#include "levee/report/cascade_page.h"

#include "tests/report/tags.h"

#include <limits>
#include <sstream>

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

LagTold lag(double blocks, double mean) {
  return {.blocks = blocks,
          .hours = blocks / 300,
          .mean_usd = mean,
          .mean_usd_se = mean / 100,
          .low_usd = mean / 2,
          .high_usd = mean * 2,
          .cvar95_usd = mean * 3,
          .not_out = blocks > 1000 ? 1.0 : 0.0,
          .wait_blocks = 2,
          .saved_usd = 500'000 - mean};
}

CascadeMoment moment(double block, double ratio) {
  CascadeMoment told;
  told.block = block, told.hours = std::max(0.0, block / 300);
  told.at = "2022-03-23T13:29:00Z";
  told.price_usd = 3000, told.pool_price_usd = 2999, told.oracle_usd = 3001, told.fair_usd = 84;
  told.pool_coin_share = 0.5, told.liquidity_left = 0.9, told.base_fee_gwei = 41;
  told.position_usd = 513'998, told.obtainable_usd = 1e6 * ratio;
  told.shut = ratio == 0 ? 1 : 0;
  told.position_ratio = ratio, told.bridge_ratio = 0.028;
  told.lenders = {{.name = "Anchor",
                   .deposits = 18e9,
                   .cash = 15e9,
                   .utilisation = 1e-13,
                   .waiting = 47.1e6,
                   .quick_ratio = 1.24}};
  return told;
}

CascadeTold sample() {
  CascadeTold told;
  told.event = "ronin-2022", told.title = "A <bridge> & its silence";
  told.about = "Keys are stolen.", told.source = "an alert", told.coin = "ETH on Ronin";
  told.began = "2022-03-23T13:29:00Z", told.noticed = told.reacted = "2022-03-29T13:29:00Z";
  told.position_usd = 1e6, told.gas_bid_gwei = 150, told.gas_usd = 135, told.paths = 1000;
  told.booked_usd = 486'002, told.own_lag_blocks = 43'200;
  told.lags = {lag(0, 0), lag(100, 12.5), lag(43'200, 500'000)};
  told.curve = {lag(0, 0), lag(100, 12.5), lag(7200, 20), lag(43'200, 500'000)};
  told.alarms = {{.what = "The quick ratio of the bridge",
                  .asks = "leave",
                  .level = 1,
                  .block = 0,
                  .hours_before = 144,
                  .would_lose_usd = 12,
                  .at = "2022-03-23T13:29:00Z"}};
  told.moments = {moment(-1, 1), moment(0, 1), moment(7200, 0.99), moment(43'200, 0)};
  told.runs = {{.lender = "Anchor",
                .run = "Balancer",
                .source = "x",
                .outflow = 0.46,
                .days = 1,
                .ratio = 1.81}};
  told.chronicle = {{"2022-03-29T00:00:00Z", "It is found.", "an alert"}};
  told.stylised = {"What was left is not known."};
  told.assumptions = {"Arbitrage never tires."};
  return told;
}

std::string plain(const CascadeTold& told) { return cascade_text(told, Colour::off); }

}  // namespace

TEST(CascadeText, SaysWhatIsLostByHowLateOneReacts) {
  const std::string text = plain(sample());
  EXPECT_THAT(text, HasSubstr("whoever reacts after 6 days loses $500,000"));
  EXPECT_THAT(text, HasSubstr("after no lag at all $0"));
  EXPECT_THAT(text, HasSubstr("$486,002 of it are lost in the event's own block"));
  EXPECT_THAT(text, HasSubstr("6 days *"));
  EXPECT_THAT(text, HasSubstr("never"));
}

TEST(CascadeText, KeepsFactsAndAssumptionsApart) {
  const std::string text = plain(sample());
  const auto facts = text.find("What is known"), found = text.find("2022-03-29: It is found.");
  const auto stylised = text.find("Stylised: not known, and assumed");
  EXPECT_LT(facts, found);
  EXPECT_LT(found, stylised);
  EXPECT_LT(stylised, text.find("What was left is not known."));
  EXPECT_NE(text.find("What was left is not known."), std::string::npos);
}

TEST(CascadeText, SaysWhenSomethingIsShutAndWhatAnAlarmWouldHaveSaved) {
  const std::string text = plain(sample());
  EXPECT_THAT(text, HasSubstr("shut"));
  EXPECT_THAT(text, HasSubstr("6 days before its"));
  EXPECT_THAT(text, HasSubstr("47.1m"));
  EXPECT_THAT(text, Not(HasSubstr("0.00000")));
}

TEST(CascadeText, TellsTheLossBehindLayersAndWithoutEach) {
  CascadeTold told = sample();
  EXPECT_EQ(plain(told).find("Behind layers"), std::string::npos);
  told.layers = {{"nothing", 0, 0, 0}, {"watch", 296'000, 300, 300'000}};
  EXPECT_THAT(plain(told), HasSubstr("No alarm rang"));
  EXPECT_THAT(plain(told), HasSubstr("No cover (--cover-usd)"));
  told.watch_blocks = 1, told.cover_usd = 200'000, told.cover_deductible_usd = 10'000;
  EXPECT_THAT(plain(told), HasSubstr("Watch: leaves 1 blocks after the event"));
  EXPECT_THAT(plain(told), HasSubstr("pays up to $200,000 beyond $10,000"));
  EXPECT_THAT(plain(told), HasSubstr("$296,000 ± 300"));
  EXPECT_THAT(cascade_page(told), HasSubstr("Behind layers, and without each"));
}

TEST(CascadeText, FitsAHundredColumns) {
  std::istringstream lines(plain(sample()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 120U) << line;
}

TEST(CascadePage, IsWholeAndSafe) {
  const std::string page = cascade_page(sample());
  EXPECT_EQ(test::tag_fault(page), "");
  EXPECT_THAT(page, HasSubstr("A &lt;bridge&gt; &amp; its silence"));
  EXPECT_THAT(page, HasSubstr("Loss against reaction time"));
  EXPECT_THAT(page, HasSubstr("Quick ratios, and the share that liquidity still is"));
  EXPECT_THAT(page, Not(HasSubstr("://")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(CascadePage, DrawsACurveForEveryLine) {
  const std::string page = cascade_page(sample());
  std::size_t curves = 0;
  for (std::size_t at = page.find("d=\"M"); at != std::string::npos;
       at = page.find("d=\"M", at + 1)) {
    ++curves;
  }
  // Lines of four figures, each once in the legend and in two sizes: 3 + 3 + 2 + 4.
  EXPECT_EQ(curves, 3U * (3 + 3 + 2 + 4));
}

TEST(CascadePage, AnEventWithOneLagAndOneMomentHasNoPictures) {
  CascadeTold told = sample();
  told.curve.resize(1), told.moments.resize(1), told.lags.resize(1), told.alarms.clear();
  const std::string page = cascade_page(told);
  EXPECT_EQ(test::tag_fault(page), "");
  EXPECT_THAT(page, Not(HasSubstr("<svg")));
  EXPECT_THAT(plain(told), HasSubstr("Stylised"));
}

}  // namespace levee::report
