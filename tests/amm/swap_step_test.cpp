#include "levee/amm/swap_step.h"

#include "tests/support/cases.h"

namespace levee::amm {
namespace {

using namespace literal;

const SqrtPriceX96 one{U256::power_of_two(96)};

StepAsk random_ask(test::Gen& gen) {
  const Tick tick{gen.integer(-500'000, 500'000)};
  const SqrtPriceX96 price{sqrt_price_at_valid(tick).value() + U256{gen.bits() >> 34}};
  const Tick target{tick.value() + gen.integer(-300, 300)};
  const u128 liquidity = u128{gen.bits()} << gen.integer(0, 60) >> gen.integer(0, 60);
  const U256 amount{u128{gen.bits()} << gen.integer(0, 50) >> gen.integer(0, 60)};
  const I256 remaining =
      gen.coin() ? I256::positive(amount + U256{1}) : I256::negative(amount + U256{1});
  return {price, sqrt_price_at_valid(target), liquidity, remaining,
          FeePips{static_cast<std::uint32_t>(gen.integer(0, 999'999))}};
}

TEST(SwapStep, AnExactInputThatReachesTheTargetLeavesTheRest) {
  // Prices 1 and 1.01, liquidity 2e18, one whole token in, 600 pips: v3-core's SwapMath example.
  const SqrtPriceX96 target{79623317895830914510639640423_u256};
  const auto step = swap_step(
      {one, target, 2'000'000'000'000'000'000U, I256{1'000'000'000'000'000'000}, FeePips{600}});
  ASSERT_TRUE(step);
  EXPECT_EQ(step->price, target);
  EXPECT_EQ(step->amount_in, 9975124224178055_u256);
  EXPECT_EQ(step->fee, 5988667735148_u256);
  EXPECT_EQ(step->amount_out, 9925619580021728_u256);
}

TEST(SwapStep, AnExactInputThatStopsShortIsUsedUp) {
  const SqrtPriceX96 target{250541448375047931186413801569_u256};
  const I256 amount{1'000'000'000'000'000'000};
  const auto step = swap_step({one, target, 2'000'000'000'000'000'000U, amount, FeePips{600}});
  ASSERT_TRUE(step);
  EXPECT_LT(step->price, target);
  EXPECT_EQ(step->amount_in, 999400000000000000_u256);
  EXPECT_EQ(step->fee, 600000000000000_u256);
  EXPECT_EQ(step->amount_out, 666399946655997866_u256);
}

TEST(SwapStep, NoLiquidityGivesTheWholeWayForNothing) {
  const SqrtPriceX96 target = sqrt_price_at_valid(Tick{60});
  const auto step = swap_step({one, target, 0, I256{5}, FeePips{3000}});
  ASSERT_TRUE(step);
  EXPECT_EQ(*step, (Step{target, U256{}, U256{}, U256{}}));
}

// The laws v3-core's own invariant test of SwapMath states.
TEST(SwapStepLaw, PriceStaysBetweenStartAndTargetAndAmountsWithinWhatWasGiven) {
  int short_steps = 0;
  test::for_cases(20'000, [&](test::Gen& gen) {
    const StepAsk ask = random_ask(gen);
    const auto step = swap_step(ask);
    if (!step) return;
    const auto [low, high] = std::minmax(ask.price, ask.target);
    EXPECT_GE(step->price, low);
    EXPECT_LE(step->price, high);
    const U256 given = ask.remaining.magnitude();
    if (ask.remaining.is_negative()) {
      EXPECT_LE(step->amount_out, given);
    } else if (step->price != ask.target) {
      EXPECT_EQ(step->amount_in + step->fee, given) << "all of it is used";
      ++short_steps;
    } else {
      EXPECT_LE(step->amount_in + step->fee, given);
    }
  });
  EXPECT_GT(short_steps, 1000);
}

TEST(SwapStepLaw, AStepNeverPaysMoreThanItsPriceMoveIsWorth) {
  test::for_cases(20'000, [](test::Gen& gen) {
    const StepAsk ask = random_ask(gen);
    const auto step = swap_step(ask);
    if (!step) return;
    const bool down = ask.price >= ask.target;
    const SqrtPrices way{step->price, ask.price};
    const auto in = down ? amount0_between(way, ask.liquidity, Round::up)
                         : amount1_between(way, ask.liquidity, Round::up);
    const auto out = down ? amount1_between(way, ask.liquidity, Round::down)
                          : amount0_between(way, ask.liquidity, Round::down);
    EXPECT_EQ(step->amount_in, *in);
    EXPECT_LE(step->amount_out, *out);
  });
}

}  // namespace
}  // namespace levee::amm
