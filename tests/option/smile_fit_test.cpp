#include "levee/option/smile_fit.h"

#include "levee/option/ssvi.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::option {
namespace {

using test::Gen;

constexpr Svi plain{.a = 0.01, .b = 0.1, .rho = -0.3, .m = 0.02, .s = 0.2};

// Points on a smile, half a per cent of it wide.
std::vector<SmilePoint> points_on(const Svi& svi, double first, double last) {
  std::vector<SmilePoint> points;
  for (int i = 0; i <= 20; ++i) {
    SmilePoint point;
    point.k = first + (last - first) * i / 20;
    point.variance = svi.variance(point.k);
    point.half_width = 0.005 * point.variance;
    points.push_back(point);
  }
  return points;
}

Svi flat(double level) { return {.a = level, .b = 1e-3, .rho = 0, .m = 0, .s = 0.3}; }

double steeper_wing(const Svi& svi) { return svi.b * (1 + std::abs(svi.rho)); }

}  // namespace

TEST(FitSmile, FindsTheSmileThatThePointsLieOn) {
  const auto points = points_on(plain, -0.5, 0.5);
  const Svi svi = fit_smile({.points = points, .prior = plain, .starts = {flat(0.03)}});
  for (double k = -0.5; k <= 0.5; k += 0.05) {
    EXPECT_NEAR(svi.variance(k), plain.variance(k), 1e-4 * plain.variance(k)) << k;
  }
  EXPECT_LT(misfit_of(svi, points), 1e-3);
}

// Vogt's smile: g down to -0.033 at k = 0.88.
TEST(FitSmile, DoesNotFollowQuotesIntoAButterfly) {
  const Svi vogt{.a = -0.0410, .b = 0.1331, .rho = 0.3060, .m = 0.3586, .s = 0.4153};
  const auto points = points_on(vogt, -1, 1.4);
  const SmileAsk ask{.points = points, .prior = vogt, .starts = {vogt}, .margin = 4};
  const Svi svi = fit_smile(ask);
  EXPECT_GT(least_butterfly(svi).value, 0);
  EXPECT_LT(misfit_of(svi, points), misfit_of(*repaired(vogt, Years{1}), points));
}

TEST(FitSmile, GivesWayToTheEarlierSmileWhereverItIsCrossed) {
  // 10 % below the earlier one in the right half of its strikes.
  const Svi earlier = plain;
  Svi own = plain;
  own.rho = -0.6;
  own.a += 0.001;
  auto points = points_on(own, -0.5, 0.5);
  for (SmilePoint& point : points) point.half_width = 0.03 * point.variance;
  ASSERT_GT(worst_crossing(earlier, own).depth, 1e-3);
  const Svi svi = fit_smile({.points = points,
                             .prior = own,
                             .starts = {own, earlier},
                             .earlier = Neighbour{earlier, -0.5, 0.5}});
  EXPECT_LT(worst_crossing(earlier, svi).depth, 1e-4);
  EXPECT_GT(misfit_of(svi, points), misfit_of(own, points) + 0.1);
}

TEST(FitSmile, GivesWayToTheLaterSmileOnlyWhereItHasNoQuotesItself) {
  // Steep beyond its own few strikes; the later one is quoted further out and flatter.
  const Svi own{.a = 0.005, .b = 0.2, .rho = 0, .m = 0, .s = 0.05};
  const Svi later{.a = 0.012, .b = 0.08, .rho = 0, .m = 0, .s = 0.1};
  const auto points = points_on(own, -0.04, 0.04);
  ASSERT_GT(worst_crossing(own, later).depth, 0);
  const Svi svi = fit_smile(
      {.points = points, .prior = own, .starts = {own}, .later = Neighbour{later, -1, 1}});
  EXPECT_LT(worst_crossing(svi, later).depth, 1e-4);
  // A later one that is quoted less far out has to give way itself.
  const Svi kept = fit_smile(
      {.points = points, .prior = own, .starts = {own}, .later = Neighbour{later, -0.03, 0.03}});
  EXPECT_GT(worst_crossing(kept, later).depth, 0);
}

TEST(LiftedFree, LiftsNoMoreThanItMust) {
  Svi below = plain;
  below.a -= 0.002;
  const auto lifted = lifted_free(below, plain);
  ASSERT_TRUE(lifted);
  EXPECT_NEAR(lifted->a, plain.a, 1e-5);
  EXPECT_LE(worst_crossing(plain, *lifted).depth, 0);
  EXPECT_EQ(lifted_free(plain, std::nullopt), plain);
}

// Vogt's smile has a butterfly at k = 0.88.
TEST(LiftedFree, LiftsAwayAButterfly) {
  const Svi vogt{.a = -0.0410, .b = 0.1331, .rho = 0.3060, .m = 0.3586, .s = 0.4153};
  ASSERT_LT(least_butterfly(vogt).value, -0.03);
  const auto lifted = lifted_free(vogt, std::nullopt);
  ASSERT_TRUE(lifted);
  EXPECT_GE(least_butterfly(*lifted).value, 0);
  EXPECT_LT(least_butterfly(*lifted).value, 1e-3);
}

TEST(LiftedFree, CannotLiftAWingThatIsLessSteep) {
  Svi flatter = plain;
  flatter.b *= 0.9;
  EXPECT_FALSE(lifted_free(flatter, plain));
}

TEST(FitSmileLaw, IsPositiveWithinLeesBoundAndNearlyFree) {
  test::for_cases(60, [](Gen& gen) {
    Svi truth{.a = gen.scale(1e-4, 0.1), .b = 0, .rho = gen.real(-0.8, 0.8), .m = 0, .s = 0};
    const double width = 3 * std::sqrt(truth.a);
    truth.b = gen.real(0.1, 0.6) * truth.a / width;
    truth.m = gen.real(-0.3, 0.3) * width;
    truth.s = gen.real(0.1, 0.5) * width;
    auto points = points_on(truth, -width, width);
    for (SmilePoint& point : points) {
      point.variance *= 1 + gen.real(-0.05, 0.05);
      point.half_width = 0.03 * point.variance;
    }
    const Svi svi = fit_smile({.points = points, .prior = truth, .starts = {smile_guess(points)}});
    EXPECT_GT(svi.least_variance(), 0);
    EXPECT_LT(steeper_wing(svi), 2);
    EXPECT_GT(least_butterfly(svi).value, -0.01);
    EXPECT_LT(misfit_of(svi, points), 3);
  });
}

}  // namespace levee::option
