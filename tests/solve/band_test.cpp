// tests/solve/band_test.cpp — scenarios by where they stand against the tail's edge.
#include "levee/solve/band.h"

#include <limits>
#include <numeric>

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

using Place = Band::Place;

// 0, 1, ..., count - 1: the last lose most.
std::vector<double> rising(std::size_t count) {
  std::vector<double> loss(count);
  std::iota(loss.begin(), loss.end(), 0.0);
  return loss;
}

}  // namespace

TEST(Band, TakesRanksAroundTheTailsEdge) {
  Band band(100, 10);
  band.take_ranks(rising(100), 4, 6);
  EXPECT_EQ(band.in(Place::tail), (Indices{94, 95, 96, 97, 98, 99}));
  EXPECT_EQ(band.in(Place::band), (Indices{84, 85, 86, 87, 88, 89, 90, 91, 92, 93}));
  EXPECT_EQ(band.at(83), Place::slack);
}

TEST(Band, GuestsStandForAllTheRest) {
  Band band(1000, 50);
  const std::vector<double> loss = rising(1000);
  band.take_ranks(loss, 20, 30);
  double weight = 0;
  for (const auto& [scenario, each] : band.guests(loss, 30, 20)) {
    EXPECT_EQ(band.at(scenario), Place::slack);
    weight += each;
  }
  EXPECT_NEAR(weight, 1000 - 80, 1e-9);
}

TEST(Band, WhatIsOnTheWrongSideComesBackAndStays) {
  Band band(100, 10);
  std::vector<double> loss = rising(100);
  band.take_ranks(loss, 4, 6);
  loss[20] = 95;  // slack, and now beyond the threshold
  loss[97] = 10;  // taken for tail, and now far below
  const std::vector<double> price(100, 0.0);
  const double none = std::numeric_limits<double>::infinity();
  Band::Solution solution{loss, price, 90, 1, 1e-9, 0, none, 100};
  EXPECT_EQ(band.reclassify(solution), 2u);
  EXPECT_EQ(band.at(20), Place::band);
  EXPECT_EQ(band.at(97), Place::band);
  solution.far = 5;  // clear cases may leave, but not these
  loss[20] = 1;
  EXPECT_EQ(band.reclassify(solution), 0u);
  EXPECT_EQ(band.at(20), Place::band);
}

TEST(Band, ClearCasesLeaveItAndTheEdgeStays) {
  Band band(100, 10);
  const std::vector<double> loss = rising(100);
  band.take_all();
  std::vector<double> price(100, 0.0);
  for (std::size_t k = 90; k < 100; ++k) price[k] = 1;
  EXPECT_EQ(band.reclassify({loss, price, 90, 1, 1e-9, 0, 3, 100}), 0u);
  EXPECT_EQ(band.at(10), Place::slack);
  EXPECT_LT(band.in(Place::tail).size(), 10u);  // the threshold needs a mass of its own
  EXPECT_GE(band.in(Place::band).size() + band.in(Place::tail).size(), 30u);
}

}  // namespace levee::solve
