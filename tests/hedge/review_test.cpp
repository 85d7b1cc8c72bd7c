// tests/hedge/review_test.cpp — three worked positions: one held, one protected, one left.
#include "levee/hedge/review.h"

#include "levee/hedge/steward.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

const ReviewPolicy usual;
const Error no_plan = fail(Reason::missing_data, "no hedge is worth its price");

UnixSeconds day(int number) { return *moment_from("2026-01-01") + days(number); }

// A million that earns 30,000 a month, loses 20,000 to arbitrage and 500 to failures, tail 100,000.
ReviewAsk held() {
  return {.value = Usd{1e6},
          .hold = {.fees_usd = 30'000, .lvr_usd = 20'000, .hazard_usd = 500, .cvar95_usd = 1e5},
          .protect = no_plan,
          .leave = {.fees_usd = 0, .switching_usd = 1'500, .elsewhere_usd = 3'700},
          .hazard = .005,
          .hazard_high = .01,
          .protocol = "uniswap-v3",
          .moved = {.why = "none written down"}};
}

ScoreMoved risen(double rise, double up) {
  return {.rise = rise, .deviation = 1, .looked_at = day(0), .days_up = up, .why = {}};
}

// Six scores about ten, reviewed on the third day.
std::vector<ReviewNote> notes() {
  std::vector<ReviewNote> made;
  for (const double score : {10.0, 9.0, 11.0, 10.0, 9.0, 11.0}) {
    ReviewNote note;
    note.at = day(static_cast<int>(made.size()));
    note.risk_score = score;
    if (made.size() == 3) note.answered = Answered::looked;
    made.push_back(note);
  }
  return made;
}

}  // namespace

