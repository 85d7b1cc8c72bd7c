// tests/hedge/verdict_test.cpp — the answer in a sentence, and what keeps it from being better.
#include "levee/hedge/verdict.h"

#include "tests/hedge/desk.h"

#include <regex>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

// A limit on the tail that no hedge reaches.
struct Beyond {
  test::Desk desk;
  Program program;
  Choice choice;

  explicit Beyond(double margin_share)
      : desk(
            test::small_market(), test::small_book(),
            [&] {
              Policy policy;
              policy.tail_limit_usd = 1;
              policy.margin_share_of_cash = margin_share;
              return policy;
            }(),
            600),
        program(desk.program()),
        choice(choose(program, desk.policy)) {}

  PlanTold told() const {
    const std::vector<double> lots(program.columns.size(), 0.0);
    const Setting setting = desk.setting();
    PlanTold plan;
    add_status({setting, desk.from, program, choice, lots, desk.with()}, plan);
    return plan;
  }
};

}  // namespace

// A tenth of room takes off no more than is told, for the tail is convex, and not much less.
TEST(Verdict, OfATailLimitOutOfReachNamesWhatKeepsTheTailUp) {
  const Beyond tight(0.1), roomier(0.11);
  const PlanTold plan = tight.told();
  EXPECT_EQ(plan.status, "infeasible");
  EXPECT_THAT(plan.sentence, HasSubstr("a CVaR limit of 1 USD cannot be met"));
  std::smatch found;
  ASSERT_TRUE(std::regex_search(plan.sentence, found, std::regex(R"(margin \(\$([\d,]+)\))")))
      << plan.sentence;
  const double told = std::stod(std::regex_replace(found[1].str(), std::regex(","), ""));
  const double taken_off = tight.choice.best_reach - roomier.choice.best_reach;
  EXPECT_LT(taken_off, told + 1);
  EXPECT_GT(taken_off, 0.3 * told);
}

TEST(Verdict, NamesNoLimitThatHardlyMatters) {
  Beyond tight(0.1);
  for (double& price : tight.choice.row_price) price *= 1e-6;
  EXPECT_EQ(tight.told().sentence.find("Held there by"), std::string::npos);
}

}  // namespace levee::hedge
