#include "levee/amm/tick_table.h"

#include "tests/support/cases.h"

#include <set>

#include <gmock/gmock.h>

namespace levee::amm {
namespace {

using ::testing::ElementsAre;

constexpr Direction down = Direction::zero_for_one;
constexpr Direction up = Direction::one_for_zero;

TEST(TickTable, LooksDownItselfIncludedAndUpBeyondItself) {
  TickTable table(TickSpacing{10});
  table.flip(-240);
  table.flip(0);
  table.flip(240);
  EXPECT_EQ(table.next(0, down).tick, 0);
  EXPECT_TRUE(table.next(5, down).initialised);
  EXPECT_EQ(table.next(-1, down).tick, -240);
  EXPECT_EQ(table.next(0, up).tick, 240);
  EXPECT_EQ(table.next(-240, up).tick, -10) << "the word ends before 0";
  EXPECT_FALSE(table.next(-240, up).initialised);
}

TEST(TickTable, StopsAtTheEdgeOfAWordOf256Spacings) {
  const TickTable table(TickSpacing{60});
  EXPECT_EQ(table.next(0, down).tick, 0);
  EXPECT_EQ(table.next(-1, down).tick, -256 * 60);
  EXPECT_EQ(table.next(0, up).tick, 255 * 60);
  EXPECT_EQ(table.next(255 * 60, up).tick, 511 * 60);
}

TEST(TickTable, FlippingTwiceLeavesNothing) {
  TickTable table(TickSpacing{1});
  table.flip(-887272);
  table.flip(887272);
  EXPECT_THAT(table.words(), ElementsAre(-3466, 3465));
  table.flip(-887272);
  table.flip(887272);
  EXPECT_THAT(table.words(), ElementsAre());
  EXPECT_THROW(TickTable(TickSpacing{10}).flip(5), ContractBroken);
}

TEST(TickTable, StatesAreZeroUntilPut) {
  TickTable table(TickSpacing{10});
  EXPECT_EQ(table.at(10), TickState{});
  table.put(10).liquidity_net = -5;
  EXPECT_EQ(table.at(10).liquidity_net, -5);
  EXPECT_THAT(table.ticks(), ElementsAre(10));
  table.clear(10);
  EXPECT_THAT(table.ticks(), ElementsAre());
}

TEST(TickTable, LiquidityIsBoundedBelowAndAbove) {
  const u128 most = ~u128{0};
  EXPECT_EQ(*liquidity_after(5, -5), 0);
  EXPECT_EQ(liquidity_after(5, -6).error(), fail(Reason::refused, "LS"));
  EXPECT_EQ(liquidity_after(most, 1).error(), fail(Reason::refused, "LA"));
  EXPECT_EQ(decimal_text(U256{liquidity_per_tick_max(TickSpacing{60})}),
            "11505743598341114571880798222544994");
  EXPECT_EQ(decimal_text(U256{liquidity_per_tick_max(TickSpacing{10})}),
            "1917569901783203986719870431555990");
}

// mathematics 1.4: growth inside is negative modulo 2^256 and only its difference is a fee.
TEST(TickTable, FeesInsideWrapAround) {
  const auto q = [](unsigned halves) { return U256{halves} << 127; };
  TickState lower, upper;
  lower.fees_outside.token0 = q(10);
  upper.fees_outside.token0 = q(8);
  const FeeGrowth before =
      fees_inside({{-60, &lower}, {60, &upper}, 100, {.token0 = q(10), .token1 = {}}});
  EXPECT_EQ(decimal_text(before.token0),
            "115792089237316195423570985008687907852929702298719625575994209400481361428480");
  upper.fees_outside.token0 = q(11) - q(8);  // the price fell through 60 at 5.5
  const FeeGrowth after =
      fees_inside({{-60, &lower}, {60, &upper}, 0, {.token0 = q(12), .token1 = {}}});
  EXPECT_EQ(decimal_text(after.token0),
            "115792089237316195423570985008687907853099843482180094807725896704197245534208");
  EXPECT_EQ(wrapping_sub(after.token0, before.token0), q(1));
}

TEST(TickTableLaw, FindsWhatASortedSetFindsWithinTheWord) {
  test::for_cases(300, [](test::Gen& gen) {
    const std::int32_t spacing = gen.pick({1, 10, 60, 200});
    const int reach = static_cast<int>(gen.size(10, 3000));
    TickTable table{TickSpacing{spacing}};
    std::set<std::int32_t> set;
    for (int i = 0; i < 40; ++i) {
      const std::int32_t tick = gen.integer(-reach, reach) * spacing;
      table.flip(tick);
      if (!set.erase(tick)) set.insert(tick);
    }
    for (int i = 0; i < 60; ++i) {
      const std::int32_t from = gen.integer(-reach * spacing, reach * spacing);
      const NextTick below = table.next(from, down);
      const auto after = set.upper_bound(from);
      if (below.initialised) {
        EXPECT_EQ(below.tick, *std::prev(after));
      } else {
        EXPECT_TRUE(after == set.begin() || *std::prev(after) < below.tick);
        EXPECT_EQ(below.tick / spacing & 255, 0) << "the edge of a word";
      }
      const NextTick above = table.next(from, up);
      if (above.initialised) {
        EXPECT_EQ(above.tick, *after);
      } else {
        EXPECT_TRUE(after == set.end() || *after > above.tick);
        EXPECT_EQ(above.tick / spacing & 255, 255);
      }
    }
  });
}

}  // namespace
}  // namespace levee::amm
