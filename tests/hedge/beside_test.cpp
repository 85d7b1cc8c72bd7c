// tests/hedge/beside_test.cpp — ranges and borrowing beside a plan.
#include "levee/hedge/beside.h"

#include "tests/hedge/beside_day.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

Beside beside(test::BesideDay& day) {
  const Ground ground = day.ground();
  const Setting setting = day.desk.setting();
  return beside_of(day.ask(ground, setting));
}

// The position's range as moving it would be told: threatened, and fees enough for it.
void threaten(test::BesideDay& day) {
  day.desk.book.positions[0].range.bounds = {Price{1980}, Price{2500}};
  day.outlook.facts.veq = 30;
}

// What is left after a bundle keeps twice what is owed after a day of three deviations.
double health_down(const test::BesideDay& day, const Bundled& bundle) {
  const Price down = price_down(day.desk.snapshot.spot, day.desk.from.lead().forecast, 3);
  return 0.8 * bundle.after.pledged.at("ETH") * down.value() / bundle.after.owed.at("USDC");
}

}  // namespace

TEST(Beside, LeavesARangeThatIsNotThreatened) {
  test::BesideDay day;
  const Beside told = beside(day);
  ASSERT_EQ(told.ranges.size(), 1u);
  EXPECT_FALSE(told.ranges[0].move.done);
  EXPECT_FALSE(told.ranges[0].move.is_threatened);
  EXPECT_FALSE(told.ranges[0].move.why.empty());
  EXPECT_FALSE(told.sleeve);
}

TEST(Beside, MovesNoRangeWhereAGateForbidsItAndSaysWhich) {
  test::BesideDay day;
  threaten(day);
  day.outlook.regime.restrictions = {{signal::NewRisk::move_range, "oracle", "the feed strays"}};
  const Beside told = beside(day);
  ASSERT_EQ(told.ranges.size(), 1u);
  EXPECT_TRUE(told.ranges[0].move.is_threatened);
  EXPECT_FALSE(told.ranges[0].move.done);
  EXPECT_THAT(told.ranges[0].move.why, HasSubstr("oracle gate"));
}

TEST(Beside, WithoutADailyRangeNothingMovesAndThatIsTold) {
  test::BesideDay day;
  day.outlook.gauges.clear();
  const Beside told = beside(day);
  EXPECT_TRUE(told.ranges.empty());
  ASSERT_EQ(told.unknown.size(), 1u);
  EXPECT_EQ(told.unknown[0].field, "beside.ranges");
}

