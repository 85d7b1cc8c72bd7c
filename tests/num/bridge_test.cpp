#include "levee/num/bridge.h"

#include "levee/base/check.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <array>

namespace levee::num {
namespace {

// Column k: the path that the k-th normal alone makes.
std::vector<std::vector<double>> matrix_of(const Bridge& bridge) {
  std::vector<std::vector<double>> columns;
  for (std::size_t k = 0; k < bridge.steps(); ++k) {
    std::vector<double> normals(bridge.steps()), path(bridge.steps());
    normals[k] = 1;
    bridge.path(normals, path);
    columns.push_back(path);
  }
  return columns;
}

}  // namespace

TEST(Bridge, TheFirstNormalMovesTheEndAndTheRestInProportion) {
  const std::array<double, 4> times{1, 2, 3, 4};
  const Bridge bridge(times);
  const std::array<double, 4> normals{1, 0, 0, 0};
  std::array<double, 4> path{};
  bridge.path(normals, path);
  EXPECT_DOUBLE_EQ(path[3], 2);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_DOUBLE_EQ(path.at(i), 2 * times.at(i) / 4);
}

TEST(Bridge, TakesOneTime) {
  const std::array<double, 1> time{0.25}, normal{-2};
  std::array<double, 1> path{};
  Bridge(time).path(normal, path);
  EXPECT_DOUBLE_EQ(path[0], -1);
}

TEST(Bridge, IsABugWithoutTimesInOrder) {
  const std::array<double, 2> down{2, 1}, early{0, 1};
  EXPECT_THROW(Bridge{down}, ContractBroken);
  EXPECT_THROW(Bridge{early}, ContractBroken);
  EXPECT_THROW(Bridge{std::span<const double>{}}, ContractBroken);
}

// Cov(W(s), W(t)) = min(s, t), whatever the spacing.
TEST(BridgeLaw, HasTheCovarianceOfBrownianMotion) {
  test::for_cases(40, [](test::Gen& gen) {
    std::vector<double> times;
    double t = 0;
    for (std::size_t i = gen.size(1, 60); i > 0; --i) times.push_back(t += gen.scale(1e-3, 10));
    const auto columns = matrix_of(Bridge(times));
    for (std::size_t i = 0; i < times.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double covariance = 0;
        for (const auto& column : columns) covariance += column[i] * column[j];
        ASSERT_NEAR(covariance, times[j], 1e-12 * times[i]);
      }
    }
  });
}

// Each normal explains at least as much of the path's variance as the next, on even steps.
TEST(BridgeLaw, PutsMostOfTheVarianceFirst) {
  std::vector<double> times;
  for (int i = 1; i <= 64; ++i) times.push_back(i);
  const auto columns = matrix_of(Bridge(times));
  double all = 0;
  std::vector<double> share;
  for (const auto& column : columns) {
    double sum = 0;
    for (const double w : column) sum += w * w;
    share.push_back(sum);
    all += sum;
  }
  EXPECT_TRUE(std::ranges::is_sorted(share, std::greater{}));
  EXPECT_GT((share[0] + share[1]) / all, 0.8);
}

}  // namespace levee::num
