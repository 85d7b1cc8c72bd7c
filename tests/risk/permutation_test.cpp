#include "levee/risk/permutation.h"

#include "tests/support/cases.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gmock/gmock.h>

namespace levee::risk {
namespace {

using ::testing::HasSubstr;
using Days = std::vector<std::uint8_t>;

// A level that forgets half of itself in some ten days: signals and overlapping gains are alike.
std::vector<double> slow(test::Gen& gen, std::size_t days) {
  std::vector<double> level(days);
  double x = gen.real(-1, 1);
  for (std::size_t i = 0; i < 50 + days; ++i) {
    x = 0.93 * x + gen.real(-1, 1);
    if (i >= 50) level[i - 50] = x;
  }
  return level;
}

Days above(const std::vector<double>& level, double edge) {
  Days on;
  for (const double x : level) on.push_back(x > edge ? 1 : 0);
  return on;
}

}  // namespace

TEST(ShiftTest, IsByHand) {
  // Twenty days; on on the third and fourth, which gain 5 and 7 of 12 in all.
  Days on(20, 0);
  std::vector<double> gain(20, 0.0);
  on[2] = on[3] = 1;
  gain[2] = 5, gain[3] = 7;
  const auto told = shift_test({.on = on, .gain = gain});
  ASSERT_TRUE(told);
  EXPECT_EQ(told->days_on, 2u);
  EXPECT_EQ(told->shifts, 19u);
  EXPECT_DOUBLE_EQ(told->benefit, 6 - 0.6);
  EXPECT_DOUBLE_EQ(told->p_value, 1.0 / 20);  // no other date gains as much
  // One shift finds the 5 alone, one the 7 alone, the others nothing.
  EXPECT_NEAR(told->usual, (2.5 + 3.5) / 19 - 0.6, 1e-12);
}

TEST(ShiftTest, WhereAllDaysAreAlikeNoneIsBetter) {
  Days on(40, 0);
  on[1] = on[7] = on[8] = 1;
  const std::vector<double> gain(40, 0.1);
  EXPECT_EQ(shift_test({.on = on, .gain = gain})->p_value, 1);
}

TEST(ShiftTest, NearDatesAreTheSameSignal) {
  const Days on = [] {
    Days days(100, 0);
    for (std::size_t i = 40; i < 60; ++i) days[i] = 1;
    return days;
  }();
  std::vector<double> gain(100, 0.0);
  for (std::size_t i = 40; i < 60; ++i) gain[i] = 1;
  const auto near = shift_test({.on = on, .gain = gain, .least_shift = 1});
  const auto far = shift_test({.on = on, .gain = gain, .least_shift = 20});
  EXPECT_EQ(far->shifts, 61u);
  EXPECT_LT(far->error, near->error);
  EXPECT_EQ(far->usual, -0.2);  // none of them touches a day that gains
}

TEST(ShiftTest, RefusesWhatTimesNothingOrCannotBeJudged) {
  const std::vector<double> gain(30, 1.0);
  const auto why = [&](const Days& on, std::span<const double> of, std::size_t least) {
    const auto told = shift_test({.on = on, .gain = of, .least_shift = least});
    return told ? std::string("taken") : told.error().message;
  };
  Days on(30, 0);
  EXPECT_THAT(why(on, gain, 1), HasSubstr("0 of 30 days"));
  EXPECT_THAT(why(Days(30, 1), gain, 1), HasSubstr("times nothing"));
  on[3] = 1;
  EXPECT_EQ(why(on, gain, 1), "taken");
  EXPECT_EQ(why(on, gain, 6), "taken");
  EXPECT_THAT(why(on, gain, 7), HasSubstr("32 are needed"));
  EXPECT_THAT(why(on, std::span(gain).first(29), 1), HasSubstr("beside 29"));
  std::vector<double> hole = gain;
  hole[5] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(why(on, hole, 1), HasSubstr("not finite"));
}

// Both go on for days, and know nothing of each other: one in twenty may be called timely, and
// every share of p-values has to be that share.
TEST(ShiftTestLaw, HoldsItsSizeWhereSignalAndGainsGoOnForDays) {
  constexpr int cases = 600;
  std::vector<int> below(4, 0);
  const double levels[] = {0.05, 0.25, 0.5, 0.75};
  for (int i = 0; i < cases; ++i) {
    test::Gen gen(static_cast<std::uint64_t>(1000 + i), 1);
    const Days on = above(slow(gen, 240), 1);
    const std::vector<double> gain = slow(gen, 240);
    const auto told = shift_test({.on = on, .gain = gain, .least_shift = 10});
    if (!told) continue;  // a signal that was never on
    for (std::size_t k = 0; k < 4; ++k) below[k] += told->p_value <= levels[k] ? 1 : 0;
  }
  for (std::size_t k = 0; k < 4; ++k) {
    const double wanted = levels[k] * cases;
    const double error = std::sqrt(wanted * (1 - levels[k]));
    EXPECT_NEAR(below[k], wanted, 3.5 * error) << levels[k];
  }
}

TEST(ShiftTestLaw, FindsASignalThatIsWorthSomething) {
  int found = 0, wrong_way = 0;
  for (int i = 0; i < 100; ++i) {
    test::Gen gen(static_cast<std::uint64_t>(50 + i), 1);
    const Days on = above(slow(gen, 400), 1);
    std::vector<double> gain = slow(gen, 400), loss = gain;
    for (std::size_t d = 0; d < gain.size(); ++d) {
      gain[d] += 3 * on[d], loss[d] -= 3 * on[d];
    }
    found += shift_test({.on = on, .gain = gain, .least_shift = 10})->p_value <= 0.05 ? 1 : 0;
    wrong_way += shift_test({.on = on, .gain = loss, .least_shift = 10})->p_value <= 0.05 ? 1 : 0;
  }
  EXPECT_GE(found, 90);
  EXPECT_EQ(wrong_way, 0);
}

}  // namespace levee::risk
