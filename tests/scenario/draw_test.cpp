#include "levee/scenario/draw.h"

#include "tests/scenario/world.h"

#include <cmath>

#include <gtest/gtest.h>

namespace levee::scenario {

TEST(HorizonNoise, GrowsWithTheRootOfTimeWhereNothingReverts) {
  EXPECT_DOUBLE_EQ(horizon_noise(0.02, 1, days(25)), 0.1);
  EXPECT_NEAR(horizon_noise(0.02, 1 - 1e-12, days(25)), 0.1, 1e-10);
  EXPECT_NEAR(horizon_noise(0.02, 0.5, days(1)), 0.02, 1e-15);
  EXPECT_NEAR(horizon_noise(0.02, 0.5, days(400)), 0.02 / std::sqrt(0.75), 1e-15);
}

TEST(VolOf, IsTheMeasures) {
  const auto law = test::law();
  EXPECT_EQ(vol_of(law, Measure::real_world), Vol{0.6});
  EXPECT_EQ(vol_of(law, Measure::market_implied), Vol{0.7});
}

TEST(ClockSpans, ShareOutTheHorizonAsVarianceAccrues) {
  auto from = test::calibration();
  EXPECT_NEAR(clock_spans(from.lead(), test::recipe(from, 1))[1], 6.0 / 365, 1e-15);
  from.lead().clock = {{days(5), 0.5}, {days(30), 1}};
  const auto spans = clock_spans(from.lead(), test::recipe(from, 1));
  EXPECT_NEAR(spans[0], 0.1 * 30 / 365, 1e-15);
  EXPECT_NEAR(spans[1], (0.4 + 0.5 * 2 / 25) * 30 / 365, 1e-15);
}

}  // namespace levee::scenario
