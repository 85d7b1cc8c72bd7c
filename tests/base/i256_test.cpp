#include "levee/base/i256.h"

#include "tests/support/cases.h"

#include <cstdint>
#include <limits>
#include <string>

namespace levee {
namespace {

using test::for_cases;
using test::Gen;

const U256 edge = U256::power_of_two(255);
const I256 least = I256::from_bits(edge);
const I256 most = I256::positive(edge - U256{1});

I256 any_number(Gen& gen) {
  const U256 bits = U256::of_limbs({gen.bits(), gen.bits(), gen.bits(), gen.bits()});
  const U256 size = bits >> static_cast<unsigned>(gen.integer(1, 255));
  return gen.coin() ? I256::positive(size) : I256::negative(size);
}

TEST(I256, StoresTwosComplement) {
  EXPECT_EQ(I256{-1}.bits(), U256::max());
  EXPECT_EQ(I256{std::numeric_limits<std::int64_t>::min()}.bits(), U256::max() << 63);
  EXPECT_EQ(I256{i128{-1} << 100}.bits(), U256::max() << 100);
  EXPECT_EQ(I256{std::uint64_t{1} << 63}.bits(), U256::power_of_two(63));
  EXPECT_EQ(I256::negative(U256{5}), I256{-5});
  EXPECT_EQ(I256::negative(edge), least);
  EXPECT_EQ(least.magnitude(), edge);
  EXPECT_EQ(I256{-7}.magnitude(), U256{7});
}

TEST(I256, RefusesMagnitudesWithoutAPlace) {
  EXPECT_THROW(I256::positive(edge), ContractBroken);
  EXPECT_THROW(I256::negative(edge + U256{1}), ContractBroken);
}

TEST(I256, ComparesBySignFirst) {
  EXPECT_LT(I256{-1}, I256{});
  EXPECT_LT(least, I256{-1});
  EXPECT_LT(I256{3}, most);
  EXPECT_LT(I256{-3}, I256{-2});
  EXPECT_TRUE(I256{}.is_zero());
  EXPECT_FALSE(I256{}.is_negative());
}

TEST(I256, WrapsOrIsEmptyBeyondItsEnds) {
  EXPECT_EQ(wrapping_add(most, I256{1}), least);
  EXPECT_EQ(wrapping_sub(least, I256{1}), most);
  EXPECT_EQ(wrapping_negate(least), least);
  EXPECT_EQ(wrapping_mul(least, I256{-1}), least);
  EXPECT_EQ(checked_add(most, I256{1}), std::nullopt);
  EXPECT_EQ(checked_add(least, I256{-1}), std::nullopt);
  EXPECT_EQ(checked_sub(least, I256{1}), std::nullopt);
  EXPECT_EQ(checked_sub(I256{}, least), std::nullopt);
  EXPECT_EQ(checked_sub(I256{-1}, least), most);
  EXPECT_EQ(checked_mul(least, I256{-1}), std::nullopt);
  EXPECT_EQ(checked_mul(least, I256{1}), least);
  EXPECT_EQ(checked_mul(I256::positive(U256::power_of_two(254)), I256{-2}), least);
}

TEST(I256, DividesTowardsZero) {
  EXPECT_EQ(I256{-7} / I256{2}, I256{-3});
  EXPECT_EQ(I256{7} / I256{-2}, I256{-3});
  EXPECT_EQ(I256{-7} / I256{-2}, I256{3});
  EXPECT_EQ(I256{-1} / I256{2}, I256{});
  EXPECT_EQ(least / I256{-1}, least);
  EXPECT_THROW(I256{1} / I256{}, ContractBroken);
}

TEST(I256, IsReadAndWritten) {
  EXPECT_EQ(decimal_text(I256{-12}), "-12");
  EXPECT_EQ(decimal_text(I256{}), "0");
  EXPECT_EQ(*i256_from("-12"), I256{-12});
  EXPECT_EQ(*i256_from("-0"), I256{});
  EXPECT_EQ(*i256_from(decimal_text(least)), least);
  EXPECT_EQ(*i256_from(decimal_text(most)), most);
}

TEST(I256, RefusesWhatIsNotANumberOfItsSize) {
  for (const std::string text : {"", "-", "--1", "+1", "- 1", "1-", "0x10", "-0x10", "-0X1"}) {
    const Result<I256> read = i256_from(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, Reason::bad_input);
  }
  EXPECT_FALSE(i256_from(decimal_text(edge)));
  EXPECT_FALSE(i256_from("-" + decimal_text(edge + U256{1})));
}

TEST(I256, IsTheNearestDouble) {
  EXPECT_EQ(to_double(I256{-3}), -3.0);
  EXPECT_EQ(to_double(least), -0x1p255);
  EXPECT_EQ(to_double(most), 0x1p255);
}

TEST(I256Law, ANumberIsItsSignAndItsMagnitude) {
  for_cases(1000, [](Gen& gen) {
    const I256 n = any_number(gen);
    const U256 size = n.magnitude();
    EXPECT_EQ(n.is_negative() ? I256::negative(size) : I256::positive(size), n);
    EXPECT_EQ(*i256_from(decimal_text(n)), n);
  });
}

TEST(I256Law, AQuotientIsNeverFurtherFromZeroThanTheTruth) {
  for_cases(1000, [](Gen& gen) {
    const I256 a = any_number(gen), b = any_number(gen);
    if (b.is_zero()) return;
    const I256 back = wrapping_mul(a / b, b);
    EXPECT_LE(back.magnitude(), a.magnitude());
    EXPECT_LT(wrapping_sub(a, back).magnitude(), b.magnitude());
  });
}

}  // namespace
}  // namespace levee