TEST(Beside, BorrowsUnderStressAloneAndOnlyWhatTheHedgeWouldUse) {
  test::BesideDay day(test::with_loan(0, 200, 20'000));
  day.choice = choose(day.program, day.desk.policy);
  const auto rows = day.program.rows.size();
  const Beside quiet = beside(day);
  ASSERT_TRUE(quiet.sleeve);
  EXPECT_EQ(quiet.sleeve->drawn_usd, 0);

  day.outlook.facts.stress.stands = signal::Switch::on;
  const Beside stressed = beside(day);
  ASSERT_TRUE(stressed.sleeve);
  EXPECT_GT(stressed.sleeve->drawn_usd, 0) << stressed.sleeve->why;
  EXPECT_LE(stressed.sleeve->drawn_usd, 0.4 * 0.8 * 200 * 2000 + 1e-6);
  EXPECT_GE(*stressed.sleeve->health_down, 2);
  EXPECT_EQ(day.program.rows.size(), rows);

  day.outlook.regime.restrictions = {{signal::NewRisk::draw_loan, "lending", "loans are dear"}};
  const Beside dear = beside(day);
  EXPECT_EQ(dear.sleeve->drawn_usd, 0);
  EXPECT_THAT(dear.sleeve->why, HasSubstr("loans are dear"));
}

TEST(BesideBundle, IsNoneWhereNothingIsOwedOrTheLoanIsHealthy) {
  test::BesideDay none;
  EXPECT_EQ(beside(none).bundle.why, "none: nothing is owed");
  test::BesideDay healthy(test::with_loan(50'000, 200));
  EXPECT_THAT(beside(healthy).bundle.why, HasSubstr("the loan stays healthy"));
  test::BesideDay rich(test::with_loan(150'000, 200, 500'000));
  const BundleTold told = beside(rich).bundle;
  EXPECT_FALSE(told.bundle);
  EXPECT_GT(told.repaid_usd, 0);
  EXPECT_THAT(told.why, HasSubstr("repaid from cash"));
}

// S2.24: what liquidity brings repays the debt; nothing is lent, and nothing is lost but costs.
TEST(BesideBundle, TakesOutNoMoreLiquidityThanTheLoanNeeds) {
  test::BesideDay day(test::with_loan(150'000, 200));
  const BundleTold told = beside(day).bundle;
  ASSERT_TRUE(told.bundle) << told.why;
  EXPECT_NEAR(health_down(day, *told.bundle), 2, 1e-9);
  EXPECT_NEAR(told.bundle->worth_after_usd, told.bundle->worth_before_usd - told.bundle->cost_usd(),
              1e-6);
  EXPECT_EQ(told.bundle->flash_fee_usd, 0);
  EXPECT_NEAR(told.bundle->after.wallet.at("USDC"), 0, 1e-6);
  EXPECT_GT(told.bundle->after.placed.at("eth-usdc").at("ETH"), 0);
  EXPECT_FALSE(told.hedge_refused);
}

// The pledge itself pays for what liquidity cannot: that takes a flash loan.
TEST(BesideBundle, BorrowsForTheTransactionWherePledgeHasToPay) {
  test::BesideDay day(test::with_loan(2'700'000, 2'000));
  const BundleTold told = beside(day).bundle;
  ASSERT_TRUE(told.bundle) << told.why;
  EXPECT_THAT(told.bundle->steps.front(), HasSubstr("borrow"));
  EXPECT_THAT(told.bundle->steps.back(), HasSubstr("pay the loan back"));
  EXPECT_GT(told.bundle->flash_fee_usd, 0);
  EXPECT_NEAR(health_down(day, *told.bundle), 2, 1e-9);
  EXPECT_NEAR(told.bundle->after.wallet.at("USDC"), 0, 1e-3);
  EXPECT_NEAR(told.bundle->worth_after_usd, told.bundle->worth_before_usd - told.bundle->cost_usd(),
              1e-3);
}

TEST(BesideBundle, MovesARangeAndRepaysAtOnce) {
  test::BesideDay day(test::with_loan(150'000, 200));
  threaten(day);
  day.desk.snapshot.pool.emplace();
  day.desk.snapshot.pool->fees = {Usd{0.2}, Usd{0.0001}, 28, "pool.csv"};
  const Beside all = beside(day);
  ASSERT_TRUE(all.ranges.at(0).move.done) << all.ranges[0].move.why;
  ASSERT_TRUE(all.bundle.bundle) << all.bundle.why;
  const Bundled& bundle = *all.bundle.bundle;
  EXPECT_NEAR(health_down(day, bundle), 2, 1e-9);
  EXPECT_EQ(bundle.after.placed.at("eth-usdc").at("ETH"), 0);
  EXPECT_GT(bundle.after.placed.at("eth-usdc moved").at("ETH"), 0);
  EXPECT_NEAR(bundle.after.wallet.at("USDC"), all.bundle.gas_usd, 1e-3) << "kept for gas";
  EXPECT_NEAR(bundle.worth_after_usd, bundle.worth_before_usd - bundle.cost_usd(), 1e-3);
}

// What the plan takes out itself is there to repay with, and is not taken twice.
TEST(BesideBundle, StartsFromWhatThePlanLeaves) {
  test::BesideDay day(test::with_loan(600'000, 200));
  const BundleTold before = beside(day).bundle;
  ASSERT_TRUE(before.bundle);
  day.program.candidates.emplace_back();
  day.program.candidates.back().instrument = Withdrawal{0};
  day.program.candidate_of.push_back(day.program.candidates.size() - 1);
  day.program.columns.push_back({.instrument = 0, .sign = 1, .cost = 0, .upper = 1});
  for (solve::Row& row : day.program.rows) row.coefficient.push_back(0);
  day.lots.push_back(0.5);
  const BundleTold after = beside(day).bundle;
  ASSERT_TRUE(after.bundle) << after.why;
  EXPECT_NEAR(after.repaid_usd, before.repaid_usd, 1e-6);
  EXPECT_NEAR(after.bundle->worth_before_usd, before.bundle->worth_before_usd, 1e-6);
  EXPECT_LT(after.bundle->swap_cost_usd, before.bundle->swap_cost_usd);
  EXPECT_LT(after.bundle->after.placed.at("eth-usdc").at("ETH"),
            0.5 * day.desk.position.total.base_tokens);
}

// The essay's sentence that cannot be kept, on a plan of one's own.
TEST(BesideBundle, NeverPaysThePlansPremiumFromALoan) {
  test::BesideDay day(test::with_loan(150'000, 200));
  day.trade("ETH-30-2000-P", 20);
  const BundleTold told = beside(day).bundle;
  ASSERT_TRUE(told.bundle) << told.why;
  ASSERT_TRUE(told.hedge_refused);
  EXPECT_THAT(*told.hedge_refused, HasSubstr("it cannot finance what outlives it"));
  EXPECT_THAT(told.why, HasSubstr("is paid from cash beside it"));

  test::BesideDay rich(test::with_loan(400'000, 200, 100'000));
  rich.trade("ETH-30-2000-P", 2);
  EXPECT_TRUE(beside(rich).bundle.hedge_refused) << beside(rich).bundle.why;
}

}  // namespace levee::hedge
