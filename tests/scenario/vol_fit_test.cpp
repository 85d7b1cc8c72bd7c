#include "levee/scenario/vol_fit.h"

#include "levee/base/check.h"
#include "tests/support/cases.h"

#include <random>

namespace levee::scenario {
namespace {

constexpr UnixSeconds start{1'700'006'400};  // a UTC midnight

// A series whose logs are given, one every `step` from the start.
market::Series series_of(const std::vector<double>& logs, Seconds step) {
  market::Series series{.at = {}, .value = {}, .step = step, .source = "by hand"};
  for (const double log : logs) {
    series.at.push_back(start +
                        Seconds{static_cast<std::int64_t>(series.at.size()) * step.value()});
    series.value.push_back(std::exp(log));
  }
  return series;
}

// Logs of a price and of a volatility that answers to it, reverting with `persistence`.
struct Pair {
  std::vector<double> price{0}, vol{0};
};
Pair drawn(std::uint64_t seed, int count, double beta, double noise, double persistence = 1) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  Pair pair;
  for (int i = 0; i < count; ++i) {
    const double move = 0.03 * normal(source);
    pair.price.push_back(pair.price.back() + move);
    pair.vol.push_back(persistence * pair.vol.back() + beta * move + noise * normal(source));
  }
  return pair;
}

Result<VolFit> fit(const Pair& pair) {
  return vol_moves_from_index(series_of(pair.price, days(1)), series_of(pair.vol, days(1)), start,
                              start + days(10'000));
}

std::vector<market::Glimpse> glimpses_of(const Pair& pair, Seconds apart) {
  std::vector<market::Glimpse> glimpses;
  for (std::size_t i = 0; i < pair.price.size(); ++i) {
    glimpses.push_back({start + Seconds{static_cast<std::int64_t>(i) * apart.value()},
                        Price{2000 * std::exp(pair.price[i])}, Vol{0.6 * std::exp(pair.vol[i])}});
  }
  return glimpses;
}

}  // namespace

TEST(DailyReturns, OfADailySeriesAreItsOwn) {
  const auto daily = daily_returns(series_of({0, 0.1, 0.3}, days(1)), start, start + days(9));
  ASSERT_EQ(daily.size(), 2u);
  EXPECT_NEAR(daily[1].value.value(), 0.2, 1e-15);
}

TEST(DailyReturns, OfAFinerSeriesAreSumsOfWholeDays) {
  std::vector<double> logs;
  for (int i = 0; i <= 24 * 3; ++i) logs.push_back(0.001 * i * i);
  market::Series hourly = series_of(logs, hours(1));
  const auto daily = daily_returns(hourly, start, start + days(9));
  ASSERT_EQ(daily.size(), 3u);
  EXPECT_EQ(daily[1].at, start + days(2));
  EXPECT_NEAR(daily[1].value.value(), 0.001 * (48 * 48 - 24 * 24), 1e-12);

  hourly.at.erase(hourly.at.begin() + 30);  // an hour of the second day is missing
  hourly.value.erase(hourly.value.begin() + 30);
  const auto kept = daily_returns(hourly, start, start + days(9));
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].at, start + days(1));
  EXPECT_EQ(kept[1].at, start + days(3));
  EXPECT_EQ(daily_returns(hourly, start + hours(1), start + days(3)).size(), 1u);

