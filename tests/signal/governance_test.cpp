// tests/signal/governance_test.cpp — heat of a DAO by hand, by exact sums and on recorded votes.
#include "levee/signal/governance.h"

#include "levee/feed/governance_file.h"
#include "levee/num/normal.h"
#include "tests/feed/scratch.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::signal {
namespace {

const UnixSeconds begin = *moment_from("2025-01-01");
constexpr double all_tokens = 1e6;

Proposal made(int day, double turnout) {
  const UnixSeconds at = begin + days(day);
  return {.created = at,
          .name = std::to_string(day),
          .counted = at + days(5),
          .votes = turnout * all_tokens,
          .votes_for = turnout * all_tokens,
          .largest_vote = turnout * all_tokens / 4,
          .executed = at + days(8)};
}

// One proposal every ten days, turnout 8 to 12 %.
Governance steady(int days_long) {
  Governance governance;
  governance.eligible = all_tokens;
  for (int day = 0; day <= days_long; day += 10) {
    governance.proposals.push_back(made(day, .08 + .01 * ((day / 10) % 5)));
  }
  return governance;
}

Heat heat_on(const Governance& governance, int day) {
  return heat_of(governance, {}, begin + days(day));
}

}  // namespace

TEST(Governance, VelocityIsTheRatioOfCounts) {
  const Heat even = heat_on(steady(300), 295);
  EXPECT_EQ(even.proposals, 3);
  EXPECT_EQ(even.velocity, 1);
  Governance busy = steady(300);
  for (int day = 281; day <= 286; ++day) busy.proposals.push_back(made(day, .1));
  std::ranges::stable_sort(busy.proposals, {}, &Proposal::created);
  const Heat hot = heat_on(busy, 295);
  EXPECT_EQ(hot.proposals, 9);
  EXPECT_CLOSE(*hot.velocity, 9 * 6.0 / 24, 1e-15);
  EXPECT_GT(*hot.velocity_z, 2);
  EXPECT_GT(*hot.z, *even.z);
}

TEST(Governance, VelocityScoreIsTheBinomialOne) {
  // One of one in a window of six: P(X < 1) + P(X = 1) / 2 = 5/6 + 1/12.
  Governance one;
  one.proposals = {made(0, .1), made(195, .1)};
  EXPECT_CLOSE(*heat_on(one, 200).velocity_z, num::normal_quantile(11.0 / 12), 1e-12);
  one.proposals = {made(0, .1), made(150, .1)};
  EXPECT_CLOSE(*heat_on(one, 200).velocity_z, num::normal_quantile(5.0 / 12), 1e-12);
}

TEST(Governance, FallingTurnoutRaisesHeatAndTheIntensityOfFailure) {
  Governance governance = steady(290);
  const Heat usual = heat_on(governance, 299);
  EXPECT_EQ(usual.turnout, governance.proposals.back().votes / all_tokens);
  EXPECT_CLOSE(*usual.turnout_median, .10, 1e-12);
  governance.proposals.back() = made(290, .01);
  const Heat apathy = heat_on(governance, 299);
  EXPECT_CLOSE(*apathy.turnout, .01, 1e-12);
  EXPECT_GT(*apathy.turnout_z, *usual.turnout_z + 2);
  EXPECT_GT(*apathy.z, *usual.z);
  EXPECT_GT(failure_factor(apathy, .1), failure_factor(usual, .1));
  EXPECT_EQ(failure_factor({}, .1), 1);
  EXPECT_EQ(failure_factor({.z = -3}, .1), 1);
  EXPECT_CLOSE(failure_factor({.z = 2}, .1), std::exp(.2), 1e-15);
}

TEST(Governance, TurnoutIsHeldAgainstSixMonthsAndNoLonger) {
  Governance governance = steady(400);
  for (Proposal& proposal : governance.proposals) {
    if (proposal.created < begin + days(210)) proposal.votes = .9 * all_tokens;
  }
  EXPECT_CLOSE(*heat_on(governance, 399).turnout_median, .10, 1e-12);
}

TEST(Governance, QuorumAndConcentrationAreHeldAgainstTheirOwnPast) {
  Governance governance = steady(290);
  double wobble = 0;
  for (Proposal& proposal : governance.proposals) {
    proposal.quorum = 4e4;
    proposal.top10_share = .5 + (wobble = .05 - wobble);
  }
  governance.proposals.back().top10_share = .95;
  const Heat heat = heat_on(governance, 299);
  EXPECT_CLOSE(*heat.quorum_margin, governance.proposals.back().votes_for / 4e4 - 1, 1e-15);
  EXPECT_EQ(heat.largest_share, .25);
  EXPECT_GT(*heat.top10_z, 3);
  ASSERT_TRUE(heat.quorum_z);
}

TEST(Governance, EmergencyIsDeclaredOrIsAWaitTooShort) {
  Governance governance = steady(290);
  EXPECT_FALSE(heat_on(governance, 299).emergency);
  Governance declared = governance;
  declared.proposals.back().emergency = true;
  EXPECT_TRUE(heat_on(declared, 299).emergency);
  EXPECT_GE(*heat_on(declared, 299).z, 3);
  EXPECT_FALSE(heat_on(declared, 330).emergency) << "it is over after the short window";
  Governance rushed = governance;
  rushed.proposals.back().executed = rushed.proposals.back().counted + hours(2);
  EXPECT_TRUE(heat_on(rushed, 299).emergency);
  EXPECT_FALSE(heat_on(rushed, 294).emergency) << "nobody knows yet that it will be rushed";
}

