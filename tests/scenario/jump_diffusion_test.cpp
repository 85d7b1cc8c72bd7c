#include "levee/scenario/jump_diffusion.h"

#include "levee/option/black.h"
#include "levee/option/implied_vol.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <random>

namespace levee::scenario {
namespace {

constexpr UnixSeconds start{1'700'006'400};

JumpDiffusion model(double vol, double intensity, double mean, double deviation) {
  return {Vol{vol}, {Intensity{intensity}, LogReturn{mean}, deviation}};
}

double price(option::Type type, double strike, double forward, double tenor,
             const JumpDiffusion& under) {
  return merton_price({type, Price{strike}, {}}, Price{forward}, Years{tenor}, under).value();
}

std::vector<market::Return> drawn(const JumpDiffusion& from, int days_drawn, std::uint64_t seed,
                                  double drift = 0) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  std::poisson_distribution<int> jumps(std::max(1e-12, from.jumps.intensity.value() / 365));
  std::vector<market::Return> daily;
  for (int i = 1; i <= days_drawn; ++i) {
    double move = drift + from.diffusive.value() / std::sqrt(365.0) * normal(source);
    for (int n = jumps(source); n > 0; --n) {
      move += from.jumps.mean.value() + from.jumps.deviation * normal(source);
    }
    daily.push_back({start + days(i), LogReturn{move}});
  }
  return daily;
}

// A smile that the model itself prices, at strikes within `reach` deviations.
option::Smile smile_of(const JumpDiffusion& from, Years tenor, double reach, int marks) {
  option::Smile smile{.expiry = tenor, .forward = Price{2000}, .x = {}, .vol = {}};
  for (int i = 0; i < marks; ++i) {
    const double x = reach * (2.0 * i / (marks - 1) - 1);
    const Price strike{2000 * std::exp(x * std::sqrt(tenor.value()))};
    const auto type = x < 0 ? option::Type::put : option::Type::call;
    const Usd worth = merton_price({type, strike, {}}, smile.forward, tenor, from);
    smile.x.push_back(x);
    smile.vol.push_back(option::implied_vol(type, strike, smile.forward, tenor, worth)->value());
  }
  return smile;
}

}  // namespace

// Reference: mathematics 3.4, the Poisson series and a Fourier integral agree on these digits.
TEST(MertonPrice, AgreesWithTwoOtherMethods) {
  const auto calls = model(0.2, 0.5, -0.1, 0.15);
  const double discount = std::exp(-0.05), forward = 100 / discount;
  const std::vector<std::pair<double, double>> rows{{80, 25.29939336795346},
                                                    {90, 17.75481188509789},
                                                    {100, 11.66167478750372},
                                                    {110, 7.179204275916025},
                                                    {120, 4.16731391153664}};
  for (const auto& [strike, value] : rows) {
    EXPECT_CLOSE(discount * price(option::Type::call, strike, forward, 1, calls), value, 1e-13);
  }
  EXPECT_CLOSE(price(option::Type::put, 1500, 2000, 30.0 / 365, model(0.55, 6, -0.08, 0.12)),
               11.31457489374316, 1e-12);
}

TEST(MertonPrice, WithoutJumpsIsBlacks) {
  for (const double strike : {1200.0, 2000.0, 3000.0}) {
    const double black =
        option::black_price(option::Type::put, Price{strike}, {Price{2000}, Years{0.1}, Vol{0.6}})
            .value();
    EXPECT_EQ(price(option::Type::put, strike, 2000, 0.1, model(0.6, 0, -0.1, 0.2)), black);
  }
}

TEST(MertonPriceLaw, KeepsPutCallParity) {
  test::for_cases(500, [](test::Gen& gen) {
    const auto any =
        model(gen.real(0.1, 1.5), gen.scale(0.5, 60), gen.real(-0.3, 0.3), gen.real(0.01, 0.4));
    const double strike = gen.scale(500, 8000), tenor = gen.scale(0.003, 1);
    const double call = price(option::Type::call, strike, 2000, tenor, any);
    const double put = price(option::Type::put, strike, 2000, tenor, any);
    EXPECT_NEAR(call - put, 2000 - strike, 1e-9);
  });
}

TEST(Split, AddsUpToTheWholeVariance) {
  const auto part = split({Intensity{10}, LogReturn{-0.03}, 0.08}, Vol{0.8});
  EXPECT_EQ(part.jumps.intensity, Intensity{10});
  EXPECT_DOUBLE_EQ(variance_per_year(part.jumps), 10 * (0.03 * 0.03 + 0.08 * 0.08));
  EXPECT_DOUBLE_EQ(part.diffusive.value() * part.diffusive.value() + variance_per_year(part.jumps),
                   0.64);
}

TEST(Split, LetsJumpsBringSeventyPercentAtMost) {
  const auto part = split({Intensity{60}, LogReturn{-0.1}, 0.2}, Vol{0.5});
  EXPECT_DOUBLE_EQ(variance_per_year(part.jumps), 0.7 * 0.25);
  EXPECT_DOUBLE_EQ(part.diffusive.value(), std::sqrt(0.3 * 0.25));
  EXPECT_EQ(part.jumps.mean, LogReturn{-0.1});
  EXPECT_EQ(part.jumps.deviation, 0.2);
  EXPECT_EQ(split({Intensity{60}, LogReturn{-0.1}, 0.2}, Vol{0}).jumps.intensity, Intensity{0});
}

TEST(FitToReturns, FindsWhatTheReturnsWereDrawnFrom) {
  const auto truth = model(0.5, 8, -0.06, 0.10);
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    const auto fit = fit_to_returns(drawn(truth, 6000, seed, 0.001));
    ASSERT_TRUE(fit);
    ASSERT_TRUE(fit->errors);
    const auto &found = fit->model.jumps, &error = *fit->errors;
    EXPECT_NEAR(fit->model.diffusive.value(), 0.5, 0.02);
    EXPECT_NEAR(found.intensity.value(), 8, 3.5 * error.intensity.value());
    EXPECT_NEAR(found.mean.value(), -0.06, 3.5 * error.mean.value());
    EXPECT_NEAR(found.deviation, 0.10, 3.5 * error.deviation);
    EXPECT_LT(error.intensity.value(), 3);  // errors that say nothing would pass the lines above
    EXPECT_LT(error.mean.value(), 0.02);
    EXPECT_LT(error.deviation, 0.02);
  }
}

