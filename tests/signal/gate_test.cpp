// tests/signal/gate_test.cpp — gates switch on the bar they should, and on no other.
#include "levee/signal/gate.h"

#include "tests/support/cases.h"

#include <cmath>
#include <limits>
#include <vector>

namespace levee::signal {
namespace {

using Closes = std::vector<std::optional<double>>;

const std::optional<double> none;

std::vector<int> stands(const GateRule& rule, const Closes& closes) {
  std::vector<int> found;
  GateState state;
  for (const auto& close : closes) {
    state = after(rule, state, close);
    found.push_back(state.stands == Switch::on ? 1 : 0);
  }
  return found;
}

std::vector<int> regimes(const VeqRule& rule, const Closes& closes) {
  std::vector<int> found;
  VeqState state;
  for (const auto& close : closes) {
    state = after(rule, state, close);
    const auto regime = regime_of(state);
    found.push_back(regime ? static_cast<int>(*regime) : -1);
  }
  return found;
}

int switches(const std::vector<int>& stood) {
  int count = 0, before = 0;
  for (const int now : stood) {
    count += now != before ? 1 : 0;
    before = now;
  }
  return count;
}

// The rule as a sentence, without a state: what the newest full row of closes says.
int by_rows(const GateRule& rule, const Closes& closes, std::size_t now) {
  const auto row = [&](std::size_t end, int count, auto holds) {
    if (end + 1 < static_cast<std::size_t>(count)) return false;
    for (int k = 0; k < count; ++k) {
      if (!holds(*closes[end - static_cast<std::size_t>(k)])) return false;
    }
    return true;
  };
  for (std::size_t i = now + 1; i-- > 0;) {
    if (row(i, rule.on_closes, [&](double x) { return x > rule.on; })) return 1;
    if (row(i, rule.off_closes, [&](double x) { return x < rule.off; })) return 0;
  }
  return 0;
}

}  // namespace

TEST(StressGate, GoesOnAtTheSecondCloseAboveOneAndOffAtTheFifthBelowHalf) {
  EXPECT_EQ(stands({}, {1.1, .9, 1.1, 1.0, 1.2, 1.2, .4, .4, .4, .4, .6, .4, .4, .4, .4, .4, .4}),
            (std::vector{0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0}));
}

TEST(StressGate, CountsNoCloseOnTheLevelItself) {
  EXPECT_EQ(stands({}, {1.0, 1.0, 1.0}), (std::vector{0, 0, 0}));
  EXPECT_EQ(stands({}, {2, 2, .5, .5, .5, .5, .5, .5}), (std::vector{0, 1, 1, 1, 1, 1, 1, 1}));
}

TEST(StressGate, IsNotCalledOffByMissingReadings) {
  EXPECT_EQ(stands({}, {2, none, 2, .1, .1, .1, .1, none, .1, .1, .1, .1, .1}),
            (std::vector{0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0}));
  EXPECT_EQ(stands({}, Closes(9, none)), std::vector<int>(9, 0));
}

TEST(Gate, RefusesARuleThatWouldFlap) {
  EXPECT_TRUE(check(GateRule{}));
  EXPECT_FALSE(check(GateRule{.on = 1, .off = 1.1}));
  EXPECT_FALSE(check(GateRule{.on_closes = 0}));
  EXPECT_FALSE(check(GateRule{.off_closes = 0}));
  EXPECT_FALSE(check(GateRule{.on = std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_THROW(after(GateRule{.on = 1, .off = 2}, {}, 1.5), ContractBroken);
  EXPECT_THROW(after(GateRule{}, {}, std::nan("")), ContractBroken);
}

TEST(VeqGates, GoUpAtOnceAndDownAfterThreeClosesAPointBelow) {
  EXPECT_EQ(regimes({}, {14.9, 15, 20, 25, 24, 24, 24, 24, 23.9, 23.9, 23.9}),
            (std::vector{0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 2}));
  EXPECT_EQ(regimes({}, {30, 10, 10, 10}), (std::vector{3, 3, 3, 0}));
  EXPECT_EQ(regimes({}, {22, 18, 18, 19, 18, 18, 18}), (std::vector{2, 2, 2, 2, 2, 2, 1}));
}

TEST(VeqGates, KnowNoRegimeBeforeTheFirstReadingAndKeepItThroughAHole) {
  EXPECT_EQ(regimes({}, {none, 21, none, none, none, none}), (std::vector{-1, 2, 2, 2, 2, 2}));
}

TEST(VeqGates, ShrinkNewPositionsAboveTwentyEight) {
  EXPECT_EQ(size_share({}, 10), 1);
  EXPECT_EQ(size_share({}, 28), 1);
  EXPECT_EQ(size_share({}, 56), .5);
  EXPECT_THROW(size_share({}, 0), ContractBroken);
}

TEST(VeqGates, RefuseLevelsThatDoNotAscend) {
  EXPECT_TRUE(check(VeqRule{}));
  EXPECT_FALSE(check(VeqRule{.levels = {15, 15, 25}}));
  EXPECT_FALSE(check(VeqRule{.levels = {15, 20, std::numeric_limits<double>::infinity()}}));
  EXPECT_FALSE(check(VeqRule{.margin = -1}));
  EXPECT_FALSE(check(VeqRule{.closes = 0}));
  EXPECT_FALSE(check(VeqRule{.full_size_to = 0}));
}

TEST(GateLaw, NoiseSmallerThanHalfTheGapNeverSwitchesTwice) {
  test::for_cases(1000, [](test::Gen& gen) {
    const GateRule rule{.on = gen.real(-1, 2), .off = -2};
    const double gap = rule.on - rule.off, about = gen.real(rule.off - gap, rule.on + gap);
    Closes closes;
    for (int i = 0; i < 400; ++i) closes.emplace_back(about + gen.real(-.49, .49) * gap);
    ASSERT_LE(switches(stands(rule, closes)), 1);
  });
}

TEST(GateLaw, StandsWhereTheNewestFullRowOfClosesPutsIt) {
  int switched = 0;
  test::for_cases(1000, [&](test::Gen& gen) {
    const GateRule rule{.on = gen.real(0, 1),
                        .on_closes = gen.integer(1, 4),
                        .off = gen.real(-1, 0),
                        .off_closes = gen.integer(1, 6)};
    Closes closes;
    double walk = 0;
    for (int i = 0; i < 60; ++i) closes.emplace_back(walk = .7 * walk + gen.real(-1, 1));
    const auto stood = stands(rule, closes);
    switched += switches(stood);
    for (std::size_t i = 0; i < closes.size(); ++i) ASSERT_EQ(stood[i], by_rows(rule, closes, i));
  });
  EXPECT_GT(switched, 2000) << "a law about gates that never move says nothing";
}

TEST(VeqGatesLaw, NoiseOfLessThanHalfAPointAboutALevelSwitchesOnce) {
  test::for_cases(1000, [](test::Gen& gen) {
    const VeqRule rule;
    const double level = gen.pick({15.0, 20.0, 25.0});
    int before = -1, moved = 0;
    VeqState state;
    for (int i = 0; i < 300; ++i) {
      state = after(rule, state, level - .5 + gen.real(0, 1) * .999);
      const int now = static_cast<int>(*regime_of(state));
      moved += before >= 0 && now != before ? 1 : 0;
      before = now;
    }
    ASSERT_LE(moved, 1);
  });
}

TEST(VeqGatesLaw, RegimeIsNeverMilderThanTheCloseItself) {
  test::for_cases(1000, [](test::Gen& gen) {
    const VeqRule rule;
    VeqState state;
    for (int i = 0; i < 50; ++i) {
      const double veq = gen.scale(8, 80);
      state = after(rule, state, veq);
      ASSERT_GE(*regime_of(state), veq >= 25   ? VolRegime::crisis
                                   : veq >= 20 ? VolRegime::hold
                                   : veq >= 15 ? VolRegime::normal
                                               : VolRegime::calm);
    }
  });
}

}  // namespace levee::signal
