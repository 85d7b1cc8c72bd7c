// tests/solve/interior_point_test.cpp — the inner programme against corners worked by hand.
#include "levee/solve/interior_point.h"

#include "levee/base/check.h"
#include "tests/support/band_cases.h"

#include <numeric>

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using test::add_row;
using test::bound_from;
using test::box;
using test::drawn;
using test::ten_losses;
using test::value_at;

}  // namespace

TEST(InteriorPoint, FillsWhatPaysAndLeavesWhatCosts) {
  const BandPoint point = interior_point(box({-1, 2, -0.001}), 1e-10);
  EXPECT_NEAR(point.x[0], 1, 1e-7);
  EXPECT_NEAR(point.x[1], 0, 1e-7);
  EXPECT_NEAR(point.x[2], 1, 1e-5);
  EXPECT_LT(point.complementarity, 1e-10);
}

TEST(InteriorPoint, PricesARowByWhatItsNextUnitSaves) {
  BandProgram program = box({-1, -0.5});
  add_row(program, {1, 1}, -infinity, 1.2);
  const BandPoint point = interior_point(program, 1e-10);
  EXPECT_NEAR(point.x[0], 1, 1e-7);
  EXPECT_NEAR(point.x[1], 0.2, 1e-7);
  EXPECT_NEAR(point.row_price[0], 0.5, 1e-6);  // the second column fills the row
  EXPECT_LE(point.row_residual, 1e-8);
}

TEST(InteriorPoint, PricesALowerBoundNegatively) {
  BandProgram program = box({1, 3});
  add_row(program, {1, 2}, 1.5, infinity);
  const BandPoint point = interior_point(program, 1e-10);  // per unit of row: 1 and 1.5
  EXPECT_NEAR(point.x[0], 1, 1e-6);
  EXPECT_NEAR(point.x[1], 0.25, 1e-6);
  EXPECT_NEAR(point.row_price[0], -1.5, 1e-6);
}

TEST(InteriorPoint, MeetsAnEquation) {
  BandProgram program = box({1, -3});
  add_row(program, {1, -1}, 0.25, 0.25);  // x1 = x0 - 0.25: the objective falls to x0 = 1
  const BandPoint point = interior_point(program, 1e-10);
  EXPECT_NEAR(point.x[0], 1, 1e-7);
  EXPECT_NEAR(point.x[1], 0.75, 1e-7);
  EXPECT_NEAR(point.row_price[0], -3, 1e-6);
  EXPECT_LE(point.row_residual, 1e-9);
}

TEST(InteriorPoint, CountsAnAtomOfTheTailInPart) {  // mathematics 4.3: VaR 9, CVaR 9.6667
  const BandProgram program = ten_losses();
  const BandPoint point = interior_point(program, 1e-11);
  EXPECT_NEAR(value_at(program, point.x), 29.0 / 3, 1e-6);
  EXPECT_NEAR(point.threshold, 9, 1e-4);
  EXPECT_NEAR(point.price[9], 1 / 1.5, 1e-6);
  EXPECT_NEAR(point.price[8], 1 - 1 / 1.5, 1e-6);
  for (std::size_t k = 0; k < 8; ++k) EXPECT_NEAR(point.price[k], 0, 1e-6) << k;
}

TEST(InteriorPoint, BuysProtectionUntilTheTailMovesElsewhere) {
  // Losses 4 and 2, all of the tail's mass on one: a unit of the column takes 4 from the first and
  // costs 1. Below x = 1/2 it saves 4 for 1; beyond it the second scenario is the tail.
  BandProgram program = box({1});
  program.scenarios = 2;
  program.payoff = {4, 0};
  program.target = {4, 2};
  program.cap = {1, 1};
  program.mass = 1;
  const BandPoint point = interior_point(program, 1e-11);
  EXPECT_NEAR(point.x[0], 0.5, 1e-6);
  EXPECT_NEAR(value_at(program, point.x), 2.5, 1e-6);
  EXPECT_NEAR(point.price[0], 0.25, 1e-5);  // so that the column breaks even: 4 q = 1
}

TEST(InteriorPoint, RefusesTablesOfTheWrongSize) {
  BandProgram program = ten_losses();
  program.payoff.pop_back();
  EXPECT_THROW((void)interior_point(program, 1e-9), ContractBroken);
  BandProgram rows = box({1, 1});
  add_row(rows, {1, 1}, 0, 1);
  rows.row.pop_back();
  EXPECT_THROW((void)interior_point(rows, 1e-9), ContractBroken);
}

TEST(InteriorPointLaw, ItsPointAndItsPricesMeetInTheMiddle) {  // strong duality
  test::for_cases(1000, [](test::Gen& gen) {
    const BandProgram program = drawn(gen);
    const BandPoint point = interior_point(program, 1e-9);
    for (const double x : point.x) {
      EXPECT_GE(x, 0);
      EXPECT_LE(x, 1);
    }
    EXPECT_LE(point.row_residual, 1e-7);
    const double mass = std::accumulate(point.price.begin(), point.price.end(), 0.0);
    EXPECT_NEAR(mass, program.mass, 1e-7);
    for (std::size_t k = 0; k < program.scenarios; ++k) {
      EXPECT_GE(point.price[k], 0);
      EXPECT_LE(point.price[k], program.cap[k] * (1 + 1e-12));
    }
    for (std::size_t r = 0; r < program.rows; ++r) {
      EXPECT_LE(point.row_price[r], program.upper[r] == infinity ? 0 : infinity);
      EXPECT_GE(point.row_price[r], program.lower[r] == -infinity ? 0 : -infinity);
    }
    const double value = value_at(program, point.x), bound = bound_from(program, point);
    EXPECT_LE(value - bound, 1e-6);
    EXPECT_GE(value - bound, -1e-6);
  });
}

TEST(InteriorPointLaw, NoFeasiblePointThatIsTriedIsBetter) {
  test::for_cases(200, [](test::Gen& gen) {
    const BandProgram program = drawn(gen);
    const BandPoint point = interior_point(program, 1e-9);
    const double value = value_at(program, point.x);
    for (int attempt = 0; attempt < 50; ++attempt) {
      const auto x = gen.reals(program.columns, 0, attempt < 25 ? 1 : 0.2);
      bool feasible = true;
      for (std::size_t r = 0; r < program.rows; ++r) {
        double sum = 0;
        for (std::size_t j = 0; j < program.columns; ++j) {
          sum += program.row[r * program.columns + j] * x[j];
        }
        feasible = feasible && sum <= program.upper[r] && sum >= program.lower[r];
      }
      EXPECT_GE(value_at(program, x), feasible ? value - 1e-6 : -infinity);
    }
  });
}

}  // namespace levee::solve
