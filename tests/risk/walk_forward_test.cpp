#include "levee/risk/walk_forward.h"

#include "levee/amm/exposure.h"
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

// Once more by hand, from what was known on each day: a forecast is the scenarios' own order
// statistic, and is judged by the price that came.
TEST(WalkForward, ForecastsAndJudgesAsByHand) {
  auto prices = calm(400);
  for (std::size_t i = 380; i < 400; ++i) prices.value[i] *= i < 390 ? 0.85 : 0.7;  // two falls
  market::Series index{prices.at, {}, days(1), "index.csv"};
  for (std::size_t i = 0; i < prices.at.size(); ++i) {
    index.value.push_back(0.5 + 0.2 * std::sin(0.1 * static_cast<double>(i)));
  }
  auto ask = ask_of(prices, {"diffusion"});
  ask.iv_index = &index;
  ask.variance_weight_implied = 0.8;
  const auto report = walked(ask);
  ASSERT_TRUE(report) << report.error().message;
  const amm::Bounds bounds{Price{1 / 1.2}, Price{1.2}};
  const amm::Range range{bounds, *amm::liquidity_of(Usd{1}, Price{1}, bounds)};
  for (const LossOf of : {LossOf::position, LossOf::hold}) {
    const auto loss_at = [&](double ratio) {
      const auto loss = amm::impermanent_loss(range, Price{1}, Price{ratio});
      return -(of == LossOf::position ? loss.funded : loss.borrowed).value();
    };
    double var99 = 0, total = 0;
    std::size_t beyond99 = 0, beyond975 = 0;
    constexpr std::size_t first = 366, last = 399;
    for (std::size_t i = first; i < last; ++i) {
      market::Snapshot snapshot;
      snapshot.at = prices.at[i];
      snapshot.base = "ETH";
      snapshot.spot = Price{prices.value[i]};
      snapshot.history = prices, snapshot.iv_index = index;
      const scenario::View view{snapshot};
      const auto calibration = scenario::calibrate({&view, 1}, {.horizon = days(1),
                                                                .variance_weight_implied = 0.8,
                                                                .history = days(365),
                                                                .realised = days(300)});
      const scenario::Recipe recipe{
          .calibration = *calibration,
          .measure = scenario::Measure::real_world,
          .dates = {days(1)},
          .protocols = {},
          .paths = 2'000,
          .seed = 1 + static_cast<std::uint64_t>(prices.at[i].value() / 86400)};
      std::vector<double> losses;
      const auto set = scenario::generate("diffusion", recipe, team);
      for (const double spot : set->lead().spot.row(0)) {
        losses.push_back(loss_at(spot / prices.value[i]));
      }
      std::sort(losses.begin(), losses.end(), std::greater<>());
      double shortfall = 0;
      for (std::size_t k = 0; k < 50; ++k) shortfall += losses[k] / 50;
      const double came = loss_at(prices.value[i + 1] / prices.value[i]);
      var99 += losses[20] / (last - first);
      beyond99 += came > losses[20] ? 1 : 0, beyond975 += came > losses[50] ? 1 : 0;
      total += came > losses[50] ? came / shortfall : 0;
    }
    const WalkRow& row = report->rows[of == LossOf::position ? 0 : 1];
    EXPECT_EQ(row.of, of);
    EXPECT_EQ(row.days, last - first);
    EXPECT_NEAR(row.mean_var99, var99, 1e-12);
    EXPECT_EQ(row.beyond99, beyond99);
    EXPECT_EQ(row.beyond975, beyond975);
    EXPECT_GE(beyond975, 2u);
    EXPECT_NEAR(row.shortfall.statistic, 1 - total / (0.025 * (last - first)), 1e-9);
  }
}

TEST(WalkForward, FailsForecastsWhoseMissesComeTogether) {
  auto prices = prices_of(800, [](std::size_t) { return 0.03; }, 8);
  std::vector<double> moves;
  for (std::size_t i = 1; i < prices.value.size(); ++i) {
    moves.push_back(std::clamp(std::log(prices.value[i] / prices.value[i - 1]), -0.055, 0.055));
  }
  for (const std::size_t day : {450U, 451U, 650U, 651U}) moves[day] = -0.09;
  for (std::size_t i = 1; i < prices.value.size(); ++i) {
    prices.value[i] = prices.value[i - 1] * std::exp(moves[i - 1]);
  }
  auto ask = ask_of(prices, {"diffusion"});
  ask.from = start + days(400), ask.to = start + days(700), ask.paths = 1'000;
  const auto report = walked(ask);
  ASSERT_TRUE(report);
  const WalkRow& row = report->rows[0];
  EXPECT_EQ(row.beyond99, 4u);
  EXPECT_TRUE(row.coverage.holds);
  EXPECT_TRUE(row.shortfall.holds);
  EXPECT_FALSE(row.alone.holds);
  EXPECT_FALSE(row.holds);
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
  ask.horizon = days(1);
  ask.paths = 99;
  EXPECT_THROW((void)walked(ask), ContractBroken);
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