  hourly = series_of(logs, hours(1));
  hourly.at.erase(hourly.at.begin() + 23);  // the last but one of the first day
  hourly.value.erase(hourly.value.begin() + 23);
  const auto later = daily_returns(hourly, start, start + days(9));
  ASSERT_EQ(later.size(), 2u);
  EXPECT_EQ(later[0].at, start + days(2));
}

TEST(DailyReturns, OfACoarserSeriesAreNone) {
  EXPECT_TRUE(daily_returns(series_of({0, 0.1}, days(7)), start, start + days(99)).empty());
  EXPECT_TRUE(daily_returns(series_of({0, 0.1}, hours(7)), start, start + days(99)).empty());
}

TEST(VolMovesFromIndex, FindsAnExactAnswer) {
  const auto exact = fit(drawn(1, 50, -0.8, 0));
  ASSERT_TRUE(exact);
  EXPECT_NEAR(exact->moves.beta, -0.8, 1e-12);
  EXPECT_NEAR(exact->moves.beta_error, 0, 1e-8);
  EXPECT_NEAR(exact->moves.daily_residual, 0, 1e-9);
  EXPECT_EQ(exact->pairs, 50u);
  EXPECT_EQ(exact->first, start + days(1));
  EXPECT_EQ(exact->last, start + days(50));
  EXPECT_FALSE(exact->moves.assumed);

  auto rising = drawn(1, 50, -0.8, 0);
  for (std::size_t i = 0; i < rising.vol.size(); ++i) {
    rising.price[i] += 0.02 * static_cast<double>(i),
        rising.vol[i] += 0.05 * static_cast<double>(i);
  }
  EXPECT_NEAR(fit(rising)->moves.beta, -0.8, 1e-12);  // trends are no answer
  EXPECT_NEAR(fit(rising)->moves.daily_residual, 0, 1e-9);
}

TEST(VolMovesFromIndex, TakesTwoDegreesOfFreedom) {
  double squares = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    squares += std::pow(fit(drawn(seed, 10, -0.8, 0.05))->moves.daily_residual, 2) / 2000;
  }
  EXPECT_NEAR(squares, 0.05 * 0.05, 0.03 * 0.05 * 0.05);
}

TEST(VolMovesFromIndex, UsesCommonDaysOnly) {
  const auto pair = drawn(2, 40, -0.8, 0);
  auto index = series_of(pair.vol, days(1));
  index.value[20] = 50;  // a wild day that is then missing: both returns about it are left out
  index.at.erase(index.at.begin() + 20);
  index.value.erase(index.value.begin() + 20);
  const auto found =
      vol_moves_from_index(series_of(pair.price, days(1)), index, start, start + days(99));
  EXPECT_EQ(found->pairs, 38u);
  EXPECT_NEAR(found->moves.beta, -0.8, 1e-12);
}

TEST(VolMovesFromIndexLaw, ErrsAsMuchAsItSays) {
  double mean = 0, square = 0, told = 0, residual = 0, persistence = 0;
  const int count = 400;
  for (int i = 0; i < count; ++i) {
    const auto found = fit(drawn(static_cast<std::uint64_t>(i), 365, -0.6, 0.04, 0.95));
    mean += found->moves.beta / count;
    square += found->moves.beta * found->moves.beta / count;
    told += found->moves.beta_error / count;
    residual += found->moves.daily_residual / count;
    persistence += found->moves.daily_persistence / count;
  }
  const double spread = std::sqrt(square - mean * mean);
  EXPECT_NEAR(mean, -0.6, 4 * spread / std::sqrt(count));
  EXPECT_NEAR(told / spread, 1, 0.15);
  EXPECT_NEAR(residual, 0.04, 0.001);
  EXPECT_NEAR(persistence, 0.95, 0.003);  // without Kendall's correction 0.94
}

TEST(VolMovesFromGlimpses, FindsAnExactAnswer) {
  const auto found = vol_moves_from_glimpses(glimpses_of(drawn(3, 20, -0.7, 0), days(1)));
  EXPECT_NEAR(found->moves.beta, -0.7, 1e-12);
  EXPECT_EQ(found->moves.daily_persistence, 1);
  EXPECT_EQ(found->pairs, 20u);
}

TEST(VolMovesFromGlimpsesLaw, NoiseIsDailyWhateverTheSpacing) {
  for (const Seconds apart : {hours(6), hours(24)}) {
    double residual = 0, beta = 0;
    for (int i = 0; i < 200; ++i) {
      const auto pair = drawn(static_cast<std::uint64_t>(i), 100, -0.6, 0.02);
      const auto found = vol_moves_from_glimpses(glimpses_of(pair, apart));
      residual += found->moves.daily_residual / 200;
      beta += found->moves.beta / 200;
    }
    EXPECT_NEAR(beta, -0.6, 0.02);
    EXPECT_NEAR(residual, 0.02 / std::sqrt(in_days(apart)), 0.001);
  }
}

TEST(VolMovesFromGlimpses, LeavesOutNeighboursTooCloseOrTooFar) {
  auto glimpses = glimpses_of(drawn(4, 20, -0.7, 0), days(1));
  glimpses.push_back({glimpses.back().at + hours(31), Price{9999}, Vol{5}});
  glimpses.push_back({glimpses.back().at + hours(2), Price{1}, Vol{0.1}});
  const auto found = vol_moves_from_glimpses(glimpses);
  EXPECT_EQ(found->pairs, 20u);
  EXPECT_NEAR(found->moves.beta, -0.7, 1e-12);
}

