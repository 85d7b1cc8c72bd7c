#include "levee/base/divisor.h"

#include "levee/base/wide.h"
#include "tests/support/cases.h"

namespace levee {
namespace {

using test::Gen;

// Bits of any number, and the patterns at which a digit's guess goes wrong.
std::uint64_t limb(Gen& gen) {
  switch (gen.integer(0, 5)) {
    case 0:
      return 0;
    case 1:
      return ~0ULL;
    case 2:
      return 1ULL << gen.integer(0, 63);
    case 3:
      return ~0ULL - static_cast<std::uint64_t>(gen.integer(0, 2));
    default:
      return gen.bits() >> gen.integer(0, 63);
  }
}

U256 number(Gen& gen) { return U256::of_limbs({limb(gen), limb(gen), limb(gen), limb(gen)}); }

// quotient * divisor + rest, in 512 bits.
Limbs512 built(const U256& quotient, const U256& divisor, const U256& rest) {
  Limbs512 n = wide_product(quotient, divisor);
  u128 carry = 0;
  for (std::size_t i = 0; i < n.size(); ++i) {
    carry += static_cast<u128>(n[i]) + (i < 4 ? rest.limbs()[i] : 0);
    n[i] = low64(carry);
    carry >>= 64;
  }
  return n;
}

}  // namespace

TEST(Reciprocal, IsTheNearestBelow) {
  static_assert(reciprocal_64(1ULL << 63) == ~0ULL);
  static_assert(reciprocal_64(~0ULL) == 1);
  EXPECT_EQ(reciprocal_64(1ULL << 63), ~0ULL);
  EXPECT_EQ(reciprocal_64(~0ULL), 1U);
  EXPECT_EQ(reciprocal_128(~static_cast<u128>(0)), 0U);
  EXPECT_EQ(reciprocal_128(static_cast<u128>(1) << 127), ~0ULL);
}

TEST(Reciprocal, IsTheSameForTheCompilerAndTheMachine) {
  test::for_cases(2000, [](Gen& gen) {
    const std::uint64_t d = limb(gen) | 1ULL << 63;
    ASSERT_EQ(reciprocal_64(d), low64(joined(~d, ~0ULL) / d));
  });
}

TEST(Divisor, DividesByHand) {
  EXPECT_EQ(Divisor128(1).quotient(U256::max()), U256::max());
  EXPECT_EQ(Divisor128(10).quotient(U256{1234}), U256{123});
  EXPECT_EQ(Divisor128(~static_cast<u128>(0)).quotient(U256::max()),
            U256::power_of_two(128) + U256{1});
  const Divisor128::Short seventh = Divisor128(7).divide(U256{100});
  EXPECT_TRUE(seventh.fits);
  EXPECT_EQ(seventh.quotient, u128{14});
  EXPECT_EQ(seventh.remainder, u128{2});
  EXPECT_FALSE(Divisor128(7).divide(U256::power_of_two(131)).fits);
  EXPECT_TRUE(Divisor128(8).divide(U256::power_of_two(130)).fits);
  EXPECT_EQ(Divisor128(1ULL << 63).divisor(), u128{1} << 63);
}

TEST(Divisor, IsABugAtZero) { EXPECT_THROW(Divisor128(0), ContractBroken); }

TEST(DivisorLaw, GivesBackWhatWasMultiplied) {
  test::for_cases(20'000, [](Gen& gen) {
    const u128 d = joined(gen.coin() ? limb(gen) : 0, limb(gen) | 1);
    const Divisor128 divisor(d);
    ASSERT_EQ(divisor.divisor(), d);
    const U256 n = number(gen);
    const U256 q = divisor.quotient(n);
    const auto product = wide_product(q, U256{d});
    ASSERT_EQ(product[4] | product[5] | product[6] | product[7], 0U);
    const U256 whole = U256::of_limbs({product[0], product[1], product[2], product[3]});
    ASSERT_LE(whole, n);
    ASSERT_LT(n - whole, U256{d});
    const auto quick = divisor.divide(n);
    ASSERT_EQ(quick.fits, q.fits(128));
    if (!quick.fits) return;
    ASSERT_EQ(U256{quick.quotient}, q);
    ASSERT_EQ(U256{quick.remainder}, n - whole);
  });
}

TEST(ShortQuotientLaw, FindsTheQuotientItWasBuiltFrom) {
  test::for_cases(20'000, [](Gen& gen) {
    const U256 d = number(gen) >> (64 * static_cast<unsigned>(gen.integer(0, 3))) | U256{1};
    const U256 q{joined(limb(gen), limb(gen))};
    const U256 rest = gen.coin() ? U256{} : gen.coin() ? d - U256{1} : number(gen) % d;
    const ShortQuotient found = short_quotient(built(q, d, rest), d);
    ASSERT_EQ(U256{found.quotient}, q);
    ASSERT_EQ(found.remains, !rest.is_zero());
  });
}

}  // namespace levee
