// tests/base/time_test.cpp — moments read and written; nothing that is not one is taken for one.
#include "levee/base/time.h"

#include "tests/support/cases.h"

#include <fmt/core.h>

namespace levee {
namespace {

// Days from 1970-01-01 by counting them one year and one month at a time.
std::int64_t day_number(int year, int month, int day) {
  const auto leap = [](int y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); };
  std::int64_t count = day - 1;
  for (int y = 1970; y < year; ++y) count += leap(y) ? 366 : 365;
  constexpr int length[]{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int m = 1; m < month; ++m) count += length[m - 1] + (m == 2 && leap(year) ? 1 : 0);
  return count;
}

std::int64_t seconds_of(std::string_view text, DayEdge edge = DayEdge::first_second) {
  const auto moment = moment_from(text, edge);
  EXPECT_TRUE(moment) << text;
  return moment ? moment->value() : -1;
}

}  // namespace

TEST(Moment, IsReadInEveryFormThatIsPromised) {
  EXPECT_EQ(seconds_of("2026-01-20T15:39:50Z"), 1'768'923'590);
  EXPECT_EQ(seconds_of("2026-01-20T15:39:50"), 1'768'923'590);
  EXPECT_EQ(seconds_of("2026-01-20 15:39:50"), 1'768'923'590);
  EXPECT_EQ(seconds_of("2026-01-20T15:39Z"), 1'768'923'540);
  EXPECT_EQ(seconds_of("1969-12-31T23:59:59Z"), -1);
  EXPECT_EQ(seconds_of("1970-01-01"), 0);
}

TEST(Moment, AFractionOfASecondIsCutOffHoweverLong) {
  EXPECT_EQ(seconds_of("2026-01-20T15:39:50.999Z"), 1'768'923'590);
  EXPECT_EQ(seconds_of("2026-01-20 15:39:50.123456789"), 1'768'923'590);
  EXPECT_EQ(seconds_of("2026-01-20T15:39:50.99999999999999999999Z"), 1'768'923'590);
}

TEST(Moment, ABareDateIsItsFirstOrItsLastSecond) {
  EXPECT_EQ(seconds_of("2000-02-29"), 951'782'400);
  EXPECT_EQ(seconds_of("2000-02-29", DayEdge::last_second), 951'782'400 + 86'399);
  EXPECT_EQ(seconds_of("2000-02-29T00:00:00Z", DayEdge::last_second), 951'782'400);
}

TEST(Moment, WhatIsNotOneIsRefusedByName) {
  for (const std::string_view text : {"",
                                      "2026",
                                      "2026-1-20",
                                      "2026-01-20T",
                                      "2026-01-20T15",
                                      "2026-01-20T15:3",
                                      "2026-01-20T15:39:5",
                                      "2026-01-20T24:00:00",
                                      "2026-01-20T15:60",
                                      "2026-01-20T15:39:60Z",
                                      "2026-13-01",
                                      "2026-00-10",
                                      "2026-02-29",
                                      "1900-02-29",
                                      "2026-04-31",
                                      "2026-01-00",
                                      " 2026-01-20",
                                      "2026-01-20 ",
                                      "2026/01/20",
                                      "20-01-2026",
                                      "+026-01-20",
                                      "2026-01--1",
                                      "2026-01-20T15:39:50+01:00",
                                      "2026-01-20T15:39:50ZZ",
                                      "2026-01-20x15:39",
                                      "noon",
                                      "2026-01-20T15:39:50.",
                                      "2026-01-20T15:39:50.5x",
                                      "2026-01-20T-5:39",
                                      "2026-01-20T15.39"}) {
    const auto moment = moment_from(text);
    EXPECT_FALSE(moment) << text;
    if (moment) continue;
    EXPECT_EQ(moment.error().reason, Reason::bad_input) << text;
    EXPECT_NE(moment.error().message.find("\"" + std::string(text) + "\""), std::string::npos);
  }
}

TEST(Moment, AFractionOfAMinuteIsNotTakenForWholeMinutes) {
  EXPECT_FALSE(moment_from("2026-01-20T15:39.5Z"));
}

TEST(MomentLaw, TextAndMomentAreEachOthersInverse) {
  test::for_cases(1000, [](test::Gen& gen) {
    const UnixSeconds moment{static_cast<std::int64_t>(gen.real(-2e9, 2e11))};
    const auto back = moment_from(text_of(moment));
    ASSERT_TRUE(back) << text_of(moment);
    EXPECT_EQ(*back, moment);
  });
}

TEST(MomentLaw, DatesAreCountedAsACalendarCounts) {
  test::for_cases(1000, [](test::Gen& gen) {
    const int year = gen.integer(1970, 2400), month = gen.integer(1, 12), day = gen.integer(1, 31);
    const std::string text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
    const std::int64_t want = day_number(year, month, day);
    const bool exists = month == 12 || want < day_number(year, month + 1, 1);
    const auto got = moment_from(text);
    ASSERT_EQ(static_cast<bool>(got), exists) << text;
    EXPECT_EQ(exists ? got->value() : 0, exists ? want * 86'400 : 0) << text;
  });
}

TEST(Expiry, IsEightInTheMorningOfItsDay) {
  EXPECT_EQ(*expiry_from("27FEB26"), UnixSeconds{1'772'179'200});
  EXPECT_EQ(*expiry_from("6FEB26"), UnixSeconds{1'770'364'800});
  EXPECT_EQ(*expiry_from("06FEB26"), UnixSeconds{1'770'364'800});
  const char* const months[]{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                             "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  for (int m = 0; m < 12; ++m) {
    const auto expiry = expiry_from("25" + std::string(months[m]) + "26");
    ASSERT_TRUE(expiry) << months[m];
    EXPECT_EQ(expiry->value(), day_number(2026, m + 1, 25) * 86'400 + 8 * 3600) << months[m];
  }
}

TEST(Expiry, WhatIsNotOneIsRefused) {
  for (const std::string_view code :
       {"", "27FEB", "27feb26", "27FEV26", "31FEB26", "0FEB26", "29FEB26", "127FEB26", "27FEB2026",
        "-7FEB26", "27FEB-6", " 7FEB26", "FEB2726", "27FEB26 "}) {
    const auto expiry = expiry_from(code);
    EXPECT_FALSE(expiry) << code;
    if (expiry) continue;
    EXPECT_EQ(expiry.error().reason, Reason::bad_input) << code;
  }
  EXPECT_TRUE(expiry_from("29FEB28"));
}

TEST(Text, OfAMomentIsIso8601) {
  EXPECT_EQ(text_of(UnixSeconds{1'768'923'590}), "2026-01-20T15:39:50Z");
  EXPECT_EQ(text_of(UnixSeconds{0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(text_of(UnixSeconds{-1}), "1969-12-31T23:59:59Z");
}

TEST(Spans, AreExactAndYearsHave365Days) {
  using namespace literals;
  EXPECT_EQ(1_days, 24_hours);
  EXPECT_EQ(UnixSeconds{100} + 1_hours, UnixSeconds{3700});
  EXPECT_EQ(UnixSeconds{3700} - 1_hours, UnixSeconds{100});
  EXPECT_EQ(UnixSeconds{3700} - UnixSeconds{100}, Seconds{3600});
  EXPECT_EQ(years(365_days), Years{1});
  EXPECT_DOUBLE_EQ(years(30_days).value(), 30 / 365.0);
  EXPECT_EQ(in_days(36_hours), 1.5);
  EXPECT_EQ(in_days(-Seconds{43'200}), -0.5);
}

}  // namespace levee
