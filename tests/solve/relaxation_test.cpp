// tests/solve/relaxation_test.cpp — what contradicts what, proved, and the least ways out.
#include "levee/solve/relaxation.h"

#include "levee/solve/tail_program.h"

#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Rows over a box; values and losses are not looked at.
struct Wishes {
  num::Matrix<Usd> value{1, 1};
  std::vector<double> base_loss{0};
  TailProgram program;

  explicit Wishes(const std::vector<double>& upper) {
    for (const double most : upper) program.columns.push_back({0, 1, 0, most});
    program.value = &value;
    program.base_loss = base_loss;
  }
  Wishes(const Wishes&) = delete;
  Wishes& operator=(const Wishes&) = delete;
  ~Wishes() = default;

  void ask(std::vector<double> coefficient, double lower, double upper) {
    program.rows.push_back({"row", std::move(coefficient), lower, upper});
  }
};

}  // namespace

TEST(Relaxation, OfRowsThatAskForNothingIsNothing) {
  Wishes wishes({1, 2});
  wishes.ask({1, 1}, -1, 5);
  const Relaxation found = relaxation_of(wishes.program);
  EXPECT_TRUE(found.feasible);
  EXPECT_EQ(found.x, (std::vector<double>{0, 0}));
}

TEST(Relaxation, FindsAPointWhereThereIsOne) {
  Wishes wishes({10, 10});
  wishes.ask({2, 3}, 12, infinity);
  wishes.ask({1, 4}, -infinity, 8);
  const Relaxation found = relaxation_of(wishes.program);
  EXPECT_TRUE(found.feasible);
  EXPECT_LE(violation_at(wishes.program, found.x), 1e-7);
}

TEST(Relaxation, ProvesTwoRowsThatEachCouldBeMet) {
  Wishes wishes({10, 10});
  wishes.ask({2, 1}, 12, infinity);    // protection
  wishes.ask({3, 1}, -infinity, 10);   // budget: six of the first would cost 18
  wishes.ask({0, 1}, -infinity, 0.5);  // and little of the second may be bought
  const Relaxation found = relaxation_of(wishes.program);
  ASSERT_FALSE(found.feasible);
  // By hand: x = (9.5 / 3, 0.5) gives 41 / 6 of the 12.
  EXPECT_NEAR(found.shortfall[0], 12 - 41.0 / 6, 1e-3);
  EXPECT_GT(contradiction_from(wishes.program, found.multiplier), 0.4);
  const auto alone = alone_of(wishes.program, found);
  ASSERT_EQ(alone.size(), 2u);  // however much of the second: x = 0, y = 12 is beyond the budget
  EXPECT_EQ(alone[0].row, 0u);
  EXPECT_NEAR(alone[0].by, 12 - 41.0 / 6, 1e-3);
  EXPECT_EQ(alone[1].row, 1u);
  EXPECT_NEAR(alone[1].by, 3 * 5.75 + 0.5 - 10, 1e-3);
}

TEST(RelaxationLaw, GivingByThatMuchIsEnoughAndByLessIsNot) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    Wishes wishes(std::vector<double>(12, 1.0));
    const auto random = [&] {
      std::vector<double> row(12);
      for (double& one : row) one = normal(engine);
      return row;
    };
    for (int r = 0; r < 6; ++r) wishes.ask(random(), -infinity, uniform(engine));
    for (int r = 0; r < 3; ++r) wishes.ask(random(), 1 + 2 * uniform(engine), infinity);
    const Relaxation found = relaxation_of(wishes.program);
    if (found.feasible) {
      EXPECT_LE(violation_at(wishes.program, found.x), 1e-7) << "seed " << seed;
      continue;
    }
    EXPECT_GT(contradiction_from(wishes.program, found.multiplier), 0) << "seed " << seed;
    for (const auto& [row, by] : alone_of(wishes.program, found)) {
      for (const double share : {0.99, 1.01}) {
        TailProgram other = wishes.program;
        Row& given = other.rows[row];
        (given.upper < infinity ? given.upper : given.lower) +=
            share * (given.upper < infinity ? by : -by);
        EXPECT_EQ(relaxation_of(other).feasible, share > 1) << "seed " << seed << " row " << row;
      }
    }
  }
}

}  // namespace levee::solve
