#include "levee/scenario/jump_walk.h"

#include "levee/num/estimate.h"
#include "tests/scenario/world.h"

#include <cmath>

#include <gtest/gtest.h>

namespace levee::scenario {
namespace {

// Two assets over one span whose only moves are jumps of a known size.
JumpLaw::Parts only_jumps(double lead, double other, double joins) {
  num::Matrix<double> one(2, 2);
  one.row(0)[0] = one.row(1)[1] = 1;
  JumpParts jumps{
      .assets = {{Intensity{lead}, LogReturn{-0.1}, 0}, {Intensity{other}, LogReturn{-0.05}, 0}},
      .spans = {{1.0}, {1.0}},
      .joins = {1, joins},
      .correlation = one};
  return {{Vol{1e-9}, Vol{1e-9}}, jumps, one, 7};
}

struct Counts {
  double lead = 0, other = 0, both = 0;  // means of numbers of jumps and of their product
};

Counts counted(const JumpLaw::Parts& parts) {
  constexpr std::size_t paths = 200'000;
  const JumpLaw law(parts);
  std::vector<double> lead(paths), other(paths), level(paths);
  law.draw({0, paths, {{lead}, {other}}, {level, level}});
  const JointJumps jumps(parts.jumps);
  Counts counts;
  for (std::size_t i = 0; i < paths; ++i) {
    const double a = std::round((lead[i] + jumps.log_mean(0, 0)) / -0.1);
    const double b = std::round((other[i] + jumps.log_mean(1, 0)) / -0.05);
    counts.lead += a / paths, counts.other += b / paths, counts.both += a * b / paths;
  }
  return counts;
}

}  // namespace

TEST(JointJumps, ComeAsOftenAsTheirIntensitiesSay) {
  const Counts counts = counted(only_jumps(2, 3, 0.75));
  EXPECT_NEAR(counts.lead, 2, 4 * std::sqrt(2 / 2e5));
  EXPECT_NEAR(counts.other, 3, 4 * std::sqrt(3 / 2e5));
  // Covariance of the counts: the shared jumps, a Poisson of 0.75 * 2.
  EXPECT_NEAR(counts.both - counts.lead * counts.other, 1.5, 0.05);
}

TEST(JointJumps, NeverMakeAnAssetJumpMoreThanItDoes) {
  const Counts counts = counted(only_jumps(4, 1, 0.9));  // joining 0.9 of four would be too much
  EXPECT_NEAR(counts.other, 1, 4 * std::sqrt(1 / 2e5));
  EXPECT_NEAR(counts.both - counts.lead * counts.other, 1, 0.05);
}

TEST(JointJumps, StandAloneWhereNothingIsShared) {
  const Counts counts = counted(only_jumps(2, 3, 0));
  EXPECT_NEAR(counts.both - counts.lead * counts.other, 0, 0.05);
}

// Sizes of jumps that come together are correlated one by one, whether they are drawn alone or as
// sums: covariance = joined a year * (means' product + correlation * deviations' product).
TEST(JointJumps, AreAsLargeTogetherAsTheirCorrelationSays) {
  JumpLaw::Parts parts = only_jumps(3, 4, 0.5);
  parts.jumps.assets[0].deviation = 0.2, parts.jumps.assets[1].deviation = 0.1;
  parts.jumps.correlation.row(0)[1] = parts.jumps.correlation.row(1)[0] = 0.8;
  constexpr std::size_t paths = 200'000;
  const double mean_x = 3 * -0.1, mean_y = 4 * -0.05;
  const double together = 3 * 0.5 * (0.1 * 0.05 + 0.8 * 0.2 * 0.1);
  const auto expect = [&](const auto& x, const auto& y) {
    std::vector<double> xy, yy;
    for (std::size_t i = 0; i < paths; ++i) {
      xy.push_back((x[i] - mean_x) * (y[i] - mean_y)), yy.push_back(std::pow(y[i] - mean_y, 2));
    }
    const auto both = num::mean_of(xy), own = num::mean_of(yy);
    EXPECT_NEAR(both.value, together, 4 * both.standard_error);
    EXPECT_LT(both.standard_error, 0.02 * together);
    EXPECT_NEAR(own.value, 4 * (0.05 * 0.05 + 0.1 * 0.1), 4 * own.standard_error);
  };
  const JointJumps jumps(parts.jumps);
  std::vector<double> x(paths), y(paths);
  for (std::size_t i = 0; i < paths; ++i) {
    std::vector<num::Draws> draws{num::Draws(1, 1, i), num::Draws(1, 2, i)};
    std::vector<double> at(2);
    jumps.add(0, draws, at);
    x[i] = at[0], y[i] = at[1];
  }
  expect(x, y);
  JumpLaw(parts).draw({0, paths, {{x}, {y}}, {}});
  for (std::size_t i = 0; i < paths; ++i)
    x[i] += jumps.log_mean(0, 0), y[i] += jumps.log_mean(1, 0);
  expect(x, y);
}

// Where an asset's clock stands still it joins nothing, whatever it does later.
TEST(JointJumps, JoinOnlyWhileTheirClockRuns) {
  JumpLaw::Parts parts = only_jumps(2, 3, 0.75);
  parts.jumps.spans = {{0.5, 0.5}, {0.0, 0.5}};
  constexpr std::size_t paths = 100'000;
  std::vector<double> x(paths), first(paths), second(paths), none(paths);
  JumpLaw(parts).draw({0, paths, {{none, x}, {first, second}}, {}});
  const double gain = JointJumps(parts.jumps).log_mean(1, 1);
  double count = 0;
  for (std::size_t i = 0; i < paths; ++i) {
    EXPECT_NEAR(first[i], 0, 1e-6);
    count += std::round((second[i] + gain) / -0.05) / paths;
  }
  EXPECT_NEAR(count, 1.5, 4 * std::sqrt(1.5 / paths));
}

TEST(JumpLaw, DrawsTheLeadAlikeWhateverIsBesideIt) {
  const auto alone = test::calibration(), joint = test::joint_calibration();
  const parallel::Team team(2);
  const auto one = generate("jump", test::recipe(alone, 500), team);
  const auto both = generate("jump", test::recipe(joint, 500), team);
  EXPECT_TRUE(std::ranges::equal(one->lead().spot.row(3), both->lead().spot.row(3)));
}

TEST(JumpLaw, CorrelatesDiffusionsAsAsked) {
  auto from = test::joint_calibration();
  from.dependence.correlation.row(0)[1] = from.dependence.correlation.row(1)[0] = 0.6;
  const auto set = generate("diffusion", test::recipe(from, 100'000), parallel::Team(2));
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t i = 0; i < set->paths(); ++i) {
    const double x = std::log(set->assets[0].spot.row(0)[i] / 2000);
    const double y = std::log(set->assets[1].spot.row(0)[i] / 60'000);
    xy += x * y, xx += x * x, yy += y * y;
  }
  EXPECT_NEAR(xy / std::sqrt(xx * yy), 0.6, 4 * (1 - 0.36) / std::sqrt(1e5));
}

}  // namespace levee::scenario
