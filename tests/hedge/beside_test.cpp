// tests/hedge/beside_test.cpp — ranges and borrowing beside a plan.
#include "levee/hedge/beside.h"

#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

struct Day {
  test::Desk desk;
  signal::Outlook outlook{};
  Silence progress{};
  Program program{};
  Choice choice{};

  explicit Day(const book::Book& book = test::small_book())
      : desk(test::small_market(), book, {}, 500) {
    program = desk.program();
    choice = choose(program, desk.policy);
    gauge(0.03);
  }
  void gauge(double range) {
    outlook.gauges = {
        {.name = "daily_range", .reading = signal::Reading{test::midnight, range, "wide"}}};
  }
  Beside beside() {
    const Ground ground{desk.snapshot, desk.book, desk.policy,   outlook,    test::alone,
                        desk.surface,  desk.from, desk.position, Rate{0.05}, progress};
    return beside_of(ground, program, choice);
  }
};

book::Book with_loan() {
  book::Book book = test::small_book();
  book.idle_cash = Usd{20'000};
  book.loans.resize(1);
  book.loans[0].name = "line";
  book.loans[0].rate = Rate{0.04};
  book.loans[0].pledge =
      book::Pledge{.base = Tokens{200}, .quote = Usd{0}, .threshold = Share{0.8}};
  return book;
}

}  // namespace

TEST(Beside, LeavesARangeThatIsNotThreatened) {
  Day day;
  const Beside beside = day.beside();
  ASSERT_EQ(beside.ranges.size(), 1u);
  EXPECT_FALSE(beside.ranges[0].move.done);
  EXPECT_FALSE(beside.ranges[0].move.is_threatened);
  EXPECT_FALSE(beside.ranges[0].move.why.empty());
  EXPECT_FALSE(beside.sleeve);
}

TEST(Beside, MovesNoRangeWhereAGateForbidsItAndSaysWhich) {
  Day day;
  day.desk.book.positions[0].range.bounds = {Price{1980}, Price{2500}};
  day.outlook.facts.veq = 30;
  day.outlook.regime.restrictions = {{signal::NewRisk::move_range, "oracle", "the feed strays"}};
  const Beside beside = day.beside();
  ASSERT_EQ(beside.ranges.size(), 1u);
  EXPECT_TRUE(beside.ranges[0].move.is_threatened);
  EXPECT_FALSE(beside.ranges[0].move.done);
  EXPECT_THAT(beside.ranges[0].move.why, HasSubstr("oracle gate"));
}

TEST(Beside, WithoutADailyRangeNothingMovesAndThatIsTold) {
  Day day;
  day.outlook.gauges.clear();
  const Beside beside = day.beside();
  EXPECT_TRUE(beside.ranges.empty());
  ASSERT_EQ(beside.unknown.size(), 1u);
  EXPECT_EQ(beside.unknown[0].field, "beside.ranges");
}

TEST(Beside, BorrowsUnderStressAloneAndOnlyWhatTheHedgeWouldUse) {
  Day day(with_loan());
  const auto rows = day.program.rows.size();
  const Beside quiet = day.beside();
  ASSERT_TRUE(quiet.sleeve);
  EXPECT_EQ(quiet.sleeve->drawn_usd, 0);

  day.outlook.facts.stress.stands = signal::Switch::on;
  const Beside stressed = day.beside();
  ASSERT_TRUE(stressed.sleeve);
  EXPECT_GT(stressed.sleeve->drawn_usd, 0) << stressed.sleeve->why;
  EXPECT_LE(stressed.sleeve->drawn_usd, 0.4 * 0.8 * 200 * 2000 + 1e-6);
  EXPECT_GE(*stressed.sleeve->health_down, 2);
  EXPECT_EQ(day.program.rows.size(), rows);

  day.outlook.regime.restrictions = {{signal::NewRisk::draw_loan, "lending", "loans are dear"}};
  const Beside dear = day.beside();
  EXPECT_EQ(dear.sleeve->drawn_usd, 0);
  EXPECT_THAT(dear.sleeve->why, HasSubstr("loans are dear"));
}

}  // namespace levee::hedge
