#include "levee/scenario/surroundings.h"

#include "tests/scenario/world.h"

#include <random>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

// Prices that move at random for 600 days, and a quantity that answers to what they do over a week
// from now: its daily values step up at once and stay.
struct Beside {
  market::Series prices, quantity;
};

Beside beside(double on_return, double on_size, double noise, std::uint64_t seed = 1) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  std::vector<double> logs{7}, answer{std::log(100.0)};
  for (int week = 0; week < 86; ++week) {
    const double move = 0.1 * normal(source);
    const double change = on_return * move + on_size * std::abs(move) + noise * normal(source);
    for (int day = 0; day < 7; ++day) {
      logs.push_back(logs.back() + move / 7);
      answer.push_back(day == 0 ? std::log(100.0) + change : answer.back());
    }
  }
  return {test::series_until(test::midnight, days(1), logs),
          test::series_until(test::midnight, days(1), answer)};
}

LinkedAsk ask_of(const Beside& both, Linked::Form form) {
  return {both.quantity, both.prices, UnixSeconds{0}, test::midnight, days(7), days(1), form};
}

}  // namespace

TEST(Linked, FindsWhatAQuantityOwesToThePrice) {
  const auto fit = linked_fit(ask_of(beside(0.5, 1.5, 0.02), Linked::Form::logarithmic));
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_GT(fit->windows, 80);
  // Of weeks that overlap the answers lag: the slopes are drawn a little towards 0.
  EXPECT_NEAR(fit->on_return, 0.5, 0.15);
  EXPECT_NEAR(fit->on_size, 1.5, 0.5);
  EXPECT_LT(fit->reversion, -0.5);
  EXPECT_GT(fit->on_return / fit->on_return_error, 4);
}

// Daily values that are eight times half the day's log return: their mean over eight days is half
// the return over these, exactly.
TEST(Linked, FindsAnExactAnswer) {
  std::mt19937_64 source(3);
  std::normal_distribution<double> normal;
  std::vector<double> logs{7};
  for (int day = 0; day < 240; ++day) logs.push_back(logs.back() + 0.1 * normal(source));
  auto prices = test::series_until(test::midnight, days(1), logs);
  auto quantity = prices;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    quantity.value[i] = i == 0 ? 0 : 8 * 0.5 * (logs[i] - logs[i - 1]);
  }
  const auto fitted = [&] {
    return linked_fit({quantity, prices, test::midnight - days(239), test::midnight, days(8),
                       days(1), Linked::Form::plain});
  };
  const auto fit = fitted();
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_EQ(fit->windows, 29);
  EXPECT_NEAR(fit->on_return, 0.5, 1e-12);
  EXPECT_NEAR(fit->on_size, 0, 1e-12);
  EXPECT_NEAR(fit->reversion, -1, 1e-12);
  EXPECT_NEAR(fit->constant, -fit->usual, 1e-12);
  EXPECT_GT(std::abs(fit->usual), 0.005);
  EXPECT_NEAR(fit->noise, 0, 1e-12);
  EXPECT_NEAR(linked_value(*fit, LogReturn{0.2}, 0), 0.1, 1e-12);

  // Twenty days without prices: what is known counts for two more, so that of their windows those
  // are lost that begin or end in eighteen of them.
  prices.at.erase(prices.at.begin() + 101, prices.at.begin() + 121);
  prices.value.erase(prices.value.begin() + 101, prices.value.begin() + 121);
  EXPECT_EQ(fitted()->windows, 29 - (9 + 4) / 4.0);
}

TEST(Linked, SeesNothingWhereThereIsNothing) {
  int seen = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto fit = linked_fit(ask_of(beside(0, 0, 0.2, seed), Linked::Form::logarithmic));
    seen += std::abs(fit->on_return) > 1.96 * fit->on_return_error ? 1 : 0;
  }
  EXPECT_LE(seen, 8);  // of 40, 2 expected; 5 % where errors hold
}

// Prices and a quantity that know nothing of each other: every mean over a week is 0.3 / sqrt(7)
// off, however few weeks there are.
TEST(Linked, KnowsItsNoiseAndErrorsFromFewWindows) {
  double noise = 0, on_return = 0, told = 0;
  constexpr int samples = 400;
  for (std::uint64_t seed = 1; seed <= samples; ++seed) {
    std::mt19937_64 source(seed);
    std::normal_distribution<double> normal;
    std::vector<double> logs{7}, values{0};
    for (int day = 0; day < 9 * 7; ++day) {
      logs.push_back(logs.back() + 0.03 * normal(source));
      values.push_back(0.3 * normal(source));
    }
    const auto prices = test::series_until(test::midnight, days(1), logs);
    const auto quantity = test::series_until(test::midnight, days(1), values);
    const auto fit = linked_fit({quantity, prices, UnixSeconds{0}, test::midnight, days(7), days(1),
                                 Linked::Form::logarithmic});
    ASSERT_TRUE(fit) << fit.error().message;
    noise += fit->noise * fit->noise / samples;
    on_return += fit->on_return * fit->on_return / samples;
    told += fit->on_return_error * fit->on_return_error / samples;
  }
  EXPECT_NEAR(std::sqrt(noise) / (0.3 / std::sqrt(7)), 1, 0.05);  // with rows - 4: 0.91
  EXPECT_NEAR(std::sqrt(told / on_return), 1, 0.15);              // side by side: 1.29
}

TEST(Linked, GivesBackNowWherePriceAndNoiseAreStill) {
  Linked linked{.form = Linked::Form::plain, .now = 0.2, .usual = 0.1, .reversion = -0.5};
  EXPECT_DOUBLE_EQ(linked_value(linked, LogReturn{0}, 0), 0.15);
  linked.on_return = 2, linked.on_size = 1, linked.noise = 0.3;
  EXPECT_DOUBLE_EQ(linked_value(linked, LogReturn{-0.1}, 1), 0.15 - 0.2 + 0.1 + 0.3);
  linked.form = Linked::Form::logarithmic;
  EXPECT_DOUBLE_EQ(linked_value(linked, LogReturn{0}, 0), std::exp(-0.05));
}

TEST(Linked, SaysWhatItLacks) {
  auto both = beside(0.5, 0, 0.1);
  auto ask = ask_of(both, Linked::Form::logarithmic);
  ask.horizon = days(90);
  EXPECT_EQ(linked_fit(ask).error().reason, Reason::missing_data);
  ask.horizon = days(7);
  both.quantity.value[3] = 0;
  EXPECT_EQ(linked_fit(ask).error().reason, Reason::bad_input);
  both.quantity.value[3] = 100;
  for (double& price : both.prices.value) price = 2000;
  EXPECT_EQ(linked_fit(ask).error().reason, Reason::no_solution);
}

}  // namespace levee::scenario
