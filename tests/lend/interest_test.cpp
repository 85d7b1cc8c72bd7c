#include "levee/lend/interest.h"

#include "tests/lend/small_market.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::lend {
namespace {

constexpr std::uint64_t day = 86'400;

double real(const U256& n) { return to_double(n) / 1e27; }

// Both rates of the published curve (kink .9, .04 then .6, a tenth to the treasury).
struct Pair {
  double borrow, supply;
};
Pair published(unsigned per_cent) {
  RateAsk ask{.available = U256{1'000'000'000 - 10'000'000ULL * per_cent}};
  ask.variable_debt = U256{10'000'000ULL * per_cent};
  ask.reserve_factor = U256{1000};
  const auto rates = rates_of(test::curve({.optimal = .9, .slope1 = 40, .slope2 = 600}), ask);
  EXPECT_TRUE(rates);
  return {real(rates->variable), real(rates->liquidity)};
}

}  // namespace

TEST(Rates, FollowThePublishedKinkedCurve) {
  const auto expect = [](unsigned per_cent, double borrow, double supply) {
    const Pair rates = published(per_cent);
    EXPECT_CLOSE(rates.borrow, borrow, 1e-9) << per_cent;
    EXPECT_CLOSE(rates.supply, supply, 1e-9) << per_cent;
  };
  expect(45, .02, .0081);
  expect(80, .0355555555555555556, .0256);
  expect(90, .04, .0324);
  expect(92, .16, .13248);
  expect(95, .34, .2907);
  expect(99, .58, .51678);
  expect(100, .64, .576);
}

TEST(Rates, WithoutDebtAreTheBaseAndDoNotLookAtTheLiquidity) {
  const RateCurve curve = test::curve({.base = 7});
  const auto rates = rates_of(curve, {.available = U256{1}, .taken = U256{2}});
  ASSERT_TRUE(rates);
  EXPECT_EQ(*rates, (Rates{U256{}, curve.slope1, curve.base}));
}

TEST(Rates, AreRefusedWhereMoreIsTakenThanThereIs) {
  RateAsk ask{.available = U256{1}, .taken = U256{2}};
  ask.variable_debt = U256{1'000'000};
  EXPECT_EQ(rates_of(test::curve({}), ask), std::nullopt);
  ask.added = U256{1};
  EXPECT_TRUE(rates_of(test::curve({}), ask));
}

TEST(Rates, AreRefusedWhereTheReserveFactorIsAboveAll) {
  EXPECT_EQ(rates_of(test::curve({}), {.reserve_factor = U256{10'001}}), std::nullopt);
}

TEST(Rates, AreRefusedWhereTheDebtOverflows) {
  RateAsk ask;
  ask.variable_debt = U256::max();
  EXPECT_EQ(rates_of(test::curve({}), ask), std::nullopt);
  ask.stable_debt = U256{1};
  EXPECT_EQ(rates_of(test::curve({}), ask), std::nullopt);
}

TEST(Interest, CompoundedIsCutAfterTheThirdTermAndInItsPowers) {
  const U256 rate = ray / 1000 * 64;
  const double month = real(compounded_interest(rate, 30 * day).value());
  const double year = real(compounded_interest(rate, 365 * day).value());
  // The three terms in real numbers.
  EXPECT_CLOSE(month, 1.00527413346742, 2e-9);
  EXPECT_CLOSE(year, 1.06609169059756875, 2e-6);
  // In ray a second's rate cubed is 8 units where 8.37 would be right.
  EXPECT_CLOSE(month, 1.0052741324273806, 1e-15);
  EXPECT_CLOSE(year, 1.0660898174780657, 1e-15);
}

TEST(Interest, OfNoTimeIsNone) {
  EXPECT_EQ(compounded_interest(ray, 0).value(), ray);
  EXPECT_EQ(linear_interest(ray, 0).value(), ray);
  EXPECT_EQ(compounded_interest(ray, 1).value(), linear_interest(ray, 1).value());
}

TEST(InterestLaw, CompoundedLiesBetweenLinearAndTheExponential) {
  test::for_cases(1000, [](test::Gen& gen) {
    const double yearly = gen.scale(1e-4, 1);
    const auto seconds = static_cast<std::uint64_t>(gen.scale(2, 365.0 * day));
    const U256 rate = U256{static_cast<std::uint64_t>(yearly * 1e18)} * 1'000'000'000;
    const double grown = real(compounded_interest(rate, seconds).value());
    EXPECT_GE(compounded_interest(rate, seconds).value(), linear_interest(rate, seconds).value());
    EXPECT_LE(grown, std::exp(yearly * static_cast<double>(seconds) / (365.0 * day)) + 1e-12);
  });
}

}  // namespace levee::lend
