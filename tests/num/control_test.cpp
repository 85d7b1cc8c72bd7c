// tests/num/control_test.cpp — what controls take off a mean's error, and what they leave alone.
#include "levee/num/control.h"

#include "levee/base/check.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::num {

using levee::test::for_cases;
using levee::test::Gen;

namespace {

using Columns = std::vector<std::span<const double>>;

std::vector<double> noise(Gen& gen, std::size_t count) { return gen.reals(count, -1, 1); }

}  // namespace

TEST(Control, WithoutControlsIsTheMean) {
  const std::vector<double> values = {1, 2, 6};
  const auto found = controlled_mean(values, {}, {});
  EXPECT_EQ(found.value, mean_of(values).value);
  EXPECT_EQ(found.standard_error, mean_of(values).standard_error);
}

TEST(Control, AValueMadeOfItsControlsIsKnownExactly) {
  Gen gen(1, 1);
  const auto a = noise(gen, 100), b = noise(gen, 100);
  std::vector<double> values(100);
  for (std::size_t i = 0; i < 100; ++i) values[i] = 3 + 2 * a[i] - 5 * (b[i] + a[i]);
  const auto found = controlled_mean(values, Columns{a, b}, {});
  EXPECT_NEAR(found.value, 3, 1e-13);
  EXPECT_NEAR(found.standard_error, 0, 1e-14);
}

TEST(Control, LeavesOutWhatDoesNotMoveOrIsThereAlready) {
  Gen gen(2, 1);
  const auto a = noise(gen, 50), values = noise(gen, 50);
  const std::vector<double> nothing(50, 0.0);
  std::vector<double> twice = a;
  for (double& x : twice) x *= 2;
  const auto with = controlled_mean(values, Columns{a}, {});
  const auto found = controlled_mean(values, Columns{nothing, a, twice}, {});
  EXPECT_NEAR(found.value, with.value, 1e-14);
  EXPECT_NEAR(found.standard_error, with.standard_error, 1e-14);
}

TEST(Control, RefusesColumnsOfOtherLengths) {
  const std::vector<double> values = {1, 2, 3}, two = {1, 2};
  EXPECT_THROW(controlled_mean(values, Columns{two}, {}), ContractBroken);
  EXPECT_THROW(controlled_mean(values, {}, two), ContractBroken);
  EXPECT_THROW(controlled_mean(two, Columns{two, two}, {}), ContractBroken);
}

TEST(ControlLaw, IsUnbiasedAndItsErrorIsItsError) {
  double inside = 0;
  for_cases(400, [&](Gen& gen) {
    // y = x + x^2 + noise of mean 1/3, of x even in (-1, 1); weights of mean 1 that lean on x.
    std::vector<double> x = noise(gen, 400), values, weight;
    for (const double at : x) {
      values.push_back(at + at * at + 0.1 * gen.real(-1, 1));
      weight.push_back(1);
    }
    const auto plain = mean_of(values), found = controlled_mean(values, Columns{x}, weight);
    EXPECT_LT(found.standard_error, 0.65 * plain.standard_error);
    inside += std::abs(found.value - 1.0 / 3) < 2 * found.standard_error ? 1 : 0;
  });
  EXPECT_NEAR(inside / 400, 0.954, 0.045);
}

TEST(ControlLaw, WeighsValuesAndControlsAlike) {
  for_cases(100, [](Gen& gen) {
    // x drawn with density (1 + x) / 2 on (-1, 1) by rejection; weight 1 / (1 + x) makes it even.
    std::vector<double> x, values, weight;
    while (x.size() < 2000) {
      const double at = gen.real(-0.9, 1);
      if (gen.real(0, 2) > 1 + at) continue;
      x.push_back(at);
    }
    std::vector<double> control;
    double norm = 0;
    for (const double at : x) norm += 1 / (1 + at) / 2000;
    for (const double at : x) {
      values.push_back(7 + 2 * at), weight.push_back(1 / (1 + at) / norm);
      control.push_back(at);
    }
    std::vector<double> weighed = values;
    for (std::size_t i = 0; i < x.size(); ++i) weighed[i] *= weight[i];
    const std::vector<double> one(x.size(), 1.0);
    std::vector<double> by_hand = control;
    for (std::size_t i = 0; i < x.size(); ++i) by_hand[i] *= weight[i];
    EXPECT_NEAR(controlled_mean(values, Columns{control}, weight).value,
                controlled_mean(weighed, Columns{by_hand}, one).value, 1e-12);
  });
}

}  // namespace levee::num
