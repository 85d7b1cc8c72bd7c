#include "levee/base/checked.h"

#include "tests/support/cases.h"

namespace levee {
namespace {

using test::for_cases;
using test::Gen;

const Checked most = U256::max();

TEST(Checked, ReadsAsTheFormulaWhereNothingFails) {
  const Checked x = 7, y = 3;
  EXPECT_EQ((x * x + y - 2).value(), U256{50});
  EXPECT_EQ((x / y).value(), U256{2});
  EXPECT_EQ((x % y).value(), U256{1});
  Checked sum = 1;
  sum += 4;
  sum -= 2;
  EXPECT_EQ(sum.value(), U256{3});
}

TEST(Checked, NamesWhatWentWrong) {
  EXPECT_EQ((most + 1).fault(), Fault::add);
  EXPECT_EQ((Checked{1} - 2).fault(), Fault::sub);
  EXPECT_EQ((most * 2).fault(), Fault::mul);
  EXPECT_EQ((most / 0).fault(), Fault::divide);
  EXPECT_EQ((most % 0).fault(), Fault::divide);
  EXPECT_EQ((most - most).fault(), Fault::none);
}

TEST(Checked, RemembersTheFirstFault) {
  EXPECT_EQ(((Checked{1} - 2) + most + most).fault(), Fault::sub);
  EXPECT_EQ((Checked{5} / (most + 1)).fault(), Fault::add);
  EXPECT_EQ(((most * 2) - (most + 1)).fault(), Fault::mul);
  EXPECT_EQ(((Checked{1} - 2) * 0).fault(), Fault::sub);
}

TEST(Checked, GivesNoValueAfterAFault) {
  EXPECT_THROW(static_cast<void>((most + 1).value()), ContractBroken);
  EXPECT_EQ((most + 1).bits(), U256{});
  EXPECT_FALSE((most + 1).sound());
}

TEST(CheckedLaw, AgreesWithTheCheckedFunctions) {
  for_cases(1000, [](Gen& gen) {
    const auto number = [&] {
      return U256::of_limbs({gen.bits(), gen.bits(), gen.bits(), gen.bits()}) >>
             static_cast<unsigned>(gen.integer(0, 255));
    };
    const U256 a = number(), b = number();
    const auto agrees = [](const Checked& got, const std::optional<U256>& want) {
      EXPECT_EQ(got.sound(), want.has_value());
      EXPECT_EQ(want.value_or(got.bits()), got.bits());
    };
    agrees(Checked{a} + b, checked_add(a, b));
    agrees(Checked{a} - b, checked_sub(a, b));
    agrees(Checked{a} * b, checked_mul(a, b));
  });
}

}  // namespace
}  // namespace levee
