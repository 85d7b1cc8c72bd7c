#include "levee/option/svi.h"

#include "levee/base/check.h"
#include "levee/num/root.h"
#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::option {
namespace {

using test::Gen;

// Axel Vogt's smile, the standard example of a butterfly that costs less than nothing.
const Svi vogt{.a = -0.0410, .b = 0.1331, .rho = 0.3060, .m = 0.3586, .s = 0.4153};
constexpr Years year{1};

// A smile as markets show them: not always free of arbitrage.
Svi any_smile(Gen& gen) {
  Svi svi;
  svi.rho = gen.real(-0.9, 0.9);
  svi.b = gen.real(0.01, 1.9) / (1 + std::abs(svi.rho));
  svi.s = gen.scale(0.02, 1);
  svi.m = gen.real(-0.3, 0.3);
  svi.a = gen.scale(1e-3, 0.3) - svi.b * svi.s * std::sqrt(1 - svi.rho * svi.rho);
  return svi;
}

std::vector<VariancePoint> points_of(const Svi& svi, int count) {
  std::vector<VariancePoint> points;
  for (int i = 0; i < count; ++i) {
    const double k = -0.8 + 1.6 * i / (count - 1);
    points.push_back({k, svi.variance(k), 1});
  }
  return points;
}

}  // namespace

// Gatheral & Jacquier (2014), example 3.1, to more digits than printed there.
TEST(Svi, VogtsSmileIsTheKnownOne) {
  const LeastButterfly least = least_butterfly(vogt);
  EXPECT_NEAR(least.value, -0.032863573453623, 1e-14);
  EXPECT_NEAR(least.k, 0.879262541622068, 1e-7);
  EXPECT_NEAR(butterfly(vogt, 0), 1.0386497312818, 1e-13);
  EXPECT_NEAR(butterfly(vogt, 0.8), -0.0298184615476027, 1e-15);
  const auto g = [](double k) { return butterfly(vogt, k); };
  const auto zeros = num::roots_between(g, 0, 2, 40);
  ASSERT_EQ(zeros.size(), 2U);
  EXPECT_NEAR(zeros[0], 0.642407877869381, 1e-13);
  EXPECT_NEAR(zeros[1], 1.25691299193213, 1e-13);
}

TEST(JumpWings, AreThePapersForVogtsSmile) {
  const JumpWings wings = wings_of(vogt, year);
  EXPECT_NEAR(wings.variance, 0.0174262525551591, 1e-15);
  EXPECT_NEAR(wings.skew, -0.175211140809125, 1e-14);
  EXPECT_NEAR(wings.put_wing, 0.699738104116809, 1e-14);
  EXPECT_NEAR(wings.call_wing, 1.31679821898639, 1e-14);
  EXPECT_NEAR(wings.least_variance, 0.0116249032354779, 1e-15);
}

// The paper's own repair keeps skew and left wing; the printed optimum keeps the least variance
// too.
TEST(JumpWings, OfThePapersRepairLeadToItsRawNumbers) {
  JumpWings wings = wings_of(vogt, year);
  wings.call_wing = 0.8564763;
  wings.least_variance = 0.0116249;
  const auto svi = svi_of(wings, year);
  ASSERT_TRUE(svi);
  EXPECT_NEAR(svi->a, -0.03051990507, 2e-7);
  EXPECT_NEAR(svi->b, 0.1027167896, 1e-8);
  EXPECT_NEAR(svi->m, 0.2723442051, 1e-6);
  EXPECT_NEAR(svi->rho, 0.1007176103, 1e-7);
  EXPECT_NEAR(svi->s, 0.4123980571, 1e-6);
  EXPECT_NEAR(least_butterfly(*svi).value, 0.0081183, 1e-6);
}

