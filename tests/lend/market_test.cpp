#include "levee/lend/market.h"

#include "tests/lend/small_market.h"
#include "tests/support/cases.h"

namespace levee::lend {
namespace {

using literal::operator""_u256;
using test::alice, test::bob, test::carol, test::dave, test::treasury;
using test::dollars, test::ether, test::refused_with, test::usdc, test::weth;

constexpr U256 all = U256::max();

}  // namespace

// The state after each step as the contract (core-v3 1.19.3 in a local node) had it.
TEST(Market, LivesThroughAYearsStoryAsTheContractDoes) {
  Market market({.premium = 5, .to_treasury = 400}, treasury);
  market.add(test::ether_terms(), 2000 * test::price_unit);
  market.add(test::dollar_terms(), test::price_unit);
  market.advance_to(1'700'000'112);
  ASSERT_TRUE(market.supply({alice, usdc, dollars(1'000'000)}));
  market.advance_to(1'700'000'172);
  ASSERT_TRUE(market.supply({bob, weth, ether(100)}));
  market.advance_to(1'700'003'772);
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(150'000)}));
  EXPECT_EQ(market.reserves()[usdc].rates.liquidity, 900'000'000'000'000'000'000'000_u256);
  EXPECT_EQ(market.reserves()[usdc].rates.variable, 6'666'666'666'666'666'666'666'667_u256);

  market.advance_to(1'702'595'772);
  market.set_price(weth, 1800 * test::price_unit);
  EXPECT_EQ(market.value(bob)->health, U256{989'457'682'868'085'574});
  EXPECT_EQ(*market.debt_of(bob, usdc), U256{150'082'214'299});

  market.advance_to(1'702'595'782);
  ASSERT_TRUE(market.liquidate({carol, bob, weth, usdc, all}));
  EXPECT_EQ(market.reserves()[usdc].liquidity_index, 1'000'073'972'888'127'853'881'278'538_u256);
  EXPECT_EQ(market.reserves()[usdc].borrow_index, 1'000'548'097'442'537'858'973'540'739_u256);
  EXPECT_EQ(market.reserves()[usdc].accrued_to_treasury, U256{8'220'854});
  EXPECT_EQ(market.reserves()[weth].available, 56'434'468'257'300'000'000_u256);
  EXPECT_EQ(*market.supply_of(bob, weth), 56'226'020'737'000'000'000_u256);
  EXPECT_EQ(*market.supply_of(treasury, weth), U256{208'447'520'300'000'000});
  EXPECT_EQ(*market.debt_of(bob, usdc), U256{75'041'107'308});

  market.advance_to(1'702'682'182);
  market.set_price(weth, 1300 * test::price_unit);
  market.advance_to(1'702'682'192);
  ASSERT_TRUE(market.liquidate({dave, bob, weth, usdc, all, Spoils::claim}));
  EXPECT_EQ(*market.supply_of(dave, weth), 55'958'277'781'109'523'809_u256);
  EXPECT_TRUE(market.holding(dave, weth).collateral);
  EXPECT_EQ(market.holding(bob, weth).supply, U256{});
  EXPECT_EQ(*market.debt_of(bob, usdc), U256{5'428'624'486});
  EXPECT_EQ(market.value(bob)->health, U256{});

  market.advance_to(1'702'768'592);
  ASSERT_TRUE(market.repay({bob, bob, usdc, all}));
  market.advance_to(1'702'768'602);
  ASSERT_TRUE(market.flash(usdc, dollars(500'000)));
  EXPECT_EQ(market.reserves()[usdc].liquidity_index, 1'000'314'591'257'767'902'286'130'872_u256);
  EXPECT_EQ(market.reserves()[usdc].accrued_to_treasury, U256{18'286'634});
  market.advance_to(1'702'768'612);
  EXPECT_EQ(*market.pay_treasury(usdc), U256{18'292'387});
  market.advance_to(1'702'768'622);
  EXPECT_EQ(*market.withdraw({alice, usdc, all}), U256{1'000'314'591'258});
  EXPECT_EQ(market.reserves()[usdc].available, U256{18'312'655});
}

TEST(Market, MarksTheFirstSupplyAsCollateralAndTheLastWithdrawalNot) {
  Market market = test::lent_market();
  EXPECT_TRUE(market.holding(bob, weth).collateral);
  EXPECT_EQ(*market.withdraw({bob, weth, all}), ether(100));
  EXPECT_FALSE(market.holding(bob, weth).collateral);
}

TEST(Market, RefusedCallsChangeNothing) {
  Market market = test::lent_market();
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(150'000)}));
  market.advance_to(1'710'000'000);
  const Reserve before = market.reserves()[usdc];
  const AccountValue value = *market.value(bob);
  EXPECT_EQ(refused_with(market.withdraw({bob, weth, ether(50)})), "35");
  EXPECT_EQ(refused_with(market.borrow({bob, usdc, dollars(50'000)})), "36");
  EXPECT_EQ(refused_with(market.withdraw({alice, usdc, dollars(950'000)})), "");
  EXPECT_EQ(market.reserves()[usdc].updated, before.updated);
  EXPECT_EQ(market.reserves()[usdc].liquidity_index, before.liquidity_index);
  EXPECT_EQ(market.reserves()[usdc].available, before.available);
  EXPECT_EQ(*market.value(bob), value);
}

TEST(Market, SupplyAndWithdrawalOfNothingOrTooMuchAreRefused) {
  Market market = test::lent_market();
  EXPECT_EQ(refused_with(market.supply({bob, weth, U256{}})), "26");
  EXPECT_EQ(refused_with(market.withdraw({bob, weth, U256{}})), "26");
  EXPECT_EQ(refused_with(market.withdraw({carol, weth, all})), "26");
  EXPECT_EQ(refused_with(market.withdraw({bob, weth, ether(100) + 1})), "32");
}

TEST(Market, RepaymentTakesNoMoreThanIsOwed) {
  Market market = test::lent_market();
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(1000)}));
  EXPECT_EQ(refused_with(market.repay({carol, bob, usdc, all})), "40");
  EXPECT_EQ(refused_with(market.repay({carol, carol, usdc, dollars(1)})), "39");
  EXPECT_EQ(refused_with(market.repay({bob, bob, usdc, U256{}})), "26");
  EXPECT_EQ(*market.repay({carol, bob, usdc, dollars(400)}), dollars(400));
  EXPECT_TRUE(market.holding(bob, usdc).borrowing);
  EXPECT_EQ(*market.repay({carol, bob, usdc, dollars(9000)}), dollars(600));
  EXPECT_FALSE(market.holding(bob, usdc).borrowing);
}

TEST(Market, SupplyPaysBackDebtOfItsOwnKind) {
  Market market = test::lent_market();
  ASSERT_TRUE(market.supply({bob, usdc, dollars(300)}));
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(1000)}));
  const U256 available = market.reserves()[usdc].available;
  EXPECT_EQ(*market.repay_from_supply({bob, usdc, all}), dollars(300));
  EXPECT_EQ(*market.debt_of(bob, usdc), dollars(700));
  EXPECT_EQ(*market.supply_of(bob, usdc), U256{});
  EXPECT_EQ(market.reserves()[usdc].available, available);
  EXPECT_EQ(refused_with(market.repay_from_supply({bob, usdc, all})), "25");
}

TEST(Market, CollateralIsUnmarkedOnlyWhileItIsNotNeeded) {
  Market market = test::lent_market();
  EXPECT_EQ(refused_with(market.mark_collateral(bob, usdc, Mark::on)), "43");
  ASSERT_TRUE(market.mark_collateral(bob, weth, Mark::off));
  EXPECT_EQ(refused_with(market.borrow({bob, usdc, dollars(1)})), "34");
  ASSERT_TRUE(market.mark_collateral(bob, weth, Mark::on));
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(1)}));
  EXPECT_EQ(refused_with(market.mark_collateral(bob, weth, Mark::off)), "35");
}

TEST(Market, TransferMovesTheMarkWithTheLastUnit) {
  Market market = test::lent_market();
  ASSERT_TRUE(market.transfer({bob, carol, weth, ether(40)}));
  EXPECT_TRUE(market.holding(carol, weth).collateral);
  EXPECT_TRUE(market.holding(bob, weth).collateral);
  EXPECT_EQ(refused_with(market.transfer({bob, carol, weth, ether(61)})), "");
  EXPECT_EQ(refused_with(market.transfer({bob, carol, weth, U256::power_of_two(128)})),
            "SafeCast: value doesn't fit in 128 bits");
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(90'000)}));
  EXPECT_EQ(refused_with(market.transfer({bob, carol, weth, ether(30)})), "35");
  ASSERT_TRUE(market.repay({bob, bob, usdc, all}));
  ASSERT_TRUE(market.transfer({bob, carol, weth, ether(60)}));
  EXPECT_FALSE(market.holding(bob, weth).collateral);
}

TEST(Market, FlashLoanNeedsTheTokensAndPaysItsPremium) {
  Market market = test::lent_market();
  EXPECT_EQ(refused_with(market.flash(usdc, dollars(1'000'001))),
            "ERC20: transfer amount exceeds balance");
  ASSERT_TRUE(market.flash(usdc, dollars(1'000'000)));
  EXPECT_EQ(market.reserves()[usdc].available, dollars(1'000'500));
  EXPECT_EQ(market.reserves()[usdc].accrued_to_treasury, U256{19'990'405});
  EXPECT_EQ(*market.supply_of(alice, usdc), dollars(1'000'480));
}

TEST(Market, CategoryIsEnteredOnlyWithFittingDebtAndLeftInHealth) {
  Market market = test::lent_market();
  market.set_category(1, {9700, 9750, 10'100});
  auto terms = test::dollar_terms();
  terms.category = 1;
  market.set_terms(usdc, terms);
  EXPECT_EQ(refused_with(market.enter_category(carol, 2)), "58");
  ASSERT_TRUE(market.supply({carol, usdc, dollars(1000)}));
  ASSERT_TRUE(market.enter_category(carol, 1));
  ASSERT_TRUE(market.borrow({carol, usdc, dollars(970)}));
  EXPECT_EQ(refused_with(market.borrow({carol, weth, U256{1000}})), "58");
  EXPECT_EQ(refused_with(market.enter_category(carol, 0)), "35");
  ASSERT_TRUE(market.borrow({bob, usdc, dollars(1)}));
  ASSERT_TRUE(market.enter_category(bob, 1));
}

TEST(MarketLaw, TokensHeldAndOwedCoverWhatSuppliersAndTreasuryHave) {
  test::for_cases(100, [](test::Gen& gen) {
    Market market = test::lent_market();
    std::uint64_t now = market.time();
    for (int step = 0; step < 40; ++step) {
      now += static_cast<std::uint64_t>(gen.scale(1, 1e6));
      market.advance_to(now);
      const Address user = gen.pick({alice, bob, carol});
      const ReserveId id = gen.coin() ? weth : usdc;
      const U256 amount =
          (id == weth ? ether(1) : dollars(1000)) * static_cast<unsigned>(gen.integer(1, 60));
      const int op = gen.integer(0, 3);
      if (op == 0) static_cast<void>(market.supply({user, id, amount}));
      if (op == 1) static_cast<void>(market.withdraw({user, id, amount}));
      if (op == 2) static_cast<void>(market.borrow({user, id, amount}));
      if (op == 3) static_cast<void>(market.repay({user, user, id, amount}));
      for (const ReserveId each : {weth, usdc}) {
        const Reserve& reserve = market.reserves()[each];
        const U256 assets = reserve.available + *market.total_debt(each);
        const U256 treasurys =
            ray_mul(reserve.accrued_to_treasury, income_at(reserve, now)).value();
        // Suppliers earn on linear interest, borrowers owe compounded: only roundings go the
        // other way, a unit an operation.
        ASSERT_GE(assets + static_cast<unsigned>(3 * step + 3),
                  *market.total_supply(each) + treasurys);
      }
    }
  });
}

}  // namespace levee::lend
