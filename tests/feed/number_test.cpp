#include "levee/feed/number.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using ::testing::HasSubstr;

constexpr Measure dollars{.unit = "USD", .sign = Sign::positive, .most = 1e6};

std::string complaint(std::string_view text) { return number_from(text, dollars).error().message; }

TEST(Number, IsAllOfTheText) {
  EXPECT_EQ(*number_from("2500", dollars), 2500);
  EXPECT_EQ(*number_from("2.5e3", dollars), 2500);
  EXPECT_EQ(*number_from("-1e-3", {.unit = "rate"}), -0.001);
}

TEST(Number, NamesTheTextAndTheUnitWhenRefused) {
  EXPECT_EQ(complaint("12 USD"), "\"12 USD\" is not a number (USD)");
  EXPECT_EQ(complaint(""), "is empty (USD)");
  EXPECT_EQ(complaint("nan"), "\"nan\" is not a finite number (USD)");
  EXPECT_EQ(complaint("-inf"), "\"-inf\" is not a finite number (USD)");
  EXPECT_EQ(complaint("-1"), "\"-1\" is negative (USD)");
  EXPECT_EQ(complaint("0"), "\"0\" is zero (USD, must be positive)");
  EXPECT_THAT(complaint("1000001"), HasSubstr("is beyond 1000000"));
  EXPECT_THAT(complaint("1e999"), HasSubstr("beyond what a double holds"));
  EXPECT_THAT(complaint("0x10"), HasSubstr("is not a number"));
  EXPECT_THAT(complaint("1,000"), HasSubstr("is not a number"));
  EXPECT_EQ(number_from("-1", dollars).error().reason, Reason::bad_input);
}

TEST(Number, BoundsTheMagnitudeOfSignedMeasures) {
  EXPECT_FALSE(number_from("-0.06", {.unit = "rate", .most = 0.05}));
}

TEST(NumberLaw, ReadsBackWhatWasWritten) {
  test::for_cases(1000, [](test::Gen& gen) {
    const double value = gen.scale(1e-150, 1e150) * (gen.coin() ? 1 : -1);
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    EXPECT_EQ(*number_from(text, {.unit = "any"}), value);
  });
}

}  // namespace
}  // namespace levee::feed
