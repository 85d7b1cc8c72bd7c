#include "levee/num/estimate.h"

#include "levee/base/check.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <numeric>

namespace levee::num {

TEST(Sum, KeepsWhatPlainAdditionLoses) {
  EXPECT_EQ(sum_of(std::vector{1.0, 1e100, 1.0, -1e100}), 2);
  EXPECT_EQ(sum_of(std::vector<double>(1000, 0.1)), 100);
  EXPECT_EQ(sum_of({}), 0);
}

TEST(SumLaw, IsNearlyTheSameInAnyOrder) {
  test::for_cases(1000, [](test::Gen& gen) {
    auto values = gen.reals(gen.size(1, 200), -1, 1);
    for (double& x : values) x *= gen.scale(1e-8, 1e8);
    const double forward = sum_of(values);
    const double size = std::accumulate(values.begin(), values.end(), 0.0,
                                        [](double a, double b) { return a + std::abs(b); });
    std::reverse(values.begin(), values.end());
    EXPECT_NEAR(sum_of(values), forward, 1e-15 * std::abs(forward) + 1e-28 * size);
  });
}

TEST(Mean, ComesWithItsError) {
  const auto four = mean_of(std::vector{1.0, 2.0, 3.0, 4.0});
  EXPECT_DOUBLE_EQ(four.value, 2.5);
  EXPECT_DOUBLE_EQ(four.standard_error, std::sqrt(5.0 / 3 / 4));
  EXPECT_EQ(four.paths, 4u);
}

TEST(Mean, OfOneDrawHasNoSpread) {
  const auto one = mean_of(std::vector{7.0});
  EXPECT_EQ(one.value, 7);
  EXPECT_EQ(one.standard_error, 0);
  EXPECT_EQ(one.paths, 1u);
}

TEST(Mean, OfNothingIsABug) { EXPECT_THROW(mean_of({}), ContractBroken); }

TEST(Mean, DoesNotLoseSmallSpreadsOnLargeValues) {
  EXPECT_NEAR(mean_of(std::vector{1e9 + 1, 1e9 + 2, 1e9 + 3}).standard_error, 1 / std::sqrt(3.0),
              1e-9);
}

TEST(MeanLaw, LiesWithinTwoErrorsAboutNinetyFiveTimesInAHundred) {
  int within = 0;
  test::Gen gen(1, 1);
  for (int i = 0; i < 2000; ++i) {
    const auto estimate = mean_of(gen.reals(100, 0, 1));
    within += std::abs(estimate.value - 0.5) < 2 * estimate.standard_error;
  }
  EXPECT_NEAR(within / 2000.0, 0.954, 0.015);
}

}  // namespace levee::num
