// tests/option/model_test.cpp — models made, their cumulants, and the range that holds them.
#include "levee/num/normal.h"
#include "tests/option/models.h"

#include <limits>

#include <gmock/gmock.h>

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;
using ::testing::HasSubstr;

Model model(std::string_view kind, std::vector<double> numbers) { return *model_of(kind, numbers); }

TEST(Model, IsRefusedWithTheReason) {
  const auto unknown = model_of("sabr", std::vector{1.0});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().reason, Reason::not_supported);
  const auto short_of = model_of("merton", std::vector{0.5});
  ASSERT_FALSE(short_of);
  EXPECT_EQ(short_of.error().reason, Reason::bad_input);
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -1.0, 1e9}) {
    const auto outside = model_of("black", std::vector{bad});
    ASSERT_FALSE(outside);
    EXPECT_EQ(outside.error().reason, Reason::out_of_range);
    EXPECT_THAT(outside.error().message, HasSubstr("must lie in"));
  }
}

TEST(Model, HasNoCumulantsOfATimeThatIsNone) {
  const Model flat = model("black", {0.5});
  for (const double bad :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(cumulants_of(flat, Years{bad}), ContractBroken);
    EXPECT_THROW(interval_of(flat, Years{bad}, 1e-9), ContractBroken);
  }
  for (const double tail : {0.0, 1.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(interval_of(flat, Years{1}, tail), ContractBroken);
  }
}

TEST(Cumulants, OfMertonAreItsSums) {
  const Years time{0.3};
  const double vol = 0.4, jumps = 3, mean = -0.1, deviation = 0.2;
  const double square = deviation * deviation;
  const auto found = cumulants_of(model("merton", {vol, jumps, mean, deviation}), time);
  const double lost = std::expm1(mean + square / 2);
  EXPECT_CLOSE(found.mean, 0.3 * (-vol * vol / 2 + jumps * (mean - lost)), 1e-11);
  EXPECT_CLOSE(found.variance, 0.3 * (vol * vol + jumps * (mean * mean + square)), 1e-11);
  const double fourth = std::pow(mean, 4) + 6 * mean * mean * square + 3 * square * square;
  EXPECT_CLOSE(found.fourth, 0.3 * jumps * fourth, 1e-9);
}

// Var X = E of the integral of v (1 - rho xi B + xi^2 B^2 / 4), B = (1 - exp(-kappa (T - s))) /
// kappa: the covariances of the two noises, by Simpson's rule.
TEST(Cumulants, OfHestonAreTheIntegralsOfItsVariance) {
  const double v = .0175, a = .0398, k = 1.5768, x = .5751, r = -.5711;
  for (const double t : {0.25, 1.0, 10.0}) {
    const double e = std::exp(-k * t);
    const auto found = cumulants_of(model("heston", {v, a, k, x, r}), Years{t});
    EXPECT_CLOSE(found.mean, (1 - e) * (a - v) / (2 * k) - a * t / 2, 1e-11);
    constexpr int steps = 2000;
    double sum = 0;
    for (int i = 0; i <= steps; ++i) {
      const double s = t * i / steps, b = -std::expm1(-k * (t - s)) / k;
      const double each = (a + (v - a) * std::exp(-k * s)) * (1 - r * x * b + x * x * b * b / 4);
      sum += each * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2);
    }
    EXPECT_CLOSE(found.variance, sum * t / (3 * steps), 1e-10);
  }
}

TEST(ModelInterval, HoldsAllButTheTailOfANormal) {
  const auto found = interval_of(model("black", {0.5}), Years{1}, 1e-12);
  EXPECT_LE(num::normal_cdf((found.lower + 0.125) / 0.5), 1e-12);
  EXPECT_LE(num::normal_cdf((-0.125 - found.upper) / 0.5), 1e-12);
  // And is no wider than it has to be: 7.03 deviations would do, Chernoff's bound asks for 7.43.
  EXPECT_LT(found.upper - found.lower, 2 * 7.6 * 0.5);
}

TEST(ModelIntervalLaw, WidensAsTheTailShrinks) {
  for (const Entry& kind : shelf()) {
    for_cases(100, [&](Gen& gen) {
      const Model any = test::any_model(kind, gen);
      const Years expiry = test::any_term(gen).expiry;
      const auto narrow = interval_of(any, expiry, 1e-6), wide = interval_of(any, expiry, 1e-12);
      EXPECT_LT(wide.lower, narrow.lower);
      EXPECT_LT(narrow.lower, 0);
      EXPECT_LT(0, narrow.upper);
      EXPECT_LT(narrow.upper, wide.upper);
    });
  }
}

}  // namespace
}  // namespace levee::option
