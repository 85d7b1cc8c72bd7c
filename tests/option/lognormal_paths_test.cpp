// tests/option/lognormal_paths_test.cpp — paths as the judge of the whole equation.
#include "levee/option/lognormal_paths.h"

#include "levee/option/lognormal_grid.h"
#include "tests/option/lognormal_models.h"

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;
using namespace test;

TEST(LognormalPaths, PathsAreTheSameForAnyTeam) {
  const parallel::Team one(1), three(3);
  const PathPlan plan{.paths = 10'000, .steps = 8, .seed = 7};
  const auto a = lognormal_paths(bitcoin, month, plan, one);
  const auto b = lognormal_paths(bitcoin, month, plan, three);
  for (std::size_t i = 0; i < plan.paths; ++i) {
    ASSERT_EQ((*a)[i].forward, (*b)[i].forward);
    ASSERT_EQ((*a)[i].variance, (*b)[i].variance);
  }
  const auto other = lognormal_paths(bitcoin, month, {.paths = 1, .steps = 8, .seed = 8}, one);
  EXPECT_NE((*a)[0].forward, (*other)[0].forward);
}

// What the price outruns its own mean by is seen on paths: where reversion_slope is below beta the
// model is refused, where it is above the drawn mean is 1.
TEST(LognormalPaths, PricesAreMartingalesOnPaths) {
  const parallel::Team team(2);
  const auto paths = lognormal_paths(bitcoin, Years{.5}, {.paths = 100'000, .steps = 64}, team);
  std::vector<double> ahead;
  for (const Mixed& path : *paths) ahead.push_back(path.forward);
  const auto mean = num::mean_of(ahead);
  EXPECT_NEAR(mean.value, 1, 3 * mean.standard_error);
  EXPECT_LT(mean.standard_error, 2e-3);
}

TEST(LognormalPathsLaw, ThreeRoadsAgree) {
  const parallel::Team team(2);
  int asked = 0, outside = 0;
  for_cases(12, [&](Gen& gen) {
    const LognormalVol model = any_lognormal(gen);
    const Years expiry{gen.scale(.01, .5)};
    const Term term{Price{1}, expiry};
    const auto whole = lognormal_grid(model, expiry, far);
    ASSERT_TRUE(whole) << whole.error().message;
    const auto paths = lognormal_paths(model, expiry, {.paths = 40'000, .steps = 48}, team);
    const double deviation = model.average.value() * std::sqrt(expiry.value());
    for (const double away : {-1.5, 0.0, 1.5}) {
      const double strike = std::exp(away * deviation);
      const auto drawn = price_of(*paths, term, Type::call, Price{strike});
      ++asked;
      const double off = std::abs(call_of(*whole, strike) - drawn.value);
      if (off > 3 * drawn.standard_error) ++outside;
      EXPECT_LT(off, 5 * drawn.standard_error) << strike;
    }
    const RangeClaim claim = range(1, std::exp(-deviation), std::exp(1.3 * deviation));
    const auto drawn = claim_of(*paths, term, claim, LossKind::borrowed);
    EXPECT_LT(std::abs(loss_of(*whole, claim) - drawn.value), 5 * drawn.standard_error);
    EXPECT_NEAR(whole->at[0].imag(), 0, 1e-12);
  });
  EXPECT_LE(outside, 1 + asked / 50);
}

}  // namespace
}  // namespace levee::option
