// tests/hedge/calm_vol_test.cpp — what volatility did while the price stayed near, by hand.
#include "levee/hedge/calm_vol.h"

#include "tests/support/cases.h"
#include "tests/support/small_market.h"

#include <cmath>

namespace levee::hedge {
namespace {

constexpr int known_days = 201;  // spans of thirty days: 171

// Daily records until the snapshot: of volatility and of the price, as functions of the day.
template <class Vol, class Price>
market::Snapshot recorded(Vol vol, Price price) {
  market::Snapshot snapshot = test::small_market();
  std::vector<double> index, history;
  for (int day = 0; day < known_days; ++day) {
    index.push_back(vol(day));
    history.push_back(price(day));
  }
  const auto daily = [&](std::vector<double> value) {
    market::Series series{
        .at = {}, .value = std::move(value), .step = days(1), .source = "by hand"};
    for (int day = 0; day < known_days; ++day) {
      series.at.push_back(snapshot.at - days(known_days - 1 - day));
    }
    return series;
  };
  snapshot.iv_index = daily(std::move(index));
  snapshot.history = daily(std::move(history));
  return snapshot;
}

double falling(int day) { return std::exp(-0.002 * day); }
double still(int) { return 2000; }

}  // namespace

TEST(CalmVolOf, IsTheMeanChangeOverSpansThatEndNear) {
  const auto found = calm_vol_of(recorded(falling, still), days(30), 0.5);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->change, -0.06, 1e-12);
  EXPECT_NEAR(found->change_se, 0, 1e-12);
  EXPECT_EQ(found->spans, 171);
}

TEST(CalmVolOf, LeavesOutSpansThatEndFar) {
  // Until day 100 the price stands and volatility falls; there it doubles and volatility stands.
  const auto vol = [](int day) { return falling(std::min(day, 100)); };
  const auto price = [](int day) { return day < 100 ? 2000.0 : 4000.0; };
  const auto found = calm_vol_of(recorded(vol, price), days(30), 0.5);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->spans, 141);  // 70 before the leap, 71 after it
  EXPECT_NEAR(found->change, -0.06 * 70 / 141, 1e-12);
  // Side by side fit 141 / 30 spans: the error is of so many.
  const double spread = 0.06 * std::sqrt(70.0 / 141 * 71 / 141 * 141 / 140);
  EXPECT_NEAR(found->change_se, spread / std::sqrt(141.0 / 30), 1e-12);
}

TEST(CalmVolOf, CountsNearInTheVolatilityOfItsDay) {
  const auto vol = [](int day) { return day % 3 == 0 ? 0.2 : 0.8; };
  const auto price = [](int day) { return 2000 * std::exp(0.002 * day); };  // 6 % a span
  const auto found = calm_vol_of(recorded(vol, price), days(30), 0.5);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->spans, 114);  // 0.5 * 0.8 sqrt(30 / 365) is 11.5 %, of 0.2 it is 2.9 %
  EXPECT_NEAR(found->change, 0, 1e-12);
}

TEST(CalmVolOf, IsNotKnownWithoutBothRecordsOrFromTooFewSpans) {
  market::Snapshot snapshot = recorded(falling, still);
  EXPECT_TRUE(calm_vol_of(snapshot, days(50), 0.5));   // 151 spans of 50 days: three side by side
  EXPECT_FALSE(calm_vol_of(snapshot, days(52), 0.5));  // 149 of 52: not quite
  market::Snapshot no_index = snapshot, no_history = snapshot;
  no_index.iv_index.reset();
  no_history.history.reset();
  EXPECT_FALSE(calm_vol_of(no_index, days(30), 0.5));
  EXPECT_FALSE(calm_vol_of(no_history, days(30), 0.5));
}

TEST(CalmVolOf, LooksNeitherPastTheSnapshotNorAcrossAGap) {
  market::Snapshot snapshot = recorded(falling, still);
  snapshot.at = snapshot.at - days(10);
  EXPECT_EQ(calm_vol_of(snapshot, days(30), 0.5)->spans, 161);
  market::Snapshot gap = recorded(falling, still);
  market::Series& history = *gap.history;
  history.at.erase(history.at.begin() + 100, history.at.begin() + 110);
  history.value.erase(history.value.begin() + 100, history.value.begin() + 110);
  // Ten days are unknown but for the first, on which yesterday's price still stands: nine spans
  // begin there and nine end there.
  EXPECT_EQ(calm_vol_of(gap, days(30), 0.5)->spans, 171 - 18);
}

}  // namespace levee::hedge
