// tests/signal/pair_kinds_test.cpp — gauges of how the pair's two tokens move together.
#include "levee/num/philox.h"
#include "levee/signal/kind.h"
#include "tests/signal/drawn_history.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

using testing::HasSubstr;

// Both tokens, traded when clocks of their own say so: on average every `apart` minutes.
History traded(double correlation, std::size_t length, double apart, std::uint64_t seed = 1) {
  History history = empty_history(length);
  num::Draws draws(seed, 5, 0);
  double x = 0, y = 0;
  auto &base = history.series["trades_base"], &quote = history.series["trades_quote"];
  base.source = quote.source = "drawn";
  const auto minutes = static_cast<std::int64_t>(length) * 1440;
  for (std::int64_t minute = 1; minute < minutes; ++minute) {
    const double shared = draws.normal(), own = draws.normal();
    x += 1e-3 * shared;
    y += 5e-4 * (correlation * shared + std::sqrt(1 - correlation * correlation) * own);
    const UnixSeconds at = start + Seconds{60 * minute};
    if (draws.uniform() < 1 / apart) base.at.push_back(at), base.value.push_back(std::exp(x));
    if (draws.uniform() < 1 / apart) quote.at.push_back(at), quote.value.push_back(std::exp(y));
  }
  return history;
}

}  // namespace

TEST(TradeCorrelation, IsWhatWasDrawnThoughNoTwoTradesShareAMoment) {
  for (const double drawn : {-0.5, 0.0, 0.8}) {
    const auto found = read("trade_correlation", traded(drawn, 40, 9), {});
    ASSERT_TRUE(found);
    double sum = 0;
    for (const Reading& one : found->readings) {
      sum += one.value;
      EXPECT_EQ(one.state, "quiet");
    }
    EXPECT_NEAR(sum / static_cast<double>(found->readings.size()), drawn, 0.04) << drawn;
  }
}

// The sums of a week by hand: base +1, -1; quote +2, +3; three of their four pairs share time.
TEST(TradeCorrelation, IsTheSumOverTheDaysThatItSays) {
  History history = empty_history(9);
  const double e = std::exp(1);
  const auto put = [&](const char* name, std::vector<int> at, std::vector<double> value) {
    market::Series series{.at = {}, .value = std::move(value), .step = {}, .source = "by hand"};
    for (const int hour : at) series.at.push_back(start + hours(hour));
    history.series[name] = std::move(series);
  };
  put("trades_base", {1, 10, 20}, {1, e, 1});
  put("trades_quote", {5, 12, 30}, {1, e * e, std::exp(5)});
  const auto found = read("trade_correlation", history, {});
  ASSERT_TRUE(found);
  // The first midnight knows one return of the quote, the second both.
  ASSERT_EQ(found->readings.size(), 1u) << "no day on which nothing was traded";
  EXPECT_EQ(found->readings[0].at, day(1));
  EXPECT_NEAR(found->readings[0].value, (1 * 2 - 1 * 2) / std::sqrt(2.0 * 4), 1e-12);
  put("trades_base", {1, 10, 20, 31}, {1, e, 1, 1});
  const auto later = read("trade_correlation", history, {});
  ASSERT_EQ(later->readings.size(), 2u);
  EXPECT_NEAR(later->readings[1].value, -3 / std::sqrt(2.0 * 13), 1e-12);
}

TEST(TradeCorrelation, BeyondOneIsImpossibleAndToldSo) {
  History history = empty_history(3);
  market::Series base{.at = {}, .value = {}, .step = {}, .source = "by hand"}, quote = base;
  const double e = std::exp(1);
  base.at = {start + hours(1), start + hours(9)}, base.value = {1, e};
  quote.at = {start + hours(2), start + hours(4), start + hours(6), start + hours(8)};
  quote.value = {1, e, e * e, e * e * e};  // three returns within one: 3 / sqrt(1 * 3)
  history.series["trades_base"] = base, history.series["trades_quote"] = quote;
  const auto found = read("trade_correlation", history, {});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->readings[0].value, std::sqrt(3.0), 1e-12);
  EXPECT_EQ(found->readings[0].state, "impossible");
}

TEST(TradeCorrelation, SaysWhatItLacks) {
  History history = traded(0.5, 3, 9);
  history.series["trades_quote"].at.resize(1);
  history.series["trades_quote"].value.resize(1);
  const auto found = read("trade_correlation", history, {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::missing_data);
  EXPECT_THAT(found.error().message, HasSubstr("two trades make a return"));
}

}  // namespace levee::signal
