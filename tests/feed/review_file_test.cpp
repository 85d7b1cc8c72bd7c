// tests/feed/review_file_test.cpp — reviews and events as they were written down.
#include "levee/feed/review_file.h"

#include "tests/feed/scratch.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using hedge::Answered;
using test::edited;
using test::written;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const UnixSeconds until = *moment_from("2026-02-01");

const std::string good =
    "date_utc,risk_score,action,cost_usd,allocation_usd,headline_yield\n"
    "2026-01-01,12.5,none,,100000,0.2\n"
    "2026-01-08T12:00:00Z,13,review,,,\n"
    "2026-01-15,,add_protection,250,110000,0.25\n"
    "2026-03-01,nonsense,none,,,\n";

Result<std::vector<hedge::ReviewNote>> read(const std::string& text) {
  return read_reviews(written("reviews.csv", text), until);
}

std::string refusal(std::string_view part, std::string_view by) {
  const auto notes = read(edited(good, part, by));
  EXPECT_FALSE(notes) << by;
  if (notes) return "";
  EXPECT_THAT(notes.error().message, Not(HasSubstr("\n")));
  return notes.error().message;
}

}  // namespace

TEST(ReviewFile, IsReadUpToTheMoment) {
  const auto notes = read(good);
  ASSERT_TRUE(notes) << notes.error().message;
  ASSERT_THAT(*notes, SizeIs(3));
  EXPECT_EQ(notes->at(0).risk_score, 12.5);
  EXPECT_EQ(notes->at(0).answered, Answered::nothing);
  EXPECT_EQ(notes->at(0).headline_yield, .2);
  EXPECT_EQ(notes->at(1).at, *moment_from("2026-01-08T12:00:00Z"));
  EXPECT_EQ(notes->at(1).answered, Answered::looked);
  EXPECT_FALSE(notes->at(2).risk_score);
  EXPECT_EQ(notes->at(2).cost, Usd{250});
  EXPECT_EQ(notes->at(2).answered, Answered::protect);
}

TEST(ReviewFile, NeedsThreeColumns) {
  const auto notes = read("date_utc,risk_score,action\n2026-01-01,5,hold\n2026-01-02,6,exit\n");
  ASSERT_TRUE(notes);
  EXPECT_EQ(notes->at(0).answered, Answered::held);
  EXPECT_EQ(notes->at(1).answered, Answered::left);
  EXPECT_FALSE(notes->at(1).allocation_usd);
  EXPECT_THAT(refusal("action", "did"), HasSubstr("no column action"));
}

TEST(ReviewFile, SaysWhatIsWrong) {
  EXPECT_THAT(refusal(",review,", ",slept,"), HasSubstr(":3: action \"slept\" (must be none"));
  EXPECT_THAT(refusal("2026-01-08T12:00:00Z", "2026-01-01"), HasSubstr(":3: date_utc"));
  EXPECT_THAT(refusal("12.5", "-1"), HasSubstr(":2: risk_score \"-1\" is negative"));
  EXPECT_THAT(refusal("2026-01-15", "soon"), HasSubstr(":4:"));
  EXPECT_EQ(read_reviews(test::scratch() + "/none.csv", until).error().reason, Reason::unreachable);
}

TEST(EventFile, IsADayPerRow) {
  const auto events = read_events(
      written("events.csv",
              "event,date_utc\nvote,2026-01-20\nrelease,2026-01-10\nlater,2026-05-01\n"),
      until);
  ASSERT_TRUE(events) << events.error().message;
  EXPECT_EQ(*events, (std::vector{*moment_from("2026-01-10"), *moment_from("2026-01-20")}));
  EXPECT_FALSE(read_events(written("bad.csv", "date_utc\nsoon\n"), until));
}

}  // namespace levee::feed
