// tests/hedge/beside_trades_test.cpp — a plan's purchases through other legs; dollars from options.
#include "levee/hedge/beside_trades.h"

#include "tests/hedge/beside_day.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

LegsTold legs(test::BesideDay& day) {
  const Ground ground = day.ground();
  const Setting setting = day.desk.setting();
  return legs_told(day.ask(ground, setting), market::parity_chain(day.desk.snapshot));
}

std::optional<FinancingTold> financing(test::BesideDay& day) {
  const Ground ground = day.ground();
  const Setting setting = day.desk.setting();
  return financing_told(day.ask(ground, setting), market::parity_chain(day.desk.snapshot));
}

const market::Quote& quote(const test::BesideDay& day, const std::string& name) {
  return *std::ranges::find(day.desk.snapshot.chain, name, &market::Quote::instrument);
}

double option_cost(double coins) {
  return 2000 * coins + std::min(0.0003 * 2000, 0.125 * 2000 * coins) + 0.00015 * 2000;
}

// Quotes so tight that financing is worth looking at.
market::Snapshot tight(double carry) {
  return test::small_market({.carry = carry, .spread = 0.0005, .spread_coin = 0, .tenors = {220}});
}

}  // namespace

// S2.32, worked by hand: a put far in the money is a dear quote, a call and a future are not.
TEST(BesideLegs, FindTheCallAndTheFutureCheaperThanADearPut) {
  test::BesideDay day;
  day.trade("ETH-30-2500-P", 30);
  day.trade("ETH-30-1600-P", 10);
  day.trade("ETH-PERP", -50);
  const LegsTold told = legs(day);
  ASSERT_EQ(told.trades.size(), 2u);
  const auto dear = std::ranges::find(told.trades, "ETH-30-2500-P", &LegTold::instrument);
  ASSERT_NE(dear, told.trades.end());
  EXPECT_EQ(dear->way, "call bought, future sold");
  EXPECT_NEAR(dear->direct_usd, 30 * option_cost(quote(day, "ETH-30-2500-P").ask->value()), 1e-6);
  const double sold_at = 2000 * (1 - 0.0002);  // coins worth 2,500 dollars, sold forward
  const double through = option_cost(quote(day, "ETH-30-2500-C").ask->value()) -
                         2000 * (1 - 2500 / sold_at) + 2500 * (0.0005 + 0.00025) +
                         2500 * 0.1 * std::expm1(0.04 * 30 / 365);
  EXPECT_NEAR(dear->cheapest_usd, 30 * through, 1e-6);
  EXPECT_NEAR(dear->margin_usd, 30 * 250, 1e-9);
  EXPECT_EQ(told.saved_usd, dear->saved_usd());
  EXPECT_GT(told.saved_usd, 50);
  EXPECT_THAT(told.why, HasSubstr("(30 ETH-30-2500-P $"));
}

TEST(BesideLegs, SaysWhenTheirMarginIsMoreThanThePlanLeaves) {
  book::Book poor = test::small_book();
  poor.idle_cash = Usd{8'000};  // half of it may be margin
  test::BesideDay day(poor);
  day.trade("ETH-30-2500-P", 30);
  EXPECT_NEAR(legs(day).margin_left_usd, 4'000, 1e-9);
  EXPECT_THAT(legs(day).why, HasSubstr("beyond the $4,000 that the plan leaves"));
}

TEST(BesideLegs, AreNotJudgedWithoutAQuoteOnEitherSideAndNotToldWhereLittleIsSaved) {
  test::BesideDay day;
  day.trade("ETH-30-2500-P", 1);
  EXPECT_EQ(legs(day).why, "none saves more than the $50 that a trade is worth");
  day.trade("ETH-30-2500-P", 30);
  for (market::Quote& one : day.desk.snapshot.chain) {
    if (one.instrument == "ETH-30-2500-C") one.bid.reset();
  }
  const LegsTold told = legs(day);
  EXPECT_FALSE(told.trades.at(0).way);
  EXPECT_THAT(told.trades.at(0).why, HasSubstr("not judged"));
  EXPECT_THAT(told.why, HasSubstr("1 not judged, a quote is missing"));
  std::ranges::fill(day.lots, 0);
  EXPECT_TRUE(legs(day).why.empty());
}

// 4.15, use 2.
TEST(BesideFinancing, LendsAsFarAsCashReachesWhereOptionsPayMoreThanTheLender) {
  test::BesideDay day(test::small_book(), tight(0.10));
  const auto told = financing(day);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->act, "lend") << told->best.why;
  EXPECT_NEAR(told->best.implied_rate, 0.10, 2e-3);
  EXPECT_EQ(told->lender, 0.04);
  EXPECT_EQ(told->contracts, 250);  // 500,000 dollars of cash

  book::Book idle = test::small_book();
  idle.idle_cash = Usd{1'000};
  test::BesideDay poor(idle, tight(0.10));
  EXPECT_EQ(financing(poor)->act, "nothing");
  EXPECT_THAT(financing(poor)->best.why, HasSubstr("cash that the plan leaves"));
}

TEST(BesideFinancing, BorrowsOnWalletTokensAloneAndAgainstTheLoansOwnRate) {
  book::Book book = test::small_book();
  test::BesideDay bare(book, tight(-0.10));
  EXPECT_EQ(financing(bare)->act, "nothing");
  EXPECT_THAT(financing(bare)->best.why, HasSubstr("wallet tokens that the plan leaves"));
  book.wallet = Tokens{7.5};
  test::BesideDay day(book, tight(-0.10));
  EXPECT_EQ(financing(day)->act, "borrow");
  EXPECT_EQ(financing(day)->contracts, 7);

  book.loans.resize(1);
  book.loans[0].quote_owed = Usd{1'000};
  book.loans[0].rate = Rate{-0.10};
  test::BesideDay owing(book, tight(-0.10));
  EXPECT_EQ(financing(owing)->lender, -0.10);
  EXPECT_EQ(financing(owing)->act, "nothing");
}

TEST(BesideFinancing, SaysNothingWithoutAStrikeQuotedOnBothSides) {
  test::BesideDay day;
  for (market::Quote& one : day.desk.snapshot.chain) one.bid.reset();
  EXPECT_FALSE(financing(day));
}

TEST(LeanedOn, CountsWhatEachExpirysCallsLack) {
  const auto call = [](double strike, int month) {
    return option::Contract{option::Type::call, Price{strike}, test::midnight + days(30 * month)};
  };
  EXPECT_EQ(leaned_on({{call(2200, 1), -3}, {call(2000, 1), 2}}), 1);
  EXPECT_EQ(leaned_on({{call(2200, 1), 2}, {call(2000, 1), -3}}), 3) << "a cap pays less";
  EXPECT_EQ(leaned_on({{call(2200, 1), -3}, {call(2000, 2), 5}}), 3) << "another expiry";
  EXPECT_EQ(leaned_on({{call(2200, 1), -3}, {call(2200, 2), -4}}), 7);
  EXPECT_EQ(leaned_on({{{option::Type::put, Price{2000}, test::midnight}, -3}}), 0);
}

}  // namespace levee::hedge