TEST(FitToReturns, TellsWhenItsIntensityIsAtTheEdge) {
  EXPECT_FALSE(fit_to_returns(drawn(model(0.5, 10, -0.06, 0.08), 6000, 1))->at_edge);
  EXPECT_TRUE(fit_to_returns(drawn(model(0.3, 300, 0, 0.03), 3000, 1))->at_edge);
}

TEST(FitToReturns, KeepsTheVarianceOfTheReturns) {
  const auto daily = drawn(model(0.6, 10, -0.05, 0.08), 365, 9);
  double mean = 0, square = 0;
  for (const auto& r : daily) mean += r.value.value() / 365;
  for (const auto& r : daily) square += std::pow(r.value.value() - mean, 2);  // 365 days: a year
  const auto fit = fit_to_returns(daily);
  const double vol = fit->model.diffusive.value();
  EXPECT_NEAR(vol * vol + variance_per_year(fit->model.jumps), square, 0.1 * square);
}

TEST(FitToReturns, IgnoresATrend) {
  auto daily = drawn(model(0.6, 10, -0.05, 0.08), 400, 4);
  const auto level = fit_to_returns(daily);
  for (auto& r : daily) r.value = r.value + LogReturn{0.01};
  const auto rising = fit_to_returns(daily);
  EXPECT_NEAR(rising->model.jumps.mean.value(), level->model.jumps.mean.value(), 1e-5);
  EXPECT_NEAR(rising->model.diffusive.value(), level->model.diffusive.value(), 1e-5);
}

TEST(FitToReturns, SaysWhyThereIsNone) {
  EXPECT_EQ(fit_to_returns(drawn(model(0.6, 10, 0, 0.1), 199, 1)).error().reason,
            Reason::missing_data);
  EXPECT_TRUE(fit_to_returns(drawn(model(0.6, 10, 0, 0.1), 200, 1)));
  EXPECT_EQ(fit_to_returns(drawn(model(0, 0, 0, 0), 300, 1)).error().reason, Reason::no_solution);
}

TEST(FitToSmile, ReadsASmileBackFromItsOwnPrices) {
  const auto truth = model(0.45, 8, -0.06, 0.1);
  const Years tenor{30.0 / 365};
  const auto fit = fit_to_smile(smile_of(truth, tenor, 1.2, 25));
  ASSERT_TRUE(fit);
  EXPECT_LT(fit->misfit, 1e-4);  // a hundredth of a vol point
  EXPECT_NEAR(fit->model.diffusive.value(), 0.45, 0.02);
  EXPECT_NEAR(fit->model.jumps.mean.value(), -0.06, 0.01);
  EXPECT_NEAR(fit->model.jumps.deviation, 0.1, 0.01);
  EXPECT_NEAR(fit->model.jumps.intensity.value(), 8, 2);
}

TEST(FitToSmile, ReadsOnlyWhatIsNearTheMoney) {
  const auto truth = model(0.45, 8, -0.06, 0.1);
  const auto near = smile_of(truth, Years{0.1}, 1, 15);
  auto wide = near;
  wide.x.push_back(40);  // a mark that no model could meet
  wide.vol.push_back(9);
  EXPECT_EQ(fit_to_smile(wide)->misfit, fit_to_smile(near)->misfit);
  EXPECT_EQ(fit_to_smile(wide)->points, 15u);
}

TEST(FitToSmile, NeedsFiveMarks) {
  const auto truth = model(0.45, 8, -0.06, 0.1);
  EXPECT_EQ(fit_to_smile(smile_of(truth, Years{0.1}, 1, 4)).error().reason, Reason::missing_data);
  EXPECT_TRUE(fit_to_smile(smile_of(truth, Years{0.1}, 1, 5)));
}

}  // namespace levee::scenario
