// tests/num/root_test.cpp — bracketed roots.
#include "levee/num/root.h"

#include "tests/support/cases.h"

#include <cmath>
#include <numbers>

namespace levee::num {

using test::for_cases;
using test::Gen;

TEST(Root, IsFoundToTheLastDigitsOfASmoothFunction) {
  int evaluations = 0;
  const auto root = root_between(
      [&](double x) {
        ++evaluations;
        return std::cos(x) - x;
      },
      0, 1);
  ASSERT_TRUE(root);
  EXPECT_LE(evaluations, 10);
  EXPECT_DOUBLE_EQ(*root, 0.7390851332151607);  // Dottie's number
}

TEST(Root, IsNotFoundWithoutAChangeOfSign) {
  EXPECT_FALSE(root_between([](double x) { return x * x + 1; }, -1, 2));
  EXPECT_FALSE(root_between([](double x) { return x; }, 1, 2));
}

TEST(Root, MayStandAtEitherEnd) {
  const auto f = [](double x) { return x - 1; };
  EXPECT_EQ(root_between(f, 1, 5), 1);
  EXPECT_EQ(root_between(f, -5, 1), 1);
}

TEST(Root, OfASteepOrFlatFunctionStillTakesFewEvaluations) {
  int evaluations = 0;
  const auto steep = root_between(
      [&](double x) {
        ++evaluations;
        return std::expm1(40 * (x - 0.3));
      },
      -1, 2);
  ASSERT_TRUE(steep);
  EXPECT_NEAR(*steep, 0.3, 1e-15);
  EXPECT_LT(evaluations, 40);  // bisection alone takes 53

  // A ninth power is flat at its root: where its values underflow nothing can be told apart.
  const auto flat = root_between([](double x) { return std::pow(x - 0.3, 9); }, -1, 2);
  ASSERT_TRUE(flat);
  EXPECT_NEAR(*flat, 0.3, 1e-12);
}

TEST(Root, ToleranceSparesEvaluations) {
  int exact = 0, rough = 0;
  const auto counted = [](int& count) {
    return [&count](double x) {
      ++count;
      return x * x * x - 2;
    };
  };
  const auto fine = root_between(counted(exact), 0, 10);
  const auto coarse = root_between(counted(rough), 0, 10, 1e-3);
  EXPECT_LT(rough, exact);
  EXPECT_DOUBLE_EQ(*fine, std::cbrt(2.0));
  EXPECT_NEAR(*coarse, std::cbrt(2.0), 1e-3);
}

TEST(Roots, AreAllFoundAscendingAndOnceEach) {
  const auto sine = roots_between([](double x) { return std::sin(x); }, 1, 10, 20);
  ASSERT_EQ(sine.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(sine[i], static_cast<double>(i + 1) * std::numbers::pi, 1e-14);
  }
  // Roots on the scan's own knots, its two ends among them, are not counted twice.
  const auto cubic = [](double x) { return x * (x - 1) * (x + 1); };
  EXPECT_EQ(roots_between(cubic, -1, 1, 4), (std::vector<double>{-1, 0, 1}));
  EXPECT_TRUE(roots_between([](double x) { return x * x + 1; }, -1, 1, 4).empty());
}

TEST(RootLaw, IsWithinRoundingOfTheKnownRoot) {
  for_cases(1000, [](Gen& gen) {
    const double at = gen.real(-10, 10), bend = gen.scale(1e-3, 1e3);
    const double side = gen.coin() ? 1 : -1;
    const auto f = [&](double x) { return side * ((x - at) + bend * std::pow(x - at, 3)); };
    const auto root = root_between(f, at - gen.scale(1e-3, 1e3), at + gen.scale(1e-3, 1e3));
    ASSERT_TRUE(root);
    EXPECT_NEAR(*root, at, 1e-15 * (1 + std::abs(at)));
  });
}

}  // namespace levee::num
