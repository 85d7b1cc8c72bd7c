#include "levee/scenario/draw.h"

#include "tests/scenario/world.h"

#include <cmath>

#include <gtest/gtest.h>

namespace levee::scenario {

TEST(VolNoise, GrowsWithTheRootOfTimeWhereNothingReverts) {
  VolMoves moves{.daily_residual = 0.02, .daily_persistence = 1};
  EXPECT_DOUBLE_EQ(vol_noise(moves, days(25)), 0.1);
  moves.daily_persistence = 1 - 1e-12;
  EXPECT_NEAR(vol_noise(moves, days(25)), 0.1, 1e-10);
  moves.daily_persistence = 0.5;
  EXPECT_NEAR(vol_noise(moves, days(1)), 0.02, 1e-15);
  EXPECT_NEAR(vol_noise(moves, days(400)), 0.02 / std::sqrt(0.75), 1e-15);
}

TEST(VolOf, IsTheMeasures) {
  const auto from = test::calibration();
  auto asked = test::recipe(from, 1);
  EXPECT_EQ(vol_of(asked), Vol{0.6});
  asked.measure = Measure::market_implied;
  EXPECT_EQ(vol_of(asked), Vol{0.7});
}

}  // namespace levee::scenario
