#include "levee/market/series.h"

#include "tests/support/cases.h"

#include <random>

namespace levee::market {
namespace {

constexpr UnixSeconds start{1'700'006'400};  // a UTC midnight

Series daily(std::vector<double> values) {
  Series series{.at = {}, .value = std::move(values), .step = days(1), .source = "by hand"};
  for (std::size_t i = 0; i < series.value.size(); ++i) {
    series.at.push_back(start + days(static_cast<std::int64_t>(i)));
  }
  return series;
}

Series walk(std::uint64_t seed, std::size_t count, double daily_move) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values{100};
  while (values.size() <= count) {
    values.push_back(values.back() * std::exp(daily_move * normal(source)));
  }
  return daily(values);
}

Series without(Series series, std::size_t i) {
  series.at.erase(series.at.begin() + static_cast<std::ptrdiff_t>(i));
  series.value.erase(series.value.begin() + static_cast<std::ptrdiff_t>(i));
  return series;
}

}  // namespace

TEST(Returns, AreLogsOfRatiosOfNeighbours) {
  const auto returns = returns_of(daily({100, 110, 99}), start, start + days(2));
  ASSERT_EQ(returns.size(), 2u);
  EXPECT_EQ(returns[0].at, start + days(1));
  EXPECT_DOUBLE_EQ(returns[0].value.value(), std::log(1.1));
  EXPECT_DOUBLE_EQ(returns[1].value.value(), std::log(0.9));
}

TEST(Returns, NeverBridgeAGap) {
  const auto returns = returns_of(without(daily({100, 110, 99, 98}), 1), start, start + days(9));
  ASSERT_EQ(returns.size(), 1u);
  EXPECT_EQ(returns[0].at, start + days(3));
  EXPECT_TRUE(returns_of(daily({100}), start, start + days(9)).empty());
}

TEST(Returns, AreOfWholeStepsOnly) {
  Series series = daily({100, 110, 99});
  series.at[1] = series.at[1] - hours(12);  // neither half a day nor a day and a half is a step
  EXPECT_TRUE(returns_of(series, start, start + days(9)).empty());
}

TEST(Returns, LieWhollyWithinTheSpanAskedFor) {
  const Series series = daily({100, 101, 102, 103, 104});
  EXPECT_EQ(returns_of(series, start + days(1), start + days(3)).size(), 2u);
  EXPECT_EQ(returns_of(series, start + days(1) + hours(1), start + days(3)).size(), 1u);
  EXPECT_EQ(returns_of(series, start + days(1), start + days(3) - hours(1)).size(), 1u);
}

TEST(Returns, OfPricesThatAreNotPositiveAreABug) {
  EXPECT_THROW((void)returns_of(daily({100, 0}), start, start + days(1)), ContractBroken);
}

TEST(Known, IsWhatHadBeenSeenByThen) {
  const Series series = daily({100, 101, 102});
  EXPECT_EQ(known_at(series, start + days(1)).value, (std::vector<double>{100, 101}));
  EXPECT_EQ(known_at(series, start + days(1) - Seconds{1}).value, std::vector<double>{100});
  EXPECT_TRUE(known_at(series, start - Seconds{1}).empty());
  EXPECT_EQ(known_at(series, start + days(9)).at, series.at);
}

TEST(RealisedVol, OfEvenMovesIsThatMoveAYear) {
  std::vector<double> values;
  for (int i = 0; i <= 30; ++i) values.push_back(i % 2 == 0 ? 100 : 100 * std::exp(0.02));
  const auto vol = realised_vol(daily(values), start + days(30), days(30), Stale::refuse);
  EXPECT_NEAR(vol->vol.value(), 0.02 * std::sqrt(365.0), 1e-15);
  EXPECT_NEAR(vol->standard_error.value(), 0, 1e-9);  // all squares alike: no spread to see
  EXPECT_EQ(vol->returns, 30);
  EXPECT_NEAR(vol->covered.value() * 365, 30, 1e-12);
}

TEST(RealisedVol, CountsTheTimeOfItsReturnsNotOfItsGaps) {
  std::vector<double> values;
  for (int i = 0; i <= 40; ++i) values.push_back(i % 2 == 0 ? 100 : 100 * std::exp(0.02));
  const auto vol =
      realised_vol(without(daily(values), 20), start + days(40), days(40), Stale::refuse);
  EXPECT_EQ(vol->returns, 38);
  EXPECT_NEAR(vol->vol.value(), 0.02 * std::sqrt(365.0), 1e-15);
  EXPECT_NEAR(vol->covered.value() * 365, 38, 1e-12);
}

TEST(RealisedVol, UsesNothingAfterItsMomentNorBeforeItsWindow) {
  Series series = walk(1, 60, 0.03);
  const auto vol = realised_vol(series, start + days(50), days(25), Stale::refuse);
  EXPECT_EQ(vol->returns, 25);
  for (std::size_t i = 51; i < series.value.size(); ++i) series.value[i] *= 7;
  for (std::size_t i = 0; i < 25; ++i) series.value[i] *= 7;
  EXPECT_EQ(realised_vol(series, start + days(50), days(25), Stale::refuse)->vol, vol->vol);
}

TEST(RealisedVol, CountsADailySeriesAlikeAtNoonAndAtMidnight) {
  const Series series = walk(2, 60, 0.03);
  EXPECT_EQ(realised_vol(series, start + days(50) + hours(12), days(30), Stale::refuse)->vol,
            realised_vol(series, start + days(50), days(30), Stale::refuse)->vol);
}

TEST(RealisedVol, SaysWhyThereIsNone) {
  const Series series = walk(3, 60, 0.03);
  const auto reason = [](const Result<Measured>& vol) { return vol.error().reason; };
  EXPECT_EQ(reason(realised_vol(series, start + days(19), days(60), Stale::refuse)),
            Reason::missing_data);
  EXPECT_TRUE(realised_vol(series, start + days(20), days(60), Stale::refuse));
  EXPECT_EQ(reason(realised_vol(series, start - days(1), days(60), Stale::refuse)),
            Reason::missing_data);
  EXPECT_EQ(reason(realised_vol({}, start, days(60), Stale::refuse)), Reason::missing_data);
  const UnixSeconds late = start + days(60) + hours(36);
  EXPECT_TRUE(realised_vol(series, late, days(30), Stale::refuse));
  EXPECT_EQ(reason(realised_vol(series, late + Seconds{1}, days(30), Stale::refuse)),
            Reason::stale_data);
  EXPECT_EQ(realised_vol(series, late + days(100), days(30), Stale::allow)->returns, 30);
}

TEST(RealisedVolLaw, ErrsAsMuchAsItSays) {
  double mean = 0, square = 0, told = 0;
  const int count = 500;
  for (int i = 0; i < count; ++i) {
    const auto vol = realised_vol(walk(100 + static_cast<std::uint64_t>(i), 200, 0.03),
                                  start + days(200), days(200), Stale::refuse);
    mean += vol->vol.value() / count;
    square += vol->vol.value() * vol->vol.value() / count;
    told += vol->standard_error.value() / count;
  }
  const double true_vol = 0.03 * std::sqrt(365.0);
  EXPECT_NEAR(mean, true_vol, 4 * told / std::sqrt(count) + 0.002 * true_vol);
  EXPECT_NEAR(told / std::sqrt(square - mean * mean), 1, 0.15);
  EXPECT_NEAR(told, true_vol / std::sqrt(2 * 200.0), 0.03 * told);  // of normal returns
}

}  // namespace levee::market
