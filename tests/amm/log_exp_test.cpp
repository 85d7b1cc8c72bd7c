#include "levee/amm/log_exp.h"

#include "levee/base/wide.h"
#include "tests/support/cases.h"

#include <cmath>

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

using namespace literal;
using test::for_cases;
using test::Gen;

constexpr U256 one = 1'000'000'000'000'000'000_u256;

// A positive number as mantissa * 2^exponent, the mantissa below 2^200.
struct Big {
  U256 mantissa;
  int exponent = 0;
};

Big square(const Big& x) {
  const unsigned drop = 2 * x.mantissa.bit_length() - 200;
  const U256 product = *mul_div(x.mantissa, x.mantissa, U256::power_of_two(drop), Round::down);
  return {product, 2 * x.exponent + static_cast<int>(drop)};
}

// e^(2^power), power >= -4, to some 180 binary digits: a Taylor series at 1/16, then squarings.
Big e_to_power(int power) {
  U256 term = U256::power_of_two(195), sum = term;
  for (int n = 1; !term.is_zero(); ++n) {
    term = (term >> 4) / n;
    sum += term;
  }
  Big value{sum, -195};
  for (int k = -4; k < power; ++k) value = square(value);
  return value;
}

// x * 10^places / 10^drop, rounded to the nearest.
U256 scaled(Big x, unsigned places, unsigned drop) {
  for (unsigned i = 0; i < places; ++i) {
    x.mantissa = x.mantissa * 10;
    while (x.mantissa.bit_length() > 240) {
      x.mantissa = x.mantissa >> 1;
      ++x.exponent;
    }
  }
  U256 divisor{1};
  for (unsigned i = 0; i < drop; ++i) divisor = divisor * 10;
  if (x.exponent > 0) x.mantissa = x.mantissa << static_cast<unsigned>(x.exponent);
  if (x.exponent < 0) divisor = divisor << static_cast<unsigned>(-x.exponent);
  return (x.mantissa + (divisor >> 1)) / divisor;
}

long double real_of(const U256& n) { return static_cast<long double>(to_double(n)) / 1e18L; }

}  // namespace

TEST(LogExp, ConstantsArePowersOfEToTwentyOneDigits) {
  // Digits before the point of e^(2^k), k = 7 ... -4.
  constexpr std::array<unsigned, 12> whole{56, 28, 14, 7, 4, 2, 1, 1, 1, 1, 1, 1};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const int power = 7 - static_cast<int>(i);
    const unsigned places = i < 2 ? 0 : 20;
    const unsigned zeros = whole[i] + places - 21;
    U256 got = powers_of_e()[i];
    for (unsigned k = 0; k < zeros; ++k) {
      ASSERT_TRUE((got % 10).is_zero()) << power;
      got = got / 10;
    }
    // e^128 and e^64 do not fit with places: their zeros are taken off by the division.
    EXPECT_EQ(got, scaled(e_to_power(power), places > zeros ? places - zeros : 0,
                          zeros > places ? zeros - places : 0))
        << power;
  }
}

TEST(LogExp, ExactWhereTheAnswerIsPlain) {
  EXPECT_EQ(power(0_u256, 0_u256).raw(), one);
  EXPECT_EQ(power(0_u256, one).raw(), 0_u256);
  EXPECT_EQ(power(one, 5_u256).raw(), one);
  EXPECT_EQ(exponential(0).raw(), one);
  EXPECT_EQ(natural_log(one), I256{0});
  EXPECT_EQ(exponential(I256::positive(one)).raw(), 2'718'281'828'459'045'235_u256);
  EXPECT_EQ(natural_log(2'718'281'828'459'045'235_u256), I256{999'999'999'999'999'999});
}

TEST(LogExp, RefusesBeyondItsRange) {
  EXPECT_EQ(power(U256::power_of_two(255), one).fault(), Bal::x_out_of_bounds);
  EXPECT_EQ(power(one, U256::power_of_two(254) / 100'000'000'000'000'000'000_u256).fault(),
            Bal::y_out_of_bounds);
  EXPECT_TRUE(power(one, U256::power_of_two(254) / 100'000'000'000'000'000'000_u256 - 1).sound());
  EXPECT_EQ(power(one * 10, one * 60).fault(), Bal::product_out_of_bounds);
  EXPECT_EQ(power(1_u256, one).fault(), Bal::product_out_of_bounds);  // ln of 10^-18 is -41.4
  EXPECT_EQ(exponential(I256::negative(one * 41 + 1)).fault(), Bal::invalid_exponent);
  EXPECT_TRUE(exponential(I256::negative(one * 41)).sound());
  EXPECT_TRUE(exponential(I256::positive(one * 130)).sound());
  EXPECT_EQ(exponential(I256::positive(one * 130 + 1)).fault(), Bal::invalid_exponent);
}

TEST(LogExpLaw, AgreesWithLongDoubles) {
  for_cases(3000, [](Gen& gen) {
    const auto x = U256{gen.bits()} << static_cast<unsigned>(gen.size(0, 120));
    if (x.is_zero()) return;
    const long double log = std::log(real_of(x));
    const I256 got = natural_log(x);
    const long double ours = real_of(got.magnitude()) * (got.is_negative() ? -1 : 1);
    ASSERT_NEAR(static_cast<double>(ours), static_cast<double>(log), 4e-14);
    const U256 y{gen.bits() >> gen.size(1, 10)};
    if (std::abs(log * real_of(y)) > 40) return;
    const Fixed18 raised = power(x, y);
    ASSERT_TRUE(raised.sound());
    const long double want = std::pow(real_of(x), real_of(y));
    ASSERT_NEAR(static_cast<double>(real_of(raised.raw()) / want), 1.0,
                1e-13 + 2e-18 / static_cast<double>(want));
  });
}

TEST(LogExpLaw, ThePowerIsWithinItsBoundNearOne) {
  // (1 + d)^2 is known exactly: the 36-digit logarithm must give it to the bound of pow_up.
  for_cases(2000, [](Gen& gen) {
    const U256 x =
        one - 100'000'000'000'000'000_u256 + 1 + U256{gen.bits() % 199'999'999'999'999'999};
    const U256 exact = x * x / one;
    ASSERT_LE(pow_down(x, one * 2).raw(), exact);
    ASSERT_GE(pow_up(x, one * 2).raw(), exact);
  });
}

TEST(LogExpLaw, TheBoundHoldsForSquaresOfAnySize) {
  for_cases(2000, [](Gen& gen) {
    const U256 x = U256{gen.bits()} << static_cast<unsigned>(gen.size(0, 50));
    if (x < 1'000'000'000'000_u256) return;
    const U256 exact = x * x / one;
    ASSERT_LE(pow_down(x, one * 2).raw(), exact);
    ASSERT_GE(pow_up(x, one * 2).raw(), exact);
  });
}

}  // namespace levee::amm
