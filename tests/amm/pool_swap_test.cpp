#include "tests/support/pool_cases.h"

namespace levee::amm {
namespace {

using namespace literal;
using test::account;
using test::sale;

// A hundred nested ranges around price 1, the pool that v3-sdk and others are measured on; its
// figures are theirs.
Pool nested() {
  Pool pool({FeePips{3000}, TickSpacing{60}, ProtocolShare::one_in});
  EXPECT_TRUE(pool.initialise(SqrtPriceX96{U256::power_of_two(96)}, 1));
  for (std::int32_t i = 0; i < 100; ++i) {
    const u128 liquidity = u128{1'000'000'000'000'000'000} * static_cast<unsigned>(1 + i % 7);
    const TickRange range{-60 * (i + 1), 60 * (i + 1)};
    EXPECT_TRUE(pool.mint({account(1), range, liquidity}, 1));
  }
  return pool;
}

TEST(PoolSwap, ASmallSaleStaysInItsRange) {
  const auto quote = nested().quote(sale(Direction::zero_for_one, 1'000'000'000'000'000));
  ASSERT_TRUE(quote);
  EXPECT_EQ(decimal_text(quote->flows.token1), "-996997483527870");
  EXPECT_EQ(decimal_text(quote->price.value()), "79227962538875347065136294790");
  EXPECT_EQ(quote->tick, -1);
  EXPECT_EQ(quote->crossed, 0);
}

TEST(PoolSwap, ALargeSaleCrossesNineTicks) {
  Pool pool = nested();
  const SwapAsk ask = sale(Direction::zero_for_one, I256::positive(11000000000000000000_u256));
  EXPECT_EQ(pool.quote(ask)->crossed, 9);
  const auto flows = pool.swap(ask, 2);
  ASSERT_TRUE(flows);
  EXPECT_EQ(decimal_text(flows->token1), "-10665480381311745435");
  EXPECT_EQ(decimal_text(pool.numbers().price.value()), "77014122789437850390798681358");
  EXPECT_EQ(pool.numbers().tick, -567);
  EXPECT_EQ(decimal_text(U256{pool.numbers().liquidity}), "364000000000000000000");
  EXPECT_EQ(decimal_text(pool.numbers().fees.token0), "29436120844177748775425742454717549");
}

TEST(PoolSwap, TwoThousandSwapsEndWhereTheOthersEnd) {
  Pool pool = nested();
  std::uint32_t x = 0x12345678;
  const auto next = [&x] {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x;
  };
  for (int i = 0; i < 2000; ++i) {
    const u128 amount = u128{100'000'000'000'000} + u128{next()} * 900'000'000;
    const Direction direction =
        (next() & 1) != 0 ? Direction::zero_for_one : Direction::one_for_zero;
    ASSERT_TRUE(pool.swap(sale(direction, I256::positive(U256{amount})), 2));
  }
  EXPECT_EQ(pool.numbers().tick, 849);
  EXPECT_EQ(decimal_text(pool.numbers().price.value()), "82663733874557708817412283749");
  EXPECT_EQ(decimal_text(U256{pool.numbers().liquidity}), "339000000000000000000");
  EXPECT_EQ(decimal_text(pool.numbers().fees.token0), "6250417786419949293996961513340951963");
  EXPECT_EQ(decimal_text(pool.numbers().fees.token1), "6524179045454804502945491533123361090");
}

TEST(PoolSwap, AsksTheContractsQuestions) {
  Pool pool = nested();
  const auto why = [](const char* text) { return fail(Reason::refused, text); };
  const SwapAsk good = sale(Direction::zero_for_one, 1000);
  SwapAsk ask = good;
  ask.amount = I256{};
  EXPECT_EQ(pool.swap(ask, 2).error(), why("AS"));
  ask = good;
  ask.limit = pool.numbers().price;
  EXPECT_EQ(pool.swap(ask, 2).error(), why("SPL"));
  ask.limit = sqrt_price_min;
  EXPECT_EQ(pool.swap(ask, 2).error(), why("SPL"));
  EXPECT_EQ(pool.swap(good, 2, {.over0 = -1}).error(), why("IIA"));
  EXPECT_EQ(pool.swap(good, 2, {.reenters = true}).error(), why("LOK"));
  EXPECT_EQ(pool.numbers(), nested().numbers()) << "a refusal changes nothing";
  ASSERT_TRUE(pool.swap(good, 2, {.over0 = 5})) << "paying more is a gift";
}

TEST(PoolSwap, StopsAtTheLimitWithTheRestUnspent) {
  Pool pool = nested();
  const SqrtPriceX96 limit = sqrt_price_at_valid(Tick{-30});
  const auto flows =
      pool.swap({Direction::zero_for_one, I256::positive(U256::power_of_two(100)), limit, {}}, 2);
  ASSERT_TRUE(flows);
  EXPECT_EQ(pool.numbers().price, limit);
  EXPECT_LT(flows->token0, I256::positive(U256::power_of_two(100)));
}

TEST(PoolSwapLaw, PriceEndsBetweenStartAndLimitAndAmountsWithinWhatWasAsked) {
  test::for_cases(1000, [](test::Gen& gen) {
    Pool pool = test::busy_pool(gen);
    const SqrtPriceX96 start = pool.numbers().price;
    const bool down = gen.coin();
    const Tick edge{pool.numbers().tick + (down ? -1 : 1) * gen.integer(2, 3000)};
    const SqrtPriceX96 limit = sqrt_price_at_valid(edge);
    const auto amount = static_cast<std::int64_t>(gen.scale(1, 1e18));
    const I256 asked{gen.coin() ? amount : -amount};
    const auto flows =
        pool.swap({down ? Direction::zero_for_one : Direction::one_for_zero, asked, limit, {}}, 2);
    ASSERT_TRUE(flows);
    const auto [low, high] = std::minmax(start, limit);
    EXPECT_GE(pool.numbers().price, low);
    EXPECT_LE(pool.numbers().price, high);
    const I256& in = down ? flows->token0 : flows->token1;
    const I256& out = down ? flows->token1 : flows->token0;
    EXPECT_FALSE(in.is_negative());
    EXPECT_TRUE(out.is_negative() || out.is_zero());
    const bool exact_in = !asked.is_negative();
    EXPECT_LE((exact_in ? in : out).magnitude(), asked.magnitude());
  });
}

TEST(PoolSwapLaw, AQuoteIsWhatTheSwapThenDoes) {
  test::for_cases(500, [](test::Gen& gen) {
    Pool pool = test::busy_pool(gen);
    const auto amount = static_cast<std::int64_t>(gen.scale(1, 1e18));
    const SwapAsk ask = sale(test::random_direction(gen), gen.coin() ? amount : -amount);
    const auto quote = pool.quote(ask);
    const auto flows = pool.swap(ask, 2);
    ASSERT_EQ(static_cast<bool>(quote), static_cast<bool>(flows));
    if (!flows) return;
    EXPECT_EQ(quote->flows, *flows);
    EXPECT_EQ(quote->price, pool.numbers().price);
    EXPECT_EQ(quote->liquidity, pool.numbers().liquidity);
  });
}

TEST(PoolSwapLaw, SplittingASaleGainsNothing) {
  int judged = 0;
  test::for_cases(1000, [&judged](test::Gen& gen) {
    Pool whole = test::busy_pool(gen);
    Pool split = whole;
    const Direction direction = test::random_direction(gen);
    const auto amount = static_cast<std::int64_t>(gen.scale(10, 1e15));
    const auto part = static_cast<std::int64_t>(gen.real(1, static_cast<double>(amount - 1)));
    const bool down = direction == Direction::zero_for_one;
    const auto out = [down](const Result<Flows>& flows) {
      return (down ? flows->token1 : flows->token0).magnitude();
    };
    const auto all = whole.swap(sale(direction, amount), 2);
    const auto first = split.swap(sale(direction, part), 2);
    const auto second = split.swap(sale(direction, amount - part), 2);
    if (!second) return;  // the first part emptied the pool
    ASSERT_TRUE(all && first);
    EXPECT_LE(out(first) + out(second), out(all) + U256{1});
    ++judged;
  });
  EXPECT_GT(judged, 700);
}

TEST(PoolSwapLaw, ThereAndBackNeverProfits) {
  test::for_cases(1000, [](test::Gen& gen) {
    Pool pool = test::busy_pool(gen);
    const Direction there = test::random_direction(gen);
    const bool down = there == Direction::zero_for_one;
    const auto amount = static_cast<std::int64_t>(gen.scale(10, 1e15));
    const auto first = pool.swap(sale(there, amount), 2);
    ASSERT_TRUE(first);
    const U256 got = (down ? first->token1 : first->token0).magnitude();
    const U256 paid = (down ? first->token0 : first->token1).magnitude();
    if (got.is_zero()) return;
    const auto back = pool.swap(
        sale(down ? Direction::one_for_zero : Direction::zero_for_one, I256::positive(got)), 2);
    ASSERT_TRUE(back);
    EXPECT_LE((down ? back->token0 : back->token1).magnitude(), paid);
  });
}

// Whatever the path, the growth inside a range since it was made is at most the global growth.
TEST(PoolSwapLaw, FeesInsideARangeNeverExceedFeesGlobal) {
  test::for_cases(300, [](test::Gen& gen) {
    Pool pool = test::busy_pool(gen);
    const std::int32_t spacing = pool.terms().spacing.value();
    const std::int32_t lower = gen.integer(-60, 30) * spacing;
    const TickRange range{lower, lower + gen.integer(1, 60) * spacing};
    ASSERT_TRUE(pool.mint({account(8), range, 1'000'000}, 2));
    const FeeGrowth then = pool.numbers().fees;
    const PositionState before = pool.position({account(8), range, {}});
    for (int i = 0; i < 30; ++i) {
      const auto amount = static_cast<std::int64_t>(gen.scale(1, 1e16));
      (void)pool.swap(sale(test::random_direction(gen), amount), 3);
    }
    ASSERT_TRUE(pool.burn({account(8), range, 0}, 4));
    const FeeGrowth inside = pool.position({account(8), range, {}}).fees_inside_last;
    EXPECT_LE(wrapping_sub(inside.token0, before.fees_inside_last.token0),
              wrapping_sub(pool.numbers().fees.token0, then.token0));
    EXPECT_LE(wrapping_sub(inside.token1, before.fees_inside_last.token1),
              wrapping_sub(pool.numbers().fees.token1, then.token1));
  });
}

}  // namespace
}  // namespace levee::amm
