#include "levee/base/wide.h"

#include "tests/support/cases.h"

#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

namespace levee {
namespace {

using namespace literal;
using test::for_cases;
using test::Gen;

const U256 q128 = U256::power_of_two(128);

U256 any_number(Gen& gen) {
  const U256 whole = U256::of_limbs({gen.bits(), gen.bits(), gen.bits(), gen.bits()});
  return whole >> static_cast<unsigned>(gen.integer(0, 255));
}

TEST(WideProduct, HoldsAllBits) {
  EXPECT_EQ(wide_product(U256::max(), U256::max()),
            (Limbs512{1, 0, 0, 0, ~0ULL - 1, ~0ULL, ~0ULL, ~0ULL}));
  EXPECT_EQ(wide_product(q128, q128), (Limbs512{0, 0, 0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(wide_product(U256::max(), U256{}), Limbs512{});
}

TEST(Divided, GivesQuotientAndRemainder) {
  const Divided small = divided(U256{17}, U256{5});
  EXPECT_EQ(small.quotient, U256{3});
  EXPECT_EQ(small.remainder, U256{2});
  const Divided below = divided(U256{4}, q128);
  EXPECT_EQ(below.quotient, U256{});
  EXPECT_EQ(below.remainder, U256{4});
  EXPECT_EQ(divided(U256::max(), U256{1}).quotient, U256::max());
  EXPECT_EQ(divided(U256::max(), U256::max()).quotient, U256{1});
}

TEST(Divided, IsABugByZero) {
  EXPECT_THROW(divided(U256{1}, U256{}), ContractBroken);
  EXPECT_THROW(divided(Limbs512{1}, U256{}), ContractBroken);
}

TEST(Divided, IsEmptyWhereTheQuotientTakesMoreThan256Bits) {
  EXPECT_FALSE(divided(wide_product(q128, q128), U256{1}));
  EXPECT_TRUE(divided(wide_product(q128, q128), U256{2}));
  EXPECT_EQ(divided(wide_product(q128, q128), U256{2})->quotient, U256::power_of_two(255));
  EXPECT_FALSE(divided(wide_product(U256::max(), U256::max()), U256::max() - U256{1}));
  EXPECT_EQ(divided(wide_product(U256::max(), U256::max()), U256::max())->quotient, U256::max());
}

// Found by search: the guess of a digit exceeds the truth by one and has to be taken back.
TEST(Divided, TakesBackADigitGuessedTooLarge) {
  const U256 divisor = U256::of_limbs({~0ULL, 0, 1ULL << 63, 0});
  const U256 quotient = U256::of_limbs({~0ULL, ~0ULL - 1, 0, 0});
  const Limbs512 product = wide_product(divisor, quotient);
  const auto whole = divided(product, divisor);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->quotient, quotient);
  EXPECT_TRUE(whole->remainder.is_zero());
}

TEST(MulDiv, RoundsAsItIsTold) {
  EXPECT_EQ(mul_div(U256{10}, U256{10}, U256{3}, Round::down), U256{33});
  EXPECT_EQ(mul_div(U256{10}, U256{10}, U256{3}, Round::up), U256{34});
  EXPECT_EQ(mul_div(U256{10}, U256{9}, U256{3}, Round::up), U256{30});
  EXPECT_EQ(mul_div(U256::max(), U256::max(), U256::max(), Round::up), U256::max());
  EXPECT_EQ(mul_div(q128, U256{35} * q128, U256{8} * q128, Round::down), U256{35} * q128 / U256{8});
}

TEST(MulDiv, IsEmptyByZeroAndAbove256Bits) {
  EXPECT_EQ(mul_div(U256{1}, U256{1}, U256{}, Round::down), std::nullopt);
  EXPECT_EQ(mul_div(q128, q128, U256{1}, Round::down), std::nullopt);
  // 2^257 - 1 has factors that fit: half of it rounds down to the largest number, and up beyond it.
  const U256 a = 618298780995040089266257453058982480847_u256;
  const U256 b = 374550598501810936581776630096313181393_u256;
  EXPECT_EQ(mul_div(a, b, U256{2}, Round::down), U256::max());
  EXPECT_EQ(mul_div(a, b, U256{2}, Round::up), std::nullopt);
}

TEST(DivUp, RoundsUp) {
  EXPECT_EQ(div_up(U256{}, U256{7}), U256{});
  EXPECT_EQ(div_up(U256{14}, U256{7}), U256{2});
  EXPECT_EQ(div_up(U256{15}, U256{7}), U256{3});
  EXPECT_EQ(div_up(U256::max(), U256{1}), U256::max());
  EXPECT_THROW(div_up(U256{1}, U256{}), ContractBroken);
}

TEST(WideLaw, AProductIsDividedByItsFactors) {
  for_cases(1000, [](Gen& gen) {
    const U256 a = any_number(gen), b = any_number(gen) | U256{1};
    const auto whole = divided(wide_product(a, b), b);
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->quotient, a);
    EXPECT_TRUE(whole->remainder.is_zero());
  });
}

TEST(WideLaw, UpIsDownOrTheNext) {
  for_cases(1000, [](Gen& gen) {
    const U256 a = any_number(gen) >> 1, b = any_number(gen), by = b | U256{1};
    const auto down = mul_div(a, b, by, Round::down), up = mul_div(a, b, by, Round::up);
    ASSERT_TRUE(down && up);
    const bool exact = wrapping_mul(*down, by) == wrapping_mul(a, b);
    EXPECT_EQ(*up, exact ? *down : *down + U256{1});
  });
}

// Boost's integers share no code with ours; numbers cross by their limbs.
using Big = boost::multiprecision::cpp_int;

Big big(const U256& n) {
  Big made = 0;
  for (std::size_t i = 4; i-- > 0;) made = (made << 64) + n.limbs()[i];
  return made;
}

// Every function of the prepared divisor, and the long-hand division beside it.
void expect_divides(u128 by, const U256& n) {
  const Divisor128 divisor(by);
  const Big quotient = big(n) / big(by), rest = big(n) % big(by);
  ASSERT_EQ(divisor.divisor(), by);
  ASSERT_EQ(big(divisor.quotient(n)), quotient) << decimal_text(n) << " / " << decimal_text(by);
  ASSERT_EQ(big(divided(n, by).quotient), quotient);
  const Divisor128::Short quick = divisor.divide(n);
  ASSERT_EQ(quick.fits, quotient >> 128 == 0) << decimal_text(n) << " / " << decimal_text(by);
  if (!quick.fits) return;
  ASSERT_EQ(big(quick.quotient), quotient);
  ASSERT_EQ(big(quick.remainder), rest);
}

// Around the powers where limbs, shifts and reciprocals turn.
std::vector<U256> edges(unsigned bits) {
  std::vector<U256> numbers{U256{1}, U256{2}, U256{3}, U256{10}};
  for (const unsigned bit : {31U, 32U, 63U, 64U, 65U, 127U, 128U, 129U, 191U, 192U, 255U}) {
    const U256 power = U256::power_of_two(bit);
    for (const U256& near : {power - U256{1}, power, power + U256{1}}) {
      if (near.fits(bits)) numbers.push_back(near);
    }
  }
  numbers.push_back(U256::max() >> (256 - bits));
  numbers.push_back((U256::max() >> (256 - bits)) - U256{1});
  return numbers;
}

TEST(PreparedDivisor, AgreesWithBoostAtEveryEdge) {
  for (const U256& divisor : edges(128)) {
    const u128 by = divisor.low128();
    expect_divides(by, U256{});
    for (const U256& n : edges(256)) {
      expect_divides(by, n);
      // Multiples of the divisor and their neighbours, where a digit guessed wrong would show.
      const U256 multiple = n / divisor * divisor;
      expect_divides(by, multiple);
      if (!multiple.is_zero()) expect_divides(by, multiple - U256{1});
    }
  }
}

TEST(WideLaw, APreparedDivisorAgreesWithBoost) {
  for_cases(20'000, [](Gen& gen) {
    const U256 by = U256::of_limbs({gen.bits(), gen.bits() | 1ULL << 63, 0, 0});
    expect_divides((by >> static_cast<unsigned>(gen.integer(0, 127))).low128(), any_number(gen));
  });
}

}  // namespace
}  // namespace levee
