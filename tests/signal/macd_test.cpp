// tests/signal/macd_test.cpp — closed forms of ramps and steps, and crosses that are told once.
#include "levee/signal/macd.h"

#include "tests/support/cases.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::signal {
namespace {

market::Series daily(std::vector<double> values) {
  market::Series series{.at = {}, .value = std::move(values), .step = days(1), .source = "by hand"};
  for (std::size_t i = 0; i < series.value.size(); ++i) {
    series.at.push_back(UnixSeconds{1'700'006'400} + days(static_cast<std::int64_t>(i)));
  }
  return series;
}

std::vector<double> step(std::size_t before, std::size_t after) {
  std::vector<double> values(before, 0);
  values.resize(before + after, 1);
  return values;
}

Result<Signal> signal_of(const std::vector<double>& values, const SignalPolicy& policy = {}) {
  const market::Series series = daily(values);
  return macd_signal({.days = series, .name = "macd", .formula = "x"}, policy);
}

long count_of(const Signal& signal, std::string_view state) {
  return std::ranges::count(signal.readings, state, &Reading::state);
}

}  // namespace

TEST(Macd, OfARampIsSevenSlopes) {
  std::vector<double> ramp;
  for (int i = 0; i < 50; ++i) ramp.push_back(3.0 * i);
  const auto bars = macd_of(ramp, {});
  ASSERT_EQ(bars.size(), 17u);  // the first on bar 26 + 9 - 1
  for (const MacdBar& bar : bars) {
    EXPECT_NEAR(bar.line, 21, 1e-12);  // lags of 5.5 and 12.5 bars
    EXPECT_NEAR(bar.histogram, 0, 1e-12);
  }
}

TEST(Macd, OfAStepIsTheClosedForm) {
  const auto bars = macd_of(step(40, 30), {});
  const auto line_at = [](int k) { return std::pow(25.0 / 27, k) - std::pow(11.0 / 13, k); };
  double signal = 0;
  for (int k = 0; k < 30; ++k) {
    // The step's bar k = 1 is bar 40 from zero; the first of `bars` is bar 33.
    const MacdBar& bar = bars[static_cast<std::size_t>(40 - 33 + k)];
    signal = 0.8 * signal + 0.2 * line_at(k + 1);
    EXPECT_NEAR(bar.line, line_at(k + 1), 1e-13);
    EXPECT_NEAR(bar.signal, signal, 1e-13);
  }
}

TEST(Macd, OfAConstantIsZero) {
  const auto found = signal_of(std::vector<double>(80, 0.1));
  ASSERT_TRUE(found);
  for (const Reading& reading : found->readings) {
    EXPECT_EQ(reading.value, 0);
    EXPECT_EQ(reading.state, "quiet");
  }
}

TEST(Macd, SaysACrossOnceAndOnItsSecondBar) {
  const auto found = signal_of(step(40, 40));
  ASSERT_TRUE(found);
  EXPECT_EQ(count_of(*found, "up"), 1);
  EXPECT_EQ(count_of(*found, "down"), 1);  // the line falls back to zero once the step is old
  EXPECT_EQ(found->readings[41 - 33].state, "up");
  EXPECT_GT(found->readings[40 - 33].value, 0);
}

TEST(Macd, ACrossThatDoesNotLastIsNone) {
  auto values = step(40, 40);
  for (std::size_t i = 41; i < values.size(); ++i) values[i] = -1;
  const auto found = signal_of(values);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->readings[40 - 33].state, "quiet");
  EXPECT_EQ(found->readings[41 - 33].state, "quiet");
  EXPECT_EQ(found->readings[42 - 33].state, "down");
}

TEST(Macd, ACrossHasToBeWide) {
  const auto found = signal_of(step(40, 40), {.macd_histogram_min = 50});
  ASSERT_TRUE(found);
  EXPECT_EQ(count_of(*found, "quiet"), static_cast<long>(found->readings.size()));
}

TEST(Macd, BeginsAnewAfterAHole) {
  market::Series series = daily(step(40, 40));
  for (std::size_t i = 50; i < 80; ++i) series.at[i] = series.at[i] + days(5);
  const auto found = macd_signal({.days = series, .name = "macd", .formula = "x"}, {});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->readings.size(), 50u - 33);
  EXPECT_EQ(found->readings.back().at, series.at[49]);
}

TEST(Macd, RefusesFewerDaysThanItsMeansTake) {
  EXPECT_TRUE(signal_of(std::vector<double>(34, 1)));
  const auto found = signal_of(std::vector<double>(33, 1));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::missing_data);
  EXPECT_THAT(found.error().message, testing::HasSubstr("33 days, none of 34 in a row"));
}

TEST(MacdLaw, ScaleAndShiftOfTheSeriesChangeNothing) {
  test::for_cases(100, [](test::Gen& gen) {
    const auto values = gen.reals(gen.size(34, 120), -1, 1);
    auto moved = values;
    for (double& x : moved) x = 4 * x;
    const auto one = signal_of(values), other = signal_of(moved);
    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->readings, other->readings);  // a power of two: the same bits
  });
}

}  // namespace levee::signal
