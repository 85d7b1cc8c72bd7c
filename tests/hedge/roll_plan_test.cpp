// tests/hedge/roll_plan_test.cpp — what a book holds: rolled where it pays, and never sold
// otherwise.
#include "levee/hedge/roll_plan.h"

#include "levee/hedge/choose.h"
#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using option::Type;
using testing::HasSubstr;

option::Contract put(double strike, int tenor_days) {
  return {Type::put, Price{strike}, test::midnight + days(tenor_days)};
}

// The small book with puts in it, bought when their layer's tenor was left.
struct Holding {
  test::Desk desk;
  signal::Outlook outlook{};

  explicit Holding(const option::Contract& held, std::optional<book::Bought> bought,
                   double units = 20)
      : desk(
            test::small_market({.tenors = {14, 25, 30, 110, 220}}),
            [&] {
              book::Book book = test::small_book();
              book.lots = {{.name = "held put", .instrument = held, .quantity = Tokens{units}}};
              book.lots[0].bought = bought;
              return book;
            }(),
            {}, 600) {}

  RollSeat seat() { return {setting, desk.surface, outlook}; }
  Rolls rolls() {
    program = desk.program();
    return rolls_of(seat(), rollables_of(seat()),
                    {program.candidates, *program.value, program.base_loss});
  }
  Setting setting = desk.setting();
  Program program{};
};

book::Bought a_fortnight_ago() {
  return {.paid = Usd{60}, .extrinsic = Usd{60}, .at = test::midnight - days(16)};
}

signal::Gauge overbought(UnixSeconds since) {
  return {
      .name = "rsi", .reading = signal::Reading{test::midnight, 72, "overbought"}, .since = since};
}

signal::Gauge showing(const char* name, double value) {
  return {.name = name,
          .reading = signal::Reading{test::midnight, value, "quiet"},
          .since = test::midnight - days(9)};
}

double units_of(const Program& program, const std::vector<double>& x, const char* name,
                double sign) {
  return x[test::column_of(program, name, sign)];
}

}  // namespace

TEST(RollPlan, AFrontPutThatIsDueMovesToItsTenorWhereThatPays) {
  Holding holding(put(1800, 14), a_fortnight_ago());
  const Rolls rolls = holding.rolls();
  ASSERT_EQ(rolls.told.lines.size(), 1u);
  const RollLine& line = rolls.told.lines[0];
  EXPECT_EQ(line.trigger, "tenor");
  ASSERT_TRUE(line.benefit_usd && line.cost_usd && line.error_usd);
  EXPECT_EQ(line.done, *line.benefit_usd - *line.cost_usd > 2 * *line.error_usd) << line.why;
  if (!line.done) {
    EXPECT_TRUE(rolls.legs.empty());
    return;
  }
  EXPECT_EQ(rolls.legs.at(0).contract, put(1800, 14));
  EXPECT_EQ(rolls.legs.at(0).sign, -1);
  EXPECT_EQ(rolls.legs.at(1).contract.expiry, test::midnight + days(30));
}

TEST(RollPlan, LegsOfARollStandInTheChosenPlanAndNothingElseOfWhatIsHeldIsSold) {
  Holding holding(put(1800, 14), a_fortnight_ago());
  holding.desk.orders.committed = {{put(1800, 14), -1, 12}, {put(1800, 30), 1, 12}};
  Program program = holding.desk.program();
  const Choice choice = choose(program, holding.desk.policy);
  ASSERT_EQ(choice.status, solve::Status::optimal);
  EXPECT_NEAR(units_of(program, choice.x, "ETH-14-1800-P", -1), 12, 1e-5);
  EXPECT_GE(units_of(program, choice.x, "ETH-30-1800-P", 1), 12 - 1e-5);
}

TEST(RollPlan, TwoLotsOfAContractShareItsDepthAndAreOneLeg) {
  Holding one(put(1800, 14), a_fortnight_ago(), 20);
  Holding two(put(1800, 14), a_fortnight_ago(), 10);
  two.desk.book.lots.push_back(two.desk.book.lots[0]);
  const Rolls whole = one.rolls(), halves = two.rolls();
  ASSERT_TRUE(whole.told.lines.at(0).done) << whole.told.lines[0].why;
  ASSERT_EQ(halves.told.lines.size(), 2u);
  ASSERT_TRUE(halves.told.lines[0].done && halves.told.lines[1].done);
  ASSERT_EQ(halves.legs.size(), whole.legs.size());
  EXPECT_EQ(halves.legs[0].units, 20);

  // Bids for fifteen: the second lot finds what the first left.
  const auto thin = [](Holding& holding) {
    Program program = holding.desk.program();
    for (Candidate& c : program.candidates) {
      if (c.name == "ETH-14-1800-P") c.depth_sell = Tokens{15};
    }
    return rolls_of(holding.seat(), rollables_of(holding.seat()),
                    {program.candidates, *program.value, program.base_loss});
  };
  double sold = 0;
  for (const Commitment& leg : thin(two).legs) sold += leg.sign < 0 ? leg.units : 0;
  EXPECT_LE(sold, 15);
}

