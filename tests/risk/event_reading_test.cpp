// tests/risk/event_reading_test.cpp — one event, by hand; and nothing of what came later.
#include "levee/risk/event_reading.h"

#include "tests/risk/event_days.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::risk {
namespace {

using test::at;
using test::daily_vols;
using test::hourly_prices;
using test::start;

AssetTracks tracks(const WatchedAsset& asset) {
  return {tracks_of(asset.prices), tracks_of(asset.iv_index)};
}

// The normal distribution's, for a put by hand.
double phi(double x) { return std::erfc(-x / std::sqrt(2)) / 2; }
double put(double spot, double strike, double years, double vol) {
  const double deviation = vol * std::sqrt(years), d = std::log(spot / strike) / deviation;
  return strike * phi(deviation / 2 - d) - spot * phi(-deviation / 2 - d);
}

}  // namespace

TEST(EventClock, OfADayWithoutHourBeginsInTheMorning) {
  hazard::Incident one;
  one.exploited = *moment_from("2022-05-07T21:44:00Z");
  one.disclosed = *moment_from("2022-05-07", DayEdge::last_second);
  EXPECT_EQ(clock_of(one).told, one.exploited);
  one.exploited = *moment_from("2022-05-07");
  EXPECT_EQ(clock_of(one).told, one.exploited);
  one.disclosed = *moment_from("2022-05-09", DayEdge::last_second);
  EXPECT_EQ(clock_of(one).told, *moment_from("2022-05-09"));
  one.disclosed = *moment_from("2022-05-09T03:11:00Z");
  EXPECT_EQ(clock_of(one).told, one.disclosed);
}

TEST(Track, AnswersWithTheLastKnownUnlessItIsOld) {
  const auto prices = hourly_prices(50, [](double) { return 0.0; });
  const Track track(prices);
  EXPECT_EQ(track.value(start, price_age), 100);
  EXPECT_EQ(track.value(start - Seconds{1}, price_age), std::nullopt);
  EXPECT_EQ(track.value(track.last() + hours(6), price_age), 100);
  EXPECT_EQ(track.value(track.last() + hours(6) + Seconds{1}, price_age), std::nullopt);
}

TEST(TrackLaw, HasTheVolatilityOfTheMarketsSeries) {
  test::for_cases(50, [](test::Gen& gen) {
    auto prices = hourly_prices(60, [&](double) { return gen.real(-0.01, 0.01); });
    // A gap bridges nothing.
    const auto hole = static_cast<std::ptrdiff_t>(gen.size(400, 1000));
    prices.at.erase(prices.at.begin() + hole, prices.at.begin() + hole + 5);
    prices.value.erase(prices.value.begin() + hole, prices.value.begin() + hole + 5);
    const UnixSeconds when = start + hours(gen.integer(100, 1400));
    const auto want = market::realised_vol(prices, when, days(30), market::Stale::allow);
    const auto got = Track(prices).vol(when);
    ASSERT_TRUE(want && got);
    EXPECT_CLOSE(*got, want->vol.value(), 1e-9);
  });
}

// Prices stand at 100 and fall by a fifth twelve hours after the exploit; told two days later, when
// they fall by a tenth more an hour on. Volatility goes from 60 % to 90 % in between.
TEST(Readings, AreByHand) {
  const auto prices = hourly_prices(80, [](double hour) {
    return hour == 40 * 24 + 12 ? std::log(0.8) : hour == 42 * 24 + 1 ? std::log(0.9) : 0.0;
  });
  const auto vols = daily_vols(80, [](int day) { return day < 42 ? 0.6 : 0.9; });
  const WatchedAsset asset{"ETH", {prices}, {vols}};
  const EventClock clock{start + days(40), start + days(42)};
  const Readings moves = readings_of(tracks(asset), clock, Source::prices);
  EXPECT_CLOSE(*moves[at(Reading::exploit_day)], std::log(0.8), 1e-12);
  EXPECT_CLOSE(*moves[at(Reading::exploit_week)], std::log(0.72), 1e-12);
  EXPECT_CLOSE(*moves[at(Reading::told_day)], std::log(0.9), 1e-12);
  EXPECT_CLOSE(*moves[at(Reading::told_week)], std::log(0.9), 1e-12);
  // Nothing had moved before the exploit; by disclosure one return in 720 had.
  EXPECT_FALSE(moves[at(Reading::exploit_week_z)]);
  const double vol = std::sqrt(std::pow(std::log(0.8), 2) / 720 * 365 * 24);
  EXPECT_CLOSE(*moves[at(Reading::told_week_z)], std::log(0.9) / (vol * std::sqrt(7.0 / 365)),
               1e-9);
  EXPECT_CLOSE(*moves[at(Reading::told_day_z)], std::log(0.9) / (vol * std::sqrt(1.0 / 365)), 1e-9);
  EXPECT_FALSE(moves[at(Reading::put_money)]);

  const Readings puts = readings_of(tracks(asset), clock, Source::iv_index);
  // Bought on day 39 at 100, marked on day 49 at 72 with twenty days left.
  const double money = put(72, 100, 20.0 / 365, 0.9) - put(100, 100, 30.0 / 365, 0.6);
  const double out = put(72, 90, 20.0 / 365, 0.9) - put(100, 90, 30.0 / 365, 0.6);
  EXPECT_CLOSE(*puts[at(Reading::put_money)], money / 100, 1e-10);
  EXPECT_CLOSE(*puts[at(Reading::put_out)], out / 100, 1e-10);
  // The index of day 41 is known when disclosure comes, that of day 42 a day later.
  EXPECT_CLOSE(*puts[at(Reading::vol_day)], std::log(1.5), 1e-12);
  EXPECT_CLOSE(*puts[at(Reading::vol_week)], std::log(1.5), 1e-12);
  EXPECT_FALSE(puts[at(Reading::told_week)]);
}

