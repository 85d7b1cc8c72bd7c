#include "levee/amm/sqrt_price_math.h"

#include "tests/support/cases.h"

namespace levee::amm {
namespace {

using namespace literal;

const SqrtPriceX96 one{U256::power_of_two(96)};

SqrtPriceX96 random_price(test::Gen& gen) {
  return sqrt_price_at_valid(Tick{gen.integer(-600'000, 600'000)});
}

u128 random_liquidity(test::Gen& gen) { return u128{gen.bits()} << gen.integer(0, 40) | 1; }

TEST(SqrtPriceMath, AmountsBetweenOneAndADoubledPriceAreHalfAndAll) {
  const SqrtPriceX96 two{U256::power_of_two(97)};
  EXPECT_EQ(*amount0_between({one, two}, 1000, Round::down), U256{500});
  EXPECT_EQ(*amount1_between({one, two}, 1000, Round::down), U256{1000});
  EXPECT_EQ(*amount0_between({two, one}, 1001, Round::up), U256{501});
}

TEST(SqrtPriceMath, AnEmptyRangeHoldsNothing) {
  EXPECT_EQ(*amount0_between({one, one}, 77, Round::up), U256{});
  EXPECT_EQ(*amount1_between({one, one}, 77, Round::up), U256{});
}

TEST(SqrtPriceMath, AChangeIsPaidInUpAndOutDown) {
  const SqrtPriceX96 next = sqrt_price_at_valid(Tick{1});
  const U256 up = *amount1_between({one, next}, 12345, Round::up);
  const U256 down = *amount1_between({one, next}, 12345, Round::down);
  EXPECT_EQ(up, down + U256{1});
  EXPECT_EQ(*amount1_of_change({one, next}, 12345), I256::positive(up));
  EXPECT_EQ(*amount1_of_change({one, next}, -12345), I256::negative(down));
}

TEST(SqrtPriceMath, RevertsWhereTheContractReverts) {
  EXPECT_FALSE(price_after_input(SqrtPriceX96{}, 1, U256{1}, Direction::zero_for_one));
  EXPECT_FALSE(price_after_input(one, 0, U256{1}, Direction::one_for_zero));
  EXPECT_FALSE(price_after_output(one, 1, U256{1}, Direction::zero_for_one)) << "all of token1";
  EXPECT_FALSE(price_after_input(one, 1, U256::max(), Direction::one_for_zero)) << "above 160 bits";
  EXPECT_FALSE(amount0_between({SqrtPriceX96{}, one}, 1, Round::down)) << "a price of 0";
}

TEST(SqrtPriceMath, FallsBackOnTheQuotientWhereTheProductOverflows) {
  // v3-core's test of the overflow: 2^160-ish price, all liquidity, half of 2^256 sold.
  const auto next = price_after_input(SqrtPriceX96{U256::power_of_two(159)}, 1,
                                      U256::power_of_two(200), Direction::zero_for_one);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->value(), U256{1});
}

TEST(SqrtPriceMathLaw, RoundingUpIsAtMostOneUnitAboveRoundingDown) {
  test::for_cases(3000, [](test::Gen& gen) {
    const SqrtPrices prices{random_price(gen), random_price(gen)};
    const u128 liquidity = random_liquidity(gen);
    const auto up0 = *amount0_between(prices, liquidity, Round::up);
    const auto down0 = *amount0_between(prices, liquidity, Round::down);
    EXPECT_GE(up0, down0);
    EXPECT_LE(up0 - down0, U256{2}) << "two divisions round";
    const auto up1 = *amount1_between(prices, liquidity, Round::up);
    EXPECT_LE(up1 - *amount1_between(prices, liquidity, Round::down), U256{1});
  });
}

TEST(SqrtPriceMathLaw, WhatComesInMovesThePriceNoFurtherThanItPaysFor) {
  test::for_cases(3000, [](test::Gen& gen) {
    const SqrtPriceX96 price = random_price(gen);
    const u128 liquidity = random_liquidity(gen);
    const U256 amount{gen.bits() >> gen.integer(0, 50)};
    const auto down = price_after_input(price, liquidity, amount, Direction::zero_for_one);
    ASSERT_TRUE(down);
    EXPECT_LE(*down, price);
    EXPECT_LE(*amount0_between({*down, price}, liquidity, Round::up), amount);
    const auto up = price_after_input(price, liquidity, amount, Direction::one_for_zero);
    if (!up) return;
    EXPECT_GE(*up, price);
    EXPECT_LE(*amount1_between({price, *up}, liquidity, Round::up), amount);
  });
}

}  // namespace
}  // namespace levee::amm