TEST(ShapeMoves, FindAnExactAnswer) {
  // A level that answers by -0.7 moves the measured slope by itself; the rest is the slope's own.
  const double near = level_share(0.4, Years{14.0 / 365}),
               far = level_share(0.4, Years{90.0 / 365});
  const double by_level = (far - near) / std::log(90.0 / 14);
  std::vector<market::Glimpse> glimpses;
  const auto add = [&](Seconds later, double price, double vol) {
    const UnixSeconds at = glimpses.empty() ? start : glimpses.back().at + later;
    glimpses.push_back({at, Price{2000 * std::exp(price)}, Vol{vol},
                        0.02 + 0.3 * price - 0.7 * by_level * price, 0.1 - 0.2 * price});
  };
  for (int i = 0; i < 21; ++i) {
    const double price = 0.05 * std::sin(2.3 * i);
    add(hours(12), price, 0.6 * std::exp(-0.7 * price));
  }
  const auto found = shape_moves_from_glimpses(glimpses, 0.4);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->pairs, 20u);
  EXPECT_NEAR(found->slope.beta, 0.3, 1e-12);
  EXPECT_NEAR(found->skew.beta, -0.2, 1e-12);
  EXPECT_NEAR(found->slope.daily_residual, 0, 1e-9);
  // What has no volatility, or is too far off, is no pair.
  add(hours(12), 1, 0);
  add(hours(12), -1, 0.6);
  add(hours(31), 2, 5);
  add(hours(2), -2, 5);
  const auto again = shape_moves_from_glimpses(glimpses, 0.4);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->pairs, 20u);
  EXPECT_EQ(again->slope.beta, found->slope.beta);
  glimpses.resize(10);
  EXPECT_EQ(shape_moves_from_glimpses(glimpses, 0.4).error().reason, Reason::missing_data);
}

TEST(ShapeMovesLaw, NoiseAndReversionAreDailyWhateverTheSpacing) {
  for (const Seconds apart : {hours(6), hours(24)}) {
    const double length = in_days(apart), keeps = std::pow(0.8, length);
    double residual = 0, persistence = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      std::mt19937_64 source(seed);
      std::normal_distribution<double> normal;
      std::vector<market::Glimpse> glimpses;
      double price = 0, skew = 0;
      for (int i = 0; i < 300; ++i) {
        glimpses.push_back({start + Seconds{i * apart.value()}, Price{2000 * std::exp(price)},
                            Vol{0.6}, 0.0, 0.1 + skew});
        price += 0.03 * std::sqrt(length) * normal(source);
        skew = keeps * skew + 0.02 * std::sqrt(length) * normal(source);
      }
      const auto found = shape_moves_from_glimpses(glimpses, 0.4);
      residual += found->skew.daily_residual / 200;
      persistence += found->skew.daily_persistence / 200;
    }
    // The change of what reverts is a little wider than its shock.
    EXPECT_NEAR(residual, 0.02 * std::sqrt(2 / (1 + keeps)), 0.0005) << length;
    EXPECT_NEAR(persistence, 0.8, 0.02) << length;
  }
}

TEST(VolMoves, SayWhyThereAreNone) {
  EXPECT_EQ(fit(drawn(1, 9, -0.8, 0.1)).error().reason, Reason::missing_data);
  EXPECT_TRUE(fit(drawn(1, 10, -0.8, 0.1)));
  EXPECT_EQ(vol_moves_from_glimpses(glimpses_of(drawn(1, 9, -0.8, 0.1), days(1))).error().reason,
            Reason::missing_data);
  Pair still = drawn(1, 30, -0.8, 0.1);
  still.price.assign(still.price.size(), 0);
  EXPECT_EQ(fit(still).error().reason, Reason::no_solution);
}

TEST(LevelShare, HasNoTenorBehindIt) {
  EXPECT_EQ(level_share(.4, Years{0}), 1);
  EXPECT_EQ(level_share(.4, Years{30.0 / 365}), 1);
  EXPECT_NEAR(level_share(.5, Years{120.0 / 365}), .5, 1e-15);
  for (const double bad : {-1.0, std::nan("")}) {
    EXPECT_THROW(level_share(.4, Years{bad}), ContractBroken);
  }
}

}  // namespace levee::scenario
