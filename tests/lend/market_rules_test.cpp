#include "tests/lend/small_market.h"

#include <functional>

namespace levee::lend {
namespace {

using test::alice, test::bob, test::carol;
using test::dollars, test::ether, test::refused_with, test::usdc, test::weth;

// Bob's market with one of the dollar's terms set otherwise.
Market with(const std::function<void(ReserveTerms&)>& change) {
  Market market = test::lent_market();
  ReserveTerms terms = test::dollar_terms();
  change(terms);
  market.set_terms(usdc, terms);
  return market;
}

std::string borrowing(Market market, const U256& amount = dollars(1000)) {
  return refused_with(market.borrow({bob, usdc, amount}));
}

}  // namespace

TEST(Rules, OfAReserveThatIsNotOpen) {
  Market inactive = with([](ReserveTerms& terms) { terms.active = false; });
  EXPECT_EQ(refused_with(inactive.supply({bob, usdc, dollars(1)})), "27");
  EXPECT_EQ(refused_with(inactive.withdraw({alice, usdc, dollars(1)})), "27");
  EXPECT_EQ(refused_with(inactive.mark_collateral(alice, usdc, Mark::off)), "27");
  EXPECT_EQ(refused_with(inactive.flash(usdc, dollars(1))), "27");
  EXPECT_EQ(borrowing(inactive), "27");
  Market paused = with([](ReserveTerms& terms) { terms.paused = true; });
  EXPECT_EQ(refused_with(paused.supply({bob, usdc, dollars(1)})), "29");
  EXPECT_EQ(refused_with(paused.withdraw({alice, usdc, dollars(1)})), "29");
  EXPECT_EQ(refused_with(paused.transfer({alice, bob, usdc, dollars(1)})), "29");
  EXPECT_EQ(refused_with(paused.flash(usdc, dollars(1))), "29");
  EXPECT_EQ(borrowing(paused), "29");
  Market frozen = with([](ReserveTerms& terms) { terms.frozen = true; });
  EXPECT_EQ(refused_with(frozen.supply({bob, usdc, dollars(1)})), "28");
  EXPECT_TRUE(frozen.withdraw({alice, usdc, dollars(1)}));
  EXPECT_EQ(borrowing(frozen), "28");
  EXPECT_EQ(borrowing(with([](ReserveTerms& terms) { terms.borrowing = false; })), "30");
  Market no_flash = with([](ReserveTerms& terms) { terms.flash = false; });
  EXPECT_EQ(refused_with(no_flash.flash(usdc, dollars(1))), "91");
}

TEST(Rules, OfCaps) {
  Market supply = with([](ReserveTerms& terms) { terms.supply_cap = 1'000'001; });
  EXPECT_EQ(refused_with(supply.supply({bob, usdc, dollars(1) + 1})), "51");
  EXPECT_TRUE(supply.supply({bob, usdc, dollars(1)}));
  Market borrow = with([](ReserveTerms& terms) { terms.borrow_cap = 1000; });
  EXPECT_EQ(borrowing(borrow, dollars(1000) + 1), "50");
  EXPECT_EQ(borrowing(borrow, dollars(1000)), "not refused");
}

TEST(Rules, OfWhatMayBeBorrowed) {
  Market market = test::lent_market();
  EXPECT_EQ(borrowing(market, U256{}), "26");
  EXPECT_EQ(borrowing(market, dollars(160'000)), "not refused");
  EXPECT_EQ(borrowing(market, dollars(160'000) + 1), "36");
  EXPECT_EQ(refused_with(market.borrow({carol, usdc, dollars(1)})), "34");
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(150'000)}));
  market.set_price(weth, 1800 * test::price_unit);
  EXPECT_EQ(borrowing(market, dollars(1)), "35");
  market.set_price(weth, 2000 * test::price_unit);
  ReserveTerms terms = test::ether_terms();
  terms.ltv = 0;
  market.set_terms(weth, terms);
  EXPECT_EQ(borrowing(market, dollars(1)), "57");
}

TEST(Rules, OfCollateralThatLostItsLtv) {
  Market market = test::lent_market();
  ASSERT_TRUE(market.supply({bob, usdc, dollars(500'000)}));
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(1000)}));
  ReserveTerms terms = test::ether_terms();
  terms.ltv = 0;
  market.set_terms(weth, terms);
  EXPECT_EQ(refused_with(market.withdraw({bob, usdc, dollars(1)})), "57");
  EXPECT_TRUE(market.withdraw({bob, weth, ether(1)}));
  ASSERT_TRUE(market.supply({carol, weth, ether(1)}));
  EXPECT_FALSE(market.holding(carol, weth).collateral);
  EXPECT_EQ(refused_with(market.mark_collateral(carol, weth, Mark::on)), "62");
}

TEST(Rules, OfIsolation) {
  Market market = test::empty_market();
  ReserveTerms capped = test::ether_terms();
  capped.debt_ceiling = 100'000;  // 1,000.00
  market.set_terms(weth, capped);
  ASSERT_TRUE(market.supply({alice, usdc, dollars(1'000'000)}));
  ASSERT_TRUE(market.supply({bob, weth, ether(100)}));
  EXPECT_FALSE(market.holding(bob, weth).collateral);
  ASSERT_TRUE(market.mark_collateral(bob, weth, Mark::on));
  EXPECT_EQ(borrowing(market), "60");
  ReserveTerms terms = test::dollar_terms();
  terms.borrowable_in_isolation = true;
  market.set_terms(usdc, terms);
  EXPECT_EQ(borrowing(market, dollars(1000) + 10'000), "53");
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(1000) + 9'999}));
  EXPECT_EQ(market.reserves()[weth].isolation_debt, U256{100'000});
  ASSERT_TRUE(market.supply({bob, usdc, dollars(10)}));
  EXPECT_FALSE(market.holding(bob, usdc).collateral);
  EXPECT_EQ(refused_with(market.mark_collateral(bob, usdc, Mark::on)), "62");
  ASSERT_TRUE(market.repay({bob, bob, usdc, dollars(400)}));
  EXPECT_EQ(market.reserves()[weth].isolation_debt, U256{60'000});
  market.advance_to(market.time() + 100'000'000);
  ASSERT_TRUE(market.repay({bob, bob, usdc, U256::max()}));
  EXPECT_EQ(market.reserves()[weth].isolation_debt, U256{});
}

TEST(Rules, OfSilos) {
  Market market = with([](ReserveTerms& terms) { terms.siloed = true; });
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(10)}));
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(10)}));
  EXPECT_EQ(refused_with(market.borrow({bob, weth, ether(1)})), "89");
  ASSERT_TRUE(market.borrow({alice, weth, ether(1)}));
  EXPECT_EQ(refused_with(market.borrow({alice, usdc, dollars(10)})), "89");
}

TEST(Rules, OfAmountsThatRoundToNothing) {
  Market market = test::lent_market();
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(150'000)}));
  ReserveTerms terms = test::dollar_terms();
  terms.curve.slope1 = ray * 400;
  market.set_terms(usdc, terms);
  ASSERT_TRUE(market.supply({alice, usdc, U256{1}}));
  market.advance_to(market.time() + 31'536'000);
  // A unit is worth less than half a scaled one by now.
  EXPECT_EQ(refused_with(market.supply({alice, usdc, U256{1}})), "24");
  EXPECT_EQ(refused_with(market.withdraw({alice, usdc, U256{1}})), "25");
  EXPECT_EQ(refused_with(market.repay({bob, bob, usdc, U256{1}})), "25");
  ASSERT_TRUE(market.supply({carol, weth, ether(10'000)}));
  EXPECT_EQ(refused_with(market.borrow({carol, usdc, U256{1}})), "24");
}

TEST(Rules, OfAmountsAbove128Bits) {
  Market market = test::lent_market();
  EXPECT_EQ(refused_with(market.supply({bob, weth, U256::power_of_two(128)})),
            "SafeCast: value doesn't fit in 128 bits");
  EXPECT_EQ(refused_with(market.supply({bob, weth, U256::max()})), "");
}

}  // namespace levee::lend
