// tests/scenario/pool_test.cpp — several sets as one: every path where it belongs.
#include "levee/scenario/pool.h"

#include <gtest/gtest.h>

namespace levee::scenario {
namespace {

// Paths numbered from `first` on, two dates, one protocol.
ScenarioSet numbered(double first, std::size_t paths, bool shape, bool surroundings) {
  ScenarioSet set;
  set.dates = {days(1), days(30)};
  set.protocol_loss = {1, paths};
  set.protocol_at = {1, paths};
  set.lead().name = "ETH";
  set.lead().spot = {2, paths};
  for (std::size_t s = 0; s < paths; ++s) {
    const double number = first + static_cast<double>(s);
    set.lead().spot.row(0)[s] = number;
    set.lead().spot.row(1)[s] = 10 * number;
    set.lead().level.push_back(-number);
    set.protocol_loss.row(0)[s] = number / 1000;
    if (shape) set.lead().skew.push_back(number);
    if (surroundings) set.funding.push_back(number);
  }
  return set;
}

}  // namespace

TEST(Pool, KeepsEveryPathWholeAndInOrder) {
  const ScenarioSet one = numbered(1, 5, true, true), two = numbered(101, 4, true, true);
  const std::vector<Part> parts{{one, 3}, {two, 2}};
  const ScenarioSet pool = pool_of(parts);
  ASSERT_EQ(pool.paths(), 5u);
  const std::vector<double> numbers{1, 2, 3, 101, 102};
  for (std::size_t s = 0; s < 5; ++s) {
    EXPECT_EQ(pool.lead().spot.row(0)[s], numbers[s]);
    EXPECT_EQ(pool.lead().spot.row(1)[s], 10 * numbers[s]);
    EXPECT_EQ(pool.lead().level[s], -numbers[s]);
    EXPECT_EQ(pool.lead().skew[s], numbers[s]);
    EXPECT_EQ(pool.funding[s], numbers[s]);
    EXPECT_EQ(pool.protocol_loss.row(0)[s], numbers[s] / 1000);
  }
  EXPECT_EQ(pool.dates, one.dates);
  EXPECT_TRUE(pool.peg.rows() == 0 && pool.gas.empty() && pool.weight.empty());
}

TEST(Pool, AShapeThatOnePartAloneMovesIsStillInTheOthers) {
  const ScenarioSet moves = numbered(1, 2, true, true), still = numbered(11, 2, false, false);
  const std::vector<Part> parts{{moves, 2}, {still, 2}};
  const ScenarioSet pool = pool_of(parts);
  EXPECT_EQ(pool.lead().skew, (std::vector<double>{1, 2, 0, 0}));
  EXPECT_TRUE(pool.funding.empty());  // one part knows nothing of it
}

TEST(Pool, APartOfNothingIsNoPart) {
  const ScenarioSet one = numbered(1, 3, false, true), two = numbered(11, 3, false, true);
  const std::vector<Part> parts{{one, 0}, {two, 3}};
  EXPECT_EQ(pool_of(parts).funding, two.funding);
}

}  // namespace levee::scenario
