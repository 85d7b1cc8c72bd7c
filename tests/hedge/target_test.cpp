// tests/hedge/target_test.cpp — what the day asks of the hedge: heeded, priced, never out of reach.
#include "levee/hedge/target.h"

#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

signal::Regime asking(std::string_view gate) {
  signal::Regime regime;
  regime.hedge = gate == "press" ? signal::HedgeAsk::refresh_long : signal::HedgeAsk::full_target;
  regime.asks = {{.gate = gate, .why = "because", .ask = regime.hedge}};
  return regime;
}

struct Asked {
  test::Desk desk;
  std::vector<RuleTold> rules;
  Program program;

  explicit Asked(const signal::Regime& regime, Policy policy = {}, double open_interest = 20'000)
      : desk(test::small_market({.open_interest = open_interest}), test::small_book(), policy,
             600) {
    rules = targets_of({desk.setting(), regime}, desk.orders);
    program = desk.program();
  }
  Ruled chosen(const Choice& start = {}) {
    return choose_under(program, desk.policy, desk.setting(), rules, start);
  }
  double share(const std::vector<double>& x, bool far_only) const {
    double gamma = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const Candidate& one = program.candidates[program.candidate_of[j]];
      if (far_only && one.bucket == 0) continue;
      gamma += program.columns[j].sign * x[j] * one.gamma;
    }
    return gamma / -desk.position.total.gamma;
  }
};

// A tail that is hardly priced, and a target beyond what is bought for its own sake.
Policy careless() {
  Policy policy;
  policy.price_of_tail = 1e-4;
  policy.carry_usd_per_year = 1e7;
  policy.coverage_target = 0.9;
  return policy;
}

}  // namespace

TEST(Targets, ADayThatAsksNothingChangesNothing) {
  Asked day({}, careless());
  EXPECT_TRUE(day.rules.empty());
  const Ruled ruled = day.chosen();
  EXPECT_FALSE(ruled.cost_usd);
  EXPECT_NEAR(ruled.choice.objective, choose(day.program, day.desk.policy).objective,
              2e-6 * day.program.scale);
}

TEST(Targets, AnEventAsksForTheFullTarget) {
  Asked day(asking("calendar"), careless());
  EXPECT_EQ(day.desk.orders.gamma_share_min, 0.9);
  EXPECT_EQ(day.desk.orders.far_share_min, 0);
  const Ruled ruled = day.chosen();
  ASSERT_EQ(ruled.choice.status, solve::Status::optimal);
  EXPECT_NEAR(day.share(ruled.choice.x, false), 0.9, 1e-4);
  EXPECT_GT(*ruled.cost_usd, 0);  // it would not have been bought for its own sake
  EXPECT_THAT(day.rules.at(0).what, HasSubstr("90 % of the short gamma"));
}

TEST(Targets, CheapConvexityAsksForTheFarTenors) {
  Asked day(asking("press"), careless());
  EXPECT_EQ(day.desk.orders.gamma_share_min, 0);
  EXPECT_NEAR(day.desk.orders.far_share_min, 0.41 * 0.9, 1e-12);
  const Ruled ruled = day.chosen();
  EXPECT_NEAR(day.share(ruled.choice.x, true), 0.41 * 0.9, 1e-4);
}

TEST(Targets, OutOfReachComeDownToWhatTheLimitsAllowAndSaySo) {
  Asked day(asking("calendar"), careless(), 150);  // three contracts of an option
  const Ruled ruled = day.chosen();
  ASSERT_EQ(ruled.choice.status, solve::Status::optimal);
  const double reached = day.share(ruled.choice.x, false);
  EXPECT_GT(reached, 0.05);
  EXPECT_LT(reached, 0.85);
  EXPECT_THAT(day.rules.back().name, HasSubstr("out of reach"));
}

// What can only just be reached in fractions is not to be had in whole lots.
TEST(Targets, OutOfReachLeaveWholeLotsSomewhereToGo) {
  Asked edge(asking("calendar"), careless(), 150);
  const Choice missed = choose(edge.program, edge.desk.policy);
  ASSERT_EQ(missed.missed, "gamma");
  Asked day(asking("calendar"), careless(), 150);
  const Ruled ruled = day.chosen();
  EXPECT_NEAR(100 * day.share(ruled.choice.x, false), 0.97 * missed.best_reach,
              1e-3 * missed.best_reach);
}

TEST(Targets, LeaveRoomForWhatARollGivesUp) {
  Asked day(asking("calendar"), careless());
  const option::Contract front{option::Type::put, Price{1800}, test::midnight + days(30)};
  day.desk.book.lots = {{.name = "held", .instrument = front, .quantity = Tokens{10}}};
  day.desk.orders.committed = {{front, -1, 10}};
  day.program = day.desk.program();
  const auto gamma = std::ranges::find(day.program.rows, "gamma", &solve::Row::name);
  EXPECT_LT(gamma->lower, 90);
  const double given_up = 0.9 - gamma->lower / 100;
  const Ruled ruled = day.chosen();
  ASSERT_EQ(ruled.choice.status, solve::Status::optimal);
  EXPECT_GE(*ruled.cost_usd, -2e-6 * day.program.scale);
  EXPECT_NEAR(day.share(ruled.choice.x, false), 0.9 - given_up, 1e-4);
}

TEST(Targets, WithinThePolicysOwnFloorAreNoneOfTheDays) {
  Policy policy = careless();
  policy.gamma_share_min = policy.coverage_target = 0.5;
  EXPECT_FALSE(Asked(asking("calendar"), policy).chosen().cost_usd);
  policy.coverage_target = 0.6;
  EXPECT_TRUE(Asked(asking("calendar"), policy).chosen().cost_usd);
}

