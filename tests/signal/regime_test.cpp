// tests/signal/regime_test.cpp — gates forbid new risk and can only ask for more of the hedge.
#include "levee/signal/regime.h"

#include "tests/support/cases.h"

#include <algorithm>

namespace levee::signal {
namespace {

using enum NewRisk;
using levee::hours;

constexpr NewRisk all_acts[] = {open_liquidity, tight_range, recentre_tighter,
                                move_range,     sell_call,   draw_loan};

RegimeFacts at_veq(double veq) {
  RegimeFacts facts{.veq = veq};
  facts.vol = after(VeqRule{}, {}, veq);
  return facts;
}

std::string allowed(const RegimeFacts& facts) {
  const Regime regime = regime_from(facts, {});
  std::string acts;
  for (const NewRisk act : all_acts) {
    if (regime.allows(act)) acts += std::string(name_of(act)) + " ";
  }
  return acts;
}

enum class Is { news, old };
Watch standing(Is is, std::optional<double> value = {}) {
  return {.gate = {.stands = Switch::on}, .value = value, .is_new = is == Is::news};
}

CalendarReading before_vote() {
  const UnixSeconds at = *moment_from("2026-03-10");
  const std::vector<Event> events{{EventKind::vote, "12", at - days(9), at}};
  return reading_of(events, {}, {.at = at - hours(30), .last = at - hours(31)});
}

}  // namespace

TEST(Stress, IsTheMeanOfClippedParts) {
  const auto stress = stress_of({.breadth = 1, .veq = 9, .mev = -1}, {});
  EXPECT_EQ(stress.parts, 3);
  EXPECT_EQ(stress.score, 1);
  const auto all = stress_of({1, 2, 3, -9, 0, 2}, {});
  EXPECT_CLOSE(*all.score, 5.0 / 6, 1e-15);
}

TEST(Stress, SaysNothingFromTooFewParts) {
  EXPECT_FALSE(stress_of({.veq = 3, .mev = 3}, {}).score);
  EXPECT_EQ(stress_of({.veq = 3, .mev = 3}, {.least_parts = 2}).score, 3);
}

TEST(Press, HarvestsWhenAllFourConditionsHold) {
  const PressFacts rich{
      .premium = .18, .slope = .12, .rsi = 68.1, .over_mean = .01, .percentile = 80};
  EXPECT_EQ(press_of(rich, {}).state, PressState::harvest);
  EXPECT_EQ(press_of(rich, {}).score, 100);
  PressFacts one = rich;
  one.premium = .179;
  EXPECT_EQ(press_of(one, {}).state, PressState::off);
  EXPECT_LT(press_of(one, {}).score, 100);
  one = rich, one.slope = .11;
  EXPECT_EQ(press_of(one, {}).state, PressState::off);
  one = rich, one.rsi = 68;
  EXPECT_EQ(press_of(one, {}).state, PressState::off);
  one = rich, one.over_mean = 0;
  EXPECT_EQ(press_of(one, {}).state, PressState::off);
  one = rich, one.over_mean.reset();
  EXPECT_EQ(press_of(one, {}).state, PressState::off);
}

TEST(Press, RefreshesWhenConvexityIsCheapEvenIfPremiumIsRich) {
  EXPECT_EQ(press_of({.slope = .01, .percentile = 25}, {}).state, PressState::refresh);
  EXPECT_EQ(press_of({.slope = .01, .percentile = 26}, {}).state, PressState::off);
  EXPECT_EQ(press_of({.slope = 0, .percentile = 10}, {}).state, PressState::off);
  EXPECT_EQ(press_of({.premium = .3, .slope = .2, .rsi = 70, .over_mean = .1, .percentile = 10}, {})
                .state,
            PressState::refresh);
}

TEST(Regime, EachLevelForbidsMore) {
  EXPECT_EQ(allowed(at_veq(14)), "open_liquidity tight_range recentre_tighter move_range ");
  EXPECT_EQ(allowed(at_veq(17)), "open_liquidity recentre_tighter move_range ");
  EXPECT_EQ(allowed(at_veq(22)), "move_range ");
  EXPECT_EQ(allowed(at_veq(40)), "move_range ");
  EXPECT_EQ(allowed({}), "move_range ") << "not known is not calm";
  EXPECT_EQ(regime_from(at_veq(56), {}).size_share, .5);
}

TEST(Regime, CallsAreSoldInHarvestAloneAndLoansDrawnUnderStressAlone) {
  RegimeFacts facts = at_veq(14);
  facts.press.state = PressState::harvest;
  EXPECT_TRUE(regime_from(facts, {}).allows(sell_call));
  EXPECT_FALSE(regime_from(facts, {}).allows(draw_loan));
  facts.stress.stands = Switch::on;
  EXPECT_TRUE(regime_from(facts, {}).allows(draw_loan));
}

TEST(Regime, EventAheadStopsAddsAndFillsTheHedge) {
  RegimeFacts facts = at_veq(17);
  facts.calendar = before_vote();
  const Regime regime = regime_from(facts, {});
  EXPECT_FALSE(regime.allows(open_liquidity));
  EXPECT_EQ(regime.hedge, HedgeAsk::full_target);
  EXPECT_EQ(regime.hedge_by, *moment_from("2026-03-09"));
  EXPECT_EQ(regime.restrictions.back().gate, "calendar");
  EXPECT_EQ(regime.restrictions.back().why, "vote 12 at 2026-03-10T00:00:00Z");
}

TEST(Regime, FeedThatStraysStopsEveryTradeAtItsPrice) {
  RegimeFacts facts = at_veq(14);
  facts.stress.stands = Switch::on;
  facts.oracle = OracleBand::warn;
  EXPECT_TRUE(regime_from(facts, {}).allows(move_range));
  facts.oracle = OracleBand::freeze;
  EXPECT_EQ(allowed(facts), "");
  EXPECT_FALSE(regime_from(facts, {}).review);
  facts.oracle = OracleBand::exit_review;
  EXPECT_TRUE(regime_from(facts, {}).review);
}

TEST(Regime, CheapConvexityAsksForMoreOfTheHedge) {
  EXPECT_EQ(regime_from(at_veq(14), {}).hedge, HedgeAsk::refresh_long);
  RegimeFacts facts = at_veq(30);
  EXPECT_EQ(regime_from(facts, {}).hedge, HedgeAsk::as_planned);
  facts.press.state = PressState::refresh;
  EXPECT_EQ(regime_from(facts, {}).hedge, HedgeAsk::refresh_long);
}

TEST(Regime, AnEmergencyIsAVoteThatNobodyAnnounced) {
  RegimeFacts facts = at_veq(17);
  facts.emergency = standing(Is::news);
  const Regime regime = regime_from(facts, {});
  EXPECT_EQ(allowed(facts), "move_range ");
  EXPECT_EQ(regime.hedge, HedgeAsk::full_target);
  EXPECT_TRUE(regime.review);
  facts.emergency = standing(Is::old);
  facts.heat = standing(Is::news);
  EXPECT_FALSE(regime_from(facts, {}).review) << "it is looked at once";
  EXPECT_EQ(allowed(facts), "move_range ");
}

TEST(Regime, AStrainedPegStopsAddsAndABrokenOneEveryMove) {
  RegimeFacts facts = at_veq(14);
  facts.strained = standing(Is::news, .006);
  EXPECT_EQ(allowed(facts), "move_range ");
  EXPECT_EQ(regime_from(facts, {}).hedge, HedgeAsk::refresh_long) << "as calm alone asks";
  EXPECT_EQ(regime_from(facts, {}).reviews.at(0).why, "the peg is strained: 0.0060 off");
  facts.broken = standing(Is::news);
  facts.stress.stands = Switch::on;
  EXPECT_EQ(allowed(facts), "");
  EXPECT_EQ(regime_from(facts, {}).restrictions.back().why, "the peg was broken when last read");
  EXPECT_EQ(regime_from(facts, {}).reviews.size(), 1U);
}

TEST(Regime, AHypothesisAsksForALookAndTwoForbid) {
  for (Watch RegimeFacts::* one :
       {&RegimeFacts::breadth, &RegimeFacts::outflow, &RegimeFacts::lending, &RegimeFacts::heat}) {
    RegimeFacts facts = at_veq(14);
    const std::string before = allowed(facts);
    facts.*one = standing(Is::news);
    EXPECT_TRUE(regime_from(facts, {}).review);
    EXPECT_EQ(allowed(facts), before);
    facts.*one = standing(Is::old);
    EXPECT_FALSE(regime_from(facts, {}).review);
    facts.*(one == &RegimeFacts::heat ? &RegimeFacts::breadth : &RegimeFacts::heat) =
        standing(Is::old);
    EXPECT_EQ(allowed(facts), "move_range ");
    EXPECT_EQ(regime_from(facts, {}).restrictions.back().gate, "agreement");
  }
}

TEST(Regime, NoLoanIsDrawnWhileLoansAreDear) {
  RegimeFacts facts = at_veq(14);
  facts.stress.stands = Switch::on;
  EXPECT_TRUE(regime_from(facts, {}).allows(draw_loan));
  facts.lending = standing(Is::old);
  EXPECT_FALSE(regime_from(facts, {}).allows(draw_loan));
}

TEST(Regime, EveryAskOfTheHedgeHasAReason) {
  test::for_cases(300, [](test::Gen& gen) {
    RegimeFacts facts = at_veq(gen.scale(10, 40));
    if (gen.coin()) facts.press.state = PressState::refresh;
    if (gen.coin()) facts.calendar = before_vote();
    if (gen.coin()) facts.broken = standing(Is::old);
    const Regime regime = regime_from(facts, {});
    ASSERT_EQ(regime.hedge == HedgeAsk::as_planned, regime.asks.empty());
    ASSERT_EQ(regime.review, !regime.reviews.empty());
  });
}

TEST(RegimeLaw, MoreStressNeverAsksForLessOfTheHedgeOrAllowsMoreLiquidity) {
  test::for_cases(1000, [](test::Gen& gen) {
    RegimeFacts quiet = at_veq(gen.scale(15, 60));
    if (gen.coin()) quiet.press.state = PressState::refresh;
    RegimeFacts worse = quiet;
    if (gen.coin()) worse.calendar = before_vote();
    for (Watch RegimeFacts::* gate :
         {&RegimeFacts::breadth, &RegimeFacts::outflow, &RegimeFacts::lending, &RegimeFacts::heat,
          &RegimeFacts::emergency, &RegimeFacts::strained, &RegimeFacts::broken}) {
      if (gen.coin()) worse.*gate = standing(gen.pick({Is::news, Is::old}));
    }
    worse.oracle = gen.pick({OracleBand::fine, OracleBand::freeze, OracleBand::exit_review});
    worse.veq = *quiet.veq * gen.real(1, 2);
    worse.vol = after(VeqRule{}, quiet.vol, worse.veq);
    const Regime before = regime_from(quiet, {}), now = regime_from(worse, {});
    ASSERT_GE(now.hedge, before.hedge);
    ASSERT_LE(now.size_share, before.size_share);
    for (const NewRisk act : all_acts) ASSERT_LE(now.allows(act), before.allows(act));
  });
}

}  // namespace levee::signal
