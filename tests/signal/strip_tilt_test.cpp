#include "levee/signal/strip_tilt.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

namespace levee::signal {

using ::testing::HasSubstr;

TEST(StripTilt, LeansToTheBreachedSideAndAwayFromWhatIsDear) {
  EXPECT_EQ(tilt_of({}).share, 0);
  EXPECT_EQ(tilt_of({.rsi = 55, .reer_base = {}, .reer_quote = {}}).share, 0);
  EXPECT_NEAR(tilt_of({.rsi = 85, .reer_base = {}, .reer_quote = {}}).share, 0.1, 1e-12);
  EXPECT_NEAR(tilt_of({.rsi = 15, .reer_base = {}, .reer_quote = {}}).share, -0.1, 1e-12);
  const Tilt dear = tilt_of({.rsi = {}, .reer_base = 2.5, .reer_quote = 0.5});
  EXPECT_NEAR(dear.share, -0.1, 1e-12);
  EXPECT_THAT(dear.why, HasSubstr("2.0 deviations dear"));
  EXPECT_EQ(tilt_of({.rsi = {}, .reer_base = 2.5, .reer_quote = {}}).share, 0) << "one of two";
  // Both at once: what one asks for the other takes back.
  EXPECT_NEAR(tilt_of({.rsi = 85, .reer_base = 2, .reer_quote = 0}).share, 0, 1e-12);
}

TEST(StripTiltLaw, NeverLeansBeyondItsMost) {
  test::for_cases(1000, [](test::Gen& gen) {
    const TiltFacts facts{
        .rsi = gen.real(0, 100), .reer_base = gen.real(-9, 9), .reer_quote = gen.real(-9, 9)};
    const double most = gen.real(0, 0.5), share = tilt_of(facts, {.most = most}).share;
    EXPECT_LE(std::abs(share), most);
    const Halves halves = tilted({.puts = 10, .calls = 10}, share);
    EXPECT_CLOSE(halves.puts + halves.calls, 20, 1e-12);
    EXPECT_GE(std::min(halves.puts, halves.calls), 10 * (1 - most) - 1e-9);
  });
}

// A year of signals that never rest: what is traded for them is bound by the rolls alone.
TEST(StripTiltLaw, TradesAtScheduledRollsAlone) {
  test::for_cases(100, [](test::Gen& gen) {
    const int every = gen.integer(20, 60);
    const TiltRule rule;
    double held = 0, traded = 0;
    int rolls = 0;
    for (int day = 1; day <= 365; ++day) {
      const Tilt wanted = tilt_of(
          {.rsi = gen.real(0, 100), .reer_base = gen.real(-4, 4), .reer_quote = gen.real(-4, 4)},
          rule);
      const RollDay today = day % every == 0 ? RollDay::yes : RollDay::no;
      const double then = tilt_standing(held, wanted, today);
      if (today == RollDay::no) {
        ASSERT_EQ(then, held) << day;
      } else {
        ++rolls;
        EXPECT_EQ(then, wanted.share);
      }
      traded += std::abs(then - held);
      held = then;
    }
    EXPECT_EQ(rolls, 365 / every);
    EXPECT_LE(traded, 2 * rule.most * rolls);
  });
}

}  // namespace levee::signal
