#include "levee/amm/quick_step.h"

#include "levee/amm/sqrt_price_math.h"
#include "levee/amm/tick_math.h"
#include "tests/support/cases.h"

namespace levee::amm {
namespace {

using test::Gen;

constexpr u128 one = 1'000'000'000'000'000'000;

u128 price_at(std::int32_t tick) { return sqrt_price_at_valid(Tick{tick}).value().low128(); }

// The contract's own way, from the functions that are held against it one by one.
struct ByDefinition {
  SqrtPriceX96 price;
  std::optional<U256> in, out;
};
std::optional<ByDefinition> by_definition(const QuickAsk& ask) {
  const bool down = ask.price >= ask.target;
  const SqrtPriceX96 from{U256{ask.price}}, to{U256{ask.target}};
  const auto paid = [&](const SqrtPriceX96& end) {
    return down ? amount0_between({from, end}, ask.liquidity, Round::up)
                : amount1_between({from, end}, ask.liquidity, Round::up);
  };
  const auto most = paid(to);
  if (!most) return std::nullopt;
  const bool reaches = U256{ask.budget} >= *most;
  const auto next =
      reaches ? std::optional(to)
              : price_after_input(from, ask.liquidity, U256{ask.budget},
                                  down ? Direction::zero_for_one : Direction::one_for_zero);
  if (!next) return std::nullopt;
  const bool all = !reaches && ask.budget_is_paid;
  return ByDefinition{*next, all ? std::optional(U256{ask.budget}) : paid(*next),
                      down ? amount1_between({from, *next}, ask.liquidity, Round::down)
                           : amount0_between({from, *next}, ask.liquidity, Round::down)};
}

}  // namespace

// SwapMath's own figures, as @uniswap/v3-sdk 3.26.0 gives them for fee 3000: 10^15 sold at price 1
// with liquidity 2 10^18 stops short of tick -60.
TEST(QuickStep, StopsWhereTheBudgetEnds) {
  const u128 budget = after_fee(1'000'000'000'000'000, FeePips{3000});
  EXPECT_EQ(budget, u128{997'000'000'000'000});
  const auto step = quick_step({price_at(0), price_at(-60), 2 * one, budget});
  ASSERT_TRUE(step);
  using namespace literal;
  EXPECT_EQ(U256{step->price}, 79188686953817859390637717434_u256);
  EXPECT_EQ(U256{step->in}, U256{997'000'000'000'000});
  EXPECT_EQ(U256{step->out}, U256{996'503'243'133'298});
}

TEST(QuickStep, GoesNoFurtherThanItsTarget) {
  const auto step = quick_step({price_at(0), price_at(-60), 2 * one, 1000 * one});
  ASSERT_TRUE(step);
  EXPECT_EQ(step->price, price_at(-60));
  const auto nowhere = quick_step({price_at(7), price_at(7), one, one});
  ASSERT_TRUE(nowhere);
  EXPECT_EQ(nowhere->price, price_at(7));
  EXPECT_EQ(nowhere->in, u128{0});
  EXPECT_EQ(nowhere->out, u128{0});
}

TEST(QuickStep, LeavesWhatIsTooLargeToTheLongWay) {
  EXPECT_FALSE(quick_step({price_at(0), price_at(-60), one, u128{1} << 95}));
  EXPECT_FALSE(quick_step({~u128{0}, 1, ~u128{0}, u128{1} << 94}));  // 2^160 of token1 leave.
  EXPECT_FALSE(quick_step({price_at(0), 0, one, one}));  // The contract divides by the target.
  EXPECT_FALSE(quick_step({0, price_at(0), one, one}));
}

TEST(QuickStepLaw, IsTheContractsStep) {
  int answered = 0, reached = 0, short_of_it = 0;
  test::for_cases(20'000, [&](Gen& gen) {
    const int tick = gen.integer(-300'000, 440'000);
    const int away = gen.coin() ? gen.integer(-3000, 3000) : gen.integer(-3, 3);
    const auto nudged = [&](u128 price) {
      return price + (gen.coin() ? 0 : gen.bits() % (static_cast<std::uint64_t>(price >> 32) + 1));
    };
    QuickAsk ask{nudged(price_at(tick)), nudged(price_at(tick + away)), 1, 0};
    // Above 2^96 a unit of price costs more than a unit of token1: what is paid is not the budget.
    ask.liquidity = static_cast<u128>(gen.scale(1, gen.coin() ? 1e27 : 1e37));
    const auto most =
        ask.price >= ask.target
            ? amount0_between({SqrtPriceX96{U256{ask.price}}, SqrtPriceX96{U256{ask.target}}},
                              ask.liquidity, Round::up)
            : amount1_between({SqrtPriceX96{U256{ask.price}}, SqrtPriceX96{U256{ask.target}}},
                              ask.liquidity, Round::up);
    if (!most || !most->fits(94)) return;
    // Around what reaches the target, and far from it.
    const u128 off = most->low128() / static_cast<std::uint64_t>(gen.integer(1, 1000));
    ask.budget = gen.coin()   ? off
                 : gen.coin() ? most->low128() + static_cast<unsigned>(gen.integer(0, 2))
                              : most->low128() - std::min<u128>(most->low128(), 1);
    ask.budget_is_paid = gen.coin();
    const Divisor128 by_liquidity(ask.liquidity);
    if (gen.coin()) ask.by_liquidity = &by_liquidity;
    const auto quick = quick_step(ask);
    if (!quick) return;
    ++answered;
    const auto defined = by_definition(ask);
    ASSERT_TRUE(defined && defined->in && defined->out);
    ASSERT_EQ(U256{quick->price}, defined->price.value());
    ASSERT_EQ(U256{quick->in}, *defined->in);
    ASSERT_EQ(U256{quick->out}, *defined->out);
    ++(quick->price == ask.target ? reached : short_of_it);
  });
  EXPECT_GT(answered, 15'000);
  EXPECT_GT(reached, 3000);
  EXPECT_GT(short_of_it, 3000);
}

TEST(FeeLaw, IsWhatTheWideDivisionGives) {
  test::for_cases(10'000, [](Gen& gen) {
    const u128 amount = joined(gen.bits(), gen.bits()) >> gen.integer(20, 127);
    const FeePips fee{static_cast<std::uint32_t>(gen.integer(0, 999'999))};
    ASSERT_EQ(U256{after_fee(amount, fee)},
              U256{amount} * U256{1'000'000 - fee.value()} / U256{1'000'000});
    ASSERT_EQ(U256{fee_on(amount, fee)},
              *mul_div(U256{amount}, U256{fee.value()}, U256{1'000'000 - fee.value()}, Round::up));
  });
}

}  // namespace levee::amm
