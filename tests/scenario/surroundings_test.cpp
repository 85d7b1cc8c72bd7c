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

TEST(Linked, SeesNothingWhereThereIsNothing) {
  int seen = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto fit = linked_fit(ask_of(beside(0, 0, 0.2, seed), Linked::Form::logarithmic));
    seen += std::abs(fit->on_return) > 1.96 * fit->on_return_error ? 1 : 0;
  }
  EXPECT_LE(seen, 8);  // of 40, 2 expected; 5 % where errors hold
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
