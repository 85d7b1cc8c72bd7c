// tests/solve/corner_test.cpp — what holds a corner is met exactly, whatever it was begun from.
#include "levee/solve/corner.h"

#include "tests/support/band_cases.h"

#include <cmath>

#include <gtest/gtest.h>

namespace levee::solve {

TEST(Corner, OfAColumnBetweenItsBoundsLiesOnTheTailsEdgeTwice) {
  const BandProgram program = test::two_losses();
  Corner corner(program);
  ASSERT_TRUE(corner.begin({{0.48}, {0.3, 0.7}, {}}));  // nearly where both lose the same
  EXPECT_EQ(corner.basic.size(), 2u);
  EXPECT_NEAR(corner.x[0], 0.5, 1e-15);
  EXPECT_NEAR(corner.threshold, 2, 1e-15);
  EXPECT_FALSE(corner.broken());
}

TEST(Corner, SaysWhichRowsAreBroken) {
  BandProgram program = test::ten_losses();
  test::add_row(program, {1}, -test::no_bound, 0.5);
  test::add_row(program, {1}, 0.5, test::no_bound);
  Corner corner(program);
  ASSERT_TRUE(corner.begin({{1}, {}, {}}));
  EXPECT_EQ(corner.stand[0], Corner::Stand::above);
  EXPECT_EQ(corner.stand[1], Corner::Stand::within);
  EXPECT_TRUE(corner.broken());
}

TEST(CornerLaw, MeetsItsHoldersAndKeepsTheTailsSum) {
  test::for_cases(500, [](test::Gen& gen) {
    const BandProgram program = test::drawn(gen);
    Corner corner(program);
    BandStart start{gen.reals(program.columns, -0.2, 1.2), {}, {}};
    if (gen.coin()) start.price = gen.reals(program.scenarios, 0, program.cap[0]);
    if (!corner.begin(start)) return;
    ASSERT_EQ(corner.holders.size(), corner.basic.size());
    double widest = 1;
    for (const double x : corner.x) widest = std::max(widest, std::abs(x));
    for (const auto [scenario, k] : corner.holders) {
      if (scenario) {
        EXPECT_NEAR(corner.excess[k], 0, 1e-9 * widest);
        EXPECT_EQ(corner.side[k], Corner::Side::edge);
        continue;
      }
      const bool upper = corner.stand[k] == Corner::Stand::at_upper;
      EXPECT_NEAR(corner.value[k], upper ? program.upper[k] : program.lower[k], 1e-9 * widest);
    }
    std::vector<double> sum(program.instruments + 1);
    for (std::size_t s = 0; s < program.scenarios; ++s) {
      if (corner.side[s] != Corner::Side::tail) continue;
      for (std::size_t i = 0; i < program.instruments; ++i) {
        sum[i] += program.cap[s] * program.payoff[s * program.instruments + i];
      }
      sum.back() += program.cap[s];
    }
    for (std::size_t i = 0; i < sum.size(); ++i) EXPECT_NEAR(corner.tail_worth[i], sum[i], 1e-12);
  });
}

}  // namespace levee::solve
