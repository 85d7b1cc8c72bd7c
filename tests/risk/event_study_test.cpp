// tests/risk/event_study_test.cpp — planted effects are found, absent ones are not.
#include "levee/risk/event_study.h"

#include "levee/num/philox.h"
#include "tests/risk/event_days.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace levee::risk {
namespace {

using hazard::Incident;
using hazard::Reach;
using test::at;
using test::daily_vols;
using test::hourly_prices;
using test::start;

// Every ninth day one event, every fifth of which is market-wide; told a day later.
std::vector<Incident> calendar(int events) {
  std::vector<Incident> all;
  for (int i = 0; i < events; ++i) {
    Incident one{.id = "event-" + std::to_string(i), .protocol = "protocol"};
    one.exploited = start + days(40 + 9 * i) + hours(i % 24);
    one.disclosed = one.exploited + days(1);
    one.loss = Usd{5e6}, one.market_wide = i % 5 == 0;
    if (i % 2 == 0) one.value_before = Usd{1e7};
    one.token = "TKN" + std::to_string(i);
    all.push_back(one);
  }
  return all;
}

struct World {
  std::vector<Incident> incidents;
  std::vector<WatchedAsset> assets;
  std::vector<WatchedToken> tokens;

  EventStudy study() const {
    auto made = event_study({.incidents = incidents, .assets = assets, .tokens = tokens});
    EXPECT_TRUE(made) << made.error().message;
    return *std::move(made);
  }
};

// Noise of 60 % a year; market-wide events add `fall` twelve hours after disclosure and double
// nothing else.
World world_of(std::uint64_t seed, int events, double fall) {
  World world{.incidents = calendar(events), .assets = {}, .tokens = {}};
  std::map<std::int64_t, double> falls;
  for (const Incident& one : world.incidents) {
    if (one.market_wide) falls[(one.disclosed - start).value() / 3600 + 12] += fall;
  }
  num::Draws draws(seed, 5, 0);
  const double hourly = 0.6 / std::sqrt(365.0 * 24);
  const int length = 60 + 9 * events;
  const auto move = [&](double hour) {
    const auto found = falls.find(static_cast<std::int64_t>(hour));
    return hourly * draws.normal() + (found == falls.end() ? 0 : found->second);
  };
  world.assets.push_back({"ETH", {hourly_prices(length, move)}, {}});
  world.assets.front().iv_index = {daily_vols(length, [](int) { return 0.6; })};
  return world;
}

constexpr double coverage_t = 2.02;  // Student's, 40 degrees of freedom

}  // namespace

TEST(EventStudy, FindsAPlantedFallInItsClassAlone) {
  const EventStudy study = world_of(1, 150, -0.25).study();
  const auto& wide = study.of(Reach::market_wide).assets.front().seen;
  const auto& other = study.of(Reach::idiosyncratic).assets.front().seen;
  const auto& week = wide[at(Reading::told_week)];
  EXPECT_EQ(week.events, 30U);
  EXPECT_NEAR(week.mean, -0.25, 3.5 * *week.error);
  EXPECT_LT(*week.error, 0.03);
  EXPECT_LT(*week.p_value, 0.005);
  EXPECT_LT(*wide[at(Reading::told_week_z)].p_value, 0.005);
  EXPECT_NEAR(other[at(Reading::told_week)].mean, 0, 3.5 * *other[at(Reading::told_week)].error);
  EXPECT_GT(*other[at(Reading::told_week)].p_value, 0.01);
  // A fifth of all nine days hold a fall of a quarter.
  EXPECT_NEAR(*week.usual, -0.25 / 45 * 7, 0.02);
  // What puts make of it: about the fall less the premium; and over half of the value.
  const auto& paid = study.of(Reach::market_wide).assets.front().paid_money;
  EXPECT_NEAR(wide[at(Reading::put_money)].mean, 0.16, 0.03);
  EXPECT_CLOSE(paid.mean, wide[at(Reading::put_money)].mean / 0.5, 1e-12);
  const auto& fair = other[at(Reading::put_money)];  // priced at the volatility that comes
  EXPECT_NEAR(fair.mean, 0, 3.5 * *fair.error);
}