TEST(RollTilt, IsOffUnlessThePolicyAllowsItAndSaysWhyItIsWhatItIs) {
  signal::Outlook outlook;
  Policy policy;
  outlook.gauges = {showing("rsi", 85), showing("reer", 3), showing("reer_quote", 1)};
  EXPECT_EQ(roll_tilt_of(outlook, policy).share, 0);
  EXPECT_THAT(roll_tilt_of(outlook, policy).why, HasSubstr("roll_tilt_max"));
  policy.roll_tilt_max = 0.2;
  // 0.2 x 15 / 30 to calls, and 0.05 for each of two deviations that the base is dear.
  EXPECT_NEAR(roll_tilt_of(outlook, policy).share, 0.1 - 0.1, 1e-12);
  EXPECT_THAT(roll_tilt_of(outlook, policy).why, HasSubstr("an RSI of 85"));
  outlook.gauges.pop_back();
  EXPECT_NEAR(roll_tilt_of(outlook, policy).share, 0.1, 1e-12) << "one rate alone says nothing";
  outlook.gauges = {showing("reer", -6), showing("reer_quote", 1)};
  EXPECT_EQ(roll_tilt_of(outlook, policy).share, 0.2) << "cheap base: calls, and no further";
  outlook.gauges[0].stale = true;
  EXPECT_THAT(roll_tilt_of(outlook, policy).why, HasSubstr("neither"));
  outlook.gauges = {showing("rsi", 50)};
  EXPECT_THAT(roll_tilt_of(outlook, policy).why, HasSubstr("no signal asks"));
}

// Rates that never rest: what they trade is bound by the rolls of the schedule, and between two of
// those they trade nothing.
TEST(RollTilt, TradesAtScheduledRollsAloneAndNoMoreThanItsShare) {
  const auto held_at = [](int days_left, double rate) {
    Holding holding(put(1800, days_left), a_fortnight_ago(), 100);
    holding.desk.policy.roll_tilt_max = 0.2;
    holding.desk.policy.price_of_tail = 2;  // protection is dear: what is due is rolled
    holding.outlook.gauges = {showing("reer", rate), showing("reer_quote", 0)};
    return holding.rolls();
  };
  const Rolls straight = held_at(14, 0);
  ASSERT_TRUE(straight.told.lines.at(0).done) << straight.told.lines[0].why;
  const double units = straight.legs.at(1).units;
  for (const double rate : {-5.0, -2.0, 2.0, 5.0}) {
    const Rolls tilted = held_at(14, rate);
    ASSERT_TRUE(tilted.told.lines.at(0).done) << rate;
    const double share = std::clamp(-0.05 * rate, -0.2, 0.2);
    EXPECT_EQ(tilted.told.tilt_share, share);
    EXPECT_NEAR(tilted.legs.at(1).units, units * (1 - share), 0.51) << rate;
    EXPECT_THAT(tilted.told.lines[0].why, HasSubstr("deviations"));
    const Rolls between = held_at(25, rate);
    EXPECT_TRUE(between.legs.empty()) << "nothing is due: no signal trades by itself";
    EXPECT_EQ(between.told.tilt_share, share) << "it is told all the same";
  }
}

TEST(RollPlan, WhatIsNotDueStays) {
  Holding holding(put(1800, 110),
                  {{.paid = Usd{150}, .extrinsic = Usd{150}, .at = test::midnight}});
  const Rolls rolls = holding.rolls();
  ASSERT_EQ(rolls.told.lines.size(), 1u);
  EXPECT_FALSE(rolls.told.lines[0].done);
  EXPECT_TRUE(rolls.legs.empty());
  for (std::size_t j = 0; j < holding.program.columns.size(); ++j) {
    if (holding.program.columns[j].sign > 0) continue;
    EXPECT_NE(holding.program.candidates[holding.program.candidate_of[j]].name, "ETH-110-1800-P");
  }
  ASSERT_EQ(rolls.told.rungs.size(), 3u);
  EXPECT_TRUE(rolls.told.rungs[1].in_band);
  EXPECT_EQ(rolls.told.rungs[1].units, 20);
}

TEST(RollPlan, WithoutItsPurchaseOnlyTheTenorAsksAndTheLineSaysSo) {
  Holding holding(put(1800, 14), std::nullopt);
  const auto rollables = rollables_of(holding.seat());
  ASSERT_EQ(rollables.size(), 1u);
  EXPECT_FALSE(rollables[0].is_known);
  EXPECT_EQ(rollables[0].due.first, RollTrigger::tenor);
  for (const RollReading& one : rollables[0].due.readings) {
    EXPECT_EQ(one.holds, one.trigger == RollTrigger::tenor) << one.why;
  }
  EXPECT_THAT(holding.rolls().told.lines[0].why, HasSubstr("how it was bought is not known"));
}

