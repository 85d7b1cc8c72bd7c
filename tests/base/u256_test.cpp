#include "levee/base/u256.h"

#include "tests/support/cases.h"

#include <string>

namespace levee {
namespace {

using namespace literal;
using test::for_cases;
using test::Gen;

constexpr U256 two_to_64 = U256::power_of_two(64);

U256 any_number(Gen& gen) {
  const U256 whole = U256::of_limbs({gen.bits(), gen.bits(), gen.bits(), gen.bits()});
  return whole >> static_cast<unsigned>(gen.integer(0, 255));
}

TEST(U256, IsMadeOfLimbsLeastSignificantFirst) {
  const U256 n = U256::of_limbs({1, 2, 3, 4});
  EXPECT_EQ(n.low64(), 1U);
  EXPECT_EQ(n.low128(), u128{2} << 64 | 1);
  EXPECT_EQ(n.high128(), u128{4} << 64 | 3);
  EXPECT_EQ(U256{u128{2} << 64 | 1}, U256::of_limbs({1, 2, 0, 0}));
  EXPECT_EQ(U256::power_of_two(192), U256::of_limbs({0, 0, 0, 1}));
}

TEST(U256, CarriesThroughEveryLimb) {
  EXPECT_EQ(U256{~0ULL} + U256{1}, two_to_64);
  EXPECT_EQ(two_to_64 - U256{1}, U256{~0ULL});
  EXPECT_EQ((U256::power_of_two(255) - U256{1}) + U256{1}, U256::power_of_two(255));
  U256 n = 5;
  n += U256{4};
  n -= U256{2};
  EXPECT_EQ(n, U256{7});
}

TEST(U256, WrapsWhereAContractIsUnchecked) {
  EXPECT_EQ(wrapping_add(U256::max(), U256{2}), U256{1});
  EXPECT_EQ(wrapping_sub(U256{}, U256{1}), U256::max());
  EXPECT_EQ(wrapping_mul(U256::max(), U256::max()), U256{1});
  EXPECT_TRUE(add_with_carry(U256::max(), U256{1}).over);
  EXPECT_FALSE(add_with_carry(U256::max(), U256{}).over);
  EXPECT_TRUE(sub_with_borrow(U256{1}, U256{2}).over);
}

TEST(U256, IsEmptyWhereAContractWouldRevert) {
  EXPECT_EQ(checked_add(U256::max(), U256{1}), std::nullopt);
  EXPECT_EQ(checked_sub(U256{1}, U256{2}), std::nullopt);
  EXPECT_EQ(checked_mul(U256::power_of_two(128), U256::power_of_two(128)), std::nullopt);
  EXPECT_EQ(checked_mul(U256::power_of_two(128), U256::power_of_two(127)), U256::power_of_two(255));
}

TEST(U256, ThrowsWhereAPromiseIsBroken) {
  EXPECT_THROW(U256::max() + U256{1}, ContractBroken);
  EXPECT_THROW(U256{1} - U256{2}, ContractBroken);
  EXPECT_THROW(U256::max() * U256{2}, ContractBroken);
  EXPECT_THROW(U256{1} / U256{}, ContractBroken);
  EXPECT_THROW(U256{1} % U256{}, ContractBroken);
  EXPECT_THROW(U256{-1}, ContractBroken);
}

TEST(U256, ShiftsBitsOutAndZerosIn) {
  EXPECT_EQ(U256{1} << 255, U256::power_of_two(255));
  EXPECT_EQ(U256{3} << 255, U256::power_of_two(255));
  EXPECT_EQ(U256::max() >> 255, U256{1});
  EXPECT_EQ(U256::of_limbs({0, 0x8000000000000001, 0, 0}) >> 1,
            U256::of_limbs({1ULL << 63, 1ULL << 62, 0, 0}));
  EXPECT_EQ(U256::max() << 256, U256{});
  EXPECT_EQ(U256::max() >> 1000, U256{});
}

TEST(U256, ComparesByTheHighestLimbThatDiffers) {
  EXPECT_LT(U256::of_limbs({9, 9, 9, 1}), U256::of_limbs({0, 0, 0, 2}));
  EXPECT_LT(U256::of_limbs({9, 1, 0, 0}), U256::of_limbs({0, 2, 0, 0}));
  EXPECT_GT(U256::of_limbs({0, 0, 1, 0}), U256::of_limbs({9, 9, 0, 0}));
  EXPECT_EQ(U256{7} <=> U256{7}, std::strong_ordering::equal);
}

TEST(U256, CountsItsBits) {
  EXPECT_EQ(U256{}.bit_length(), 0U);
  EXPECT_EQ(U256{1}.bit_length(), 1U);
  EXPECT_EQ(two_to_64.bit_length(), 65U);
  EXPECT_EQ(U256::max().bit_length(), 256U);
  EXPECT_TRUE(U256{255}.fits(8));
  EXPECT_FALSE(U256{256}.fits(8));
  EXPECT_TRUE(U256::power_of_two(200).bit(200));
  EXPECT_FALSE(U256::power_of_two(200).bit(199));
}

TEST(U256, TakesTheRootDown) {
  EXPECT_EQ(square_root(U256{}), U256{});
  EXPECT_EQ(square_root(U256{15}), U256{3});
  EXPECT_EQ(square_root(U256{16}), U256{4});
  EXPECT_EQ(square_root(U256::max()), U256::power_of_two(128) - U256{1});
  EXPECT_EQ(square_root(U256::power_of_two(254)), U256::power_of_two(127));
}

TEST(U256, IsReadAndWrittenInBothBases) {
  EXPECT_EQ(decimal_text(U256{}), "0");
  EXPECT_EQ(decimal_text(two_to_64), "18446744073709551616");
  // A chunk of nineteen digits that starts with zeros keeps them.
  EXPECT_EQ(decimal_text(*u256_from("70000000000000000000000000000000000000")),
            "70000000000000000000000000000000000000");
  EXPECT_EQ(decimal_text(U256::max()),
            "115792089237316195423570985008687907853269984665640564039457584007913129639935");
  EXPECT_EQ(hex_text(U256{}), "0x0");
  EXPECT_EQ(hex_text(U256{0x1f0}), "0x1f0");
  EXPECT_EQ(*u256_from("0xFf"), U256{255});
  EXPECT_EQ(*u256_from("0X10"), U256{16});
  EXPECT_EQ(*u256_from("0000000000000000000000000000000000000000000000000000000000000000000000000"
                       "0000000000000007"),
            U256{7});
  EXPECT_EQ(18446744073709551616_u256, two_to_64);
}

TEST(U256, RefusesWhatIsNotANumberOfItsSize) {
  for (const std::string text :
       {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x", "x10", "12a", "0xg", "0x-1"}) {
    const Result<U256> read = u256_from(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, Reason::bad_input);
  }
  EXPECT_FALSE(
      u256_from("1157920892373161954235709850086879078532699846656405640394575840079131"
                "29639936"));
  EXPECT_FALSE(u256_from("0x1" + std::string(64, '0')));
  EXPECT_TRUE(u256_from("0x" + std::string(64, 'f')));
}

TEST(U256, IsTheNearestDoubleTiesToEven) {
  EXPECT_EQ(to_double(U256{}), 0.0);
  EXPECT_EQ(to_double((U256{1} << 53) + U256{1}), 0x1p53);
  EXPECT_EQ(to_double((U256{1} << 53) + U256{3}), 0x1p53 + 4);
  // One bit far below the tie decides it.
  EXPECT_EQ(to_double(U256::power_of_two(200) + U256::power_of_two(147)), 0x1p200);
  EXPECT_EQ(to_double(U256::power_of_two(200) + U256::power_of_two(147) + U256{1}),
            0x1.0000000000001p200);
  EXPECT_EQ(to_double(U256::max()), 0x1p256);
}

TEST(U256Law, SumsAndDifferencesUndoEachOther) {
  for_cases(1000, [](Gen& gen) {
    const U256 a = any_number(gen), b = any_number(gen);
    EXPECT_EQ(wrapping_sub(wrapping_add(a, b), b), a);
    EXPECT_EQ(add_with_carry(a, b).over, wrapping_add(a, b) < a);
  });
}

TEST(U256Law, AQuotientAndItsRemainderMakeTheNumber) {
  for_cases(1000, [](Gen& gen) {
    const U256 a = any_number(gen), b = any_number(gen) | U256{1};
    EXPECT_EQ(a / b * b + a % b, a);
    EXPECT_LT(a % b, b);
  });
}

TEST(U256Law, ARootsSquareIsTheLastNotAbove) {
  for_cases(1000, [](Gen& gen) {
    const U256 n = any_number(gen), root = square_root(n);
    EXPECT_LE(root * root, n);
    const std::optional<U256> next = checked_mul(root + U256{1}, root + U256{1});
    EXPECT_TRUE(!next || *next > n);
  });
}

TEST(U256Law, TextsReadBackAsTheNumber) {
  for_cases(1000, [](Gen& gen) {
    const U256 n = any_number(gen);
    EXPECT_EQ(*u256_from(decimal_text(n)), n);
    EXPECT_EQ(*u256_from(hex_text(n)), n);
  });
}

}  // namespace
}  // namespace levee