TEST(Review, HoldsWhatPays) {
  ReviewAsk ask = held();
  ask.hold.fees_usd = 40'000;
  const Review told = review_of(ask, usual);
  EXPECT_EQ(told.action, "HOLD");
  EXPECT_DOUBLE_EQ(told.hold.utility_usd, 40'000 - 20'000 - 500 - 10'000);
  EXPECT_DOUBLE_EQ(told.leave.utility_usd, 2'200);
  EXPECT_DOUBLE_EQ(*told.carry_usd, 19'500);
  EXPECT_DOUBLE_EQ(told.fees_needed_usd, 32'700);
  EXPECT_THAT(told.sentence, HasSubstr("$7,300 less"));
  EXPECT_FALSE(told.loyalty);
  EXPECT_FALSE(told.motion);
  ask.hold.fees_usd = 30'300;
  EXPECT_EQ(review_of(ask, usual).action, "HOLD");
  EXPECT_THAT(review_of(ask, usual).sentence,
              HasSubstr("$2,400 more, which is less than the $2,500"));
}

TEST(Review, LeavesWhatDoesNot) {
  ReviewAsk ask = held();
  ask.hold.fees_usd = 12'000;
  const Review told = review_of(ask, usual);
  EXPECT_EQ(told.action, "EXIT");
  EXPECT_DOUBLE_EQ(*told.carry_usd, -8'500);
  EXPECT_FALSE(told.motion);
}

TEST(Review, AddsProtectionWhereRiskRoseAndCarryPays) {
  ReviewAsk ask = held();
  ask.hold.fees_usd = 40'000;
  Prospect covered = ask.hold;
  covered.hedge_usd = 2'000, covered.switching_usd = 300, covered.cvar95_usd = 40'000;
  ask.protect = covered;
  ask.moved = risen(.9, 2);
  EXPECT_EQ(review_of(ask, usual).action, "HOLD");
  ask.moved = risen(1, 2);
  const Review told = review_of(ask, usual);
  EXPECT_EQ(told.action, "ADD_PROTECTION");
  EXPECT_DOUBLE_EQ(told.protect->utility_usd - told.hold.utility_usd, 6'000 - 2'300);
  ask.protect = no_plan;
  EXPECT_EQ(review_of(ask, usual).action, "HOLD") << "there is none to add";
  EXPECT_THAT(review_of(ask, usual).reasons, Contains(HasSubstr("no hedge is worth its price")));
}

TEST(Review, AddsTheHedgeWithoutWhichItWouldLeave) {
  ReviewAsk ask = held();
  ask.hold.fees_usd = 20'000;
  EXPECT_EQ(review_of(ask, usual).action, "EXIT");
  Prospect covered = ask.hold;
  covered.cvar95_usd = 0, covered.hedge_usd = -5'000;  // worth 4,500 where leaving is 2,200
  ask.protect = covered;
  const Review told = review_of(ask, usual);
  EXPECT_EQ(told.action, "ADD_PROTECTION") << "holding bare is worth less than leaving";
  EXPECT_THAT(told.sentence, HasSubstr("$12,700 more than holding"));
  EXPECT_THAT(told.sentence, HasSubstr("$2,300 more than leaving"));
  ask.hold.fees_usd = 40'000;
  covered = ask.hold;
  covered.cvar95_usd = 0;
  ask.protect = covered;
  EXPECT_EQ(review_of(ask, usual).action, "HOLD") << "that is worth more than leaving by itself";
  EXPECT_THAT(review_of(ask, usual).reasons, Contains(HasSubstr("worth $10,000 more")));
}

TEST(Review, TellsWhatCannotBeToldApart) {
  ReviewAsk ask = held();
  ask.hold.error_usd = 3'000;
  EXPECT_THAT(review_of(ask, usual).reasons, Contains(HasSubstr("cannot be told apart")));
  ask.hold.error_usd = 300;
  EXPECT_THAT(review_of(ask, usual).reasons, Contains(HasSubstr("give or take $300")));
}

TEST(Review, DoesNotProtectWhatDoesNotPay) {
  ReviewAsk ask = held();
  ask.hold.fees_usd = 20'100, ask.hold.cvar95_usd = 0, ask.leave.switching_usd = 9'000;
  ask.protect = ask.hold;
  ask.moved = risen(3, 1);
  EXPECT_LT(*review_of(ask, usual).carry_usd, 0);
  const Review told = review_of(ask, usual);
  EXPECT_EQ(told.action, "HOLD");
  EXPECT_THAT(told.reasons, Contains(HasSubstr("widen it or leave")));
}

TEST(Review, NeedsAQuarterOfAPerCentToMove) {
  ReviewAsk ask = held();
  ask.hold.fees_usd = 30'000 + 2'700 - 2'499;
  EXPECT_EQ(review_of(ask, usual).action, "HOLD");
  ask.hold.fees_usd = 30'000 + 2'700 - 2'501;
  EXPECT_EQ(review_of(ask, usual).action, "EXIT");
}

TEST(Review, LeavesWhereHazardIsBeyondTheLimitWhateverItCosts) {
  ReviewAsk ask = held();
  ask.hold.fees_usd = 1e5, ask.leave.switching_usd = 5e4;
  ask.hazard = .119, ask.hazard_high = .3;
  EXPECT_EQ(review_of(ask, usual).action, "HOLD");
  EXPECT_THAT(review_of(ask, usual).reasons, Contains(HasSubstr("look closer")));
  ask.hazard = .12;
  EXPECT_EQ(review_of(ask, usual).action, "EXIT");
  ask.hold.fees_usd.reset();
  EXPECT_EQ(review_of(ask, usual).action, "EXIT") << "of which fees need not be known";
}

TEST(Review, WithoutFeesSaysWhichAreNeeded) {
  ReviewAsk ask = held();
  ask.hold.fees_usd.reset();
  const Review told = review_of(ask, usual);
  EXPECT_EQ(told.action, "HOLD");
  EXPECT_FALSE(told.carry_usd);
  EXPECT_DOUBLE_EQ(told.fees_needed_usd, 32'700);
  EXPECT_THAT(told.reasons, Contains(HasSubstr("$32,700")));
}

TEST(Review, FlagsLoyaltyAfterAWeek) {
  ReviewAsk ask = held();
  ask.hold.fees_usd = 40'000;
  ask.moved = risen(1.5, 6.9);
  EXPECT_FALSE(review_of(ask, usual).loyalty);
  ask.moved = risen(1.5, 7);
  EXPECT_TRUE(review_of(ask, usual).loyalty);
  EXPECT_THAT(review_of(ask, usual).reasons, Contains(HasSubstr("Loyalty: ")));
}

TEST(Review, FlagsMotionWhereMovingCostsMoreThanItGains) {
  ReviewAsk ask = held();
  ask.leave.switching_usd = 5'000;  // gain before it: 4,200
  EXPECT_TRUE(review_of(ask, usual).motion);
  ask.leave.switching_usd = 1'500;
  EXPECT_FALSE(review_of(ask, usual).motion);
  ask.paid_lately_usd = 3'000;
  EXPECT_TRUE(review_of(ask, usual).motion) << "moves of late count";
  ask.hold.fees_usd = 60'000, ask.paid_lately_usd = 0;
  EXPECT_FALSE(review_of(ask, usual).motion) << "nothing speaks for moving";
}

TEST(Review, NeitherFlattersNorPunishesAHedge) {
  // A hedge at a fair price costs in decay what it gains in gamma: only the tail is left to differ.
  ReviewAsk ask = held();
  Prospect fair = ask.hold;
  fair.hedge_usd = 0, fair.cvar95_usd = 60'000;
  ask.protect = fair;
  const Review told = review_of(ask, usual);
  EXPECT_DOUBLE_EQ(told.protect->utility_usd - told.hold.utility_usd, .1 * 40'000);
}

TEST(ScoreMoved, IsAgainstTheLastReview) {
  const auto made = notes();
  const ScoreMoved moved = score_moved({.notes = made, .now = day(6), .score = 11}, usual);
  const double deviation = std::sqrt(4 / 5.0);
  EXPECT_CLOSE(*moved.deviation, deviation, 1e-14);
  EXPECT_EQ(moved.looked_at, day(3));
  EXPECT_CLOSE(*moved.rise, 1 / deviation, 1e-14);
  EXPECT_EQ(moved.days_up, 1) << "on the fifth day it was down";
}

TEST(ScoreMoved, CountsDaysThatNobodyLooked) {
  auto made = notes();
  for (ReviewNote& note : made) {
    if (note.at > day(3)) note.risk_score = 14;
  }
  EXPECT_EQ(score_moved({.notes = made, .now = day(12), .score = 14}, usual).days_up, 8);
  EXPECT_EQ(score_moved({.notes = made, .now = day(12), .score = 10}, usual).days_up, 0);
  made.back().answered = Answered::held;
  EXPECT_EQ(score_moved({.notes = made, .now = day(12), .score = 14}, usual).days_up, 0);
}

TEST(ScoreMoved, NeedsScoresThatDiffer) {
  const auto made = notes();
  const ScoreMoved few =
      score_moved({.notes = std::span(made).first(4), .now = day(6), .score = 11}, usual);
  EXPECT_FALSE(few.rise);
  EXPECT_THAT(few.why, HasSubstr("4 scores"));
  auto same = made;
  for (ReviewNote& note : same) note.risk_score = 5;
  EXPECT_FALSE(score_moved({.notes = same, .now = day(6), .score = 6}, usual).rise);
  EXPECT_FALSE(score_moved({.notes = {}, .now = day(6), .score = 6}, usual).rise);
}

TEST(ScoreMoved, WithoutAReviewIsAgainstTheFirstScore) {
  auto made = notes();
  for (ReviewNote& note : made) note.answered = Answered::nothing;
  const ScoreMoved moved = score_moved({.notes = made, .now = day(6), .score = 12}, usual);
  EXPECT_FALSE(moved.looked_at);
  EXPECT_CLOSE(*moved.rise, 2 / *moved.deviation, 1e-14);
}

TEST(ReviewPolicy, NamesTheFirstFieldThatIsWrong) {
  ReviewPolicy wrong;
  EXPECT_TRUE(check(wrong));
  wrong.hazard_limit = -1;
  EXPECT_THAT(check(wrong).error().message, HasSubstr("hazard_limit = -1"));
}

TEST(ReviewLaw, NothingIsCountedTwice) {
  test::for_cases(500, [](test::Gen& gen) {
    ReviewAsk ask = held();
    ask.hold = {.fees_usd = gen.real(0, 5e4),
                .lvr_usd = gen.real(0, 5e4),
                .hazard_usd = gen.real(0, 1e4),
                .hedge_usd = gen.real(-1e3, 1e4),
                .cvar95_usd = gen.real(0, 3e5)};
    const Review told = review_of(ask, usual);
    EXPECT_NEAR(told.hold.utility_usd, *told.carry_usd - .1 * ask.hold.cvar95_usd, 1e-9);
    // With the fees that are needed both are worth the same.
    ask.hold.fees_usd = told.fees_needed_usd;
    const Review even = review_of(ask, usual);
    EXPECT_NEAR(even.hold.utility_usd, even.leave.utility_usd, 1e-9);
    EXPECT_EQ(even.action, "HOLD");
  });
}

}  // namespace levee::hedge
