// What each kind of scenario is beyond the laws of the shelf.
#include "levee/num/estimate.h"
#include "levee/option/model_price.h"
#include "levee/scenario/garch.h"
#include "levee/scenario/regimes.h"
#include "tests/scenario/world.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

const parallel::Team team(2);

std::vector<double> logs_at(const ScenarioSet& set, std::size_t date) {
  std::vector<double> logs;
  for (const double s : set.lead().spot.row(date)) logs.push_back(std::log(s / 2000));
  return logs;
}

double kurtosis_of(const std::vector<double>& values) {
  const double mean = num::mean_of(values).value;
  double second = 0, fourth = 0;
  for (const double x : values) {
    second += std::pow(x - mean, 2), fourth += std::pow(x - mean, 4);
  }
  return fourth / second / second * static_cast<double>(values.size());
}

std::vector<double> returns_of(const Calibration& from) {
  std::vector<double> returns;
  for (const HistoryStep& step : from.history.assets[0]) returns.push_back(step.price.value());
  return returns;
}

}  // namespace

// The strongest judge of a scheme: the model's own prices, worked out from its characteristic
// function.
TEST(Bates, PaysWhatItsModelIsWorth) {
  auto from = test::calibration();
  const Years month = years(days(30));
  // The variance of the fitted model itself, so that nothing is scaled.
  const double variance = option::cumulants_of(*from.lead().priced, month).variance;
  from.lead().forecast = Vol{std::sqrt(variance / month.value())};
  const auto set = generate("bates", test::recipe(from, 400'000), team);
  ASSERT_TRUE(set) << set.error().message;
  const std::vector<Price> strikes{Price{1500}, Price{1800}, Price{2000}, Price{2200}, Price{2600}};
  const auto worth = option::prices_of(*from.lead().priced, {Price{2000}, month}, strikes);
  ASSERT_TRUE(worth);
  for (std::size_t k = 0; k < strikes.size(); ++k) {
    std::vector<double> payoff;
    for (const double s : set->lead().spot.row(3)) {
      payoff.push_back(std::max(0.0, s - strikes[k].value()));
    }
    const auto mean = num::mean_of(payoff);
    EXPECT_NEAR(mean.value, (*worth)[k].call.value(), 4 * mean.standard_error) << k;
  }
}

// All that it scales to a measure is the variance: how far volatility moves stays.
TEST(Bates, MovesItsLevelAlikeWhateverItsVariance) {
  auto from = test::calibration();
  const auto narrow = generate("bates", test::recipe(from, 200), team);
  from.lead().forecast = Vol{1.2};
  const auto wide = generate("bates", test::recipe(from, 200), team);
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_NEAR(wide->lead().level[i], narrow->lead().level[i], 1e-6) << i;
  }
}

TEST(Bates, TellsTheVolatilityOfThirtyDaysFromItsHorizonOn) {
  auto from = test::calibration();
  from.lead().priced =
      *option::model_of("bates", std::vector{0.9, 0.3, 8.0, 1.2, -0.5, 4.0, -0.05, 0.08});
  const Years month = years(days(30));
  const double variance = option::cumulants_of(*from.lead().priced, month).variance;
  from.lead().forecast = Vol{std::sqrt(variance / month.value())};
  const auto set = generate("bates", test::recipe(from, 50'000), team);
  std::vector<double> ratio;
  for (const double level : set->lead().level) ratio.push_back(std::exp(2 * level));
  const auto mean = num::mean_of(ratio);
  // A variance of 0.9 falls towards 0.3 by the day; jumps bring 4 (0.05^2 + 0.08^2) a year.
  const double keeps = std::exp(-8 * month.value()), over = (1 - keeps) / (8 * month.value());
  const double jumps = 4 * (0.05 * 0.05 + 0.08 * 0.08);
  EXPECT_NEAR(mean.value, (0.3 + 0.6 * keeps * over + jumps) / (0.3 + 0.6 * over + jumps),
              4 * mean.standard_error);
}

TEST(Bates, StandsOnAFittedModel) {
  auto from = test::calibration();
  from.lead().priced.reset();
  const auto set = generate("bates", test::recipe(from, 10), team);
  EXPECT_EQ(set.error().reason, Reason::missing_data);
  EXPECT_THAT(set.error().message, testing::HasSubstr("ETH"));
}

TEST(Bates, IsNotDrawnFromAnotherModel) {
  auto from = test::calibration();
  from.lead().priced = *option::model_of("merton", std::vector{0.5, 4.0, -0.05, 0.08});
  const auto set = generate("bates", test::recipe(from, 10), team);
  EXPECT_EQ(set.error().reason, Reason::not_supported);
  EXPECT_THAT(set.error().message, testing::HasSubstr("merton"));
  from.lead().priced = *option::model_of("heston", std::vector{0.4, 0.45, 3.0, 1.2, -0.5});
  EXPECT_TRUE(generate("bates", test::recipe(from, 10), team));
}

TEST(Diffusion, HasNormalLogReturnsAndJumpsDoNot) {
  const auto from = test::calibration();
  const auto thin = generate("diffusion", test::recipe(from, 100'000), team);
  const auto fat = generate("jump", test::recipe(from, 100'000), team);
  EXPECT_NEAR(kurtosis_of(logs_at(*thin, 0)), 3, 0.1);
  // Excess of a compound Poisson: intensity * time * E[jump^4] over the variance squared.
  const double m = 0.03 * 0.03, v = 0.06 * 0.06, variance = 0.36 / 365;
  const double excess = 12.0 / 365 * (m * m + 6 * m * v + 3 * v * v) / (variance * variance);
  EXPECT_NEAR(kurtosis_of(logs_at(*fat, 0)), 3 + excess, 0.5);
}

// The first day's residuals are history's: as many different moves as days of history.
TEST(Filtered, DrawsHistorysResidualsAtTodaysVariance) {
  const auto from = test::calibration();
  const auto fit = fit_garch(returns_of(from), {.reaction = GarchChoice::Reaction::leveraged});
  ASSERT_TRUE(fit);
  const auto logs = logs_at(*generate("filtered", test::recipe(from, 20'000), team), 0);
  const std::set<double> distinct(logs.begin(), logs.end());
  EXPECT_LE(distinct.size(), 365u);
  EXPECT_GT(distinct.size(), 355u);
  std::vector<double> residuals = fit->residuals;
  std::sort(residuals.begin(), residuals.end());
  const double scale = (*distinct.rbegin() - *distinct.begin()) / (residuals.back() - residuals[0]);
  const double second = *std::next(distinct.begin()) - *distinct.begin();
  EXPECT_NEAR(second, scale * (residuals[1] - residuals[0]), 1e-9);
}

TEST(Filtered, FollowsAWildDayWithWilderOnes) {
  const auto from = test::calibration();
  auto asked = test::recipe(from, 200'000);
  asked.dates = {days(1), days(2), days(30)};
  const auto set = generate("filtered", asked, team);
  const auto fit = fit_garch(returns_of(from), {.reaction = GarchChoice::Reaction::leveraged});
  const auto one = logs_at(*set, 0), two = logs_at(*set, 1);
  double wild = 0, calm = 0, wilds = 0, calms = 0;
  std::vector<double> sizes;
  for (const double x : one) sizes.push_back(std::abs(x));
  std::nth_element(sizes.begin(), sizes.begin() + 190'000, sizes.end());
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double next = std::pow(two[i] - one[i], 2);
    (std::abs(one[i]) > sizes[190'000] ? wild : calm) += next;
    (std::abs(one[i]) > sizes[190'000] ? wilds : calms) += 1;
  }
  const bool reacts = fit->model.reaction + fit->model.leverage > 0.005;
  EXPECT_EQ(wild / wilds > 1.02 * calm / calms, reacts);
}

TEST(Regime, IsFatterTailedThanItsStates) {
  const auto from = test::calibration();
  const auto set = generate("regime", test::recipe(from, 100'000), team);
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_GT(kurtosis_of(logs_at(*set, 0)), 3.5);
  const auto fit = fit_regimes(returns_of(from));
  // The mix of two normals has this kurtosis, whatever its scale.
  const double p = storm_ahead(*fit, 1), a = std::pow(fit->model.deviation[0], 2),
               b = std::pow(fit->model.deviation[1], 2);
  const double mix = 3 * std::lerp(a * a, b * b, p) / std::pow(std::lerp(a, b, p), 2);
  EXPECT_NEAR(kurtosis_of(logs_at(*set, 0)), mix, 0.08 * mix);
}

TEST(Regime, StartsFromTheChanceThatTodayIsAStorm) {
  auto from = test::calibration();
  // Nine calm days in ten, in fortnights of storm now and then; the last one is not over.
  std::mt19937_64 source(4);
  std::normal_distribution<double> normal;
  auto& steps = from.history.assets[0];
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool storm = (steps.size() - i) % 140 < 14;
    steps[i].price = LogReturn{(storm ? 0.08 : 0.02) * normal(source)};
  }
  const auto fit = fit_regimes(returns_of(from));
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_GT(fit->storm_now, 0.8);
  const auto set = generate("regime", test::recipe(from, 200'000), team);
  const auto square = [&](std::size_t date) {
    double sum = 0;
    for (const double x : logs_at(*set, date)) sum += x * x / 2e5;
    return sum;
  };
  const auto expected = [&](int count) {
    double sum = 0;
    for (int day = 1; day <= count; ++day) {
      sum += std::lerp(std::pow(fit->model.deviation[0], 2), std::pow(fit->model.deviation[1], 2),
                       storm_ahead(*fit, day));
    }
    return sum;
  };
  EXPECT_NEAR(square(0) / square(3) * expected(30) / expected(1), 1, 0.02);
  EXPECT_NEAR(square(1) / square(3) * expected(30) / expected(7), 1, 0.02);
  EXPECT_NEAR(square(3) / (0.36 * 30 / 365), 1, 0.02);
}

TEST(Regime, HasTheVarianceOfPartOfADayToo) {
  const auto from = test::calibration(hours(36));
  auto asked = test::recipe(from, 200'000);
  asked.dates = {hours(36)};
  double square = 0;
  for (const double x : logs_at(*generate("regime", asked, team), 0)) square += x * x / 2e5;
  EXPECT_NEAR(square / (0.36 * 1.5 / 365), 1, 0.02);
}

TEST(Kinds, SayWhatHistoryTheyLack) {
  auto from = test::calibration();
  from.history = {};
  for (const char* kind : {"filtered", "regime", "bootstrap"}) {
    EXPECT_EQ(generate(kind, test::recipe(from, 10), team).error().reason, Reason::missing_data)
        << kind;
  }
  EXPECT_TRUE(generate("jump", test::recipe(from, 10), team));
  auto brief = test::calibration(hours(20));
  auto asked = test::recipe(brief, 10);
  asked.dates = {hours(20)};
  EXPECT_EQ(generate("filtered", asked, team).error().reason, Reason::out_of_range);
}

}  // namespace levee::scenario
