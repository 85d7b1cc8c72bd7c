#include "levee/risk/tranche.h"

#include "tests/support/cases.h"

#include <cmath>
#include <limits>
#include <vector>

namespace levee::risk {
namespace {

const Tranche million{.units = 800'000, .nav = Usd{1e6}};

}  // namespace

TEST(Tranche, MoneyInAndOutBuysAndSellsUnitsAtTheirPrice) {
  EXPECT_DOUBLE_EQ(million.per_unit().value(), 1.25);
  const auto more = issued(million, Usd{250'000});
  EXPECT_DOUBLE_EQ(more->units, 1'000'000);
  EXPECT_DOUBLE_EQ(more->per_unit().value(), 1.25);
  const auto less = redeemed(*more, 400'000);
  EXPECT_DOUBLE_EQ(less->paid.value(), 500'000);
  EXPECT_DOUBLE_EQ(less->left.units, 600'000);
  EXPECT_DOUBLE_EQ(less->left.per_unit().value(), 1.25);
}

TEST(Tranche, RefusesWhatHasNoPrice) {
  EXPECT_EQ(issued({.units = 0, .nav = Usd{1}}, Usd{1}).error().reason, Reason::out_of_range);
  EXPECT_EQ(issued({.units = 1, .nav = Usd{-1}}, Usd{1}).error().reason, Reason::out_of_range);
  EXPECT_EQ(issued(million, Usd{0}).error().reason, Reason::out_of_range);
  EXPECT_EQ(redeemed(million, 800'000).error().reason, Reason::out_of_range);
  EXPECT_EQ(redeemed(million, -1).error().reason, Reason::out_of_range);
}

// Gains move the price of a unit and nothing else does: who was there all along has what the book
// returned, whatever others paid in and took out.
TEST(TrancheLaw, FlowsLeaveThePriceOfAUnitAlone) {
  test::for_cases(1000, [](test::Gen& gen) {
    Tranche tranche{.units = gen.scale(1, 1e6), .nav = Usd{gen.scale(1, 1e9)}};
    double price = tranche.per_unit().value();
    for (int step = 0; step < 20; ++step) {
      if (gen.coin()) {
        const double grown = gen.real(0.8, 1.2);
        tranche.nav = Usd{tranche.nav.value() * grown};
        price *= grown;
      } else if (gen.coin()) {
        tranche = *issued(tranche, Usd{tranche.nav.value() * gen.real(0.01, 2)});
      } else {
        tranche = redeemed(tranche, tranche.units * gen.real(0.01, 0.9))->left;
      }
      EXPECT_CLOSE(tranche.per_unit().value(), price, 1e-12);
      EXPECT_CLOSE(tranche.units * tranche.per_unit().value(), tranche.nav.value(), 1e-14);
    }
  });
}

TEST(ExpenseRatio, IsAYearsCostOfWhatThereIs) {
  const Expenses month{
      .gas = Usd{100}, .hedge = Usd{1'000}, .borrowing = Usd{50}, .leakage = Usd{50}, .days = 30};
  EXPECT_CLOSE(expense_ratio(month, Usd{1e6}), 1'200 * 365 / 30.0 / 1e6, 1e-14);
}

TEST(Tracking, IsTheMeanAndDeviationOfTheDifference) {
  const std::vector<double> unit{0.012, -0.01, 0.001}, benchmark{0.01, -0.01, 0.002};
  const auto told = tracking_of(unit, benchmark);  // 0.002, 0, -0.001
  EXPECT_CLOSE(told->ahead, 365 * 0.001 / 3, 1e-12);
  const double deviation = std::sqrt((0.002 * 0.002 + 0.001 * 0.001 - 3 * 1e-6 / 9) / 2);
  EXPECT_CLOSE(told->error, deviation * std::sqrt(365), 1e-12);
  EXPECT_CLOSE(*told->information, told->ahead / told->error, 1e-12);
  EXPECT_FALSE(tracking_of(unit, unit)->information);
  EXPECT_EQ(tracking_of(unit, std::span(benchmark).first(2)).error().reason, Reason::bad_input);
  EXPECT_EQ(tracking_of(std::span(unit).first(1), std::span(unit).first(1)).error().reason,
            Reason::missing_data);
  const std::vector<double> hole{0.1, std::numeric_limits<double>::quiet_NaN(), 0.2};
  EXPECT_EQ(tracking_of(hole, unit).error().reason, Reason::bad_input);
}

}  // namespace levee::risk
