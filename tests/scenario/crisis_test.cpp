// tests/scenario/crisis_test.cpp — windows of a record laid onto today's prices.
#include "levee/scenario/crisis.h"

#include "tests/scenario/world.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

using ::testing::HasSubstr;

// Two hundred hours of prices that fall by a tenth in hour 100, and an index that doubles then.
struct Record {
  Calibration today = test::calibration(days(2));
  market::Series prices, index;
  Crisis crisis{"made up", "A fall.", {}};

  UnixSeconds hour(std::int64_t n) const { return test::midnight - days(30) + hours(n); }

  Record() {
    std::vector<double> logs, vols;
    for (int n = 0; n <= 200; ++n) {
      // Hours of alternating sign before the fall: a volatility to scale by.
      const double calm = n % 2 == 0 ? 0.0 : 0.004;
      logs.push_back(7 + calm + (n >= 100 ? std::log(0.9) : 0));
      vols.push_back(n >= 100 ? std::log(1.0) : std::log(0.5));
    }
    prices = test::series_until(hour(200), hours(1), logs);
    index = test::series_until(hour(200), hours(1), vols);
    crisis.window = {hour(95), hour(105)};
  }

  Replayed laid(Scale scale = Scale::as_it_was) const {
    const std::vector<Recorded> record{{&prices, &index}};
    return *replayed({.calibration = today,
                      .record = record,
                      .crisis = crisis,
                      .dates = {days(1), days(2)},
                      .protocols = 1,
                      .scale = scale});
  }

  Error refusal() const {
    const std::vector<Recorded> record{{&prices, &index}};
    return replayed({.calibration = today,
                     .record = record,
                     .crisis = crisis,
                     .dates = {days(1), days(2)}})
        .error();
  }
};

}  // namespace

TEST(Crisis, IsLaidOntoTodaysPriceHourByHour) {
  const Record record;
  const Replayed laid = record.laid();
  // Two days from hour 50 are 3 of the window's 10 hours in it, from hour 49 only 2.
  ASSERT_EQ(laid.set.paths(), 53U);
  EXPECT_EQ(laid.start.front(), record.hour(50));
  EXPECT_EQ(laid.start.back(), record.hour(102));
  EXPECT_EQ(laid.left_out, 0U);
  for (std::size_t path = 0; path < 53; ++path) {
    const std::size_t start = 50 + path;
    // A day is an even number of hours: the calm cancels, the fall is left.
    const auto over = [&](std::size_t length) {
      return start < 100 && start + length >= 100 ? 0.9 : 1.0;
    };
    EXPECT_NEAR(laid.set.lead().spot.row(0)[path], 2000 * over(24), 1e-9) << path;
    EXPECT_NEAR(laid.set.lead().spot.row(1)[path], 2000 * over(48), 1e-9) << path;
    EXPECT_NEAR(laid.set.lead().level[path], over(48) < 1 ? std::log(2) : 0, 1e-12) << path;
    EXPECT_TRUE(laid.vol_recorded[0][path]);
  }
}

TEST(Crisis, CountsAQuarterThatIsJustMet) {
  Record record;
  record.crisis.window = {record.hour(95), record.hour(107)};  // a quarter is three hours
  const Replayed laid = record.laid();
  EXPECT_EQ(laid.start.front() + days(2), record.hour(98));
  EXPECT_EQ(laid.start.back(), record.hour(104));
}

TEST(Crisis, SaysWhatItIsOf) {
  const Replayed laid = Record().laid();
  EXPECT_EQ(laid.set.kind, "crisis");
  EXPECT_EQ(laid.set.measure, Measure::replayed);
  EXPECT_THAT(laid.set.source, HasSubstr("made up, 2023-10-19T23:00:00Z to 2023-10-20T09:00:00Z"));
  EXPECT_THAT(laid.set.source, HasSubstr("series.csv"));
  EXPECT_EQ(laid.set.lead().name, "ETH");
  EXPECT_EQ(laid.set.protocol_loss.rows(), 1U);
  EXPECT_EQ(laid.set.protocol_loss.columns(), laid.set.paths());
  EXPECT_EQ(laid.factor, std::vector<double>{1});
}

TEST(Crisis, IsScaledByTodaysVolatilityOverThatBeforeIt) {
  const Record record;
  const Replayed laid = record.laid(Scale::to_today);
  // Every hour before moved by 0.004: that times the root of a year's hours.
  const double before = 0.004 * std::sqrt(365.0 * 24);
  EXPECT_NEAR(laid.factor[0], 0.6 / before, 1e-9);
  EXPECT_NEAR(laid.set.lead().spot.row(1)[10], 2000 * std::pow(0.9, 0.6 / before), 1e-6);
  EXPECT_NEAR(laid.set.lead().level[10], std::log(2), 1e-12);  // the index is taken as it was
}

TEST(Crisis, WithoutAnIndexVolatilityFollowsThePrice) {
  Record record;
  const std::vector<Recorded> alone{{&record.prices, nullptr}};
  const auto laid = replayed({.calibration = record.today,
                              .record = alone,
                              .crisis = record.crisis,
                              .dates = {days(1), days(2)}});
  ASSERT_TRUE(laid);
  EXPECT_NEAR(laid->set.lead().level[10], -0.7 * std::log(0.9), 1e-9);
  EXPECT_FALSE(laid->vol_recorded[0][0]);
}

