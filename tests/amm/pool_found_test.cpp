#include "tests/support/pool_cases.h"

namespace levee::amm {
namespace {

using test::sale;

Pool::Found found_in(const Pool& pool) {
  Pool::Found found{.terms = pool.terms(), .numbers = pool.numbers(), .oracle = pool.oracle()};
  for (const std::int32_t tick : pool.ticks().ticks()) {
    found.ticks.emplace_back(tick, pool.ticks().at(tick));
  }
  for (const PositionKey& key : pool.positions()) {
    found.positions.emplace_back(key, pool.position(key));
  }
  return found;
}

Reason refusal(const Pool::Found& found) { return Pool::from(found).error().reason; }

TEST(PoolFound, ContradictionsAreCorrupt) {
  test::Gen gen(1, 1);
  const Pool::Found good = found_in(test::busy_pool(gen));
  ASSERT_TRUE(Pool::from(good));
  Pool::Found bad = good;
  bad.numbers.liquidity += 1;
  EXPECT_EQ(refusal(bad), Reason::corrupt);
  bad = good;
  bad.numbers.tick += 2;
  EXPECT_EQ(refusal(bad), Reason::corrupt);
  bad = good;
  bad.ticks.push_back(good.ticks.front());
  EXPECT_EQ(refusal(bad), Reason::corrupt);
  bad = good;
  bad.terms.spacing = TickSpacing{7};
  EXPECT_EQ(refusal(bad), Reason::corrupt);
  bad.terms.spacing = TickSpacing{0};
  EXPECT_EQ(refusal(bad), Reason::corrupt);
}

TEST(PoolFound, AnEmptyPoolHasNothingToSay) {
  const Pool pool({});
  EXPECT_EQ(pool.observe(5, std::vector<std::uint32_t>{0}).error(), fail(Reason::refused, "I"));
  EXPECT_EQ(pool.sums_inside({-60, 60}, 5).error(), fail(Reason::refused, ""));
  EXPECT_EQ(pool.sums_inside({60, 60}, 5).error(), fail(Reason::refused, "TLU"));
  EXPECT_EQ(pool.position({test::account(1), {-60, 60}, {}}), PositionState{});
}

TEST(PoolFoundLaw, APoolFoundGoesOnAsTheOneItWasReadFrom) {
  test::for_cases(200, [](test::Gen& gen) {
    Pool first = test::busy_pool(gen);
    for (int i = 0; i < 5; ++i)
      (void)first.swap(sale(test::random_direction(gen), 1'000'000), 1500);
    auto second = Pool::from(found_in(first));
    ASSERT_TRUE(second);
    for (std::uint32_t i = 0; i < 20; ++i) {
      const auto amount = static_cast<std::int64_t>(gen.scale(1, 1e14));
      const SwapAsk ask = sale(test::random_direction(gen), amount);
      const auto one = first.swap(ask, 2000 + i), other = second->swap(ask, 2000 + i);
      ASSERT_EQ(static_cast<bool>(one), static_cast<bool>(other));
      if (one) {
        EXPECT_EQ(*one, *other);
      }
    }
    EXPECT_EQ(first.numbers(), second->numbers());
    for (const PositionKey& key : first.positions()) {
      EXPECT_EQ(first.collectable(key), second->collectable(key));
    }
  });
}

// The time a price spends inside a range and outside it adds up to all time.
TEST(PoolFoundLaw, SumsInsideNeighbouringRangesAddUp) {
  test::for_cases(200, [](test::Gen& gen) {
    Pool pool = test::busy_pool(gen);
    const std::int32_t step = pool.terms().spacing.value() * 8;
    const TickRange left{-step, 0}, right{0, step}, both{-step, step};
    for (const TickRange& range : {left, right, both}) {
      ASSERT_TRUE(pool.mint({test::account(7), range, 1000}, 1000));
    }
    const auto sums = [&](std::uint32_t time) { return *pool.sums_inside(left, time); };
    const InsideSums left0 = sums(1000), right0 = *pool.sums_inside(right, 1000);
    const InsideSums both0 = *pool.sums_inside(both, 1000);
    std::uint32_t time = 1000;
    for (int i = 0; i < 10; ++i) {
      time += static_cast<std::uint32_t>(gen.integer(1, 100));
      (void)pool.swap(sale(test::random_direction(gen), 1'000'000'000), time);
    }
    const InsideSums left1 = sums(time), right1 = *pool.sums_inside(right, time);
    const InsideSums both1 = *pool.sums_inside(both, time);
    EXPECT_EQ(left1.seconds - left0.seconds + right1.seconds - right0.seconds,
              both1.seconds - both0.seconds);
    EXPECT_EQ(left1.tick_seconds - left0.tick_seconds + right1.tick_seconds - right0.tick_seconds,
              both1.tick_seconds - both0.tick_seconds);
  });
}

}  // namespace
}  // namespace levee::amm
