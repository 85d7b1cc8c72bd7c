// The laws that every kind of scenario keeps.
#include "levee/num/estimate.h"
#include "tests/scenario/world.h"

#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>

namespace levee::scenario {

void PrintTo(const Entry& kind, std::ostream* out) { *out << kind.name; }

namespace {

class ScenarioLaw : public testing::TestWithParam<Entry> {
 protected:
  ScenarioSet drawn(const Recipe& recipe, int threads = 2) const {
    auto set = generate(GetParam().name, recipe, parallel::Team(threads));
    EXPECT_TRUE(set) << set.error().message;
    return *std::move(set);
  }

  const Calibration from = test::calibration();
  const Calibration joint = test::joint_calibration();
};

std::vector<double> row_of(const num::Matrix<Price>& spot, std::size_t date) {
  return {spot.row(date).begin(), spot.row(date).end()};
}

double horizon_variance(const ScenarioSet& set) {
  std::vector<double> logs = row_of(set.lead().spot, set.dates.size() - 1);
  for (double& x : logs) x = std::log(x);
  const auto mean = num::mean_of(logs);
  return mean.standard_error * mean.standard_error * static_cast<double>(mean.paths);
}

TEST_P(ScenarioLaw, HasZeroDriftAtEveryDate) {
  // Over a year, where a wrong compensator shows: errors grow with the root of time, drift with
  // time.
  const auto year = test::calibration(days(365));
  const auto set = drawn(test::recipe(year, 200'000));
  for (std::size_t date = 0; date < set.dates.size(); ++date) {
    SCOPED_TRACE(in_days(set.dates[date]));
    const auto mean = num::mean_of(set.lead().spot.row(date));
    EXPECT_NEAR(mean.value, 2000, 4 * mean.standard_error);
    EXPECT_GT(mean.standard_error, 0);
  }
}

TEST_P(ScenarioLaw, HasTheVarianceOfItsMeasure) {
  auto asked = test::recipe(from, 200'000);
  EXPECT_NEAR(horizon_variance(drawn(asked)) / (0.6 * 0.6 * 30 / 365), 1, 0.03);
  asked.measure = Measure::market_implied;
  EXPECT_NEAR(horizon_variance(drawn(asked)) / (0.7 * 0.7 * 30 / 365), 1, 0.03);
}

TEST_P(ScenarioLaw, HasPositivePricesAtTheDatesAsked) {
  const auto asked = test::recipe(from, 10'000);
  const auto set = drawn(asked);
  EXPECT_EQ(set.kind, GetParam().name);
  EXPECT_EQ(set.measure, Measure::real_world);
  EXPECT_EQ(set.seed, 1u);
  EXPECT_EQ(set.dates, asked.dates);
  EXPECT_EQ(set.lead().tenor_power, 0.4);
  EXPECT_EQ(set.paths(), 10'000u);
  ASSERT_EQ(set.lead().spot.rows(), asked.dates.size());
  for (std::size_t date = 0; date < set.dates.size(); ++date) {
    EXPECT_GT(*std::min_element(set.lead().spot.row(date).begin(), set.lead().spot.row(date).end()),
              0);
  }
}

TEST_P(ScenarioLaw, IsTheSameBitsOnAnyTeam) {
  const auto asked = test::recipe(from, 10'000);
  const auto alone = drawn(asked, 1);
  for (const int threads : {2, 3}) {
    const auto shared = drawn(asked, threads);
    for (std::size_t date = 0; date < alone.dates.size(); ++date) {
      EXPECT_EQ(row_of(shared.lead().spot, date), row_of(alone.lead().spot, date));
    }
    EXPECT_EQ(shared.lead().level, alone.lead().level);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_TRUE(std::ranges::equal(shared.protocol_loss.row(i), alone.protocol_loss.row(i)));
    }
  }
}

TEST_P(ScenarioLaw, GivesAPathWhateverTheNumberOfPaths) {
  const auto few = drawn(test::recipe(from, 1'000)), many = drawn(test::recipe(from, 10'000));
  for (std::size_t date = 0; date < few.dates.size(); ++date) {
    EXPECT_TRUE(
        std::ranges::equal(few.lead().spot.row(date), many.lead().spot.row(date).first(1'000)));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(
        std::ranges::equal(few.protocol_loss.row(i), many.protocol_loss.row(i).first(1'000)));
  }
  EXPECT_TRUE(
      std::equal(few.lead().level.begin(), few.lead().level.end(), many.lead().level.begin()));
}

TEST_P(ScenarioLaw, ChangesWithTheSeed) {
  const auto one = drawn(test::recipe(from, 1'000, 1)), two = drawn(test::recipe(from, 1'000, 2));
  EXPECT_FALSE(std::ranges::equal(one.lead().spot.row(0), two.lead().spot.row(0)));
  EXPECT_NE(one.lead().level, two.lead().level);
  EXPECT_FALSE(std::ranges::equal(one.protocol_loss.row(0), two.protocol_loss.row(0)));
}

TEST_P(ScenarioLaw, MovesVolatilityAgainstThePrice) {
  const auto set = drawn(test::recipe(from, 20'000));
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < set.paths(); ++i) {
    const double x = std::log(set.lead().spot.row(3)[i] / 2000);
    xy += x * set.lead().level[i];
    xx += x * x;
  }
  // A bootstrap's prices are rescaled to the forecast, history's vol moves are not; a stochastic
  // variance leans on the price as it was fitted.
  EXPECT_NEAR(xy / xx, -0.7, 0.35);
}

TEST_P(ScenarioLaw, DrawsSeveralAssetsEachWithItsDriftAndVariance) {
  const auto set = drawn(test::recipe(joint, 100'000));
  ASSERT_EQ(set.assets.size(), 2u);
  EXPECT_EQ(set.find("BTC"), 1u);
  EXPECT_EQ(set.find("DOGE"), std::nullopt);
  const auto mean = num::mean_of(set.assets[1].spot.row(3));
  EXPECT_NEAR(mean.value, 60'000, 4 * mean.standard_error);
  double squares = 0, sum = 0;
  for (const double s : set.assets[1].spot.row(3)) {
    const double x = std::log(s / 60'000);
    sum += x / 1e5, squares += x * x / 1e5;
  }
  EXPECT_NEAR((squares - sum * sum) / (0.45 * 0.45 * 30 / 365), 1, 0.04);
}

TEST_P(ScenarioLaw, LetsTheLeadBeWhatItIsWhateverStandsBesideIt) {
  auto alone = joint;
  alone.assets.pop_back();
  alone.history.assets.pop_back();
  alone.history.knows_vol.pop_back();
  alone.dependence = *dependence_of(alone.history);
  const auto one = drawn(test::recipe(alone, 500)), two = drawn(test::recipe(joint, 500));
  for (std::size_t date = 0; date < one.dates.size(); ++date) {
    EXPECT_EQ(row_of(one.lead().spot, date), row_of(two.lead().spot, date));
  }
  EXPECT_EQ(one.lead().level, two.lead().level);
  EXPECT_EQ(one.lead().slope, two.lead().slope);
  EXPECT_EQ(one.lead().skew, two.lead().skew);
  // The other's surface has noise of its own.
  EXPECT_NE(two.assets[1].skew, two.lead().skew);
}

TEST_P(ScenarioLaw, MovesAssetsTogether) {
  const auto set = drawn(test::recipe(joint, 50'000));
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < set.paths(); ++i) {
    const double x = std::log(set.assets[0].spot.row(3)[i] / 2000);
    const double y = std::log(set.assets[1].spot.row(3)[i] / 60'000);
    xy += x * y, xx += x * x, yy += y * y;
  }
  // By ranks about 0.85, with jumps on top that come together or alone.
  EXPECT_NEAR(xy / std::sqrt(xx * yy), 0.8, 0.13);
}

TEST_P(ScenarioLaw, SaysWhatItIs) {
  EXPECT_FALSE(GetParam().name.empty());
  EXPECT_FALSE(GetParam().about.empty());
}

INSTANTIATE_TEST_SUITE_P(Kinds, ScenarioLaw, testing::ValuesIn(shelf().begin(), shelf().end()),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace levee::scenario
