// tests/hedge/steward_test.cpp — keepers of rules and chasers of yields.
#include "levee/hedge/steward.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using ::testing::HasSubstr;

// Everything as it should be.
StewardAsk steward() {
  return {.coverage = Against{.35, .35},
          .tail = Against{.01, .02},
          .calendar = Against{4, 4},
          .cost = Against{900, 1000},
          .concentration = Against{.02, .03},
          .health = Against{2.5, 2},
          .review_days = Against{10, 30},
          .market_hours = Against{1, 36},
          .notes = {},
          .emissions_share = {}};
}

// Money that follows yields shown, with `noise` against it.
std::vector<ReviewNote> chaser(double noise) {
  std::vector<ReviewNote> made;
  double held = 1e5;
  for (int i = 0; i < 12; ++i) {
    ReviewNote note;
    note.at = *moment_from("2026-01-01") + days(7 * i);
    note.headline_yield = .1 + .05 * (i * 7 % 5);
    held += 1e4 * (*note.headline_yield - .2) + noise * (i % 2 == 0 ? 1 : -1);
    note.allocation_usd = held;
    made.push_back(note);
  }
  return made;
}

}  // namespace

TEST(Steward, WhoKeepsEveryRuleHasAHundred) {
  const Steward told = steward_of(steward());
  EXPECT_DOUBLE_EQ(*told.score, 100);
  EXPECT_EQ(told.known_weight, 100);
  EXPECT_TRUE(told.may_add);
  EXPECT_FALSE(told.promoter);
}

TEST(Steward, IsTheSumOfItsParts) {
  StewardAsk ask = steward();
  ask.coverage = Against{.07, .35};
  ask.tail = Against{.04, .02};
  ask.calendar = Against{1, 4};
  ask.cost = Against{2000, 1000};
  ask.health = Against{1, 2};
  ask.review_days = Against{60, 30};
  const Steward told = steward_of(ask);
  EXPECT_CLOSE(*told.score, 25 * .2 + 20 * .5 + 15 * .25 + 15 * .5 + 15 * .5 + 10 * .5, 1e-13);
  EXPECT_FALSE(told.may_add) << "below 60";
}

TEST(Steward, IsOverThePartsThatAreKnown) {
  StewardAsk ask{};
  EXPECT_FALSE(steward_of(ask).score);
  EXPECT_FALSE(steward_of(ask).may_add);
  ask.coverage = Against{.14, .35};
  ask.cost = Against{0, 0};
  const Steward told = steward_of(ask);
  EXPECT_EQ(told.known_weight, 40);
  EXPECT_CLOSE(*told.score, 100 * (25 * .4 + 15) / 40, 1e-13);
  EXPECT_FALSE(told.parts[1].share);
  EXPECT_THAT(told.parts[1].about, HasSubstr("not known"));
}

TEST(Steward, ClipsEveryPart) {
  StewardAsk ask = steward();
  ask.coverage = Against{5, .35};
  EXPECT_DOUBLE_EQ(*steward_of(ask).score, 100);
  ask.coverage = Against{-5, .35};
  EXPECT_DOUBLE_EQ(*steward_of(ask).score, 75);
  ask.tail = Against{-.01, .02};
  EXPECT_DOUBLE_EQ(*steward_of(ask).score, 75) << "a tail that gains keeps the cap";
}

TEST(Promoter, FollowsYieldsWithoutCover) {
  StewardAsk ask = steward();
  const auto notes = chaser(0);
  ask.notes = notes;
  EXPECT_EQ(steward_of(ask).promoter, false) << "coverage is at its target";
  ask.coverage = Against{.1, .35};
  EXPECT_EQ(steward_of(ask).promoter, true);
  const auto noisy = chaser(1e4);
  ask.notes = noisy;
  EXPECT_EQ(steward_of(ask).promoter, false);
  ask.notes = std::span(notes).first(8);
  EXPECT_FALSE(steward_of(ask).promoter) << "seven changes say nothing";
}

// Who follows yields without cover may add nothing, however many other rules he keeps.
TEST(Promoter, AddsNothingThoughHisScorePassesTheGate) {
  StewardAsk ask = steward();
  const auto notes = chaser(0);
  ask.notes = notes;
  EXPECT_TRUE(steward_of(ask).may_add);
  ask.coverage = Against{.1, .35};
  const Steward told = steward_of(ask);
  EXPECT_GE(*told.score, steward_gate);
  EXPECT_EQ(told.promoter, true);
  EXPECT_FALSE(told.may_add);
}

TEST(Promoter, LivesOnEmissions) {
  StewardAsk ask = steward();
  ask.emissions_share = .51;
  EXPECT_EQ(steward_of(ask).promoter, true);
  ask.emissions_share = .5;
  EXPECT_EQ(steward_of(ask).promoter, false);
}

}  // namespace levee::hedge
