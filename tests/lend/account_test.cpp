#include "levee/lend/account.h"

#include "tests/lend/small_market.h"

#include <array>
#include <vector>

namespace levee::lend {
namespace {

struct Books {
  std::vector<Reserve> reserves;
  std::vector<U256> prices{2000 * test::price_unit, test::price_unit};
  std::vector<Category> categories{256};

  Books() : reserves(2) {
    reserves[0].terms = test::ether_terms();
    reserves[1].terms = test::dollar_terms();
  }
  Scene scene() const { return {reserves, prices, categories, 0}; }
};

// Ten ether, a thousand dollars, and a debt in dollars.
Account account(const U256& debt) {
  return {.holdings = {{.supply = test::ether(10), .collateral = true},
                       {.supply = test::dollars(1000),
                        .debt = debt,
                        .collateral = true,
                        .borrowing = !debt.is_zero()}}};
}

AccountValue value_in(const Books& books, const Account& own) {
  Call call;
  const AccountValue value = value_of(call, own, books.scene());
  EXPECT_TRUE(call.sound());
  return value;
}

}  // namespace

TEST(AccountValue, WeighsThresholdsByWorthRoundedDown) {
  const AccountValue value = value_in({}, account(test::dollars(10'500)));
  EXPECT_EQ(value.collateral, 21'000 * test::price_unit);
  EXPECT_EQ(value.debt, 10'500 * test::price_unit);
  EXPECT_EQ(value.ltv, U256{7985});        // (20,000 * 8000 + 1,000 * 7700) / 21,000
  EXPECT_EQ(value.threshold, U256{8238});  // (20,000 * 8250 + 1,000 * 8000) / 21,000
  EXPECT_EQ(value.health, U256{1'647'600'000'000'000'000});
}

TEST(AccountValue, WithoutDebtIsAsHealthyAsCanBe) {
  const AccountValue value = value_in({}, account({}));
  EXPECT_EQ(value.health, U256::max());
  EXPECT_EQ(value_in({}, {}).health, U256::max());
  EXPECT_EQ(value_in({}, {}).collateral, U256{});
}

TEST(AccountValue, LeavesRoomForWhatTheLtvAllows) {
  Call call;
  const AccountValue value = value_in({}, account(test::dollars(10'500)));
  EXPECT_EQ(available_to(call, value), U256{626'850'000'000});  // 21,000 * .7985 - 10,500
  const AccountValue over = value_in({}, account(test::dollars(17'000)));
  EXPECT_EQ(available_to(call, over), U256{});
}

TEST(AccountValue, PassesOverSupplyThatIsNotMarked) {
  Account own = account({});
  own.holdings[0].collateral = false;
  EXPECT_EQ(value_in({}, own).collateral, 1000 * test::price_unit);
}

TEST(AccountValue, TellsOfCollateralThatNothingMayBeBorrowedOn) {
  Books books;
  books.reserves[1].terms.ltv = 0;
  const AccountValue value = value_in(books, account({}));
  EXPECT_TRUE(value.has_collateral_without_ltv);
  EXPECT_EQ(value.ltv, U256{7619});  // 20,000 * 8000 / 21,000
  books.reserves[1].terms.threshold = 0;
  EXPECT_FALSE(value_in(books, account({})).has_collateral_without_ltv);
}

TEST(AccountValue, HasACategorysTermsAndPriceForItsAssetsAlone) {
  Books books;
  books.categories[1] = {9700, 9750, 10'100, 2 * test::price_unit};
  books.reserves[1].terms.category = 1;
  Account own = account({});
  own.category = 1;
  const AccountValue value = value_in(books, own);
  EXPECT_EQ(value.collateral, 22'000 * test::price_unit);
  EXPECT_EQ(value.ltv, U256{8154});  // (20,000 * 8000 + 2,000 * 9700) / 22,000
  books.categories[1].price = U256{};
  EXPECT_EQ(value_in(books, own).collateral, 21'000 * test::price_unit);
}

TEST(AccountValue, IsRefusedWhereItOverflows) {
  Books books;
  books.prices[0] = U256::max();
  Call call;
  value_of(call, account({}), books.scene());
  EXPECT_FALSE(call.sound());
}

TEST(Account, IsIsolatedByOneCappedCollateralAlone) {
  Books books;
  books.reserves[1].terms.debt_ceiling = 100;
  Account own = account({});
  EXPECT_EQ(isolated_in(own, books.reserves), std::nullopt);
  own.holdings[0].collateral = false;
  EXPECT_EQ(isolated_in(own, books.reserves), 1U);
}

TEST(Account, IsSiloedByOneSuchDebtAlone) {
  Books books;
  books.reserves[1].terms.siloed = true;
  Account own = account(test::dollars(1));
  EXPECT_EQ(siloed_in(own, books.reserves), 1U);
  own.holdings[0].borrowing = true;
  EXPECT_EQ(siloed_in(own, books.reserves), std::nullopt);
}

}  // namespace levee::lend
