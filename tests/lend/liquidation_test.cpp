#include "tests/lend/small_market.h"
#include "tests/support/cases.h"

namespace levee::lend {
namespace {

using test::alice, test::bob, test::carol, test::treasury;
using test::dollars, test::ether, test::refused_with, test::usdc, test::weth;

constexpr U256 all = U256::max();

// Bob owes 150,000 dollars on 100 ether, whose price is now this.
Market sunk_to(unsigned price) {
  Market market = test::lent_market();
  EXPECT_TRUE(market.borrow({bob, usdc, dollars(150'000)}));
  market.set_price(weth, price * test::price_unit);
  return market;
}

}  // namespace

TEST(Liquidation, OfASlightlySickAccountClosesHalf) {
  Market market = sunk_to(1800);
  const Liquidation taken = *market.liquidate({carol, bob, weth, usdc, all});
  EXPECT_EQ(taken.debt, dollars(75'000));
  // 75,000 / 1,800 * 1.05 = 43.75 less a unit; a tenth of the bonus of 2.0833.. goes to the
  // treasury.
  EXPECT_EQ(taken.fee, U256{208'333'333'333'333'333});
  EXPECT_EQ(taken.collateral + taken.fee, ether(175) / 4 - 1);
  EXPECT_EQ(*market.debt_of(bob, usdc), dollars(75'000));
  EXPECT_EQ(*market.supply_of(treasury, weth), taken.fee);
  EXPECT_EQ(market.reserves()[weth].available, ether(100) - taken.collateral);
}

TEST(Liquidation, OfAVerySickAccountClosesAll) {
  Market market = sunk_to(1700);
  const Liquidation taken = *market.liquidate({carol, bob, weth, usdc, all});
  EXPECT_EQ(taken.debt, dollars(150'000));
  EXPECT_FALSE(market.holding(bob, usdc).borrowing);
  EXPECT_TRUE(market.holding(bob, weth).collateral);
}

TEST(Liquidation, CoversNoMoreThanIsAsked) {
  Market market = sunk_to(1700);
  EXPECT_EQ(market.liquidate({carol, bob, weth, usdc, dollars(17)})->debt, dollars(17));
}

TEST(Liquidation, OfTooLittleCollateralLeavesDebtBehind) {
  Market market = sunk_to(1000);
  const Liquidation taken = *market.liquidate({carol, bob, weth, usdc, all});
  EXPECT_EQ(taken.collateral + taken.fee, ether(100));
  EXPECT_EQ(taken.debt, U256{95'238'095'238});  // 100,000 / 1.05
  EXPECT_FALSE(market.holding(bob, weth).collateral);
  EXPECT_TRUE(market.holding(bob, usdc).borrowing);
  EXPECT_EQ(refused_with(market.liquidate({carol, bob, weth, usdc, all})), "46");
}

TEST(Liquidation, HandsOverClaimsWhereAsked) {
  Market market = sunk_to(1800);
  const Liquidation taken = *market.liquidate({carol, bob, weth, usdc, all, Spoils::claim});
  EXPECT_EQ(*market.supply_of(carol, weth), taken.collateral);
  EXPECT_TRUE(market.holding(carol, weth).collateral);
  EXPECT_EQ(market.reserves()[weth].available, ether(100));
  EXPECT_EQ(market.reserves()[weth].supplied, ether(100));
}

TEST(Liquidation, IsRefusedAsTheContractDoes) {
  Market market = sunk_to(1900);
  EXPECT_EQ(refused_with(market.liquidate({carol, bob, weth, usdc, all})), "45");
  market.set_price(weth, 1800 * test::price_unit);
  EXPECT_EQ(refused_with(market.liquidate({carol, bob, usdc, usdc, all})), "46");
  EXPECT_EQ(refused_with(market.liquidate({carol, bob, weth, weth, all})), "47");
  EXPECT_EQ(refused_with(market.liquidate({carol, bob, weth, usdc, U256{}})), "25");
  ReserveTerms terms = test::ether_terms();
  terms.paused = true;
  market.set_terms(weth, terms);
  EXPECT_EQ(refused_with(market.liquidate({carol, bob, weth, usdc, all})), "29");
  terms.active = false;
  market.set_terms(weth, terms);
  EXPECT_EQ(refused_with(market.liquidate({carol, bob, weth, usdc, all})), "27");
  EXPECT_EQ(*market.debt_of(bob, usdc), dollars(150'000));
}

TEST(Liquidation, TakesTheBonusOfACategory) {
  Market market = test::empty_market();
  ReserveTerms terms = test::dollar_terms();
  terms.category = 1;
  market.set_terms(usdc, terms);
  market.set_category(1, {9700, 9750, 10'100});
  ASSERT_TRUE(market.supply({alice, usdc, dollars(1000)}));
  ASSERT_TRUE(market.supply({bob, usdc, dollars(1000)}));
  ASSERT_TRUE(market.enter_category(bob, 1));
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(970)}));
  market.set_category(1, {9000, 9500, 10'100});
  const Liquidation taken = *market.liquidate({carol, bob, usdc, usdc, all});
  EXPECT_EQ(taken.debt, dollars(485));
  EXPECT_EQ(taken.collateral, U256{489'850'000});
  // The debt that comes back is counted, the collateral that leaves too.
  EXPECT_EQ(market.reserves()[usdc].available, dollars(1030) + dollars(485) - taken.collateral);
}

TEST(LiquidationLaw, NeverPaysMoreThanTheBonusAndNeverMoreThanThereIs) {
  test::for_cases(500, [](test::Gen& gen) {
    const auto price = static_cast<unsigned>(gen.integer(200, 1810));
    Market market = sunk_to(price);
    const U256 cover = dollars(static_cast<unsigned>(gen.integer(1, 200'000)));
    const U256 before = *market.supply_of(bob, weth);
    const auto taken = market.liquidate(
        {carol, bob, weth, usdc, cover, gen.coin() ? Spoils::asset : Spoils::claim});
    ASSERT_TRUE(taken);
    EXPECT_LE(taken->debt, cover);
    EXPECT_LE(taken->collateral + taken->fee, before);
    // In price units: collateral * price <= debt * 1.05, to a unit of debt.
    EXPECT_LE((taken->collateral + taken->fee) * price,
              (taken->debt + 1) * 1'050'000'000'000 + price);
  });
}

}  // namespace levee::lend
