#include "levee/risk/walk_forward.h"

#include "levee/num/philox.h"
#include "levee/scenario/kind.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>

namespace levee::risk {
namespace {

constexpr UnixSeconds start{1'500'076'800};  // midnight
const parallel::Team team(2);

// Daily prices of normal returns; `deviation` says how wild a day is.
template <class Deviation>
market::Series prices_of(std::size_t count, Deviation deviation, std::uint64_t seed = 5) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  market::Series series{{}, {}, days(1), "made.csv"};
  double log_price = 7;
  for (std::size_t i = 0; i < count; ++i) {
    series.at.push_back(start + days(static_cast<std::int64_t>(i)));
    series.value.push_back(std::exp(log_price));
    log_price += deviation(i) * normal(source);
  }
  return series;
}

market::Series calm(std::size_t count = 800) {
  return prices_of(count, [](std::size_t) { return 0.03; });
}

WalkAsk ask_of(const market::Series& prices, std::vector<std::string> kinds) {
  return {.asset = "ETH",
          .prices = prices,
          .from = start + days(366),
          .to = prices.at.back(),
          .horizon = days(1),
          .kinds = std::move(kinds),
          .paths = 2'000,
          .realised = days(300)};
}

Result<WalkReport> walked(const WalkAsk& ask, const parallel::Team& with = team) {
  Silence silence;
  return walk_forward(ask, with, silence);
}

}  // namespace

TEST(WalkForward, FindsThatARightForecastHolds) {
  const auto prices = calm();
  const auto report = walked(ask_of(prices, {"diffusion"}));
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->rows.size(), 2u);
  for (const WalkRow& row : report->rows) {
    EXPECT_EQ(row.days, 433u);
    EXPECT_TRUE(row.holds) << row.coverage.told << "; " << row.shortfall.told;
  }
  // A position of 20 % to either side, at a 1 % quantile of a 3 % day: by hand from the law.
  EXPECT_NEAR(report->rows[0].mean_var99, 0.0437, 0.003);
}

TEST(WalkForward, FailsAForecastThatIsTooMild) {
  // A year of calm, then days twice as wild: 300 days of realised volatility lag behind.
  const auto prices = prices_of(800, [](std::size_t day) { return day < 366 ? 0.03 : 0.08; });
  const auto report = walked(ask_of(prices, {"diffusion"}));
  ASSERT_TRUE(report);
  for (const WalkRow& row : report->rows) {
    EXPECT_FALSE(row.coverage.holds);
    EXPECT_FALSE(row.shortfall.holds);
    EXPECT_GT(row.beyond99, 15u);
  }
}

TEST(WalkForward, FailsAForecastThatIsTooWide) {
  const auto prices = prices_of(1000, [](std::size_t day) { return day < 366 ? 0.08 : 0.03; });
  auto ask = ask_of(prices, {"diffusion"});
  ask.to = start + days(366 + 250);
  const auto report = walked(ask);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->rows[0].coverage.holds);  // too few
  EXPECT_EQ(report->rows[0].beyond99, 0u);
  EXPECT_TRUE(report->rows[0].shortfall.holds);  // one-sided
}

TEST(WalkForward, SeesNothingOfTheFuture) {
  auto prices = calm(500);
  const auto ask = ask_of(prices, {"bootstrap", "filtered", "jump"});
  const auto before = walked(ask);
  prices.value.back() *= 3;  // what the last forecast is judged by, and none is made from
  const auto after = walked(ask);
  for (std::size_t i = 0; i < before->rows.size(); ++i) {
    EXPECT_EQ(after->rows[i].mean_var99, before->rows[i].mean_var99);
    EXPECT_GE(after->rows[i].beyond99, before->rows[i].beyond99);
  }
}

TEST(WalkForward, IsTheSameOnAnyTeam) {
  const auto prices = calm(420);
  const auto ask = ask_of(prices, {"jump", "regime"});
  const auto alone = walked(ask, parallel::Team(1)), shared = walked(ask, parallel::Team(3));
  ASSERT_EQ(alone->rows.size(), shared->rows.size());
  for (std::size_t i = 0; i < alone->rows.size(); ++i) {
    EXPECT_EQ(alone->rows[i].mean_var99, shared->rows[i].mean_var99);
    EXPECT_EQ(alone->rows[i].shortfall.p_value, shared->rows[i].shortfall.p_value);
  }
}

TEST(WalkForward, CountsGapsAndNamesWhatItCouldNotDraw) {
  auto prices = calm(500);
  prices.at.erase(prices.at.begin() + 400);
  prices.value.erase(prices.value.begin() + 400);
  const auto report = walked(ask_of(prices, {"bates", "diffusion"}));
  ASSERT_TRUE(report);
  EXPECT_EQ(report->gaps, 2u);  // it begins one forecast and ends another
  ASSERT_EQ(report->misses.size(), 1u);
  EXPECT_EQ(report->misses[0].kind, "bates");
  EXPECT_EQ(report->misses[0].moments, report->moments - report->gaps);
  EXPECT_THAT(report->misses[0].why.message, testing::HasSubstr("no model"));
  for (const WalkRow& row : report->rows) EXPECT_EQ(row.kind, "diffusion");
}

TEST(WalkForward, RefusesWhatItCannotJudge) {
  const auto prices = calm(390);
  auto ask = ask_of(prices, {"diffusion"});
  EXPECT_EQ(walked(ask).error().reason, Reason::missing_data);
  ask.horizon = hours(36);
  EXPECT_EQ(walked(ask).error().reason, Reason::out_of_range);
}

// Under forecasts that are right the p-value is uniform; where losses are half again as large it is
// small.
TEST(WalkForwardLaw, TheNullOfZ2IsTheForecastsOwn) {
  std::vector<double> p;
  int caught = 0;
  for (std::uint64_t sample = 0; sample < 100; ++sample) {
    num::Draws draws(77, 1, sample);
    std::vector<WalkDay> fair, mild;
    for (int i = 0; i < 400; ++i) {
      WalkDay day{.at = start, .loss = 0, .var99 = 0, .var975 = 1, .shortfall975 = 2, .beyond = {}};
      for (int k = 0; k < 100; ++k) {  // an exponential beyond VaR, by its quantiles
        day.beyond.push_back(static_cast<float>(1 - std::log((k + 0.5) / 100)));
      }
      const double u = draws.uniform();
      day.loss = u < 0.025 ? 1 - std::log(draws.uniform()) : 0;
      fair.push_back(day);
      day.loss *= 1.5;
      mild.push_back(day);
      if (u >= 0.025 && draws.uniform() < 0.02) mild.back().loss = 1.5;
    }
    p.push_back(shortfall_against(fair, {"fair"}, sample).p_value);
    caught += shortfall_against(mild, {"mild"}, sample).holds ? 0 : 1;
  }
  const auto below = [&](double level) {
    return static_cast<double>(
        std::count_if(p.begin(), p.end(), [&](double x) { return x < level; }));
  };
  for (const double level : {0.1, 0.3, 0.5, 0.7, 0.9}) {
    EXPECT_NEAR(below(level) / 100, level, 4 * std::sqrt(level * (1 - level) / 100)) << level;
  }
  EXPECT_GT(caught, 65);
}

}  // namespace levee::risk
