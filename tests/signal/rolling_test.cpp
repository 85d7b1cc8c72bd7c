// tests/signal/rolling_test.cpp — windows by hand, and the textbook's own numbers.
#include "levee/signal/rolling.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using testing::ElementsAre;

market::Series on_days(std::vector<std::int64_t> at, std::vector<double> values) {
  market::Series series{.at = {}, .value = std::move(values), .step = days(1), .source = {}};
  for (const std::int64_t day : at) series.at.push_back(UnixSeconds{day * 86400});
  return series;
}

}  // namespace

TEST(Rolling, MeansOfEqualValuesAreThatValueExactly) {
  const std::vector<double> values(12, 0.1);
  EXPECT_EQ(mean_of(values), 0.1);
  EXPECT_EQ(deviation_of(values), 0);
  EXPECT_EQ(exponential_mean(values, 7).back(), 0.1);
}

TEST(Rolling, DeviationIsOverOneLess) {
  EXPECT_DOUBLE_EQ(deviation_of(std::array{1.0, 2.0, 3.0, 4.0}), std::sqrt(5.0 / 3));
  EXPECT_EQ(deviation_of(std::array{5.0}), 0);
}

TEST(Rolling, QuantilesStandAtHalfSteps) {
  const std::array sorted{1.0, 2.0, 4.0, 8.0};
  EXPECT_DOUBLE_EQ(quantile_of(sorted, 0.125), 1);
  EXPECT_DOUBLE_EQ(quantile_of(sorted, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile_of(sorted, 1), 8);
  EXPECT_DOUBLE_EQ(rank_of(sorted, 3), 0.5);
  EXPECT_DOUBLE_EQ(rank_of(sorted, 4), 0.625);
  EXPECT_EQ(rank_of(sorted, 0.5), 0);
  EXPECT_EQ(rank_of(sorted, 9), 1);
  EXPECT_DOUBLE_EQ(rank_of(std::array{1.0, 1.0, 1.0}, 1), 0.5);
}

TEST(Rolling, AnExponentialMeanLagsARampByHalfItsSpan) {
  std::vector<double> ramp;
  for (int i = 0; i < 60; ++i) ramp.push_back(i);
  const auto means = exponential_mean(ramp, 26);
  ASSERT_EQ(means.size(), 35u);
  for (std::size_t i = 0; i < means.size(); ++i) {
    EXPECT_NEAR(means[i], ramp[i + 25] - 12.5, 1e-12);  // (26 - 1) / 2 bars
  }
  EXPECT_TRUE(exponential_mean(ramp, 61).empty());
}

// The worked example printed in courses on Wilder's index, to the two digits it is printed with.
TEST(RelativeStrength, GivesTheTextbooksNumbers) {
  const std::array prices{44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955,
                          45.4245, 45.8433, 46.0826, 45.8931, 46.0328, 45.6140, 46.2820,
                          46.2820, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122};
  const std::array printed{70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93};
  const auto found = relative_strength(prices, 14);
  ASSERT_EQ(found.size(), printed.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], printed[i], 0.005);
}

TEST(RelativeStrength, IsByHandOverTwoBars) {
  // Gains 1, 0 | 3; losses 0, 2 | 0: means 1/2 and 1, then (1/2 + 3) / 2 and 1/2.
  EXPECT_THAT(relative_strength(std::array{10.0, 11.0, 9.0, 12.0}, 2),
              ElementsAre(testing::DoubleEq(100.0 / 3), testing::DoubleEq(100 * 1.75 / 2.25)));
}

TEST(RelativeStrength, IsAHundredWithoutLossesAndFiftyWhereNothingMoves) {
  EXPECT_THAT(relative_strength(std::array{1.0, 2.0, 2.0, 3.0}, 2), ElementsAre(100, 100));
  EXPECT_THAT(relative_strength(std::array{2.0, 2.0, 2.0}, 2), ElementsAre(50));
  EXPECT_THAT(relative_strength(std::array{3.0, 2.0, 1.0}, 2), ElementsAre(0));
}

TEST(Rolling, AHoleOfMoreThanThreeDaysBeginsAnew) {
  const auto series = on_days({1, 2, 5, 10, 14, 19}, {1, 2, 3, 4, 5, 6});
  const auto runs = runs_of(series);
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_EQ(runs[0].count, 3u);
  EXPECT_EQ(runs[1].first, 3u);
  EXPECT_EQ(runs[1].count, 2u);
  EXPECT_EQ(realised_days(series, 2).at.size(), 1u);
  EXPECT_EQ(strength_days(series, 1).at.size(), 3u);
}

TEST(Rolling, RealisedVolatilityIsTheRootMeanSquareOfADay) {
  const double up = std::exp(0.02);
  const auto vols = realised_days(on_days({1, 2, 3, 5}, {100, 100 * up, 100, 100 * up}), 2);
  ASSERT_EQ(vols.value.size(), 2u);
  EXPECT_CLOSE(vols.value[0], 0.02 * std::sqrt(365.0), 1e-12);
  EXPECT_CLOSE(vols.value[1], std::sqrt((0.0004 + 0.0002) / 2 * 365), 1e-12);  // two days' return
}

TEST(Rolling, PairsAreOfDaysThatBothHave) {
  const auto pairs = paired(on_days({1, 2, 4}, {10, 20, 40}), on_days({2, 3, 4}, {2, 3, 4}));
  EXPECT_THAT(pairs.first, ElementsAre(20, 40));
  EXPECT_THAT(pairs.second, ElementsAre(2, 4));
  EXPECT_EQ(value_on(on_days({1, 2}, {5, 6}), UnixSeconds{86400}), 5);
  EXPECT_EQ(value_on(on_days({1, 2}, {5, 6}), UnixSeconds{86401}), std::nullopt);
}

TEST(RollingLaw, ARankIsWhereTheQuantileComesFrom) {
  test::for_cases(300, [](test::Gen& gen) {
    auto values = gen.reals(gen.size(2, 50), 0, 1);
    std::ranges::sort(values);
    const double inner = 0.5 / static_cast<double>(values.size());
    const double share = gen.real(inner, 1 - inner);
    EXPECT_NEAR(rank_of(values, quantile_of(values, share)), share, 1e-9);
  });
}

TEST(RollingLaw, ARelativeStrengthMirrorsWithThePrice) {
  test::for_cases(200, [](test::Gen& gen) {
    const auto values = gen.reals(gen.size(16, 60), -1, 1);
    auto mirrored = values;
    for (double& x : mirrored) x = -x;
    const auto one = relative_strength(values, 14), other = relative_strength(mirrored, 14);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i] + other[i], 100, 1e-9);
  });
}

}  // namespace levee::signal
