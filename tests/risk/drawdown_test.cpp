#include "levee/risk/drawdown.h"

#include "levee/base/check.h"
#include "levee/risk/tail.h"
#include "tests/support/cases.h"

#include <algorithm>

namespace levee::risk {

TEST(Drawdown, FindsPeakTroughAndRecovery) {
  const auto worst =
      worst_drawdown(std::vector{100.0, 120.0, 90.0, 110.0, 60.0, 119.0, 120.0, 80.0});
  EXPECT_EQ(worst->fall, Usd{60});
  EXPECT_EQ(worst->share, Share{0.5});
  EXPECT_EQ(worst->peak, 1u);
  EXPECT_EQ(worst->trough, 4u);
  EXPECT_EQ(worst->recovered, 6u);
}

TEST(Drawdown, OfARisingPathIsNone) {
  const auto none = worst_drawdown(std::vector{1.0, 2.0, 2.0, 3.0});
  EXPECT_EQ(none->fall, Usd{0});
  EXPECT_EQ(none->recovered, 0u);
}

TEST(Drawdown, MayHaveNoShareAndNoRecovery) {
  const auto worst = worst_drawdown(std::vector{-10.0, -30.0, -20.0});
  EXPECT_EQ(worst->fall, Usd{20});
  EXPECT_FALSE(worst->share);
  EXPECT_FALSE(worst->recovered);
}

TEST(Drawdown, RefusesNothingAndNaN) {
  EXPECT_EQ(worst_drawdown({}).error().reason, Reason::missing_data);
  EXPECT_EQ(worst_drawdown(std::vector{1.0, std::nan("")}).error().reason, Reason::bad_input);
  EXPECT_EQ(drawdown_tail({}, 0.9).error().reason, Reason::missing_data);
  EXPECT_EQ(drawdown_tail(std::vector{1.0}, 1.0).error().reason, Reason::out_of_range);
  EXPECT_THROW(worst_falls({}, parallel::Team(1)), ContractBroken);
}

// Falls 0, 1, 2, ..., 9: the worst fifth are 8 and 9.
TEST(Drawdown, HasATailOverItsDates) {
  const auto tail = drawdown_tail(std::vector<double>{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, 0.8);
  EXPECT_EQ(tail->at_risk, Usd{7});
  EXPECT_NEAR(tail->conditional.value(), 8.5, 1e-12);
}

TEST(DrawdownLaw, IsTheWorstOfAllPairs) {
  test::for_cases(500, [](test::Gen& gen) {
    const auto values = gen.reals(gen.size(1, 40), -100, 100);
    double worst = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      for (std::size_t j = i; j < values.size(); ++j)
        worst = std::max(worst, values[i] - values[j]);
    }
    const auto found = worst_drawdown(values);
    EXPECT_EQ(found->fall, Usd{worst});
    EXPECT_EQ(values[found->peak] - values[found->trough], worst);
    const auto along = drawdowns_along(values);
    EXPECT_EQ(*std::max_element(along.begin(), along.end()), worst);
  });
}

TEST(DrawdownLaw, ScalesWithMoneyAndIgnoresALevel) {
  test::for_cases(300, [](test::Gen& gen) {
    const auto values = gen.reals(gen.size(2, 40), -100, 100);
    auto moved = values;
    for (double& value : moved) value = 4 * (value + 64);
    EXPECT_NEAR(worst_drawdown(moved)->fall.value(), 4 * worst_drawdown(values)->fall.value(),
                1e-9);
  });
}

TEST(DrawdownLaw, OfManyPathsIsThatOfEachOnAnyThreads) {
  test::Gen gen(3, 1);
  num::Matrix<Usd> values(20, 10'000);
  for (std::size_t date = 0; date < values.rows(); ++date) {
    for (double& value : values.row(date)) value = gen.real(-1, 1);
  }
  const auto falls = worst_falls(values, parallel::Team(1));
  EXPECT_EQ(falls, worst_falls(values, parallel::Team(3)));
  for (std::size_t path = 0; path < 10'000; path += 997) {
    std::vector<double> one;
    for (std::size_t date = 0; date < values.rows(); ++date) one.push_back(values.row(date)[path]);
    EXPECT_EQ(Usd{falls[path]}, worst_drawdown(one)->fall);
  }
}

}  // namespace levee::risk
