// tests/option/lognormal_grid_test.cpp — the whole equation: its limits, its bounds, finer grids.
#include "levee/option/lognormal_grid.h"

#include "levee/option/black.h"
#include "levee/option/lognormal_paths.h"
#include "tests/option/lognormal_models.h"

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;
using namespace test;

TEST(LognormalGrid, WithoutNoiseIsBlack) {
  const LognormalVol still{Vol{.5}, Vol{.5}, 3, 2, 0, 0};
  const Years expiry{.3};
  const double want = black_price(Type::call, Price{1.1}, {Price{1}, expiry, Vol{.5}}).value();
  EXPECT_NEAR(call_of(*lognormal_transform(still, expiry, far), 1.1), want, 1e-10);
  EXPECT_NEAR(call_of(*lognormal_grid(still, expiry, far), 1.1), want, 1e-8);
  const parallel::Team team(1);
  const auto paths = lognormal_paths(still, expiry, {.paths = 3, .steps = 4}, team);
  EXPECT_NEAR(price_of(*paths, {Price{1}, expiry}, Type::call, Price{1.1}).value, want, 1e-14);
}

TEST(LognormalGrid, WithTooFewPointsIsRefused) {
  const LognormalVol wild{Vol{.5}, Vol{.5}, .5, 0, 0, 6};
  const auto rough = lognormal_grid(wild, Years{5}, far, {.points = 20});
  ASSERT_FALSE(rough);
  EXPECT_EQ(rough.error().reason, Reason::not_converged);
  EXPECT_TRUE(lognormal_grid(wild, Years{5}, far, {.points = 400}));
}

TEST(LognormalGridLaw, GridsConverge) {
  double worst = 0;
  for_cases(15, [&](Gen& gen) {
    const LognormalVol model = any_lognormal(gen);
    const Years expiry{gen.scale(.01, 1)};
    const auto coarse = lognormal_grid(model, expiry, far);
    const auto fine = lognormal_grid(model, expiry, far, {.points = 300});
    ASSERT_TRUE(coarse && fine);
    for (const double away : {-.5, -.2, 0.0, .2, .5}) {
      const double off =
          std::abs(call_of(*coarse, std::exp(away)) - call_of(*fine, std::exp(away)));
      worst = std::max(worst, off);
      EXPECT_LT(off, 1e-6);
    }
  });
  RecordProperty("worst", std::to_string(1e9 * worst));
}

TEST(LognormalGridLaw, KeepsParityBoundsAndConvexity) {
  for_cases(25, [](Gen& gen) {
    const LognormalVol model = any_lognormal(gen);
    const Years expiry{gen.scale(.01, 1)};
    const auto law = lognormal_grid(model, expiry, {-1, 1});
    ASSERT_TRUE(law) << law.error().message;
    std::vector<Price> strikes;
    for (int i = -10; i <= 10; ++i) strikes.push_back(Price{std::exp(.1 * i)});
    const auto pairs = prices_of(*law, Price{1}, strikes);
    double slope_before = -1;
    for (std::size_t i = 0; i < strikes.size(); ++i) {
      const double strike = strikes[i].value(), call = pairs[i].call.value();
      EXPECT_NEAR(call - pairs[i].put.value(), 1 - strike, 1e-14);
      EXPECT_GE(call, std::max(0.0, 1 - strike) - 1e-6);
      EXPECT_LE(call, 1);
      if (i == 0) continue;
      const double wide = strike - strikes[i - 1].value();
      const double slope = (call - pairs[i - 1].call.value()) / wide;
      EXPECT_GE(slope, slope_before - 2e-6 / wide);
      slope_before = slope;
    }
  });
}

}  // namespace
}  // namespace levee::option