// Section 5.1: c' = p + 2 psi and v~' = 4 v p c' / (p + c')^2 are free of butterflies by theorem.
TEST(JumpWings, OfTheTheoremAreFreeOfButterflies) {
  JumpWings wings = wings_of(vogt, year);
  const double put = wings.put_wing, call = put + 2 * wings.skew;
  wings.call_wing = call;
  wings.least_variance = wings.variance * 4 * put * call / ((put + call) * (put + call));
  EXPECT_NEAR(wings.call_wing, .349315822498558, 1e-14);
  EXPECT_NEAR(wings.least_variance, .0154818248407312, 1e-15);
  const auto svi = svi_of(wings, year);
  ASSERT_TRUE(svi);
  EXPECT_GT(least_butterfly(*svi).value, 0);
}

TEST(Repaired, LeavesVogtsSmileAsNearAsItMay) {
  const auto mended = repaired(vogt, year);
  ASSERT_TRUE(mended);
  EXPECT_GE(least_butterfly(*mended).value, -1e-9);
  const JumpWings before = wings_of(vogt, year), after = wings_of(*mended, year);
  EXPECT_NEAR(after.variance, before.variance, 1e-14);
  EXPECT_NEAR(after.skew, before.skew, 1e-12);
  EXPECT_NEAR(after.put_wing, before.put_wing, 1e-12);
  EXPECT_GT(after.call_wing, 0.349315822498558);  // The theorem's: further than needed.
  EXPECT_LT(after.call_wing, before.call_wing);
  EXPECT_LT(after.least_variance, 0.0154818248407312);
  EXPECT_EQ(*repaired(*mended, year), *mended);
}

TEST(JumpWings, RefuseWhatNoSmileHas) {
  const JumpWings good = wings_of(vogt, year);
  const auto with = [&](double JumpWings::* which, double value) {
    JumpWings wings = good;
    wings.*which = value;
    return svi_of(wings, year);
  };
  EXPECT_FALSE(with(&JumpWings::variance, 0));
  EXPECT_FALSE(with(&JumpWings::variance, std::nan("")));
  EXPECT_FALSE(with(&JumpWings::least_variance, good.variance * 1.01));
  EXPECT_FALSE(with(&JumpWings::put_wing, -0.1));
  EXPECT_FALSE(with(&JumpWings::skew, -2));
  EXPECT_FALSE(svi_of(good, Years{0}));
  EXPECT_TRUE(svi_of(good, year));
}

TEST(Svi, HasNoTenorThatIsNotAhead) {
  const auto points = points_of(vogt, 9);
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(wings_of(vogt, Years{bad}), ContractBroken);
    EXPECT_THROW(static_cast<void>(repaired(vogt, Years{bad})), ContractBroken);
    EXPECT_FALSE(svi_of(wings_of(vogt, year), Years{bad}));
    const auto refused = fit_svi(points, Years{bad});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::bad_input);
  }
}

TEST(FitSvi, NeedsFivePointsThatAreNumbers) {
  const auto points = points_of(vogt, 9);
  const auto four = fit_svi(std::span(points).first(4), year);
  ASSERT_FALSE(four);
  EXPECT_EQ(four.error().reason, Reason::missing_data);
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    auto spoilt = points;
    spoilt[3].variance = bad;
    const auto refused = fit_svi(spoilt, year);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::bad_input);
  }
  const std::vector<VariancePoint> one_strike(6, {0.1, 0.04, 1});
  EXPECT_FALSE(fit_svi(one_strike, year));
  EXPECT_FALSE(fit_svi(points, Years{0}));
}

TEST(FitSvi, MendsASmileThatAllowsButterflies) {
  const auto fit = fit_svi(points_of(vogt, 33), year);
  ASSERT_TRUE(fit);
  EXPECT_GE(fit->least_g, -1e-9);
  EXPECT_GT(fit->error, 0);
  EXPECT_LT(fit->error, 2e-3);  // w itself is 0.012 to 0.2.
}