// Ronin's six days leave time on the put; two months do not.
TEST(Readings, SettleAPutThatEndedBefore) {
  const auto prices = hourly_prices(150, [](double hour) {
    return hour == 60 * 24 ? std::log(0.7) : hour == 80 * 24 ? std::log(0.5) : 0.0;
  });
  const WatchedAsset asset{"ETH", {prices}, {daily_vols(150, [](int) { return 0.5; })}};
  const double premium = put(100, 100, 30.0 / 365, 0.5) / 100;
  const auto gain = [&](int told) {
    const Readings seen =
        readings_of(tracks(asset), {start + days(40), start + days(told)}, Source::iv_index);
    return *seen[at(Reading::put_money)];
  };
  EXPECT_CLOSE(gain(90), 0.3 - premium, 1e-10);  // settled on day 69, before the second fall
  EXPECT_CLOSE(gain(100), 0.3 - premium, 1e-10);
  EXPECT_LT(gain(50), 0);  // marked on day 57, before the fall
}

TEST(Readings, TakeTheFirstHistoryThatHasTheEvent) {
  const auto early = hourly_prices(45, [](double) { return 0.0; });
  const auto late = hourly_prices(80, [](double) { return -0.001; });
  const EventClock clock{start + days(40), start + days(40)};
  const WatchedAsset both{"ETH", {early, late}};
  EXPECT_CLOSE(*readings_of(tracks(both), clock, Source::prices)[at(Reading::told_week)],
               -0.001 * 24 * 7, 1e-9);
  const WatchedAsset one{"ETH", {early}};
  EXPECT_FALSE(readings_of(tracks(one), clock, Source::prices)[at(Reading::told_week)]);
  const EventClock soon{start + days(32), start + days(32)};
  EXPECT_EQ(readings_of(tracks(both), soon, Source::prices)[at(Reading::told_week)], 0);
}

TEST(Readings, OfAHoleAreMissing) {
  auto prices = hourly_prices(80, [](double) { return 0.001; });
  prices.at.erase(prices.at.begin() + 47 * 24 - 10, prices.at.begin() + 47 * 24 + 10);
  prices.value.erase(prices.value.begin() + 47 * 24 - 10, prices.value.begin() + 47 * 24 + 10);
  const WatchedAsset asset{"ETH", {prices}};
  const Readings seen =
      readings_of(tracks(asset), {start + days(40), start + days(40)}, Source::prices);
  EXPECT_TRUE(seen[at(Reading::told_day)]);
  EXPECT_FALSE(seen[at(Reading::told_week)]);
}

// Whatever comes after a reading's own moment, it reads the same.
TEST(ReadingsLaw, KnowNothingOfTheFuture) {
  test::for_cases(200, [](test::Gen& gen) {
    auto prices = hourly_prices(90, [&](double) { return gen.real(-0.01, 0.01); });
    auto vols = daily_vols(90, [&](int) { return gen.real(0.3, 1.2); });
    const UnixSeconds exploited = start + Seconds{gen.integer(32 * 86400, 60 * 86400)};
    const EventClock clock{exploited, exploited + hours(gen.integer(0, 200))};
    const auto read = [&] {
      const WatchedAsset asset{"ETH", {prices}, {vols}};
      std::array<Readings, 2> seen{readings_of(tracks(asset), clock, Source::prices),
                                   readings_of(tracks(asset), clock, Source::iv_index)};
      return seen;
    };
    const auto before = read();
    const auto spoil = [&](UnixSeconds after) {
      for (std::size_t i = 0; i < prices.at.size(); ++i) {
        if (after < prices.at[i]) prices.value[i] *= gen.real(0.5, 2);
      }
      for (std::size_t i = 0; i < vols.at.size(); ++i) {
        if (after < vols.at[i]) vols.value[i] *= gen.real(0.5, 2);
      }
    };
    spoil(clock.told + days(7));
    EXPECT_EQ(read(), before);
    spoil(clock.told + days(1));
    EXPECT_EQ(read()[0][at(Reading::told_day)], before[0][at(Reading::told_day)]);
    EXPECT_EQ(read()[1][at(Reading::vol_day)], before[1][at(Reading::vol_day)]);
    EXPECT_NE(read()[0][at(Reading::told_week)], before[0][at(Reading::told_week)]);
    spoil(exploited + days(1));
    EXPECT_EQ(read()[0][at(Reading::exploit_day_z)], before[0][at(Reading::exploit_day_z)]);
  });
}

}  // namespace levee::risk