TEST(Targets, CostNothingThatCouldBeToldWhereNoPlanIsPossibleWithoutThem) {
  Policy policy = careless();
  policy.gamma_share_min = 0.9, policy.coverage_target = 1;
  policy.depth_share_of_open_interest = 0;
  const Ruled ruled = Asked(asking("calendar"), policy).chosen();
  EXPECT_EQ(ruled.choice.status, solve::Status::infeasible);
  EXPECT_FALSE(ruled.cost_usd);
}

TEST(Targets, ThatThePlanMeetsAnywayCostNothing) {
  Policy keen;
  keen.price_of_tail = 2;
  keen.carry_usd_per_year = 1e7;
  keen.coverage_target = 0.05;
  Asked day(asking("calendar"), keen);
  const Ruled ruled = day.chosen();
  EXPECT_NEAR(*ruled.cost_usd, 0, 2e-6 * day.program.scale);
}

// What a target costs takes a second programme; a plan made again leaves it untold.
TEST(Targets, AreMetFromAnEarlierPlanToo) {
  Asked anew(asking("calendar"), careless());
  const Ruled first = anew.chosen();
  Asked day(asking("calendar"), careless());
  Choice start;
  start.x = first.choice.x, start.price = first.choice.price;
  const Ruled again = day.chosen(start);
  EXPECT_FALSE(again.cost_usd);
  EXPECT_NEAR(again.choice.objective, first.choice.objective, 2e-6 * day.program.scale);
  EXPECT_NEAR(day.share(again.choice.x, false), 0.9, 1e-4);

  Asked poor(asking("calendar"), careless(), 150);  // three contracts of an option
  const Ruled within = poor.chosen(start);
  EXPECT_EQ(within.choice.status, solve::Status::optimal);
  EXPECT_EQ(poor.rules.back().name, "target out of reach");
}

TEST(CoverageMoved, IsTheUsualTargetWhereNothingIsKnown) {
  const CoverageMoved none = coverage_moved({});
  EXPECT_EQ(none.target, 0.35);
  EXPECT_FALSE(none.rule);
}

TEST(CoverageMoved, FollowsBetaSizeAndWorthAndSaysWhy) {
  Policy policy;
  policy.beta_down = 1.2;
  EXPECT_NEAR(coverage_moved(policy).target, 0.42, 1e-12);
  EXPECT_THAT(coverage_moved(policy).rule->what,
              HasSubstr("42 % of the short gamma instead of 35 %, of a beta of 1.2 down"));
  policy.smaller_cap_usd = 1e9;
  const double more = coverage_moved(policy).target;
  EXPECT_NEAR(more, 0.35 * 1.5, 1e-12) << "1.2 * 10^0.1 is beyond half as much again";
  policy.smaller_cap = "less";
  EXPECT_NEAR(coverage_moved(policy).target, 0.42 * std::pow(10, -0.1), 1e-12);
  EXPECT_THAT(coverage_moved(policy).rule->what, HasSubstr("asks for less"));
  policy.worth_over_value = 1.3;  // payments worth more than the value ask for less of it
  EXPECT_NEAR(coverage_moved(policy).target, 0.42 * std::pow(10, -0.1) * 0.7, 1e-12);
  policy = {};
  policy.worth_over_value = 1;
  EXPECT_NEAR(coverage_moved(policy).target, 0.35, 1e-12);
  policy.worth_over_value = -5, policy.coverage_target = 0.9;
  EXPECT_EQ(coverage_moved(policy).target, 1) << "never more than all of it";
}

TEST(CoverageMoved, SaysWhereTheTargetHolds) {
  Policy policy;
  policy.beta_down = 1.2;
  EXPECT_THAT(coverage_moved(policy).rule->what, HasSubstr("a floor where the day asks"));
  policy.mode = "gamma_match";
  EXPECT_THAT(coverage_moved(policy).rule->what, HasSubstr("the mode takes it as it is"));
}

TEST(DayTold, NamesWhatIsForbiddenAndWhy) {
  signal::Outlook outlook;
  signal::Regime& regime = outlook.regime;
  regime = asking("calendar");
  regime.restrictions = {{signal::NewRisk::open_liquidity, "calendar", "a vote"}};
  regime.reviews = {{.gate = "oracle", .why = "the feed strays"}};
  regime.size_share = 0.5;
  outlook.gauges = {{.name = "rsi", .reading = signal::Reading{UnixSeconds{86400}, 71, "high"}},
                    {.name = "peg", .why = "no file was given"}};
  const DayTold day = day_told(outlook, {}, 12.0);
  EXPECT_EQ(day.hedge, "full_target");
  ASSERT_EQ(day.restrictions.size(), 1u);
  EXPECT_EQ(day.restrictions[0].act, "open_liquidity");
  EXPECT_EQ(day.restrictions[0].why, "a vote");
  EXPECT_EQ(day.reviews.at(0), "the feed strays (oracle gate)");
  EXPECT_EQ(day.size_share, 0.5);
  ASSERT_EQ(day.gauges.size(), 2u);
  EXPECT_EQ(day.gauges[0].value, 71);
  EXPECT_EQ(day.gauges[0].state, "high");
  EXPECT_FALSE(day.gauges[1].value);
  EXPECT_EQ(day.gauges[1].why, "no file was given");
  EXPECT_EQ(day.rules_cost_usd, 12.0);
}

}  // namespace levee::hedge