TEST(EventStudy, GivesTheReactionOfItsClasses) {
  const EventStudy study = world_of(1, 40, -0.25).study();
  const hazard::Reaction reaction = study.reaction();
  EXPECT_EQ(reaction.until, study.until);
  EXPECT_GT(reaction.until, study.events.back().clock.told);
  const auto* wide = reaction.market_wide.asset("ETH");
  ASSERT_NE(wide, nullptr);
  EXPECT_EQ(wide->market.mean,
            study.of(Reach::market_wide).assets.front().seen[at(Reading::told_week)].mean);
  EXPECT_EQ(wide->vol.mean, 0);
  EXPECT_EQ(wide->vol.events, 8U);
  EXPECT_EQ(reaction.idiosyncratic.share_lost.events, 16U);
  EXPECT_EQ(reaction.idiosyncratic.share_lost.mean, 0.5);
}

TEST(EventStudy, AccountsForEveryIncident) {
  World world = world_of(3, 20, 0);
  world.incidents[3].loss = Usd{9e5};
  world.incidents[4].loss.reset();
  world.incidents[5].exploited = start - days(100);
  world.incidents[5].disclosed = start - days(99);
  const EventStudy study = world.study();
  EXPECT_EQ(study.events.size(), 18U);
  ASSERT_EQ(study.left_out.size(), 2U);
  EXPECT_EQ(study.left_out[0].why, "less lost than is material");
  EXPECT_EQ(study.left_out[1].why, "no ETH prices around it");
  for (std::size_t i = 1; i < study.events.size(); ++i) {
    EXPECT_LE(study.events[i - 1].clock.exploited, study.events[i].clock.exploited);
  }
}

TEST(EventStudy, PutsWeeksThatTouchIntoOneCluster) {
  World world = world_of(3, 6, 0);
  world.incidents[2].exploited = world.incidents[1].exploited + days(6);
  world.incidents[2].disclosed = world.incidents[2].exploited + days(1);
  const EventStudy study = world.study();
  EXPECT_EQ(study.events[1].cluster, study.events[2].cluster);
  EXPECT_EQ(study.events[5].cluster, 4U);
}

// The token's own fall is what is left when the market's is taken off.
TEST(EventStudy, ReadsTheOwnTokenLessTheMarket) {
  World world = world_of(4, 12, 0);
  const UnixSeconds told = world.incidents[2].disclosed;
  const market::Series& market = world.assets.front().prices.front();
  market::Series token = market;
  for (std::size_t i = 0; i < token.at.size(); ++i) {
    token.value[i] *= told < token.at[i] ? 0.003 : 0.005;
  }
  world.tokens = {{.event = "planted", .token = "TKN2", .prices = token},
                  {.event = "nobody's", .token = "ABC", .prices = token}};
  const EventStudy study = world.study();
  ASSERT_TRUE(study.events[2].token.week);
  EXPECT_CLOSE(*study.events[2].token.week, std::log(0.6), 1e-9);
  EXPECT_CLOSE(*study.events[2].token.day, std::log(0.6), 1e-9);
  EXPECT_FALSE(study.events[1].token.week);
  EXPECT_EQ(study.all.token_week.events, 1U);
  const auto unused = std::ranges::count(study.unread, "ABC: no event's own token in those days",
                                         &hazard::LeftOut::why);
  EXPECT_EQ(unused, 1);
}

TEST(EventStudy, RefusesWithoutAnEventThatCanBeRead) {
  World world = world_of(5, 3, 0);
  for (Incident& one : world.incidents) one.exploited = one.disclosed = start + days(2);
  const auto study = event_study({.incidents = world.incidents, .assets = world.assets});
  ASSERT_FALSE(study);
  EXPECT_EQ(study.error().reason, Reason::missing_data);
  EXPECT_THROW((void)event_study({.incidents = world.incidents, .assets = {}}), ContractBroken);
}

// Where events do nothing, p-values are spread evenly and the mean's error holds the truth, 0.
TEST(EventStudyLaw, IsCalibratedWhereNothingHappens) {
  constexpr int worlds = 120;
  int covered = 0, low = 0, high = 0;
  for (int world = 0; world < worlds; ++world) {
    const EventStudy study = world_of(100 + static_cast<std::uint64_t>(world), 41, 0).study();
    const auto& week = study.all.assets.front().seen[at(Reading::told_week)];
    covered += std::abs(week.mean) <= coverage_t * *week.error ? 1 : 0;
    low += *week.p_value < 0.2 ? 1 : 0;
    high += *week.p_value > 0.8 ? 1 : 0;
  }
  EXPECT_NEAR(covered, 0.95 * worlds, 4 * std::sqrt(0.95 * 0.05 * worlds));
  EXPECT_NEAR(low, 0.2 * worlds, 4 * std::sqrt(0.16 * worlds));
  EXPECT_NEAR(high, 0.2 * worlds, 4 * std::sqrt(0.16 * worlds));
}

}  // namespace levee::risk
