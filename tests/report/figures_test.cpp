#include "levee/report/figures.h"

#include "tests/report/tags.h"
#include "tests/support/sample_plan.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

}  // namespace

TEST(Figures, PayoffMarksSpotRangeAndBreakEvens) {
  const std::string html = payoff_figure(test::sample_plan()).html();
  EXPECT_EQ(test::tag_fault(html), "");
  for (const auto* label : {"spot $3,214", "range $2,600", "range $4,000", "break-even $2,412",
                            "break-even $2,755", "break-even $3,790"}) {
    EXPECT_THAT(html, HasSubstr(label));
  }
  EXPECT_THAT(html, HasSubstr("value=\"expiry\""));
}

TEST(Figures, PayoffWithoutTradesIsThePositionAlone) {
  const std::string html = payoff_figure(test::no_hedge_plan()).html();
  EXPECT_THAT(html, Not(HasSubstr("Hedge")));
  EXPECT_THAT(html, Not(HasSubstr("<input")));
}

TEST(Figures, LossesShowBothDistributionsAndTheirTails) {
  const std::string html = test::plain_spaces(loss_figures(test::sample_plan()).html());
  EXPECT_EQ(test::tag_fault(html), "");
  EXPECT_EQ(test::count_of(html, "<figure"), 2u);
  for (const auto* label : {"before VaR 95 % $101,686", "before CVaR 95 % $141,230",
                            "after VaR 95 % $54,801", "after CVaR 95 % $76,112"}) {
    EXPECT_THAT(html, HasSubstr(label));
  }
}

TEST(Figures, LossesWithoutAHedgeAreOneDistribution) {
  const std::string html = loss_figures(test::no_hedge_plan()).html();
  EXPECT_THAT(html, HasSubstr("Unhedged"));
  EXPECT_THAT(html, Not(HasSubstr("After")));
}

TEST(Figures, SayWhyThereIsNoPicture) {
  EXPECT_THAT(payoff_figure({}).html(), HasSubstr("No profit against price"));
  EXPECT_THAT(loss_figures({}).html(), HasSubstr("No loss distribution"));
  EXPECT_TRUE(premium_figure({}).empty());
}

TEST(Figures, LeaveOutCurvesThatCannotBeDrawn) {
  hedge::Plan plan = test::sample_plan();
  plan.plan.profile.hedge_usd.pop_back();
  const std::string html = payoff_figure(plan).html();
  EXPECT_THAT(html, HasSubstr("curve sum only-horizon"));
  EXPECT_THAT(html, Not(HasSubstr("curve hedge only-horizon")));
  plan.plan.histogram.hedged.pop_back();
  EXPECT_THAT(loss_figures(plan).html(), HasSubstr("No loss distribution"));
}

TEST(Figures, ShowPremiumByTenorAndAYearOfIncome) {
  EXPECT_THAT(premium_figure(test::sample_plan().plan).html(), HasSubstr("220-day options"));
  const std::string html = income_figure(test::sample_plan()).html();
  for (const auto* text : {"$282,108", "$370,373", "$23,399", "$25,000"}) {
    EXPECT_THAT(html, HasSubstr(text));
  }
}

TEST(Figures, HaveATableOfTheSameNumbers) {
  const hedge::Profile profile = test::sample_plan().plan.profile;
  const Table table = payoff_table(profile);
  EXPECT_GE(table.rows.size(), 10u);
  EXPECT_LE(table.rows.size(), 33u);
  EXPECT_EQ(table.rows.front().cells.front(), "$1,500");
  EXPECT_TRUE(payoff_table({}).rows.empty());
}

TEST(Figures, FindNodesByNameEachValueOnce) {
  const Explain tree = test::sample_explain();
  EXPECT_THAT(values_named(tree, "range_lower"), ElementsAre(2600));
  EXPECT_THAT(values_named(tree, "spot"), ElementsAre(3214.5));
  EXPECT_THAT(values_named(tree, "nothing"), ElementsAre());
}

}  // namespace levee::report
