// tests/hedge/beside_past_test.cpp — rate positions and second engines on a past made by hand.
#include "levee/hedge/beside_past.h"

#include "tests/hedge/beside_day.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t length = 200;

// Prices and funding of two hundred days.
test::BesideDay with_past(const book::Book& book = test::small_book()) {
  market::Snapshot snapshot = test::small_market();
  snapshot.history = test::series_until(snapshot.at, days(1), test::walk(5, length, 0.03, 0).price);
  snapshot.funding =
      test::series_until(snapshot.at, hours(8), std::vector<double>(3 * length, std::log(0.05)));
  return test::BesideDay(book, snapshot);
}

// A rate by the day, the last one now.
market::Series rates(const std::vector<double>& values) {
  market::Series series = test::series_until(test::midnight, days(1), values);
  series.value = values;
  return series;
}

RateSwapTold swap(test::BesideDay& day) {
  const Ground ground = day.ground();
  return rate_swap_told(ground, past_days(ground));
}

EnginesTold engines(test::BesideDay& day) {
  const Ground ground = day.ground();
  return engines_told(ground, past_days(ground));
}

const EngineCheck& check_named(const EnginesTold& told, const std::string& name) {
  return *std::ranges::find(told.found->checks, name, &EngineCheck::name);
}

}  // namespace

TEST(PastDays, PutEachDaysReturnOnTodaysPrice) {
  test::BesideDay day = with_past();
  const PastDays past = past_days(day.ground());
  ASSERT_EQ(past.end.size(), length);
  EXPECT_EQ(past.end.back(), test::midnight);
  const auto& prices = day.desk.snapshot.history->value;
  EXPECT_NEAR(past.move.back(), prices[length] / prices[length - 1] - 1, 1e-12);
  const amm::Range& range = day.desk.book.positions[0].range;
  EXPECT_NEAR(past.gain.back(),
              amm::exposure_at(range, Price{2000 * (1 + past.move.back())}).value.value() - 1e6,
              1e-6);
  day.desk.snapshot.history.reset();
  EXPECT_TRUE(past_days(day.ground()).end.empty());
}

// S1.34: the mean of thirty days over that of the ninety before, on the notional asked for.
TEST(BesideRates, PayTheMeanOverWhatWasPaidBefore) {
  test::BesideDay day = with_past();
  EXPECT_THAT(swap(day).why, HasSubstr("no lending rates were given (--lending"));
  std::vector<double> steps(length, 0.03);
  std::fill(steps.end() - 31, steps.end(), 0.05);
  day.past.series["borrow_rate"] = rates(steps);
  const RateSwapTold told = swap(day);
  ASSERT_TRUE(told.gain_usd) << told.why;
  EXPECT_NEAR(*told.notional_usd, 1e6, 1e-6);
  EXPECT_NEAR(*told.fixed, 0.03, 1e-12);
  EXPECT_NEAR(*told.received, 0.05, 1e-12);
  EXPECT_NEAR(*told.gain_usd, 1e6 * 0.02 * 30 / 365, 1e-6);
  EXPECT_THAT(told.why, StartsWith("the lending rate received for 3.00 %"));

  day.past.series["benchmark_rate"] = rates(std::vector<double>(length, 0.01));
  day.desk.policy.rate_notional_usd = 2e6;
  const RateSwapTold gap = swap(day);
  EXPECT_NEAR(*gap.fixed, 0.02, 1e-12);
  EXPECT_NEAR(*gap.gain_usd, 2e6 * 0.02 * 30 / 365, 1e-6);
  EXPECT_THAT(gap.why, StartsWith("the lending rate above its benchmark"));
}

TEST(BesideRates, AreAHedgeOnlyWhereTheyPaidOnTheDaysOfLoss) {
  test::BesideDay day = with_past();
  const PastDays past = past_days(day.ground());
  std::vector<double> follows(length + 1), walks(length + 1, 0.03);
  for (std::size_t i = 0; i < length; ++i) {
    // What stands from a day's start is what the day pays.
    follows[i] = 0.03 - past.gain[i] / 1e7;
    walks[i] = 0.03 + 0.001 * static_cast<double>(i * 7919 % 13);
  }
  follows.back() = 0.03;
  day.past.series["borrow_rate"] = rates(follows);
  ASSERT_TRUE(swap(day).effect) << swap(day).why;
  EXPECT_TRUE(swap(day).effect->is_hedge) << swap(day).why;
  EXPECT_NEAR(swap(day).effect->r_squared, 1, 1e-9);
  day.past.series["borrow_rate"] = rates(walks);
  EXPECT_FALSE(swap(day).effect->is_hedge);
  EXPECT_THAT(swap(day).why, HasSubstr("no hedge"));
}

