// tests/feed/calendar_file_test.cpp — events of a calendar, in the moment they mean.
#include "levee/feed/calendar_file.h"

#include "levee/feed/review_file.h"
#include "tests/feed/scratch.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using signal::EventKind;
using test::edited;
using test::written;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string releases =
    "date,event,detail,ref_period,time_et,source\n"
    "2020-03-11,cpi,Consumer Price Index release,February 2020,08:30,bls\n"
    "2020-02-13,ppi,,January 2020,08:30,bls\n"
    "2020-03-03,fomc_intermeeting,emergency cut,,,manual\n"
    "2020-03-06,nfp,Employment Situation release,,08:30,bls\n"
    "2020-04-29,fomc_decision,April meeting,,14:00,fed\n"
    "2020-04-08,fomc_minutes,,,14:00,fed\n";

const std::string own =
    "date_utc,kind,name,announced_utc\n"
    "2026-02-10T12:00:00Z,vote,\"Add, or not\",2026-02-07T09:00:00Z\n"
    "2026-02-01,unlock,,\n";

std::string refusal(const std::string& text) {
  const auto events = read_calendar(written("calendar.csv", text));
  EXPECT_FALSE(events);
  return events ? "" : events.error().message;
}

}  // namespace

TEST(CalendarFile, ReadsReleasesInEasternTime) {
  const auto events = read_calendar(written("releases.csv", releases));
  ASSERT_TRUE(events) << events.error().message;
  ASSERT_THAT(*events, SizeIs(4));
  EXPECT_EQ(events->at(0).at, *moment_from("2020-02-13T13:30:00Z"));
  EXPECT_EQ(events->at(0).kind, EventKind::ppi);
  EXPECT_EQ(events->at(2).at, *moment_from("2020-03-11T12:30:00Z"));
  EXPECT_EQ(events->at(2).name, "Consumer Price Index release");
  EXPECT_EQ(events->at(3).at, *moment_from("2020-04-29T18:00:00Z"));
  EXPECT_EQ(events->at(3).kind, EventKind::fomc);
  EXPECT_LT(events->at(3).announced, *moment_from("2000-01-01"));
}

TEST(CalendarFile, NobodyKnewOfACutBetweenMeetings) {
  const auto events = read_calendar(written("releases.csv", releases));
  ASSERT_TRUE(events);
  const signal::Event& cut = events->at(1);
  EXPECT_EQ(cut.at, *moment_from("2020-03-04"));
  EXPECT_EQ(cut.announced, cut.at);
}

TEST(CalendarFile, ClocksChangeOnTheSecondSundayOfMarchAndTheFirstOfNovember) {
  const auto utc = [](const std::string& date) {
    const auto events =
        read_calendar(written("one.csv", "date,event,time_et\n" + date + ",cpi,08:30\n"));
    EXPECT_TRUE(events);
    return text_of(events->front().at).substr(11, 5);
  };
  EXPECT_EQ(utc("2024-03-09"), "13:30");
  EXPECT_EQ(utc("2024-03-10"), "12:30");
  EXPECT_EQ(utc("2024-11-02"), "12:30");
  EXPECT_EQ(utc("2024-11-03"), "13:30");
  EXPECT_EQ(utc("2026-03-08"), "12:30");
  EXPECT_EQ(utc("2026-11-01"), "13:30");
}

TEST(CalendarFile, ReadsOnesOwnEventsAndServesTheReviewToo) {
  const std::string path = written("own.csv", own);
  const auto events = read_calendar(path);
  ASSERT_TRUE(events) << events.error().message;
  ASSERT_THAT(*events, SizeIs(2));
  EXPECT_EQ(events->at(0).kind, EventKind::unlock);
  EXPECT_EQ(events->at(1).name, "Add, or not");
  EXPECT_EQ(events->at(1).announced, *moment_from("2026-02-07T09:00:00Z"));
  const auto moments = read_events(path, *moment_from("2026-03-01"));
  ASSERT_TRUE(moments);
  EXPECT_EQ(*moments, (std::vector{events->at(0).at, events->at(1).at}));
}

TEST(CalendarFile, SaysWhatIsWrong) {
  EXPECT_THAT(refusal(edited(own, "unlock", "party")), HasSubstr(":3: kind \"party\" (must be"));
  EXPECT_THAT(refusal(edited(own, "2026-02-07", "2026-02-17")), HasSubstr(":2: announced_utc"));
  EXPECT_THAT(refusal(edited(own, "kind", "sort")), HasSubstr("no column kind"));
  EXPECT_THAT(refusal(edited(releases, "nfp", "gdp")), HasSubstr(":5: event \"gdp\""));
  EXPECT_THAT(refusal(edited(releases, "08:30", "8:30")), HasSubstr(":2: time_et \"8:30\""));
  EXPECT_THAT(refusal(edited(releases, "08:30", "24:00")), HasSubstr(":2: time_et"));
  EXPECT_THAT(refusal(edited(releases, "08:30", "")), HasSubstr(":2: time_et"));
  EXPECT_THAT(refusal(edited(releases, "2020-02-13", "2006-02-13")), HasSubstr(":3: date before"));
  EXPECT_THAT(refusal(edited(releases, "2020-02-13", "soon")), HasSubstr(":3:"));
  EXPECT_EQ(read_calendar(test::scratch() + "/none.csv").error().reason, Reason::unreachable);
}

TEST(CalendarRecords, EveryReleaseSince2017IsRead) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto events = read_calendar(test::recorded("macro/us_macro_release_calendar_2017on.csv"));
  ASSERT_TRUE(events) << events.error().message;
  std::map<EventKind, int> count;
  int inside = 0, looks = 0;
  for (const signal::Event& event : *events) ++count[event.kind];
  for (UnixSeconds at = *moment_from("2024-01-01"); at < *moment_from("2025-01-01");
       at = at + hours(1), ++looks) {
    inside += signal::reading_of(*events, {}, {.at = at, .last = at}).adds() ? 0 : 1;
  }
  EXPECT_EQ(count[EventKind::cpi], 119);
  EXPECT_EQ(count[EventKind::ppi], 119);
  EXPECT_EQ(count[EventKind::fomc], 90);
  EXPECT_GT(inside, looks / 10);
  EXPECT_LT(inside, looks / 3);
  fmt::print("calendar: {} events; {:.1f} % of the hours of 2024 lie in a window\n", events->size(),
             100.0 * inside / looks);
}

}  // namespace levee::feed
