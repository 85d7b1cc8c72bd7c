#include "levee/num/estimate.h"
#include "levee/scenario/jump_diffusion.h"
#include "tests/scenario/world.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace levee::scenario {
namespace {

ScenarioSet drawn(const Calibration& from, std::size_t paths) {
  return *generate("jump", test::recipe(from, paths), parallel::Team(2));
}

// Cumulants of ln(S_T / S_0): mean, variance, third, fourth.
std::array<double, 4> cumulants_of(const ScenarioSet& set, std::size_t date) {
  const auto spot = set.lead().spot.row(date);
  const auto count = static_cast<double>(spot.size());
  double mean = 0, second = 0, third = 0, fourth = 0;
  for (const double s : spot) mean += std::log(s / 2000) / count;
  for (const double s : spot) {
    const double x = std::log(s / 2000) - mean;
    second += x * x / count;
    third += x * x * x / count;
    fourth += x * x * x * x / count;
  }
  return {mean, second, third, fourth - 3 * second * second};
}

}  // namespace

// Of a compound Poisson: the n-th cumulant is intensity * time * E[jump^n].
TEST(Jump, HasTheCumulantsOfItsModelAtEveryDate) {
  auto from = test::calibration();
  from.lead().jumps = {Intensity{30}, LogReturn{-0.04}, 0.06};
  const auto set = drawn(from, 400'000);
  const auto model = split(from.lead().jumps, from.lead().forecast);
  const double m = -0.04, v = 0.06 * 0.06;
  for (std::size_t date = 0; date < set.dates.size(); ++date) {
    SCOPED_TRACE(in_days(set.dates[date]));
    const double time = years(set.dates[date]).value();
    const double jumps = model.jumps.intensity.value() * time;
    const auto found = cumulants_of(set, date);
    EXPECT_NEAR(found[1] / (0.36 * time), 1, 0.02);
    EXPECT_NEAR(found[2] / (jumps * m * (m * m + 3 * v)), 1, 0.1);
    EXPECT_NEAR(found[3] / (jumps * (m * m * m * m + 6 * m * m * v + 3 * v * v)), 1, 0.15);
    const double drift = -model.diffusive.value() * model.diffusive.value() / 2 -
                         model.jumps.intensity.value() * mean_relative_jump(model.jumps) +
                         model.jumps.intensity.value() * m;
    EXPECT_NEAR(found[0], drift * time, 5 * std::sqrt(found[1] / 400'000));
  }
}

TEST(Jump, WithoutJumpsIsLogNormal) {
  auto from = test::calibration();
  from.lead().jumps = {};
  const auto found = cumulants_of(drawn(from, 200'000), 3);
  const double variance = 0.36 * 30 / 365;
  EXPECT_NEAR(found[0], -variance / 2, 4 * std::sqrt(variance / 200'000));
  EXPECT_NEAR(found[1] / variance, 1, 4 * std::sqrt(2 / 200'000.0));
  EXPECT_NEAR(found[3] / (variance * variance), 0, 0.05);
}

TEST(Jump, MovesVolatilityByBetaAndRevertingNoise) {
  const auto from = test::calibration();
  const auto set = drawn(from, 200'000);
  double by_hand = 0;  // thirty daily shocks, each shrunk every day since
  for (int day = 0; day < 30; ++day) by_hand += std::pow(0.96, 2 * day) * 0.03 * 0.03;
  // Half the variance is taken back, so that the noise alone does not make volatility drift up.
  std::vector<double> noise, squares;
  for (std::size_t i = 0; i < set.paths(); ++i) {
    noise.push_back(set.lead().level[i] + 0.7 * std::log(set.lead().spot.row(3)[i] / 2000) +
                    by_hand / 2);
    squares.push_back(noise.back() * noise.back());
  }
  const auto mean = num::mean_of(noise), variance = num::mean_of(squares);
  EXPECT_NEAR(mean.value, 0, 4 * mean.standard_error);
  EXPECT_NEAR(variance.value, by_hand, 4 * variance.standard_error);
}

}  // namespace levee::scenario
