#include "levee/amm/pool.h"

#include "levee/amm/tick_math.h"
#include "tests/support/cases.h"

namespace levee::amm {
namespace {

using test::Gen;

constexpr u128 one = 1'000'000'000'000'000'000;

// A version 3 pool whose price may be so high that its numbers leave 128 bits on the way.
Pool pool_at(Gen& gen, std::int32_t centre) {
  Pool pool({FeePips{gen.pick<std::uint32_t>({0, 100, 500, 3000, 10'000})}, TickSpacing{10}});
  EXPECT_TRUE(pool.initialise(sqrt_price_at_valid(Tick{centre + gen.integer(-200, 200)}), 1));
  // Without a gap: a swap that pays all it has does not walk on through nothing to its limit.
  EXPECT_TRUE(pool.mint({Address{}, {-887'270, 887'270}, one}, 1));
  for (int i = 0; i < 20; ++i) {
    const std::int32_t middle = centre / 10 * 10 + 10 * gen.integer(-300, 300);
    const std::int32_t reach = 10 * gen.integer(1, 200);
    const u128 liquidity = one * static_cast<unsigned>(gen.integer(1, 1000));
    EXPECT_TRUE(pool.mint({Address{}, {middle - reach, middle + reach}, liquidity}, 1));
  }
  const auto part = static_cast<std::uint16_t>(gen.coin() ? 0 : 4);
  EXPECT_TRUE(pool.set_protocol_shares(part, 10));
  return pool;
}

// The same swap through the loop of any size: an amount of 2^108 more than is needed is too large
// for the quick way, and a price limit ends both in the same place.
SwapAsk endless(const SwapAsk& ask) {
  return {ask.direction, I256::positive(U256::power_of_two(120)), ask.limit, ask.fee};
}

}  // namespace

TEST(PoolQuickLaw, EndsWhereTheLongWayEnds) {
  int compared = 0, crossed = 0;
  test::for_cases(400, [&](Gen& gen) {
    const std::int32_t centre = gen.pick({-200'000, 0, 195'000, 443'000});
    const Pool fresh = pool_at(gen, centre);
    const auto direction = gen.coin() ? Direction::zero_for_one : Direction::one_for_zero;
    const std::int32_t away = gen.integer(1, 4000);
    const Tick goal{centre + (direction == Direction::zero_for_one ? -away : away)};
    const SwapAsk huge = endless({direction, {}, sqrt_price_at_valid(goal), {}});
    Pool long_way = fresh;
    const auto moved = long_way.swap(huge, 2);
    if (!moved || long_way.numbers().price != huge.limit) return;
    const I256& paid = direction == Direction::zero_for_one ? moved->token0 : moved->token1;
    if (paid.is_zero() || !paid.bits().fits(100)) return;
    // What it took, asked for as an exact input that may end nowhere else.
    Pool quick_way = fresh;
    const auto again = quick_way.swap({direction, paid, huge.limit, {}}, 2);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->token0, moved->token0);
    EXPECT_EQ(again->token1, moved->token1);
    EXPECT_EQ(quick_way.numbers(), long_way.numbers());
    for (const std::int32_t tick : fresh.ticks().ticks()) {
      ASSERT_EQ(quick_way.ticks().at(tick), long_way.ticks().at(tick));
      crossed += quick_way.ticks().at(tick) == fresh.ticks().at(tick) ? 0 : 1;
    }
    ++compared;
  });
  EXPECT_GT(compared, 200);
  EXPECT_GT(crossed, 1000);
}

// What is kept around the price must follow every change of ticks and liquidity.
TEST(PoolQuickLaw, AnswersAsAPoolFoundInTheSameState) {
  test::for_cases(60, [](Gen& gen) {
    Pool pool = pool_at(gen, gen.pick({-100'000, 0, 195'000}));
    for (int i = 0; i < 60; ++i) {
      const std::int32_t near = pool.numbers().tick / 10 * 10;
      const TickRange range{near + 10 * gen.integer(-8, 0), near + 10 * gen.integer(1, 8)};
      const u128 liquidity = one * static_cast<unsigned>(gen.integer(1, 500));
      if (gen.coin()) {
        static_cast<void>(pool.mint({Address{}, range, liquidity}, 3));
      } else {
        static_cast<void>(pool.burn({Address{}, range, liquidity}, 3));
      }
      Pool::Found found{pool.terms(), pool.numbers()};
      for (const std::int32_t tick : pool.ticks().ticks()) {
        found.ticks.emplace_back(tick, pool.ticks().at(tick));
      }
      found.oracle = pool.oracle();
      auto fresh = Pool::from(found);
      ASSERT_TRUE(fresh);
      const auto direction = gen.coin() ? Direction::zero_for_one : Direction::one_for_zero;
      const U256 amount{static_cast<u128>(gen.scale(1e3, 1e21))};
      const SwapAsk ask{direction, I256::positive(amount), no_limit(direction), {}};
      const auto one_way = pool.swap(ask, 4), other = fresh->swap(ask, 4);
      ASSERT_EQ(bool(one_way), bool(other));
      ASSERT_EQ(pool.numbers(), fresh->numbers());
    }
  });
}

}  // namespace levee::amm
