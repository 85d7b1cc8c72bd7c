// tests/hedge/look_again_test.cpp — a plan says until when it is one.
#include "levee/hedge/decide.h"
#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

signal::History calendar() {
  signal::History past;
  past.at = test::midnight;
  const UnixSeconds known = test::midnight - days(30);
  past.governance.events = {
      {signal::EventKind::cpi, "cpi", known, test::midnight - days(2)},
      {signal::EventKind::vote, "surprise", test::midnight + days(1), test::midnight + days(2)},
      {signal::EventKind::fomc, "fomc", known, test::midnight + days(5)},
      {signal::EventKind::ppi, "ppi", known, test::midnight + days(9)}};
  return past;
}

Plan planned(const book::Book& book, const signal::History* past, double price_of_tail) {
  Policy policy;
  policy.paths_choose = policy.paths_score = 500;
  policy.price_of_tail = price_of_tail;
  Silence silence;
  const auto snapshot = test::small_market({.tenors = {25, 110, 220}});
  return *decide({snapshot, book, policy, {}, past}, test::alone, silence);
}

}  // namespace

TEST(LookAgain, NamesTheFirstOfEachKindAndNothingPastTheHorizon) {
  const signal::History past = calendar();
  const Plan plan = planned(test::small_book(), &past, 2);
  ASSERT_FALSE(plan.plan.trades.empty());
  std::vector<std::string> dated, others;
  for (const LookAgain& one : plan.look_again) {
    (one.at ? dated : others).push_back((one.at ? *one.at + " " : "") + one.why);
  }
  ASSERT_GE(dated.size(), 2u);
  EXPECT_TRUE(std::ranges::is_sorted(dated));
  EXPECT_THAT(dated, testing::Contains(HasSubstr(text_of(test::midnight + days(5)) + " fomc")));
  EXPECT_THAT(dated, testing::Not(testing::Contains(HasSubstr("ppi"))));
  EXPECT_THAT(dated, testing::Not(testing::Contains(HasSubstr("surprise"))));
  EXPECT_THAT(dated.back(), HasSubstr(text_of(test::midnight + days(30))));
  EXPECT_THAT(dated.back(), HasSubstr("horizon"));
  EXPECT_THAT(others, testing::Contains(HasSubstr("below $1,600 or above $2,500")));
}

TEST(LookAgain, ComesToWhatIsHeldWhenItIsDueToRoll) {
  book::Book book = test::small_book();
  const option::Contract put{option::Type::put, Price{1800}, test::midnight + days(25)};
  book.lots = {{.name = "held put", .instrument = put, .quantity = Tokens{1}}};
  book.idle_cash = Usd{0};
  const Plan plan = planned(book, nullptr, 0.1);
  EXPECT_TRUE(plan.plan.trades.empty());
  ASSERT_FALSE(plan.look_again.empty());
  EXPECT_EQ(*plan.look_again[0].at, text_of(test::midnight + days(4)));
  EXPECT_THAT(plan.look_again[0].why, HasSubstr("held put is due to roll, 21 days"));
}

TEST(LookAgain, DoesNotComeToWhatARollSellsWhateverItIsCalled) {
  const auto named_in = [](std::string name) {
    market::Snapshot snapshot = test::small_market(
        {.tenors = {14, 30, 110, 220}, .strikes = {1400, 1600, 1800, 2000, 2200, 2500}});
    book::Book book = test::small_book();
    book.lots = {
        {.name = name,
         .instrument = option::Contract{option::Type::put, Price{1600}, snapshot.at + days(14)},
         .quantity = Tokens{20}}};
    Policy policy;
    policy.paths_choose = 1000, policy.paths_score = 500;
    policy.price_of_tail = 0.8;
    Silence silence;
    const auto plan = decide({snapshot, book, policy}, test::alone, silence);
    const auto& trades = plan->plan.trades;
    EXPECT_NE(std::ranges::find(trades, "roll", &Trade::layer), trades.end());
    return std::ranges::any_of(plan->look_again, [&](const LookAgain& one) {
      return one.why.find(name) != std::string::npos;
    });
  };
  EXPECT_FALSE(named_in("ETH-14-1600-P"));
  EXPECT_FALSE(named_in("my put"));
}

}  // namespace levee::hedge
