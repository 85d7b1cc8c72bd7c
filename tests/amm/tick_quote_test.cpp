// tests/amm/tick_quote_test.cpp — an amount of one token in the other at a tick.
#include "levee/amm/tick_quote.h"

#include "tests/support/cases.h"

#include <cmath>

#include <gtest/gtest.h>

namespace levee::amm {

TEST(QuoteAt, IsTheSameAmountAtTickZero) {
  EXPECT_EQ(*quote_at(Tick{0}, 12345, Side::token0), U256{12345});
  EXPECT_EQ(*quote_at(Tick{0}, 12345, Side::token1), U256{12345});
}

TEST(QuoteAt, GrowsByOneBasisPointATick) {
  EXPECT_EQ(*quote_at(Tick{1}, 1'000'000, Side::token0), U256{1'000'100});
  EXPECT_EQ(*quote_at(Tick{-1}, 1'000'000, Side::token0), U256{999'900});
  EXPECT_EQ(*quote_at(Tick{1}, 1'000'000, Side::token1), U256{999'900});
}

TEST(QuoteAt, RefusesATickThatIsNone) {
  for (const int tick : {-887273, 887273}) {
    const auto quote = quote_at(Tick{tick}, 1, Side::token0);
    ASSERT_FALSE(quote);
    EXPECT_EQ(quote.error(), fail(Reason::refused, "T"));
  }
}

TEST(QuoteAtLaw, IsThePowerOfTheTickOnBothSidesOfThe128BitRoot) {
  test::for_cases(1000, [](test::Gen& gen) {
    // Roots pass 2^128 near tick 443,636: half of the cases lie around it.
    const int tick = gen.coin() ? gen.integer(443'000, 444'300) : gen.integer(-400'000, 600'000);
    const u128 amount = u128{gen.bits()} << 64;
    const auto worth = quote_at(Tick{tick}, amount, Side::token0);
    ASSERT_TRUE(worth);
    const double exact = to_double(U256{amount}) * std::exp(tick * std::log1p(1e-4));
    EXPECT_CLOSE(to_double(*worth), exact, 1e-9 + 1 / (exact + 1));
  });
}

TEST(QuoteAtLaw, ThereAndBackNeverGains) {
  test::for_cases(1000, [](test::Gen& gen) {
    const Tick tick{gen.integer(-400'000, 400'000)};
    const u128 amount = gen.bits();
    const auto there = quote_at(tick, amount, Side::token0);
    ASSERT_TRUE(there);
    if (!there->fits(128)) return;
    const auto back = quote_at(tick, there->low128(), Side::token1);
    ASSERT_TRUE(back);
    EXPECT_LE(*back, U256{amount});
  });
}

}  // namespace levee::amm
