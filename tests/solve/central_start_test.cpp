// tests/solve/central_start_test.cpp — the first point of the iteration is inside everything.
#include "levee/solve/central_start.h"

#include <cmath>

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

BandProgram three_losses() {
  BandProgram program;
  program.columns = program.instruments = 2;
  program.cost = {0.2, -0.1};
  program.share = {{0, 1}, {1, -1}};
  program.scenarios = 3;
  program.payoff = {1, 0, 0, 1, 0.5, 0.5};
  program.target = {3, 1, 2};
  program.cap = {1, 1, 1};
  program.mass = 1;
  program.rows = 1;
  program.row = {1, 1};
  program.lower = {-1}, program.upper = {0.5};
  return program;
}

void expect_inside(const BandProgram& program, const CentralPoint& at) {
  for (std::size_t j = 0; j < program.columns; ++j) {
    EXPECT_GT(at.x[j], 0);
    EXPECT_LT(at.x[j], 1);
    EXPECT_GT(at.low[j], 0);
    EXPECT_GT(at.high[j], 0);
  }
  double mass = 0;
  for (std::size_t s = 0; s < program.scenarios; ++s) {
    EXPECT_GT(at.q[s], 0);
    EXPECT_GT(at.t[s], 0);
    EXPECT_GT(at.z[s], 0);
    EXPECT_NEAR(at.q[s] + at.v[s], program.cap[s], 1e-12);
    mass += at.q[s];
  }
  EXPECT_NEAR(mass, program.mass, 1e-8);
  EXPECT_GT(at.over[0], 0);
  EXPECT_GT(at.under[0], 0);
}

}  // namespace

TEST(CentralStart, IsInsideEveryBoundAndRow) {
  const BandProgram program = three_losses();
  expect_inside(program, central_start(program));
}

}  // namespace levee::solve
