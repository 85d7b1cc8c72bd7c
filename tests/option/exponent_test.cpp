// tests/option/exponent_test.cpp — jumps and stochastic variance against independent forms.
#include "levee/option/exponent.h"

#include "tests/support/cases.h"

#include <cmath>

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

SquareRoot any_variance(Gen& gen) {
  return {.variance = gen.scale(.01, 2),
          .average = gen.scale(.01, 2),
          .reversion = gen.real(.2, 15),
          .vol_of_vol = gen.scale(.05, 5),
          .correlation = gen.real(-.9, .9)};
}

// Heston's Riccati equations walked by Runge and Kutta: no root, no logarithm, no branch.
Complex walked(Complex s, Years expiry, const SquareRoot& model, int steps) {
  const double square = model.vol_of_vol * model.vol_of_vol;
  const auto slope = [&](Complex d) {
    return 0.5 * s * (s - 1.0) - (model.reversion - model.correlation * model.vol_of_vol * s) * d +
           0.5 * square * d * d;
  };
  const double h = expiry.value() / steps;
  Complex d = 0, integral = 0;
  for (int i = 0; i < steps; ++i) {
    const Complex k1 = slope(d), d2 = d + h / 2 * k1, k2 = slope(d2), d3 = d + h / 2 * k2;
    const Complex k3 = slope(d3), d4 = d + h * k3;
    integral += h / 6 * (d + 2.0 * d2 + 2.0 * d3 + d4);
    d += h / 6 * (k1 + 2.0 * k2 + 2.0 * k3 + slope(d4));
  }
  return model.variance * d + model.reversion * model.average * integral;
}

TEST(JumpExponent, IsThatOfThePoissonSum) {
  const NormalJumps jumps{Intensity{4}, LogReturn{-0.1}, 0.15};
  const Complex s{0.7, 3};
  const Complex once = std::exp(s * -0.1 + 0.5 * s * s * 0.15 * 0.15);
  const Complex want = 0.25 * 4 * (once - 1.0 - s * (std::exp(-0.1 + 0.01125) - 1));
  EXPECT_LT(std::abs(jump_exponent(s, Years{0.25}, jumps) - want), 1e-15);
}

TEST(HestonExponentLaw, SolvesItsEquations) {
  for_cases(300, [](Gen& gen) {
    const SquareRoot model = any_variance(gen);
    const Years expiry{gen.scale(1 / 365.0, 2)};
    const Complex s{gen.real(0, 1), gen.real(-20, 20)};
    const Complex want = walked(s, expiry, model, 20'000);
    EXPECT_LT(std::abs(heston_exponent(s, expiry, model) - want), 1e-9 * (1 + std::abs(want)));
  });
}

TEST(HestonExponentLaw, IsContinuousAlongAContour) {
  for_cases(300, [](Gen& gen) {
    const SquareRoot model = any_variance(gen);
    const Years expiry{gen.scale(1 / 365.0, 10)};
    const Moments moments = heston_moments(expiry, model);
    const double real =
        gen.real(0.9 * std::max(moments.lowest, -30.0), 0.9 * std::min(moments.highest, 30.0));
    Complex before = heston_exponent({real, 0}, expiry, model);
    EXPECT_NEAR(std::remainder(before.imag(), 6.283185307179586), 0, 1e-6);
    for (double u = 0.01; u < 1000; u *= 1.01) {
      const Complex now = heston_exponent({real, u}, expiry, model);
      EXPECT_LT(std::abs(now - before), 0.05 * (1 + std::abs(before)));
      before = now;
    }
  });
}

TEST(HestonExponentLaw, IsBlacksOfTheAverageVarianceWithoutVolOfVol) {
  for_cases(300, [](Gen& gen) {
    SquareRoot model = any_variance(gen);
    model.vol_of_vol = gen.pick({0.0, 1e-12});
    const double t = gen.scale(1 / 365.0, 2), k = model.reversion;
    const double variance =
        model.average * t + (model.variance - model.average) * -std::expm1(-k * t) / k;
    const Complex s{gen.real(-5, 5), gen.real(-20, 20)};
    const Complex want = diffusion_exponent(s, TotalVariance{variance});
    EXPECT_LT(std::abs(heston_exponent(s, Years{t}, model) - want), 1e-10 * (1 + std::abs(want)));
  });
}

TEST(HestonMoments, EndWhereTheEquationsExplode) {
  for_cases(100, [](Gen& gen) {
    const SquareRoot model = any_variance(gen);
    const Years expiry{gen.real(0.1, 2)};
    const Moments moments = heston_moments(expiry, model);
    EXPECT_LE(moments.lowest, 0);
    EXPECT_GE(moments.highest, 1);
    for (const double end : {moments.lowest, moments.highest}) {
      if (std::abs(end) > 100) continue;
      const double beyond = end + std::copysign(0.1 + 0.1 * std::abs(end), end - 0.5);
      EXPECT_TRUE(std::isfinite(walked(end - 0.02 * (end - 0.5), expiry, model, 20'000).real()));
      const double past = walked(beyond, expiry, model, 20'000).real();
      EXPECT_FALSE(std::isfinite(past) && std::abs(past) < 1e6) << past;
    }
  });
}

}  // namespace
}  // namespace levee::option
