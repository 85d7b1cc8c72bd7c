#include "levee/amm/position.h"

#include "tests/support/cases.h"

namespace levee::amm {
namespace {

using namespace literal;

// mathematics 1.4: half of 2^128 of growth on L = 123456789012345678.
TEST(Position, OwesTheFloorOfGrowthTimesLiquidity) {
  PositionState position{.liquidity = 123456789012345678, .fees_inside_last = {}};
  position.fees_inside_last.token0 = wrapping_sub(U256{}, U256::power_of_two(128));
  const FeeGrowth inside{wrapping_sub(U256{}, U256::power_of_two(127)), {}};
  EXPECT_EQ(fees_since(position, inside).token0, 61728394506172839_u256);
  const auto after = reckoned(position, 0, inside);
  ASSERT_TRUE(after);
  EXPECT_EQ(U256{after->owed0}, 61728394506172839_u256);
  EXPECT_EQ(after->fees_inside_last, inside);
}

TEST(Position, APokeOfNothingIsRefused) {
  EXPECT_EQ(reckoned({}, 0, {}).error(), fail(Reason::refused, "NP"));
  EXPECT_EQ(reckoned({.liquidity = 3}, -4, {}).error(), fail(Reason::refused, "LS"));
}

TEST(Position, WhatIsOwedWrapsAt128Bits) {
  PositionState position{.liquidity = 1, .fees_inside_last = {}, .owed0 = ~u128{0}};
  const auto after = reckoned(position, 0, {U256::power_of_two(128), {}});
  EXPECT_EQ(after->owed0, 0);
}

TEST(Position, IsAllToken0BelowItsRangeAndAllToken1Above) {
  const SqrtPriceX96 one{U256::power_of_two(96)};
  const auto below = principal_of({one, 0, {60, 120}, 1'000'000});
  EXPECT_TRUE(below->token1.is_zero());
  EXPECT_FALSE(below->token0.is_zero());
  const auto above = principal_of({one, 0, {-120, 0}, -1'000'000});
  EXPECT_TRUE(above->token0.is_zero()) << "a price on the upper tick is above the range";
  EXPECT_TRUE(above->token1.is_negative());
}

TEST(PositionLaw, TakingOutNeverPaysMoreThanPuttingInCost) {
  test::for_cases(2000, [](test::Gen& gen) {
    const std::int32_t lower = gen.integer(-500'000, 500'000);
    const TickRange range{lower, lower + gen.integer(1, 10'000)};
    const Tick tick{gen.integer(lower - 5000, lower + 15'000)};
    const auto liquidity = static_cast<i128>(gen.bits()) << gen.integer(0, 40);
    const SqrtPriceX96 price = sqrt_price_at_valid(tick);
    const auto in = principal_of({price, tick.value(), range, liquidity});
    const auto out = principal_of({price, tick.value(), range, -liquidity});
    ASSERT_TRUE(in && out);
    EXPECT_GE(in->token0.bits(), out->token0.magnitude());
    EXPECT_GE(in->token1.bits(), out->token1.magnitude());
  });
}

}  // namespace
}  // namespace levee::amm
