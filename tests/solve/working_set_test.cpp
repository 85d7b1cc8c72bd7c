// tests/solve/working_set_test.cpp — few scenarios and columns stand for all, with the proof.
#include "levee/solve/working_set.h"

#include "tests/support/tail_cases.h"

#include <limits>
#include <numeric>

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

Outcome unsolved(const TailProgram& program) {
  Outcome out;
  out.x.assign(program.columns.size(), 0.0);
  out.row_price.assign(program.rows.size(), 0.0);
  out.bound = -std::numeric_limits<double>::infinity();
  out.objective = std::numeric_limits<double>::infinity();
  return out;
}

Indices first(std::size_t count, std::size_t step = 1) {
  Indices chosen;
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(i * step);
  return chosen;
}

Indices all_columns(const TailProgram& program) { return first(program.columns.size()); }

// From nothing known, on the given scenarios.
void improved(const TailProgram& program, Indices scenarios, double tolerance, int rounds,
              Outcome& out, Indices& active) {
  const std::size_t whole = program.base_loss.size();
  const Search search{std::move(scenarios), {}, program.level, tolerance, rounds};
  Trail trail;
  trail.active = active;
  if (search.scenarios.size() == whole) {
    WorkingSet(program).improve(search, out, trail);
  } else {
    WorkingSet(program).sketch(search, out, trail);
    out.x = trail.x;
  }
  active = trail.active;
}

}  // namespace

TEST(WorkingSet, ReachesTheGapOnAllScenariosWithFewOfThemInTheBand) {
  const test::TailCase book(1, 6000, 30);
  Outcome out = unsolved(book.program);
  Indices active = all_columns(book.program);
  improved(book.program, first(6000), 1e-7, 60, out, active);
  EXPECT_EQ(out.status, Status::optimal);
  EXPECT_LE(out.gap(), 1e-7 * book.program.scale);
  EXPECT_GE(out.gap(), -1e-9 * book.program.scale);
  EXPECT_LE(violation_at(book.program, out.x), 1e-8);
  EXPECT_NEAR(objective_at(book.program, out.x), out.objective, 1e-9);
  EXPECT_NEAR(bound_from(book.program, out.price, out.row_price), out.bound, 1e-9);
  EXPECT_GT(out.band, 0u);
  EXPECT_LT(out.band, 3000u);  // the point of it
}

TEST(WorkingSet, FindsTheColumnsItWasNotGiven) {
  const test::TailCase book(2, 3000, 40);
  Outcome whole = unsolved(book.program), grown = unsolved(book.program);
  Indices every = all_columns(book.program), one{0};
  improved(book.program, first(3000), 1e-7, 60, whole, every);
  improved(book.program, first(3000), 1e-7, 60, grown, one);
  ASSERT_EQ(whole.status, Status::optimal);
  EXPECT_EQ(grown.status, Status::optimal);
  EXPECT_NEAR(grown.objective, whole.objective, 2e-7 * book.program.scale);
  EXPECT_GT(one.size(), 1u);
}

TEST(WorkingSet, OnASampleOnlyMovesThePointToStartFrom) {
  const test::TailCase book(3, 4000, 20);
  Outcome out = unsolved(book.program);
  Indices active = all_columns(book.program);
  improved(book.program, first(500, 8), 1e-6, 6, out, active);
  EXPECT_NE(out.status, Status::optimal);
  EXPECT_EQ(out.bound, -std::numeric_limits<double>::infinity());
  const std::vector<double> none(out.x.size(), 0.0);
  EXPECT_LT(objective_at(book.program, out.x), objective_at(book.program, none));
}

TEST(WorkingSet, StoppedEarlyStillTellsTheTruth) {
  const test::TailCase book(4, 5000, 30);
  Outcome best = unsolved(book.program);
  Indices active = all_columns(book.program);
  improved(book.program, first(5000), 1e-8, 60, best, active);
  ASSERT_EQ(best.status, Status::optimal);
  Outcome early = unsolved(book.program);
  Indices few{0, 1};
  improved(book.program, first(5000), 1e-8, 1, early, few);
  EXPECT_NE(early.status, Status::optimal);
  EXPECT_EQ(early.rounds, 1);
  EXPECT_LE(early.bound, best.objective + 1e-9 * book.program.scale);
  EXPECT_GE(early.objective, best.bound - 1e-9 * book.program.scale);
}

TEST(WorkingSetLaw, AnyStartLeadsToTheSameValue) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const test::TailCase book(seed, 2500, 20);
    Outcome from_nothing = unsolved(book.program), from_everything = unsolved(book.program);
    for (std::size_t j = 0; j < book.program.columns.size(); ++j) {
      from_everything.x[j] = book.program.columns[j].upper;  // overdraws the rows, too
    }
    Indices active = all_columns(book.program), again = active;
    improved(book.program, first(2500), 1e-7, 60, from_nothing, active);
    improved(book.program, first(2500), 1e-7, 60, from_everything, again);
    ASSERT_EQ(from_nothing.status, Status::optimal) << "seed " << seed;
    ASSERT_EQ(from_everything.status, Status::optimal) << "seed " << seed;
    EXPECT_NEAR(from_nothing.objective, from_everything.objective, 2e-7 * book.program.scale)
        << "seed " << seed;
    EXPECT_LE(violation_at(book.program, from_everything.x), 1e-8) << "seed " << seed;
  }
}

TEST(WorkingSetLaw, TiesAtTheTailsEdgeDoNotStopIt) {  // many paths lose exactly the same
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    test::TailCase book(seed, 2000, 16);
    for (double& loss : book.base_loss) loss = 500 * std::round(loss / 500);
    for (std::size_t i = 0; i < book.value.rows(); ++i) {
      for (double& v : book.value.row(i)) v = 100 * std::round(v / 100);
    }
    Outcome out = unsolved(book.program);
    Indices active = all_columns(book.program);
    improved(book.program, first(2000), 1e-6, 60, out, active);
    EXPECT_EQ(out.status, Status::optimal) << "seed " << seed << " gap " << out.gap();
  }
}

}  // namespace levee::solve
