#include "levee/scenario/dependence.h"

#include "tests/scenario/world.h"

#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace levee::scenario {
namespace {

// Daily returns of two assets: normal with a correlation, made wild now and then.
History pair_of(double correlation, std::size_t rows, std::uint64_t seed = 1) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  History history{days(1), {}, {0}, {{}, {}}, {false, false}};
  for (std::size_t i = 0; i < rows; ++i) {
    const double x = normal(source);
    const double y = correlation * x + std::sqrt(1 - correlation * correlation) * normal(source);
    history.at.push_back(test::midnight + days(static_cast<std::int64_t>(i)));
    history.assets[0].push_back({LogReturn{0.03 * x}, LogReturn{0}});
    history.assets[1].push_back({LogReturn{0.02 * y}, LogReturn{0}});
  }
  return history;
}

}  // namespace

TEST(Dependence, OfOneAssetIsItself) {
  const auto found = dependence_of({days(1), {}, {}, {{}}, {false}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->correlation.row(0)[0], 1);
  EXPECT_EQ(found->joins, std::vector<double>{1});
}

TEST(Dependence, FindsTheCorrelationOfNormalReturnsWithinItsError) {
  for (const double truth : {-0.5, 0.0, 0.8}) {
    const auto found = dependence_of(pair_of(truth, 1000));
    ASSERT_TRUE(found);
    const double error = found->error.row(1)[0];
    EXPECT_NEAR(found->correlation.row(1)[0], truth, 4 * error) << truth;
    EXPECT_EQ(found->correlation.row(0)[1], found->correlation.row(1)[0]);
    // Of the sample correlation of normal returns it would be (1 - rho^2) / sqrt(n).
    const double least = (1 - truth * truth) / std::sqrt(1000.0);
    EXPECT_GT(error, 0.95 * least);
    EXPECT_LT(error, 1.3 * least);
  }
}

TEST(Dependence, StatesErrorsThatHold) {
  int within = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto found = dependence_of(pair_of(0.6, 120, seed));
    within += std::abs(found->correlation.row(1)[0] - 0.6) < 1.96 * found->error.row(1)[0] ? 1 : 0;
  }
  EXPECT_NEAR(within / 200.0, 0.95, 4 * std::sqrt(0.95 * 0.05 / 200));
}

TEST(Dependence, IsNotTurnedByOneWildDay) {
  auto history = pair_of(0.8, 400);
  const double before = dependence_of(history)->correlation.row(1)[0];
  history.assets[0][7].price = LogReturn{-1};
  history.assets[1][7].price = LogReturn{1};
  EXPECT_NEAR(dependence_of(history)->correlation.row(1)[0], before, 0.01);
}

TEST(Dependence, CountsJumpsThatComeTogether) {
  auto history = pair_of(0.5, 400);
  for (const std::size_t row : {10U, 50U, 90U, 130U}) {
    history.assets[0][row].price = LogReturn{-0.3};
    if (row < 100) history.assets[1][row].price = LogReturn{-0.2};
  }
  const auto found = dependence_of(history);
  EXPECT_EQ(found->jump_rows, 4u);
  EXPECT_DOUBLE_EQ(found->joins[1], 0.75);
  EXPECT_DOUBLE_EQ(dependence_of(pair_of(0.5, 100, 3))->joins[1], 0.5);  // none seen: assumed
}

TEST(Dependence, MakesWhatCannotBeTogetherDefinite) {
  auto history = pair_of(0.9, 100);
  history.assets.push_back(history.assets[0]);  // twins: their matrix has no root
  history.knows_vol.push_back(false);
  const auto found = dependence_of(history);
  ASSERT_TRUE(found);
  EXPECT_TRUE(root_of(found->correlation));
  EXPECT_GT(found->correlation.row(2)[0], 0.95);
}

TEST(Dependence, NeedsSixtyStepsInCommon) {
  EXPECT_EQ(dependence_of(pair_of(0.5, 59)).error().reason, Reason::missing_data);
  EXPECT_TRUE(dependence_of(pair_of(0.5, 60)));
}

TEST(CorrelationRoot, IsRefusedOfWhatIsNoNumber) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    num::Matrix<double> correlation(2, 2);
    correlation.row(0)[0] = correlation.row(1)[1] = 1;
    correlation.row(0)[1] = correlation.row(1)[0] = bad;
    EXPECT_EQ(root_of(correlation).error().reason, Reason::no_solution);
  }
}

TEST(CorrelationRoot, TimesItsTransposeIsTheMatrix) {
  num::Matrix<double> correlation(3, 3);
  const double cells[3][3] = {{1, 0.8, -0.2}, {0.8, 1, 0.1}, {-0.2, 0.1, 1}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) correlation.row(i)[j] = cells[i][j];
  }
  const auto root = root_of(correlation);
  ASSERT_TRUE(root);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) sum += root->row(i)[k] * root->row(j)[k];
      EXPECT_NEAR(sum, cells[i][j], 1e-15);
      if (j > i) {
        EXPECT_EQ(root->row(i)[j], 0);
      }
    }
  }
  correlation.row(0)[1] = correlation.row(1)[0] = 1;
  EXPECT_EQ(root_of(correlation).error().reason, Reason::no_solution);
}

}  // namespace levee::scenario
