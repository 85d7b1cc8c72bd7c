// tests/signal/vol_scale_test.cpp — a rank carried over, and no jump where the table ends.
#include "levee/signal/vol_scale.h"

#include "levee/signal/rolling.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

namespace levee::signal {
namespace {

// 1000 volatilities whose i-th is 0.5 + i / 1000: a share of p lies below 0.5 + p.
std::vector<double> even() {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(0.5005 + i / 1000.0);
  return values;
}

}  // namespace

TEST(VixEquivalent, OfTheMedianIsTheMedian) {
  EXPECT_NEAR(vix_equivalent(even(), 1.0), 17.42, 1e-9);
  EXPECT_NEAR(vix_equivalent(std::vector(500, 0.6), 0.6), 17.42, 1e-12);  // all days alike
}

TEST(VixEquivalent, MeetsTheTableInsideIt) {
  EXPECT_NEAR(vix_equivalent(even(), 0.5 + 0.627), 20, 1e-9);
  EXPECT_NEAR(vix_equivalent(even(), 0.5 + 0.820), 25, 1e-9);
  EXPECT_NEAR(vix_equivalent(even(), 0.5 + 0.7), 20 + 3 * (0.073 / 0.127), 1e-9);
}

TEST(VixEquivalent, GoesOnInProportionBeyondTheTable) {
  EXPECT_NEAR(vix_equivalent(even(), 2 * 1.414), 60, 1e-9);
  EXPECT_NEAR(vix_equivalent(even(), 0.42), 14.92 / 2, 1e-9);
}

TEST(VixEquivalent, IsRankedOnlyAfterAYearOfMostlyKnownDays) {
  market::Series days_known{.at = {}, .value = {}, .step = days(1), .source = {}};
  for (int i = 0; i < 400; ++i) {
    days_known.at.push_back(UnixSeconds{1'700'006'400} + days(i));
    days_known.value.push_back(0.5 + 0.001 * i);
  }
  const auto found = vix_equivalents(days_known, {});
  EXPECT_FALSE(found[363]);
  EXPECT_TRUE(found[364]);
  days_known.at.erase(days_known.at.begin() + 10, days_known.at.begin() + 200);
  days_known.value.resize(days_known.at.size());
  EXPECT_FALSE(vix_equivalents(days_known, {}).back());  // 210 of 400 days
}

TEST(VixEquivalent, ForgetsWhatIsOlderThanItsWindow) {
  market::Series long_ago{.at = {}, .value = {}, .step = days(1), .source = {}};
  for (int i = 0; i < 24; ++i) {
    long_ago.at.push_back(UnixSeconds{1'700'006'400} + days(i));
    long_ago.value.push_back(i == 0 ? 0.1 : i == 1 ? 0.2 : 1);
  }
  const SignalPolicy ten{.veq_days = 10, .veq_days_min = 10};
  const auto found = vix_equivalents(long_ago, ten);
  EXPECT_FALSE(found[8]);
  EXPECT_GT(*found[10], 17.42);  // day 0 is gone, day 1 is not
  EXPECT_NEAR(*found[11], 17.42, 1e-12);
}

TEST(VixEquivalent, NamesItsRegimeWithoutHysteresis) {
  EXPECT_EQ(vol_regime(14.99, {}), "calm");
  EXPECT_EQ(vol_regime(15, {}), "normal");
  EXPECT_EQ(vol_regime(20, {}), "hold");
  EXPECT_EQ(vol_regime(25, {}), "crisis");
}

TEST(VixScore, IsTheNormalDeviationOfTheShareBelow) {
  EXPECT_NEAR(vix_score(17.42), 0, 1e-12);
  EXPECT_NEAR(vix_score(25), 0.9153650878428138, 1e-12);    // of 0.820
  EXPECT_NEAR(vix_score(15), -0.39614237389269846, 1e-12);  // of 0.346
  // Straight in the logarithm from 23 (0.754) through 30 (0.914): as many deviations a factor.
  const double a_factor = (vix_score(30) - vix_score(23)) / std::log(30.0 / 23);
  EXPECT_NEAR(vix_score(60) - vix_score(30), a_factor * std::log(2.0), 1e-12);
  double before = vix_score(1);
  for (double level = 1.01; level < 200; level *= 1.001) {
    EXPECT_GT(vix_score(level), before) << level;
    EXPECT_LT(vix_score(level) - before, .03) << "a jump at " << level;
    before = vix_score(level);
  }
}

TEST(VixEquivalentLaw, RisesWithTheVolatilityWithoutAJump) {
  test::for_cases(200, [](test::Gen& gen) {
    std::vector<double> values;
    for (std::size_t i = 0, n = gen.size(30, 400); i < n; ++i) values.push_back(gen.scale(0.2, 2));
    std::ranges::sort(values);
    for (const double share : {0.34, 0.914}) {
      const double edge = quantile_of(values, share);
      const double below = vix_equivalent(values, edge * (1 - 1e-9));
      EXPECT_NEAR(vix_equivalent(values, edge * (1 + 1e-9)), below, 1e-4);
    }
    const double one = gen.scale(0.1, 4), more = one * gen.real(1, 1.5);
    EXPECT_LE(vix_equivalent(values, one), vix_equivalent(values, more) + 1e-12);
  });
}

}  // namespace levee::signal
