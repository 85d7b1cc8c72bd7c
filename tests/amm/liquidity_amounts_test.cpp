// tests/amm/liquidity_amounts_test.cpp — amounts to liquidity and back, with the periphery's edges.
#include "levee/amm/liquidity_amounts.h"

#include "tests/support/cases.h"

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

// Sqrt prices of 1/4, 1 and 4.
const SqrtPriceX96 half{U256::power_of_two(95)}, one{U256::power_of_two(96)},
    two{U256::power_of_two(97)};

SqrtPriceX96 drawn_price(test::Gen& gen) {
  return sqrt_price_at_valid(Tick{gen.integer(-300'000, 300'000)});
}

U256 drawn_amount(test::Gen& gen) { return U256{u128{gen.bits()} << gen.integer(0, 40)}; }

}  // namespace

TEST(LiquidityForAmounts, ByHand) {
  EXPECT_EQ(liquidity_for_amount0({one, two}, U256{100}), u128{200});
  EXPECT_EQ(liquidity_for_amount1({half, one}, U256{70}), u128{140});
  EXPECT_EQ(liquidity_for_amounts(one, {half, two}, {U256{100}, U256{70}}), u128{140});
  EXPECT_EQ(liquidity_for_amounts(one, {half, two}, {U256{60}, U256{70}}), u128{120});
}

TEST(LiquidityForAmounts, OutsideTheRangeOneTokenAloneCounts) {
  EXPECT_EQ(liquidity_for_amounts(half, {one, two}, {U256{100}, U256{0}}), u128{200});
  EXPECT_EQ(liquidity_for_amounts(one, {one, two}, {U256{100}, U256{0}}), u128{200});
  EXPECT_EQ(liquidity_for_amounts(two, {half, one}, {U256{0}, U256{70}}), u128{140});
  EXPECT_EQ(liquidity_for_amounts(one, {half, one}, {U256{0}, U256{70}}), u128{140});
}

TEST(LiquidityForAmounts, RefusesEqualPricesAndMoreThan128Bits) {
  EXPECT_FALSE(liquidity_for_amount0({one, one}, U256{1}));
  EXPECT_FALSE(liquidity_for_amount1({one, one}, U256{1}));
  const U256 edge = U256::power_of_two(127);
  EXPECT_FALSE(liquidity_for_amount1({half, one}, edge));
  EXPECT_EQ(liquidity_for_amount1({half, one}, edge - U256{1}), ~u128{0} - 1);
  EXPECT_FALSE(liquidity_for_amount0({one, two}, edge));
}

TEST(AmountsForLiquidity, ByHand) {
  EXPECT_EQ(amounts_for_liquidity(one, {half, two}, 140), (Amounts{U256{70}, U256{70}}));
  EXPECT_EQ(amounts_for_liquidity(half, {half, two}, 140), (Amounts{U256{210}, U256{0}}));
  EXPECT_EQ(amounts_for_liquidity(two, {half, two}, 140), (Amounts{U256{0}, U256{210}}));
}

TEST(AmountsForLiquidity, RefusesAPriceOfNothing) {
  const SqrtPriceX96 zero{};
  EXPECT_FALSE(amount0_for_liquidity({zero, one}, 1));
  EXPECT_EQ(amount1_for_liquidity({zero, one}, 7), U256{7});
}

TEST(LiquidityAmountsLaw, WhatLiquidityIsNeverExceedsWhatItWasBoughtFor) {
  test::for_cases(1000, [](test::Gen& gen) {
    const SqrtPriceX96 now = drawn_price(gen), a = drawn_price(gen), b = drawn_price(gen);
    const Amounts paid{drawn_amount(gen), drawn_amount(gen)};
    const auto liquidity = liquidity_for_amounts(now, {a, b}, paid);
    if (!liquidity) return;
    const auto held = amounts_for_liquidity(now, {a, b}, *liquidity);
    ASSERT_TRUE(held);
    EXPECT_LE(held->token0, paid.token0);
    EXPECT_LE(held->token1, paid.token1);
  });
}

TEST(LiquidityAmountsLaw, TheOrderOfThePricesDoesNotMatter) {
  test::for_cases(1000, [](test::Gen& gen) {
    const SqrtPriceX96 now = drawn_price(gen), a = drawn_price(gen), b = drawn_price(gen);
    const Amounts paid{drawn_amount(gen), drawn_amount(gen)};
    EXPECT_EQ(liquidity_for_amounts(now, {a, b}, paid), liquidity_for_amounts(now, {b, a}, paid));
    const u128 liquidity = gen.bits();
    EXPECT_EQ(amounts_for_liquidity(now, {a, b}, liquidity),
              amounts_for_liquidity(now, {b, a}, liquidity));
  });
}

}  // namespace levee::amm
