#include "levee/report/sentences.h"

#include "tests/report/tags.h"
#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Sentences, HeadAHedgeWithItsTailAndItsPrice) {
  const hedge::Plan plan = test::sample_plan();
  EXPECT_EQ(headline(plan),
            "Hedge with 8 trades: CVaR95 goes from $141,230 ± 1,161 to $76,112 ± 626, for $23,399 "
            "of carry a year.");
  EXPECT_EQ(second_line(plan), plan.plan.sentence);
}

TEST(Sentences, HeadAHedgeThatEarnsItsCarryAsOneThatEarns) {
  hedge::Plan plan = test::sample_plan();
  plan.plan.carry_usd_per_year = -137'470;
  EXPECT_THAT(headline(plan), HasSubstr(", and carry earns $137,470 a year at today's rates."));
}

TEST(Sentences, HeadEverythingElseWithThePlansOwn) {
  for (const hedge::Plan& plan : {test::no_hedge_plan(), test::infeasible_plan()}) {
    EXPECT_EQ(headline(plan), plan.plan.sentence);
    EXPECT_EQ(second_line(plan), "");
  }
}

TEST(Sentences, HaveAHeadlineForEveryStatus) {
  hedge::Plan plan;
  EXPECT_EQ(headline(plan), "No plan was worked out.");
  plan.plan.status = "no_hedge";
  EXPECT_THAT(headline(plan), StartsWith("No hedge is better"));
  plan.plan.status = "infeasible";
  EXPECT_THAT(headline(plan), StartsWith("Infeasible"));
  plan.plan.status = "not_converged";
  plan.plan.sentence = "The programme stopped 3 USD from its bound.";
  EXPECT_THAT(headline(plan), StartsWith("Not converged"));
  EXPECT_EQ(second_line(plan), plan.plan.sentence);
}

TEST(Sentences, SayWhatVolatilityIsSoldAndBoughtFor) {
  book::PositionReport position = test::sample_position("x");
  EXPECT_EQ(volatility_sentence(position),
            "You sell volatility at 48.0 %; buying it back costs 55.0 %; realised 51.2 ± 3.1 %.");
  position.fee_implied_vol.reset();
  position.realised_vol.reset();
  EXPECT_EQ(volatility_sentence(position),
            "What you are paid for volatility is unknown; buying it back costs 55.0 %; realised "
            "unknown.");
}

TEST(Sentences, SayWhereTheMarketStands) {
  const std::string text = market_sentence(test::sample_market());
  EXPECT_THAT(text, StartsWith("ETH at $3,214.50, 2026-01-20T08:00:00Z."));
  EXPECT_THAT(text, HasSubstr("implied 55.0 %, forecast 53.5 %, realised 51.2 %"));
  EXPECT_THAT(text, HasSubstr("USDC is taken at one dollar"));
}

TEST(Sentences, SayBetweenWhichPricesTheWholeProfitIsAGain) {
  hedge::PlanTold plan = test::sample_plan().plan;
  plan.profile.price = {2000, 2500, 3000, 3500, 4000};
  plan.profile.sum_usd = {500, -200, 300, 400, -100};  // a loss is one after fees, too
  EXPECT_THAT(test::plain_spaces(break_even_sentence(plan)),
              HasSubstr("is a gain below $2,412 (−1.82 σ√T), a loss from there to $2,755 (−0.98 "
                        "σ√T), a gain from there to $3,790 (+1.04 σ√T), a loss above."));
  plan.z_break_even.clear();
  plan.break_even_usd = {2755.1};
  EXPECT_THAT(break_even_sentence(plan), HasSubstr("is a loss below $2,755, a gain above."));
  plan.break_even_usd = {9000};  // beyond the grid its last step tells
  EXPECT_THAT(break_even_sentence(plan), HasSubstr("is a gain below $9,000, a loss above."));
  plan.z_break_even = {5.2};
  EXPECT_THAT(break_even_sentence(plan), HasSubstr("is a gain at every price within 4"));
  plan.z_break_even = {-5.2};
  EXPECT_THAT(break_even_sentence(plan), HasSubstr("is a loss at every price within 4"));
  plan.break_even_usd.clear();
  EXPECT_THAT(break_even_sentence(plan), HasSubstr("at no price"));
  EXPECT_EQ(break_even_sentence({}), "");
}

TEST(Sentences, NameLayersBucketsAndTenors) {
  EXPECT_EQ(label_of("put_shield"), "Put shield");
  EXPECT_EQ(spaced("market_implied"), "market implied");
  EXPECT_EQ(spaced("macd_depth"), "MACD depth");
  EXPECT_EQ(label_of("oracle_gap"), "Oracle gap");
  EXPECT_EQ(label_of("rsi"), "RSI");
  EXPECT_EQ(label_of(""), "");
  EXPECT_EQ(bucket_label(110), "110-day");
  EXPECT_EQ(bucket_label(0), "perpetual");
  EXPECT_EQ(tenor_label(31.3), "31 d");
  EXPECT_EQ(tenor_label(2.25), "2.2 d");
  EXPECT_EQ(tenor_label(0), "–");
}

}  // namespace levee::report
