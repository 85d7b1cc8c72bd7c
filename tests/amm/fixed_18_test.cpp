#include "levee/amm/fixed_18.h"

#include "tests/support/cases.h"

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

using test::for_cases;
using test::Gen;

const Fixed18 one = Fixed18::one();
const U256 unit{1};

Fixed18 drawn(Gen& gen) { return U256{gen.bits()} << static_cast<unsigned>(gen.size(0, 60)); }

}  // namespace

TEST(Fixed18, RoundsAsItsNameSays) {
  const Fixed18 half = U256{500'000'000'000'000'000};
  EXPECT_EQ(mul_down(half, unit).raw(), U256{0});
  EXPECT_EQ(mul_up(half, unit).raw(), U256{1});
  EXPECT_EQ(ratio_down(one, U256{3} * one.raw()).raw(), U256{333'333'333'333'333'333});
  EXPECT_EQ(ratio_up(one, U256{3} * one.raw()).raw(), U256{333'333'333'333'333'334});
  EXPECT_EQ((Fixed18(U256{7}) / U256{2}).raw(), U256{3});
  EXPECT_EQ(int_div_up(U256{7}, U256{2}).raw(), U256{4});
  EXPECT_EQ(mul_up(U256{0}, one).raw(), U256{0});
  EXPECT_EQ(complement(half).raw(), half.raw());
  EXPECT_EQ(complement(one + unit).raw(), U256{0});
}

TEST(Fixed18, EachFaultHasItsNumber) {
  const Fixed18 most = U256::max();
  EXPECT_EQ((most + unit).fault(), Bal::add_overflow);
  EXPECT_EQ((Fixed18(U256{0}) - unit).fault(), Bal::sub_overflow);
  EXPECT_EQ((most * U256{2}).fault(), Bal::mul_overflow);
  EXPECT_EQ(mul_down(most, U256{2}).fault(), Bal::mul_overflow);
  EXPECT_EQ(ratio_up(one, U256{0}).fault(), Bal::zero_division);
  EXPECT_EQ(ratio_down(most, one).fault(), Bal::div_internal);
  EXPECT_EQ(pow_up(most, one).fault(), Bal::x_out_of_bounds);
  EXPECT_EQ(refused(Bal::add_overflow).message, "BAL#000");
  EXPECT_EQ(refused(Bal::total_overflow).message, "BAL#526");
  EXPECT_EQ(refused(Bal::max_in_ratio).reason, Reason::refused);
}

TEST(Fixed18, TheFirstFaultSticks) {
  const Fixed18 first = Fixed18(U256{0}) - unit;
  const Fixed18 second = ratio_up(one, U256{0});
  EXPECT_EQ((first + second).fault(), Bal::sub_overflow);
  EXPECT_EQ((second + first).fault(), Bal::zero_division);
  EXPECT_EQ(complement(mul_up(one, first)).fault(), Bal::sub_overflow);
  EXPECT_EQ(pow_down(first, second).fault(), Bal::sub_overflow);
}

TEST(Fixed18, PowersAreHeldBackByTheirErrorBound) {
  // 1^1 is exact: the bound is 10^-14 of it and one unit.
  EXPECT_EQ(pow_up(one, one).raw(), one.raw() + 10'001);
  EXPECT_EQ(pow_down(one, one).raw(), one.raw() - 10'001);
  EXPECT_EQ(pow_down(U256{0}, one).raw(), U256{0});
}

TEST(Fixed18Law, UpIsDownOrOneMore) {
  for_cases(2000, [](Gen& gen) {
    const Fixed18 a = drawn(gen), b = drawn(gen) + unit;
    const U256 more = mul_up(a, b).raw() - mul_down(a, b).raw();
    ASSERT_LE(more, U256{1});
    ASSERT_LE(ratio_up(a, b).raw() - ratio_down(a, b).raw(), U256{1});
    ASSERT_LE(mul_down(ratio_down(a, b), b).raw(), a.raw());
    ASSERT_GE(mul_up(ratio_up(a, b), b).raw(), a.raw());
  });
}

}  // namespace levee::amm