TEST(Crisis, TakesAllAssetsFromTheSameMoment) {
  Record record;
  record.today.assets.push_back(test::law("BTC", 60'000));
  market::Series other = record.prices;
  for (double& value : other.value) value = std::sqrt(value);
  record.today.assets[1].forecast = Vol{0.3};
  record.today.assets[1].moves.beta = -2;
  const std::vector<Recorded> both{{&record.prices, &record.index}, {&other, nullptr}};
  const auto laid = replayed({.calibration = record.today,
                              .record = both,
                              .crisis = record.crisis,
                              .dates = {days(1), days(2)}});
  ASSERT_TRUE(laid);
  EXPECT_EQ(laid->set.assets[1].name, "BTC");
  for (std::size_t path = 0; path < laid->set.paths(); ++path) {
    const double lead = laid->set.lead().spot.row(1)[path] / 2000;
    EXPECT_NEAR(laid->set.assets[1].spot.row(1)[path], 60'000 * std::sqrt(lead), 1e-6);
    EXPECT_NEAR(laid->set.assets[1].level[path], -2 * std::log(lead) / 2, 1e-9);
  }
  // Each by its own volatility, today's over that before: half of it moved half as much.
  const auto scaled = replayed({.calibration = record.today,
                                .record = both,
                                .crisis = record.crisis,
                                .dates = {days(1), days(2)},
                                .scale = Scale::to_today});
  ASSERT_TRUE(scaled);
  EXPECT_NEAR(scaled->factor[1], scaled->factor[0], 1e-9);
  record.today.assets[1].forecast = Vol{0.6};
  const auto wider = replayed({.calibration = record.today,
                               .record = both,
                               .crisis = record.crisis,
                               .dates = {days(1), days(2)},
                               .scale = Scale::to_today});
  EXPECT_NEAR(wider->factor[1], 2 * wider->factor[0], 1e-9);
  EXPECT_NEAR(wider->set.assets[1].spot.row(1)[10] / 60'000,
              wider->set.lead().spot.row(1)[10] / 2000, 1e-9);
}

TEST(Crisis, AGapLosesThePathsThatNeedIt) {
  Record record;
  // Hour 120 is missing: paths from 72 and from 96 look at it, as does none from later.
  record.prices.at.erase(record.prices.at.begin() + 120);
  record.prices.value.erase(record.prices.value.begin() + 120);
  const Replayed laid = record.laid();
  EXPECT_EQ(laid.set.paths(), 51U);
  EXPECT_EQ(laid.left_out, 2U);
  EXPECT_THAT(laid.start, ::testing::Not(::testing::Contains(record.hour(96))));
}

TEST(Crisis, LooksAtNothingLaterThanToday) {
  Record record;
  record.crisis.window = {record.hour(40), record.hour(50)};
  record.today.at = record.hour(60);
  const Replayed laid = record.laid();
  // The record goes on, and falls in hour 100; a path of two days ends by now or is left out.
  EXPECT_EQ(laid.start.back() + days(2), record.hour(60));
  EXPECT_GT(laid.left_out, 0U);
  for (const double spot : laid.set.lead().spot.row(1)) EXPECT_NEAR(spot, 2000, 1e-9);
}

TEST(Crisis, RefusesWhatItCannotReplay) {
  Record record;
  record.crisis.window = {record.hour(105), record.hour(95)};
  EXPECT_EQ(record.refusal().reason, Reason::out_of_range);
  record.crisis.window = {record.hour(95), test::midnight + hours(1)};
  EXPECT_EQ(record.refusal().reason, Reason::out_of_range);
  EXPECT_THAT(record.refusal().message, HasSubstr("be over at 2023-11-15T00:00:00Z"));
  record.crisis.window = {record.hour(-5), record.hour(5)};
  EXPECT_EQ(record.refusal().reason, Reason::missing_data);
  EXPECT_THAT(record.refusal().message, HasSubstr("series.csv of ETH"));
  record.crisis.window = {record.hour(150), record.hour(205)};
  EXPECT_EQ(record.refusal().reason, Reason::missing_data);
  record.crisis.window = {record.hour(199), record.hour(200)};
  record.prices.at.back() = record.hour(900);  // nothing is known at the end of any path
  EXPECT_EQ(record.refusal().reason, Reason::missing_data);
  record.prices = {};
  EXPECT_THAT(record.refusal().message, HasSubstr("no prices of ETH"));
}

TEST(Crises, AreKnownByNameInTheOrderOfTheirDates) {
  UnixSeconds before{};
  for (const Crisis& crisis : known_crises()) {
    EXPECT_LT(before, crisis.window.from) << crisis.name;
    EXPECT_LT(crisis.window.from, crisis.window.to) << crisis.name;
    EXPECT_EQ(crisis_named(crisis.name)->about, crisis.about);
    before = crisis.window.from;
  }
  EXPECT_EQ(text_of(crisis_named("ftx-2022-11")->window.from), "2022-11-05T00:00:00Z");
  EXPECT_EQ(crisis_named("tulips").error().reason, Reason::not_supported);
  EXPECT_THAT(crisis_named("tulips").error().message, HasSubstr("covid-2020-03, may-2021"));
}

}  // namespace levee::scenario
