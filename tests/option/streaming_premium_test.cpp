// tests/option/streaming_premium_test.cpp — ranges as options without expiry: mathematics 1.7.
#include "levee/option/streaming_premium.h"

#include "levee/option/black.h"
#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::option {

using test::for_cases;
using test::Gen;

namespace {

// r of mathematics 1.7 is the root of upper over lower.
OrderEdges edges(double r, double lower = 1500) { return {Price{lower}, Price{lower * r * r}}; }

}  // namespace

TEST(RangeOrder, IsWorthAtItsStrikeWhat1_7Says) {
  EXPECT_CLOSE(range_order(edges(1.05)).at_strike.value(), .98780306383839, 1e-13);
  EXPECT_CLOSE(range_order(edges(1.5)).at_strike.value(), .89897948556636, 1e-13);
  EXPECT_CLOSE(range_order(edges(2)).at_strike.value(), .82842712474619, 1e-13);
  EXPECT_CLOSE(range_order({Price{1600}, Price{2500}}).strike.value(), 2000, 1e-15);
}

TEST(OrderMaturity, IsTheTableOf1_7) {
  struct Row {
    double vol;
    double days[5];
  };
  const double ratios[] = {1.05, 1.1, 1.25, 1.5, 2};
  for (const Row& row :
       {Row{.5, {1.36469068008, 5.20627327085, 28.4892516313, 93.6163869104, 270.041171128}},
        Row{.8, {.533082296906, 2.03370049643, 11.1286139185, 36.5689011369, 105.484832472}},
        Row{1, {.34117267002, 1.30156831771, 7.12231290782, 23.4040967276, 67.510292782}}}) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_CLOSE(365 * order_maturity(edges(ratios[i]), Vol{row.vol}).value(), row.days[i], 5e-12)
          << "vol " << row.vol << " r " << ratios[i];
    }
  }
}

TEST(PoolImpliedVol, Is1_7s) {
  EXPECT_CLOSE(pool_implied_vol({.fee = .0005, .volume_days = 100}).value(), .19104973174543,
               1e-13);
  EXPECT_EQ(pool_implied_vol({.fee = .003, .volume_days = 0}).value(), 0);
}

TEST(StreamedPremium, IsThatOf1_7) {
  const auto premium = streamed_premium({.net = 100, .removed = 50});
  ASSERT_TRUE(premium);
  EXPECT_DOUBLE_EQ(premium->owed, 1.125);
  EXPECT_NEAR(premium->gross, 1.0416666667, 5e-11);
  EXPECT_DOUBLE_EQ(100 + 50 * premium->owed, 156.25);
  EXPECT_DOUBLE_EQ(150 * premium->gross, 156.25);
}

TEST(StreamedPremium, RefusesAnEmptyPoolAndNegativeAmounts) {
  const auto reason = [](StreamedLiquidity liquidity) {
    const auto premium = streamed_premium(liquidity);
    return premium ? Reason::corrupt : premium.error().reason;
  };
  EXPECT_EQ(reason({.net = 0, .removed = 50}), Reason::no_solution);
  EXPECT_EQ(reason({.net = -1, .removed = 50}), Reason::out_of_range);
  EXPECT_EQ(reason({.net = 1, .removed = std::nan("")}), Reason::out_of_range);
  EXPECT_EQ(reason({.net = 1, .removed = 1, .spread = -1}), Reason::out_of_range);
  EXPECT_THROW(range_order({Price{2000}, Price{2000}}), ContractBroken);
  EXPECT_THROW(range_order({Price{0}, Price{2000}}), ContractBroken);
  EXPECT_THROW(order_maturity(edges(2), Vol{0}), ContractBroken);
  EXPECT_THROW(pool_implied_vol({.fee = -1, .volume_days = 1}), ContractBroken);
}

TEST(RangeOrderLaw, IsTheRangesOwnValueAndTheCoveredCallsNextToIt) {
  for_cases(1000, [](Gen& gen) {
    const double lower = gen.scale(1e-3, 1e5), upper = lower * (1 + gen.scale(1e-6, 10));
    const OrderEdges range{Price{lower}, Price{upper}};
    const auto order = range_order(range);
    const double k = order.strike.value(), sa = std::sqrt(lower), sb = std::sqrt(upper);
    const double value = 2 * std::sqrt(k) - sa - k / sb;
    EXPECT_CLOSE(order.at_strike.value(), value / (sb - sa), 1e-14 + 1e-15 * sb / (sb - sa));
    // The covered call at that maturity, by the exact formula: the small-time one is its limit.
    const Vol vol{gen.real(.2, 1.5)};
    const Years time = order_maturity(range, vol);
    const double call = black_price(Type::call, order.strike, {order.strike, time, vol}).value();
    const double deviation = vol.value() * std::sqrt(time.value());
    EXPECT_NEAR(1 - call / k, order.at_strike.value(), .02 * std::pow(deviation, 3) + 1e-14);
  });
}

TEST(StreamedPremiumLaw, IsPaidByBuyersAndThePoolAloneAndRisesWithScarcity) {
  for_cases(1000, [](Gen& gen) {
    const StreamedLiquidity liquidity{gen.scale(1e-3, 1e6), gen.scale(1e-3, 1e6),
                                      gen.scale(1e-2, 2)};
    const auto premium = *streamed_premium(liquidity);
    const double total = liquidity.net + liquidity.removed;
    EXPECT_CLOSE(liquidity.net + liquidity.removed * premium.owed, total * premium.gross, 1e-14);
    EXPECT_GT(premium.owed, premium.gross);
    StreamedLiquidity scarcer = liquidity;
    scarcer.net /= 2;
    EXPECT_GT(streamed_premium(scarcer)->owed, premium.owed);
  });
}

}  // namespace levee::option
