#include "levee/scenario/history.h"

#include "tests/scenario/world.h"

#include <gtest/gtest.h>

namespace levee::scenario {
namespace {

const Window always{UnixSeconds{0}, test::midnight};

market::Series daily(const std::vector<double>& logs) {
  return test::series_until(test::midnight, days(1), logs);
}

void erase_at(market::Series& series, std::size_t i) {
  series.at.erase(series.at.begin() + static_cast<std::ptrdiff_t>(i));
  series.value.erase(series.value.begin() + static_cast<std::ptrdiff_t>(i));
}

}  // namespace

TEST(History, HoldsTheStepsThatEveryAssetHas) {
  const auto eth = daily({0, 0.1, 0.3, 0.6, 1.0});
  auto btc = daily({5, 5.1, 5.2, 5.3, 5.4});
  erase_at(btc, 2);  // two of its steps are gone
  const std::vector<Recorded> both{{&eth}, {&btc}};
  const History history = joined(both, always, Seconds{0});
  ASSERT_EQ(history.rows(), 2u);
  EXPECT_EQ(history.at[0], test::midnight - days(3));
  EXPECT_EQ(history.at[1], test::midnight);
  EXPECT_EQ(history.run_starts, (std::vector<std::size_t>{0, 1}));
  EXPECT_NEAR(history.assets[0][1].price.value(), 0.4, 1e-12);
  EXPECT_NEAR(history.assets[1][1].price.value(), 0.1, 1e-12);
  EXPECT_EQ(history.knows_vol, (std::vector<bool>{false, false}));
}

TEST(History, KeepsTheIndexOfTheAssetThatHasOne) {
  const auto eth = daily({0, 0.1, 0.3}), btc = daily({5, 5.1, 5.2}),
             index = daily({-1, -1.2, -0.9});
  const std::vector<Recorded> both{{&eth}, {&btc, &index}};
  const History history = joined(both, always, Seconds{0});
  EXPECT_EQ(history.knows_vol, (std::vector<bool>{false, true}));
  EXPECT_NEAR(history.assets[1][1].vol.value(), 0.3, 1e-12);
  EXPECT_EQ(history.assets[0][1].vol.value(), 0);
}

TEST(History, LeavesAnIndexAsideThatIsTooShort) {
  const auto eth = daily({0, 0.1, 0.3, 0.6});
  auto index = daily({-1, -0.9, -1.1});
  const std::vector<Recorded> one{{&eth, &index}};
  EXPECT_EQ(joined(one, always, days(2)).rows(), 2u);
  const History longer = joined(one, always, days(3));  // three are asked for
  EXPECT_EQ(longer.rows(), 3u);
  EXPECT_EQ(longer.knows_vol, std::vector<bool>{false});
  index = daily({-1, -0.9});
  EXPECT_EQ(joined(one, always, days(1)).rows(), 3u);  // two thirds of the time would be lost
}

TEST(History, LooksAtItsWindowOnly) {
  const auto eth = daily({0, 0.1, 0.3, 0.6});
  const std::vector<Recorded> one{{&eth}};
  const Window window{test::midnight - days(2), test::midnight - days(1)};
  const History history = joined(one, window, Seconds{0});
  ASSERT_EQ(history.rows(), 1u);
  EXPECT_NEAR(history.assets[0][0].price.value(), 0.2, 1e-12);
}

TEST(History, IsEmptyWhereAssetsShareNoStep) {
  const auto eth = daily({0, 0.1});
  const auto btc = test::series_until(test::midnight - days(30), days(1), {5, 5.1});
  const std::vector<Recorded> both{{&eth}, {&btc}};
  EXPECT_EQ(joined(both, always, Seconds{0}).rows(), 0u);
}

TEST(HistoryByDays, AddsUpWholeDaysAndLeavesBrokenOnesOut) {
  std::vector<double> logs;
  for (int hour = 0; hour <= 72; ++hour) logs.push_back(0.001 * hour * hour);
  auto hourly = test::series_until(test::midnight, hours(1), logs);
  const auto index = hourly;
  const std::vector<Recorded> one{{&hourly, &index}};
  const History whole = by_days(joined(one, always, Seconds{0}));
  ASSERT_EQ(whole.rows(), 3u);
  EXPECT_EQ(whole.step, days(1));
  EXPECT_EQ(whole.run_starts, std::vector<std::size_t>{0});
  EXPECT_NEAR(whole.assets[0][1].price.value(), 0.001 * (48 * 48 - 24 * 24), 1e-12);
  EXPECT_NEAR(whole.assets[0][1].vol.value(), 0.001 * (48 * 48 - 24 * 24), 1e-12);

  erase_at(hourly, 30);  // in the second day
  const History broken = by_days(joined(one, always, Seconds{0}));
  ASSERT_EQ(broken.rows(), 2u);
  EXPECT_EQ(broken.at[0], test::midnight - days(2));
  EXPECT_EQ(broken.run_starts, (std::vector<std::size_t>{0, 1}));
}

TEST(HistoryByDays, LeavesDaysAsTheyAre) {
  const auto eth = daily({0, 0.1, 0.3});
  const std::vector<Recorded> one{{&eth}};
  const History history = joined(one, always, Seconds{0});
  EXPECT_EQ(by_days(history).at, history.at);
}

}  // namespace levee::scenario