TEST(BesideRates, SayWhatTheHistoryLacks) {
  test::BesideDay day = with_past();
  day.past.series["borrow_rate"] = rates(std::vector<double>(45, 0.03));
  EXPECT_THAT(swap(day).why, HasSubstr("thirty days before"));
  EXPECT_FALSE(swap(day).gain_usd);
  market::Series old = rates(std::vector<double>(length, 0.03));
  for (UnixSeconds& at : old.at) at = at - days(20);
  day.past.series["borrow_rate"] = old;
  EXPECT_THAT(swap(day).why, HasSubstr("no lending rate is known at"));
}

TEST(BesideEngines, AreNoneWhereNothingIsHeld) {
  test::BesideDay day = with_past();
  EXPECT_THAT(engines(day).why, StartsWith("none"));
  EXPECT_FALSE(engines(day).found);
}

// 4.7: a short perpetual goes against the positions, and carries its funding.
TEST(BesideEngines, MeasureAPerpetualAgainstThePositionsOnDaysWithFunding) {
  book::Book book = test::small_book();
  book.lots = {{.name = "short", .instrument = book::Perp{}, .quantity = Tokens{-100}}};
  test::BesideDay day = with_past(book);
  const EnginesTold told = engines(day);
  ASSERT_TRUE(told.found) << told.why;
  EXPECT_EQ(told.days, static_cast<double>(length));
  EXPECT_LT(*check_named(told, "short: correlation").value, -0.9);
  EXPECT_EQ(check_named(told, "short: correlation").verdict, "kept");
  EXPECT_EQ(check_named(told, "positions: share of risk").verdict, "broken");
  EXPECT_FALSE(check_named(told, "positions: share of income").value) << "fees are not known";
  EXPECT_THAT(told.why,
              HasSubstr("not independent of the positions by 200 days (positions: share"));

  // Funding is a constant a day: correlation is not moved by it, a hole in it costs its day.
  day.desk.snapshot.funding->at.erase(day.desk.snapshot.funding->at.begin() + 100);
  day.desk.snapshot.funding->value.pop_back();
  EXPECT_EQ(engines(day).days, static_cast<double>(length - 1));
  day.desk.snapshot.funding.reset();
  EXPECT_THAT(engines(day).why, HasSubstr("give --funding"));
}

TEST(BesideEngines, CountFundingAndWhatRebalancingLoses) {
  book::Book book = test::small_book();
  book.lots = {{.name = "short", .instrument = book::Perp{}, .quantity = Tokens{-100}}};
  test::BesideDay day = with_past(book);
  day.desk.position.total.lvr_usd_per_day = 300;
  day.desk.position.total.fees_usd_per_day = 400;
  EXPECT_NEAR(*check_named(engines(day), "positions: share of income").value,
              36'500 / (36'500 + 100 * 2000 * 0.05), 1e-9);

  // A funding that takes every move leaves the perpetual nothing that moves.
  const PastDays past = past_days(day.ground());
  std::vector<double> settled;
  for (const double move : past.move) settled.insert(settled.end(), 3, 365 * move);
  market::Series& funding = *day.desk.snapshot.funding;
  funding = test::series_until(test::midnight, hours(8), std::vector<double>(settled.size(), 0));
  funding.value = settled;
  const EnginesTold flat = engines(day);
  ASSERT_TRUE(flat.found) << flat.why;
  EXPECT_LT(std::abs(check_named(flat, "short: share of risk").value.value_or(1)), 1e-9);
}

TEST(BesideEngines, APledgeOfTheSameTokenIsNoSecondEngine) {
  test::BesideDay day = with_past(test::with_loan(50'000, 100));
  const EnginesTold told = engines(day);
  ASSERT_TRUE(told.found) << told.why;
  EXPECT_GT(*check_named(told, "line: correlation").value, 0.9);
  EXPECT_EQ(check_named(told, "line: correlation").verdict, "broken");
  EXPECT_FALSE(told.found->holds);
  day.desk.snapshot.history.reset();
  EXPECT_THAT(engines(day).why, HasSubstr("give --history"));
}

TEST(BesideEngines, AreUnprovedByTooFewDays) {
  test::BesideDay day = with_past(test::with_loan(50'000, 0));
  day.desk.policy.history_days = 20;
  EXPECT_EQ(engines(day).days, 20);
  EXPECT_EQ(check_named(engines(day), "line: correlation").verdict, "unproved");
}

}  // namespace levee::hedge
