// tests/signal/calendar_test.cpp — windows open, fill the hedge and close on the second.
#include "levee/signal/calendar.h"

#include "tests/support/cases.h"

namespace levee::signal {
namespace {

using namespace levee::literals;

const UnixSeconds vote_at = *moment_from("2026-03-10T12:00:00Z");
const UnixSeconds long_ago = *moment_from("2026-01-01");
const Seconds second{1};

Event vote() { return {EventKind::vote, "upgrade of the pool", long_ago, vote_at}; }

CalendarReading seen(const std::vector<Event>& events, UnixSeconds at, UnixSeconds last) {
  return reading_of(events, {}, {.at = at, .last = last});
}

bool inside(UnixSeconds at) { return !seen({vote()}, at, long_ago).adds(); }

}  // namespace

TEST(Calendar, AddsNothingFromTwoDaysBeforeToSixHoursAfter) {
  EXPECT_FALSE(inside(vote_at - 48_hours - second));
  EXPECT_TRUE(inside(vote_at - 48_hours));
  EXPECT_TRUE(inside(vote_at));
  EXPECT_TRUE(inside(vote_at + 6_hours));
  EXPECT_FALSE(inside(vote_at + 6_hours + second));
}

TEST(Calendar, WantsTheHedgeFullADayBefore) {
  EXPECT_EQ(seen({vote()}, vote_at - 40_hours, long_ago).hedge_full_by, vote_at - 24_hours);
  EXPECT_EQ(seen({vote()}, vote_at + 1_hours, long_ago).hedge_full_by, vote_at - 24_hours);
  EXPECT_FALSE(seen({vote()}, vote_at - 49_hours, long_ago).hedge_full_by);
  Event sooner = vote();
  sooner.at = vote_at - 10_hours;
  const auto both = seen({vote(), sooner}, vote_at - 47_hours, long_ago);
  EXPECT_EQ(both.hedge_full_by, sooner.at - 24_hours);
  EXPECT_EQ(seen({sooner, vote()}, vote_at - 47_hours, long_ago).hedge_full_by,
            sooner.at - 24_hours);
  ASSERT_EQ(both.inside.size(), 2U);
  EXPECT_EQ(both.inside.front().at, sooner.at);
}

TEST(Calendar, ForcesOneReviewAfterTheWindow) {
  const UnixSeconds over = vote_at + 6_hours;
  EXPECT_TRUE(seen({vote()}, over, vote_at).review.empty());
  EXPECT_EQ(seen({vote()}, over + second, over).review.size(), 1U);
  EXPECT_EQ(seen({vote()}, over + 24_hours, vote_at).review.size(), 1U);
  EXPECT_TRUE(seen({vote()}, over + 48_hours, over + 24_hours).review.empty());
}

TEST(Calendar, KnowsNothingOfWhatIsNotAnnounced) {
  Event cut{EventKind::fomc, "emergency cut", vote_at, vote_at};
  EXPECT_TRUE(seen({cut}, vote_at - second, long_ago).adds());
  EXPECT_FALSE(seen({cut}, vote_at, long_ago).adds());
  EXPECT_EQ(seen({cut}, vote_at + 7_hours, vote_at).review.size(), 1U);
}

TEST(Calendar, RefusesWindowsThatMakeNoSense) {
  EXPECT_TRUE(check(WindowRule{}));
  EXPECT_FALSE(check(WindowRule{.before = Seconds{-1}}));
  EXPECT_FALSE(check(WindowRule{.before = hours(12)}));
  EXPECT_FALSE(check(WindowRule{.range_factor = .9}));
  EXPECT_THROW(seen({}, long_ago, vote_at), ContractBroken);
  EXPECT_THROW(seen({{EventKind::cpi, "", vote_at, long_ago}}, vote_at, vote_at), ContractBroken);
}

TEST(Calendar, NamesEveryKind) {
  for (const std::string_view name :
       {"vote", "upgrade", "unlock", "emission", "fomc", "cpi", "ppi"}) {
    ASSERT_TRUE(event_kind_named(name)) << name;
    EXPECT_EQ(name_of(*event_kind_named(name)), name);
  }
  EXPECT_FALSE(event_kind_named("election"));
}

TEST(CalendarLaw, EveryAnnouncedEventIsReviewedExactlyOnceHoweverOftenOneLooks) {
  test::for_cases(1000, [](test::Gen& gen) {
    std::vector<Event> events;
    for (std::size_t i = gen.size(1, 12); i > 0; --i) {
      const UnixSeconds at = long_ago + hours(gen.integer(0, 2000));
      events.push_back({EventKind::unlock, "", at - hours(gen.integer(0, 300)), at});
    }
    std::size_t reviewed = 0;
    const UnixSeconds first = long_ago - 400_hours, end = long_ago + 2100_hours;
    for (UnixSeconds last = first, at = first; at < end; last = at) {
      at = at + Seconds{gen.integer(1, 400000)};
      reviewed += seen(events, at, last).review.size();
    }
    ASSERT_EQ(reviewed, events.size());
  });
}

TEST(CalendarLaw, WhatIsAnnouncedLaterChangesNothingBefore) {
  test::for_cases(500, [](test::Gen& gen) {
    const UnixSeconds now = long_ago + hours(1000);
    std::vector<Event> known, all;
    for (int i = 0; i < 20; ++i) {
      const UnixSeconds at = long_ago + hours(gen.integer(800, 1200));
      const Event event{EventKind::vote, std::to_string(i), at - hours(gen.integer(0, 100)), at};
      all.push_back(event);
      if (!(now < event.announced)) known.push_back(event);
    }
    const auto with = seen(all, now, long_ago), without = seen(known, now, long_ago);
    ASSERT_EQ(with.inside.size(), without.inside.size());
    ASSERT_EQ(with.review.size(), without.review.size());
    ASSERT_EQ(with.hedge_full_by, without.hedge_full_by);
  });
}

}  // namespace levee::signal