TEST(Governance, SaysNothingBeforeAWholeLongWindow) {
  EXPECT_FALSE(heat_on(steady(300), 179).z);
  EXPECT_TRUE(heat_on(steady(300), 180).z);
  EXPECT_FALSE(heat_on({}, 300).z);
}

TEST(Governance, CountIsUnknownUntilItIsOver) {
  const Governance governance = steady(290);
  const Governance known = known_at(governance, begin + days(294));
  ASSERT_EQ(known.proposals.size(), governance.proposals.size());
  EXPECT_EQ(known.proposals.back().votes, 0);
  EXPECT_FALSE(known.proposals.back().executed);
  EXPECT_EQ(known_at(governance, begin + days(289)).proposals.size(), 29U);
}

TEST(Governance, ACancellationIsUnknownUntilItComes) {
  Governance governance = steady(0);
  governance.proposals[0].canceled = begin + days(3);
  EXPECT_FALSE(known_at(governance, begin + days(3) - Seconds{1}).proposals.at(0).canceled);
  EXPECT_TRUE(known_at(governance, begin + days(3)).proposals.at(0).canceled);
  EXPECT_FALSE(known_at(governance, begin + days(7)).proposals.at(0).executed);
  EXPECT_TRUE(known_at(governance, begin + days(8)).proposals.at(0).executed);
}

TEST(GovernanceLaw, WhatComesLaterChangesNoHeat) {
  test::for_cases(300, [](test::Gen& gen) {
    Governance governance;
    governance.eligible = all_tokens;
    for (int day = 0; day < 500; day += gen.integer(1, 12)) {
      governance.proposals.push_back(made(day, gen.scale(.001, .5)));
      governance.days.push_back({begin + days(day), gen.scale(1, 1e5), 3});
      if (gen.coin()) governance.proposals.back().quorum = 4e4;
      if (gen.coin()) governance.proposals.back().canceled = begin + days(day + 3);
    }
    const int day = gen.integer(180, 500);
    const Heat whole = heat_on(governance, day);
    const Heat part = heat_on(known_at(governance, begin + days(day)), day);
    ASSERT_EQ(whole.z, part.z);
    ASSERT_EQ(whole.velocity, part.velocity);
    ASSERT_EQ(whole.turnout_median, part.turnout_median);
    ASSERT_EQ(whole.voted, part.voted);
  });
}

// Under a steady stream the score has to behave as the normal it claims to be.
TEST(GovernanceLaw, VelocityScoreOfASteadyStreamIsAStandardNormal) {
  double sum = 0, squares = 0;
  int count = 0, high = 0;
  test::for_cases(2000, [&](test::Gen& gen) {
    Governance governance;
    governance.proposals.push_back(made(0, .1));
    for (int i = 0; i < 60; ++i) governance.proposals.push_back(made(0, .1));
    for (std::size_t i = 1; i < governance.proposals.size(); ++i) {
      governance.proposals[i].created =
          begin + days(20) + Seconds{gen.integer(1, static_cast<int>(days(180).value()) - 1)};
    }
    std::ranges::stable_sort(governance.proposals, {}, &Proposal::created);
    const double z = *heat_on(governance, 200).velocity_z;
    sum += z;
    squares += z * z;
    ++count;
    high += z > 1.6448536269514722 ? 1 : 0;
  });
  EXPECT_NEAR(sum / count, 0, 3 / std::sqrt(2000));
  EXPECT_NEAR(squares / count, 1, 3 * std::sqrt(2.0 / 2000) + .02);
  EXPECT_NEAR(static_cast<double>(high) / count, .05, .02);
}

TEST(GovernanceRecords, CompoundRunsHotWhenProposalsPileUp) {
  LEVEE_NEEDS_RECORDED_FILES();
  Governance governance;
  governance.eligible = 1e7;
  const auto proposals =
      feed::read_proposals(test::recorded("governance/onchain_proposals.csv"), "compound_bravo");
  ASSERT_TRUE(proposals) << proposals.error().message;
  governance.proposals = *proposals;
  const auto voted =
      feed::read_vote_days(test::recorded("governance/onchain_votes_daily.csv"), "compound_bravo");
  ASSERT_TRUE(voted) << voted.error().message;
  governance.days = *voted;
  ASSERT_EQ(governance.proposals.size(), 99U);
  int read = 0, hot = 0, emergencies = 0;
  Heat hottest;
  UnixSeconds when;
  for (UnixSeconds at = *moment_from("2021-10-15"); at < *moment_from("2023-01-01");
       at = at + days(1)) {
    const Heat heat = heat_of(governance, {}, at);
    if (!heat.z) continue;
    ++read;
    hot += *heat.z > 2 ? 1 : 0;
    emergencies += heat.emergency ? 1 : 0;
    ASSERT_TRUE(heat.turnout);
    ASSERT_GT(*heat.turnout, 0);
    ASSERT_LT(*heat.turnout, 1);
    if (!hottest.z || *heat.z > *hottest.z) hottest = heat, when = at;
  }
  EXPECT_GT(read, 400);
  EXPECT_LT(hot, read / 4) << "hot is not usual";
  EXPECT_EQ(emergencies, 0) << "the record does not say when votes were counted";
  fmt::print(
      "compound_bravo: {} days read, {} hot; hottest {} z {:.2f} velocity {:.2f} turnout "
      "{:.3f} of median {:.3f} voted {:.3f}\n",
      read, hot, text_of(when), *hottest.z, *hottest.velocity, *hottest.turnout,
      hottest.turnout_median.value_or(0), hottest.voted.value_or(0));
}

}  // namespace levee::signal
