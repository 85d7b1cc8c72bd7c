// tests/solve/active_set_test.cpp — from any start to the corner that the other road comes to.
#include "levee/solve/active_set.h"

#include "levee/base/check.h"
#include "tests/support/band_cases.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

using test::bound_from;
using test::drawn;
using test::two_losses;
using test::value_at;

BandStart from(std::vector<double> x) { return {std::move(x), {}, {}}; }

// What proves a point: multipliers within their limits, and a bound that meets the value.
void expect_best(const BandProgram& program, const BandPoint& point) {
  for (const double x : point.x) EXPECT_TRUE(x >= 0 && x <= 1);
  EXPECT_LE(point.row_residual, 1e-9);
  EXPECT_NEAR(std::accumulate(point.price.begin(), point.price.end(), 0.0), program.mass, 1e-9);
  for (std::size_t k = 0; k < program.scenarios; ++k) {
    EXPECT_TRUE(point.price[k] >= 0 && point.price[k] <= program.cap[k]);
  }
  EXPECT_NEAR(value_at(program, point.x), bound_from(program, point), 1e-8);
}

}  // namespace

TEST(ActiveSet, BuysProtectionUntilTheTailMovesElsewhere) {
  for (const double x : {0.0, 0.3, 0.5, 1.0}) {
    const auto point = active_set(two_losses(), from({x}));
    ASSERT_TRUE(point.has_value());
    EXPECT_NEAR(point->x[0], 0.5, 1e-12);
    EXPECT_NEAR(point->threshold, 2, 1e-12);
    EXPECT_NEAR(point->price[0], 0.25, 1e-12);  // so that the column breaks even: 4 q = 1
  }
}

TEST(ActiveSet, CountsAnAtomOfTheTailInPart) {  // mathematics 4.3: VaR 9, CVaR 9.6667
  const BandProgram program = test::ten_losses();
  const auto point = active_set(program, from({0.7}));
  ASSERT_TRUE(point.has_value());
  EXPECT_NEAR(value_at(program, point->x), 29.0 / 3, 1e-12);
  EXPECT_NEAR(point->price[8], 1 - 1 / 1.5, 1e-12);
}

TEST(ActiveSet, OfTheAnswerNeedsNoExchange) {
  const auto found = active_set(two_losses(), from({0}));
  ASSERT_TRUE(found.has_value());
  EXPECT_GT(found->iterations, 0);
  const auto again = active_set(two_losses(), {found->x, found->price, found->row_price});
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->iterations, 0);
  EXPECT_EQ(again->x, found->x);
}

TEST(ActiveSet, BringsBackWhatTheStartBreaks) {
  BandProgram program = two_losses();
  test::add_row(program, {1}, -test::no_bound, 0.2);
  const auto point = active_set(program, from({0.9}));
  ASSERT_TRUE(point.has_value());
  EXPECT_NEAR(point->x[0], 0.2, 1e-12);
  EXPECT_NEAR(point->row_price[0], 3, 1e-9);  // a unit costs 1 and saves 4
  expect_best(program, *point);
}

TEST(ActiveSet, SaysByRowPricesWhatItCannotMeet) {
  BandProgram program = two_losses();
  test::add_row(program, {1}, 0.8, test::no_bound);
  test::add_row(program, {1}, -test::no_bound, 0.2);
  const auto point = active_set(program, from({0.5}));
  ASSERT_TRUE(point.has_value());
  EXPECT_GE(point->row_residual, 0.3 - 1e-12);  // 0.6 together, wherever it stands between
  EXPECT_LT(point->row_price[0], -1e3);
  EXPECT_GT(point->row_price[1], 1e3);
}

TEST(ActiveSet, RefusesStartsOfTheWrongSize) {
  EXPECT_THROW((void)active_set(two_losses(), from({0, 0})), ContractBroken);
  EXPECT_THROW((void)active_set(two_losses(), {{0}, {1}, {}}), ContractBroken);
  EXPECT_THROW((void)active_set(two_losses(), {{0}, {}, {1}}), ContractBroken);
}

TEST(ActiveSetLaw, FromAnyStartComesToTheProvedBest) {
  int answered = 0;
  test::for_cases(1000, [&](test::Gen& gen) {
    const BandProgram program = drawn(gen);
    BandStart start = from(gen.reals(program.columns, -0.2, 1.2));
    if (gen.coin()) start.price = gen.reals(program.scenarios, 0, program.cap[0]);
    if (gen.coin()) start.row_price = gen.reals(program.rows, -1, 1);
    const auto point = active_set(program, start);
    if (!point) return;
    ++answered;
    expect_best(program, *point);
  });
  EXPECT_GE(answered, 990);
}

TEST(ActiveSetLaw, OfMovedCostsComesToTheSameValueAsTheOtherRoad) {
  int fewer = 0;
  test::for_cases(300, [&](test::Gen& gen) {
    BandProgram program = drawn(gen);
    const auto before = active_set(program, from(std::vector<double>(program.columns, 0.0)));
    if (!before) return;
    for (double& cost : program.cost) cost += gen.real(-0.02, 0.02);
    const auto after = active_set(program, {before->x, before->price, before->row_price});
    if (!after) return;
    const BandPoint other = interior_point(program, 1e-10);
    EXPECT_NEAR(value_at(program, after->x), value_at(program, other.x), 1e-6);
    fewer += after->iterations < before->iterations ? 1 : 0;
  });
  EXPECT_GE(fewer, 200);  // the point of it
}

}  // namespace levee::solve
