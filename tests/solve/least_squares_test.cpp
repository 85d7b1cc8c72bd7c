// tests/solve/least_squares_test.cpp — least squares found, held in a box, and told how surely.
#include "levee/solve/least_squares.h"

#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::solve {
namespace {

using levee::test::for_cases;
using levee::test::Gen;
using Point = std::span<const double>;
using Out = std::span<double>;

// Rosenbrock (1960) as two residuals: its floor is at (1, 1).
constexpr auto valley = [](Point x, Out r) {
  r[0] = 10 * (x[1] - x[0] * x[0]);
  r[1] = 1 - x[0];
  return true;
};

SquaresSearch from(std::vector<double> start) {
  return {.start = std::move(start), .lower = {-5, -5}, .upper = {5, 5}, .residuals = 2};
}

}  // namespace

TEST(LeastSquares, AreFoundAtTheEndOfACurvedValley) {
  const auto fit = least_squares(valley, from({-1.2, 1}));
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_NEAR(fit->at[0], 1, 1e-8);
  EXPECT_NEAR(fit->at[1], 1, 1e-8);
  EXPECT_LT(fit->value, 1e-15);
  EXPECT_LT(fit->evaluations, 400);
}

TEST(LeastSquares, RestAtABoundThatHoldsThem) {
  SquaresSearch search = from({-1.2, 1});
  search.upper = {0.5, 5};
  const auto fit = least_squares(valley, search);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_EQ(fit->at[0], 0.5);
  EXPECT_NEAR(fit->at[1], 0.25, 1e-6);
  EXPECT_TRUE(fit->at_bound[0]);
  EXPECT_FALSE(fit->at_bound[1]);
  EXPECT_EQ(fit->standard_error[0], 0);
  EXPECT_NEAR(fit->standard_error[1], 0.1, 1e-6);
}

TEST(LeastSquares, SayThatASumDoesNotDetermineItsParts) {
  const auto sum = [](Point x, Out r) {
    r[0] = x[0] + x[1] - 3;
    r[1] = 2 * (x[0] + x[1]) - 6;
    return true;
  };
  const auto fit = least_squares(sum, from({0, 0}));
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_NEAR(fit->at[0] + fit->at[1], 3, 1e-8);
  EXPECT_EQ(fit->standard_error[0], std::numeric_limits<double>::infinity());
  EXPECT_EQ(fit->standard_error[1], std::numeric_limits<double>::infinity());
}

TEST(LeastSquares, StepBackFromWhereThereAreNone) {
  const auto root = [](Point x, Out r) {
    if (x[0] < 0.5) return false;
    r[0] = std::log(x[0]);
    r[1] = x[1] - 2;
    return true;
  };
  const auto fit = least_squares(root, from({5, 0}));
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_NEAR(fit->at[0], 1, 1e-7);
  EXPECT_NEAR(fit->at[1], 2, 1e-7);
}

TEST(LeastSquares, RefuseAStartOutsideTheBoxOrWithoutResiduals) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {6.0, nan}) {
    const auto fit = least_squares(valley, from({bad, 0}));
    ASSERT_FALSE(fit);
    EXPECT_EQ(fit.error().reason, Reason::bad_input);
  }
  const auto none = least_squares([](Point, Out) { return false; }, from({0, 0}));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, Reason::bad_input);
  SquaresSearch hurried = from({-1.2, 1});
  hurried.rounds_max = 2;
  const auto early = least_squares(valley, hurried);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().reason, Reason::not_converged);
}

// A straight line through noisy points, where everything is known in closed form.
TEST(LeastSquaresLaw, AreRegressionWithItsErrors) {
  for_cases(200, [](Gen& gen) {
    const std::size_t count = gen.size(3, 40);
    const auto x = gen.reals(count, -2, 2), noise = gen.reals(count, -0.5, 0.5);
    double sx = 0, sxx = 0, sy = 0, sxy = 0;
    const auto n = static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
      const double y = 1 + 0.5 * x[i] + noise[i];
      sx += x[i], sxx += x[i] * x[i], sy += y, sxy += x[i] * y;
    }
    const double spread = n * sxx - sx * sx, slope = (n * sxy - sx * sy) / spread;
    if (spread < 0.5 * n || std::abs(slope) > 4) return;
    SquaresSearch search = from({0, 0});
    search.residuals = count;
    const auto fit = least_squares(
        [&](Point p, Out r) {
          for (std::size_t i = 0; i < count; ++i) {
            r[i] = p[0] + p[1] * x[i] - (1 + 0.5 * x[i] + noise[i]);
          }
          return true;
        },
        search);
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_NEAR(fit->at[0], (sy - slope * sx) / n, 1e-7);
    EXPECT_NEAR(fit->at[1], slope, 1e-7);
    EXPECT_CLOSE(fit->standard_error[0], std::sqrt(sxx / spread), 1e-6);
    EXPECT_CLOSE(fit->standard_error[1], std::sqrt(n / spread), 1e-6);
  });
}

}  // namespace levee::solve
