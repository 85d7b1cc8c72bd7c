#include "levee/solve/minimize.h"

#include "tests/support/cases.h"

#include <limits>
#include <stdexcept>

namespace levee::solve {
namespace {

using Point = std::span<const double>;

// Rosenbrock (1960): a curved valley with its floor at (1, 1).
constexpr auto valley = [](Point x) {
  return 100 * std::pow(x[1] - x[0] * x[0], 2) + std::pow(1 - x[0], 2);
};

Search from(std::vector<double> start) {
  return {.start = std::move(start), .lower = {-5, -5}, .upper = {5, 5}};
}

}  // namespace

TEST(Minimum, IsFoundAtTheEndOfACurvedValley) {
  const auto found = minimum_of(valley, from({-1.2, 1}));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->at[0], 1, 1e-4);
  EXPECT_NEAR(found->at[1], 1, 1e-4);
  EXPECT_LT(found->value, 1e-8);
  EXPECT_GT(found->evaluations, 10);
}

TEST(Minimum, MayLieOnTheEdgeOfTheBox) {
  const auto found = minimum_of([](Point x) { return x[0] + 2 * x[1]; }, from({3, 3}));
  EXPECT_NEAR(found->at[0], -5, 1e-6);
  EXPECT_NEAR(found->at[1], -5, 1e-6);
}

TEST(Minimum, IsRefusedWhenItWasNotReached) {
  Search hurried = from({-1.2, 1});
  hurried.evaluations_max = 20;
  EXPECT_EQ(minimum_of(valley, hurried).error().reason, Reason::not_converged);
  EXPECT_EQ(minimum_of(valley, from({9, 9})).error().reason, Reason::bad_input);
  const auto nowhere = [](Point) { return std::numeric_limits<double>::quiet_NaN(); };
  EXPECT_EQ(minimum_of(nowhere, from({0, 0})).error().reason, Reason::bad_input);
  const auto half = [](Point x) { return x[0] + std::sqrt(x[0]) + x[1] * x[1]; };
  EXPECT_EQ(minimum_of(half, from({3, 0})).error().reason, Reason::no_solution);
}

TEST(Minimum, LetsExceptionsThrough) {
  int calls = 0;
  const auto f = [&](Point x) -> double {
    if (++calls == 5) throw std::runtime_error("five");
    return x[0] * x[0] + x[1] * x[1];
  };
  EXPECT_THROW((void)minimum_of(f, from({1, 1})), std::runtime_error);
  EXPECT_EQ(calls, 5);
}

TEST(MinimumLaw, OfABowlIsItsBottomAndTheSameEveryTime) {
  test::for_cases(200, [](test::Gen& gen) {
    const double a = gen.real(-4, 4), b = gen.real(-4, 4), tilt = gen.real(-0.9, 0.9);
    const double steep = gen.scale(0.01, 100);
    const auto bowl = [&](Point x) {
      const double u = x[0] - a, v = x[1] - b;
      return steep * (u * u + v * v + tilt * u * v);
    };
    const auto search = from(gen.reals(2, -5, 5));
    const auto found = minimum_of(bowl, search);
    ASSERT_TRUE(found);
    EXPECT_LE(found->value, bowl(search.start));
    EXPECT_NEAR(found->at[0], a, 1e-3);
    EXPECT_NEAR(found->at[1], b, 1e-3);
    EXPECT_EQ(minimum_of(bowl, search)->at, found->at);
  });
}

TEST(Errors, AreRootsOfTheInverseHessiansDiagonal) {
  // Minus log-likelihood of a normal with covariance [4, 1.2; 1.2, 9].
  const double det = 4 * 9 - 1.2 * 1.2;
  const auto f = [&](Point x) {
    return (9 * x[0] * x[0] - 2 * 1.2 * x[0] * x[1] + 4 * x[1] * x[1]) / (2 * det);
  };
  const auto errors = errors_at(f, std::vector{0.0, 0.0}, std::vector{0.1, 0.1});
  EXPECT_NEAR((*errors)[0], 2, 1e-9);
  EXPECT_NEAR((*errors)[1], 3, 1e-9);
}

TEST(Errors, DoNotExistOnSaddlesAndPlains) {
  const auto saddle = [](Point x) { return x[0] * x[0] - x[1] * x[1]; };
  const auto plain = [](Point x) { return x[0] * x[0]; };
  const std::vector at{0.0, 0.0}, step{0.1, 0.1};
  EXPECT_EQ(errors_at(saddle, at, step).error().reason, Reason::no_solution);
  EXPECT_EQ(errors_at(plain, at, step).error().reason, Reason::no_solution);
}

}  // namespace levee::solve