TEST(RollPlan, WhatIsNotQuotedHasNotLostItsValue) {
  Holding holding(put(1777, 25), a_fortnight_ago());
  holding.outlook.facts.veq = 12;  // as calm as the rule for lost extrinsic value wants it
  const Due due = rollables_of(holding.seat()).at(0).due;
  EXPECT_FALSE(due.first);
  EXPECT_THAT(due.readings[1].why, HasSubstr("not quoted"));
}

TEST(RollPlan, ACooldownKeepsASignalFromRollingAgain) {
  book::Bought bought{.paid = Usd{150}, .extrinsic = Usd{100}, .at = test::midnight - days(10)};
  bought.rolled_at = test::midnight - days(2);
  Holding holding(put(1800, 30), bought);
  holding.outlook.gauges = {overbought(test::midnight)};
  const auto rollables = rollables_of(holding.seat());
  EXPECT_FALSE(rollables.at(0).due.first) << "a rule fired two days ago";
  bought.rolled_at = test::midnight - days(20);
  Holding later(put(1800, 30), bought);
  later.outlook = holding.outlook;
  EXPECT_EQ(rollables_of(later.seat()).at(0).due.first, RollTrigger::signal);
}

TEST(RollPlan, ASignalAsksOnTheDayItCrossesAndOnlyOfWhatItsRecordTells) {
  const book::Bought bought{.paid = Usd{150}, .extrinsic = Usd{100}, .at = test::midnight};
  Holding holding(put(1800, 30), bought);
  holding.outlook.gauges = {overbought(test::midnight - days(1))};
  EXPECT_FALSE(rollables_of(holding.seat()).at(0).due.first) << "it crossed yesterday";
  holding.outlook.gauges = {overbought(test::midnight)};
  EXPECT_EQ(rollables_of(holding.seat()).at(0).due.first, RollTrigger::signal);
  Holding unknown(put(1800, 30), std::nullopt);
  unknown.outlook = holding.outlook;
  EXPECT_FALSE(rollables_of(unknown.seat()).at(0).due.first);
}

TEST(RollPlan, RollsOfTheEpisodeAndTheMonthsBudgetHoldItBack) {
  book::Bought bought{.paid = Usd{150}, .extrinsic = Usd{100}, .at = test::midnight - days(1)};
  bought.rolls = 3;
  Holding often(put(1800, 25), bought);
  often.outlook.gauges = {overbought(test::midnight)};
  EXPECT_THAT(often.rolls().told.lines.at(0).why, HasSubstr("3 rolls in this episode"));
  bought.rolls = 0;
  Holding dear(put(1800, 25), bought);
  dear.desk.policy.carry_usd_per_year = 1200;  // 100 a month, of which 30 may go into rolls
  dear.outlook.gauges = {overbought(test::midnight)};
  EXPECT_THAT(dear.rolls().told.lines.at(0).why, HasSubstr("a month's hedge budget ($30"));
}

TEST(RollPlan, HalfOfADecayedFrontPutMovesOnAndTheOtherHalfStays) {
  Holding holding(put(1400, 25),
                  {{.paid = Usd{60}, .extrinsic = Usd{60}, .at = test::midnight - days(5)}});
  holding.outlook.facts.veq = 12;
  holding.desk.policy.price_of_tail = 0.5;  // the tail that it protects from no longer is dear
  const Rolls rolls = holding.rolls();
  const RollLine& line = rolls.told.lines.at(0);
  EXPECT_EQ(line.trigger, "extrinsic");
  ASSERT_TRUE(line.done) << line.why;
  EXPECT_EQ(rolls.legs.at(0).units, 10);
  EXPECT_EQ(rolls.told.rungs.at(0).units, 10);
  EXPECT_GT(rolls.told.rungs.at(1).units, 0);
}

TEST(RollPlan, FollowsThePolicysTenorsOfWhichThereMustBeThree) {
  Policy policy;
  policy.tenors_days = {20, 60, 120};
  const auto rule = roll_rule_of(policy);
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->tenors_days, policy.tenors_days);
  EXPECT_NEAR(rule->due_days[0], 14, 1e-12);
  EXPECT_NEAR(rule->due_days[2], 60, 1e-12);
  EXPECT_TRUE(check(*rule));
  policy.tenors_days = {30, 90};
  EXPECT_EQ(roll_rule_of(policy).error().reason, Reason::not_supported);
}

TEST(RollPlan, ShortsAndOtherAssetsAreNoneOfItsBusiness) {
  Holding holding(put(1800, 14), a_fortnight_ago(), -5);
  EXPECT_TRUE(rollables_of(holding.seat()).empty());
  holding.desk.book.lots[0].quantity = Tokens{5};
  holding.desk.book.lots[0].asset = "BTC";
  EXPECT_TRUE(rollables_of(holding.seat()).empty());
}

}  // namespace levee::hedge
