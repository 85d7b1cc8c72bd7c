#include "levee/amm/stable_newton.h"

#include "levee/amm/stableswap_value.h"
#include "tests/amm/stable_cases.h"

#include <vector>

namespace levee::amm {
namespace {

using literal::operator""_u256;

constexpr U256 a100{10'000};

}  // namespace

TEST(Invariant, OfAnEvenPoolIsItsSum) {
  EXPECT_EQ(invariant_of(test::coins({1000, 1000}), a100), U256{2000});
  EXPECT_EQ(invariant_of(test::coins({7, 7, 7}), a100), U256{21});
}

TEST(Invariant, OfAnEmptyPoolIsNothing) {
  EXPECT_EQ(invariant_of(test::coins({0, 0}), a100), U256{});
}

TEST(Invariant, OfAnUnevenPoolIsThePublishedOneRoundedDown) {
  const U256 unit = 1'000'000'000'000'000'000_u256;
  const Coins uneven = test::coins({1'200'000 * unit, 800'000 * unit});
  // 1999587.71255950381 and 1999979.17772832913 in 18 decimals, to the digits printed.
  EXPECT_EQ(*invariant_of(uneven, a100) / 100'000'000'000, 19995877125595_u256);
  EXPECT_EQ(*invariant_of(uneven, U256{200'000}) / 100'000'000'000, 19999791777283_u256);
}

TEST(Invariant, IsRefusedWhereTheContractDividesByZeroOrOverflows) {
  EXPECT_EQ(invariant_of(test::coins({1000, 0}), a100), std::nullopt);
  EXPECT_EQ(invariant_of(test::coins({U256::max(), 1}), a100), std::nullopt);
  EXPECT_EQ(invariant_of(test::coins({U256::power_of_two(200), 1000}), a100), std::nullopt);
}

TEST(Balance, ThatKeepsAnEvenPoolEvenIsItsOwn) {
  EXPECT_EQ(balance_of({1, test::coins({1000, 5}), U256{2000}, a100}), U256{1000});
}

TEST(Balance, IsRefusedWhereAnotherCoinIsMissing) {
  EXPECT_EQ(balance_of({0, test::coins({5, 0}), U256{2000}, a100}), std::nullopt);
}

TEST(InvariantLaw, IsTheRealOneToTheLastDigitsOfADouble) {
  test::for_cases(1000, [](test::Gen& gen) {
    const Coins balances = test::balances(gen, test::Shape::tame);
    const U256 amplification{static_cast<std::uint64_t>(100 * gen.integer(1, 5000))};
    std::vector<double> real;
    for (const U256& balance : balances) real.push_back(to_double(balance));
    const auto found = invariant_of(balances, amplification);
    ASSERT_TRUE(found);
    EXPECT_CLOSE(to_double(*found), curve_invariant({real, to_double(amplification) / 100}), 1e-13);
  });
}

TEST(BalanceLaw, PutsBackWhatWasTakenToAFewUnits) {
  test::for_cases(1000, [](test::Gen& gen) {
    const Coins balances = test::balances(gen, test::Shape::tame);
    const U256 amplification{static_cast<std::uint64_t>(100 * gen.integer(1, 5000))};
    const auto invariant = invariant_of(balances, amplification);
    ASSERT_TRUE(invariant);
    for (std::size_t coin = 0; coin < balances.size(); ++coin) {
      const auto found = balance_of({coin, balances, *invariant, amplification});
      ASSERT_TRUE(found);
      // One unit of D is worth less than the pool's steepest price in units of the coin.
      const U256 off = *found > balances[coin] ? *found - balances[coin] : balances[coin] - *found;
      EXPECT_LE(off, 1'000'000) << coin;
    }
  });
}

}  // namespace levee::amm