TEST(SviLaw, SlopeAndCurvatureAreDifferencesOfVariance) {
  test::for_cases(300, [](Gen& gen) {
    const Svi svi = any_smile(gen);
    const double k = gen.real(-1.5, 1.5), h = 1e-4 * svi.s;
    const SviShape here = shape_of(svi, k);
    const double up = svi.variance(k + h), down = svi.variance(k - h);
    EXPECT_NEAR(here.slope, (up - down) / (2 * h), 1e-6 * svi.b);
    EXPECT_NEAR(here.curvature, (up - 2 * here.value + down) / (h * h), 1e-5 * svi.b / svi.s);
  });
}

TEST(SviLaw, JumpWingsLeadBack) {
  test::for_cases(500, [](Gen& gen) {
    const Svi svi = any_smile(gen);
    const Years tenor{gen.scale(0.01, 3)};
    const auto back = svi_of(wings_of(svi, tenor), tenor);
    if (!back) return;  // m / s and rho so near that the least variance stands at the money.
    for (double k = -1; k <= 1; k += 0.25) {
      EXPECT_NEAR(back->variance(k), svi.variance(k), 1e-7 * svi.variance(k));
    }
  });
}

// g has the sign of the second difference of the price in strike: checked against prices.
TEST(SviLaw, ButterfliesOfPricesHaveTheSignOfG) {
  const auto call = [](const Svi& svi, double k) {
    const double root = std::sqrt(svi.variance(k));
    const auto cdf = [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; };
    return cdf(-k / root + root / 2) - std::exp(k) * cdf(-k / root - root / 2);
  };
  int negative = 0;
  test::for_cases(400, [&](Gen& gen) {
    const Svi svi = gen.coin() ? any_smile(gen) : vogt;
    const double k = gen.real(-0.5, 1.3), h = 2e-3;
    const double g = butterfly(svi, k);
    if (std::abs(g) < 0.01) return;
    const double lower = std::exp(k - h), middle = std::exp(k), upper = std::exp(k + h);
    const double slope_up = (call(svi, k + h) - call(svi, k)) / (upper - middle);
    const double slope_down = (call(svi, k) - call(svi, k - h)) / (middle - lower);
    if (std::abs(slope_up - slope_down) < 1e-9) return;
    EXPECT_EQ(slope_up > slope_down, g > 0) << "k = " << k;
    negative += g < 0 ? 1 : 0;
  });
  EXPECT_GT(negative, 20);
}

TEST(SviLaw, NothingIsBelowTheLeastButterfly) {
  test::for_cases(200, [](Gen& gen) {
    const Svi svi = any_smile(gen);
    const LeastButterfly least = least_butterfly(svi);
    if (std::isfinite(least.k)) {
      EXPECT_NEAR(butterfly(svi, least.k), least.value, 1e-12);
    }
    for (int i = 0; i < 300; ++i) {
      const double k = svi.m + svi.s * std::sinh(gen.real(-12, 12));
      ASSERT_GE(butterfly(svi, k), least.value - 1e-10) << "k = " << k;
    }
  });
}

TEST(SviLaw, AFitFindsTheSmileItWasMadeOf) {
  int exact = 0, free_ones = 0;
  test::for_cases(150, [&](Gen& gen) {
    const Svi svi = any_smile(gen);
    if (least_butterfly(svi).value < 1e-3) return;
    ++free_ones;
    const auto fit = fit_svi(points_of(svi, 21), Years{0.25});
    ASSERT_TRUE(fit);
    EXPECT_GE(fit->least_g, -1e-9);
    EXPECT_LT(fit->svi.b * (1 + std::abs(fit->svi.rho)), 2);
    EXPECT_GT(fit->svi.least_variance(), 0);
    exact += fit->error < 1e-5 ? 1 : 0;
  });
  EXPECT_GT(free_ones, 20);
  EXPECT_GE(exact, free_ones * 9 / 10);
}

}  // namespace levee::option
