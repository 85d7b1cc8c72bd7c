#include "levee/num/estimate.h"
#include "tests/scenario/world.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

const parallel::Team team(2);

Result<ScenarioSet> drawn(const Recipe& recipe) { return generate("bootstrap", recipe, team); }

// History of 80 steps without a pattern that repeats, in two runs.
Calibration counted() {
  auto from = test::calibration(days(5));
  History& history = from.history;
  history.assets = {{}};
  for (int i = 0; i < 80; ++i) {
    history.assets[0].push_back({LogReturn{0.03 * std::sin(i * i)}, LogReturn{0}});
  }
  history.at.resize(80);
  history.run_starts = {0, 33};
  return from;
}

Recipe five_days(const Calibration& from, std::size_t paths) {
  auto asked = test::recipe(from, paths);
  asked.dates = {days(1), days(2), days(3), days(4), days(5)};
  return asked;
}

std::vector<double> log_steps(const ScenarioSet& set, std::size_t path) {
  std::vector<double> steps;
  double before = 2000;
  for (std::size_t date = 0; date < set.dates.size(); ++date) {
    steps.push_back(std::log(set.lead().spot.row(date)[path] / before));
    before = set.lead().spot.row(date)[path];
  }
  return steps;
}

}  // namespace

TEST(Bootstrap, DrawsWholeBlocksOfHistoryAndNeverAcrossAGap) {
  const auto from = counted();
  const auto set = drawn(five_days(from, 20'000));
  // Steps of paths are history's but for one scale and a shift that depends on the day: differences
  // between two paths on one day are scaled differences of history.
  const auto reference = log_steps(*set, 0);
  std::set<std::size_t> starts;
  double scale = 0;
  std::size_t first = 0;
  for (std::size_t s = 0; s + 5 <= 80 && scale == 0; ++s) {  // what the first two paths drew
    for (std::size_t t = 0; t + 5 <= 80 && scale == 0; ++t) {
      const auto other = log_steps(*set, 1);
      const auto history = [&](std::size_t i) {
        return from.history.assets[0][s + i].price.value() -
               from.history.assets[0][t + i].price.value();
      };
      if (std::abs(history(0)) < 1e-9) continue;
      const double ratio = (reference[0] - other[0]) / history(0);
      bool all = ratio > 0;
      for (std::size_t i = 0; i < 5; ++i) {
        all = all && std::abs(reference[i] - other[i] - ratio * history(i)) < 1e-12;
      }
      if (all) scale = ratio, first = s;
    }
  }
  ASSERT_GT(scale, 0);
  for (std::size_t path = 0; path < set->paths(); ++path) {
    const auto steps = log_steps(*set, path);
    std::size_t found = 80;
    for (std::size_t s = 0; s + 5 <= 80 && found == 80; ++s) {
      bool all = true;
      for (std::size_t i = 0; i < 5; ++i) {
        const double history = from.history.assets[0][s + i].price.value() -
                               from.history.assets[0][first + i].price.value();
        all = all && std::abs(steps[i] - reference[i] - scale * history) < 1e-12;
      }
      if (all) found = s;
    }
    ASSERT_LT(found, 80u) << "path " << path << " is no block of history";
    starts.insert(found);
  }
  EXPECT_EQ(starts.size(), 29u + 43u);  // every start that leaves room for five steps in its run
  for (const std::size_t s : {29, 30, 31, 32}) EXPECT_EQ(starts.count(s), 0u);
}

TEST(Bootstrap, KeepsMeanAndVarianceExactOverTheBlocksItDraws) {
  // With one block to the horizon the distribution is finite: draw often enough to meet every start
  // and its moments over the distinct outcomes are exact.
  const auto from = counted();
  const auto set = drawn(five_days(from, 20'000));
  for (std::size_t date = 0; date < 5; ++date) {
    std::vector<double> prices(set->lead().spot.row(date).begin(),
                               set->lead().spot.row(date).end());
    std::vector<double> outcomes;
    for (std::size_t i = 0; i < prices.size(); ++i) {  // one path of each start, by its last price
      const double last = set->lead().spot.row(4)[i];
      const auto same = [&](std::size_t j) { return set->lead().spot.row(4)[j] == last; };
      bool seen = false;
      for (std::size_t j = 0; j < i && !seen; ++j) seen = same(j);
      if (!seen) outcomes.push_back(prices[i]);
      if (outcomes.size() == 72) break;
    }
    ASSERT_EQ(outcomes.size(), 72u);
    const auto mean = num::mean_of(outcomes);
    EXPECT_NEAR(mean.value, 2000, 1e-9);
    if (date < 4) continue;
    for (double& x : outcomes) x = std::log(x);
    const auto logs = num::mean_of(outcomes);
    EXPECT_NEAR(logs.standard_error * logs.standard_error * 71, 0.36 * 5 / 365, 1e-12);
  }
}

TEST(Bootstrap, FollowsTheIndexWhereItIsKnown) {
  auto from = counted();
  for (auto& step : from.history.assets[0]) step.vol = LogReturn{-2 * step.price.value() + 0.01};
  const auto set = drawn(five_days(from, 5'000));
  double x_mean = 0, y_mean = 0, xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < 5'000; ++i) {
    x_mean += std::log(set->lead().spot.row(4)[i]) / 5'000;
    y_mean += set->lead().level[i] / 5'000;
  }
  for (std::size_t i = 0; i < 5'000; ++i) {
    const double x = std::log(set->lead().spot.row(4)[i]) - x_mean,
                 y = set->lead().level[i] - y_mean;
    xy += x * y, xx += x * x, yy += y * y;
  }
  EXPECT_NEAR(xy / std::sqrt(xx * yy), -1, 1e-9);     // the same blocks of both, and no other noise
  EXPECT_NEAR(y_mean, 0, 4 * std::sqrt(yy) / 5'000);  // the index's trend of 0.05 is not drawn
}

TEST(Bootstrap, TakesBackTheTrendOfAsMuchOfABlockAsItDraws) {
  auto from = counted();
  for (auto& step : from.history.assets[0]) step.vol = LogReturn{0.01};
  auto asked = five_days(from, 100);
  asked.block = days(3);  // the second block ends after two of its days
  const auto set = drawn(asked);
  for (const double level : set->lead().level) EXPECT_NEAR(level, 0, 1e-12);
}

TEST(Bootstrap, FollowsThePriceWhereNoIndexIsKnown) {
  auto from = counted();
  from.history.knows_vol[0] = false;
  from.lead().moves.daily_residual = 0;
  const auto set = drawn(five_days(from, 100));
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_NEAR(set->lead().level[i], -0.7 * std::log(set->lead().spot.row(4)[i] / 2000), 1e-14);
  }
}

TEST(Bootstrap, ReadsADateAtTheLastWholeStepBeforeIt) {
  const auto from = counted();
  auto asked = five_days(from, 100);
  asked.dates = {hours(8), days(2), days(2) + hours(8), days(5)};
  const auto set = drawn(asked);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_DOUBLE_EQ(set->lead().spot.row(0)[i], 2000);
    EXPECT_EQ(set->lead().spot.row(2)[i], set->lead().spot.row(1)[i]);
  }
}

TEST(Bootstrap, EndsWithinABlockWhereTheHorizonDoes) {
  const auto from = test::calibration(days(7));
  auto asked = test::recipe(from, 100'000);
  asked.dates = {days(4), days(6), days(7)};
  const auto set = drawn(asked);
  std::vector<double> logs;
  for (const double s : set->lead().spot.row(2)) logs.push_back(std::log(s));
  const auto mean = num::mean_of(set->lead().spot.row(2)), log_mean = num::mean_of(logs);
  EXPECT_NEAR(mean.value, 2000, 4 * mean.standard_error);
  EXPECT_NEAR(log_mean.standard_error * log_mean.standard_error * 1e5 / (0.36 * 7 / 365), 1, 0.03);
}

TEST(Bootstrap, SaysWhatItLacks) {
  auto from = counted();
  const auto reason = [](const Result<ScenarioSet>& set) { return set.error().reason; };
  from.history.at.resize(59);
  from.history.assets[0].resize(59);
  EXPECT_EQ(reason(drawn(five_days(from, 10))), Reason::missing_data);
  from.history = counted().history;
  from.history.at.resize(60);
  from.history.assets[0].resize(60);
  EXPECT_TRUE(drawn(five_days(from, 10)));

  auto asked = five_days(from, 10);
  asked.block = days(34);  // runs of 33 and 27 steps
  EXPECT_EQ(reason(drawn(asked)), Reason::missing_data);
  EXPECT_THAT(drawn(asked).error().message, testing::HasSubstr("34.0 days"));

  for (auto& step : from.history.assets[0]) step.price = LogReturn{0.01};
  EXPECT_EQ(reason(drawn(five_days(from, 10))), Reason::no_solution);

  auto brief = counted();
  brief.horizon = hours(23);
  auto soon = five_days(brief, 10);
  soon.dates = {hours(23)};
  EXPECT_EQ(reason(drawn(soon)), Reason::out_of_range);

  Calibration without = test::calibration();
  without.history = {};
  EXPECT_EQ(reason(drawn(test::recipe(without, 10))), Reason::missing_data);
}

}  // namespace levee::scenario
