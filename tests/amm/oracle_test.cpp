#include "levee/amm/oracle.h"

#include "tests/support/cases.h"

#include <map>

namespace levee::amm {
namespace {

TEST(Oracle, KnowsNothingBeforeItStarts) {
  Oracle oracle;
  EXPECT_EQ(oracle.observe({}, 0).error(), fail(Reason::refused, "I"));
  EXPECT_EQ(oracle.grow(5).error(), fail(Reason::refused, "I"));
}

TEST(Oracle, AddsTickTimesSecondsAndSecondsPerLiquidity) {
  Oracle oracle;
  oracle.start(100);
  const Observation now = *oracle.observe({.time = 110, .tick = -7, .liquidity = 4}, 0);
  EXPECT_EQ(now.tick_seconds, -70);
  EXPECT_EQ(now.seconds_per_liquidity, (U256{10} << 128) / U256{4});
}

TEST(Oracle, WritesOncePerSecondAndForgetsWithoutRoom) {
  Oracle oracle;
  oracle.start(100);
  oracle.write({.time = 100, .tick = 9, .liquidity = 1});
  EXPECT_EQ(oracle.slots()[0].tick_seconds, 0);
  oracle.write({.time = 105, .tick = 2, .liquidity = 1});
  EXPECT_EQ(oracle.index(), 0);
  EXPECT_EQ(oracle.slots()[0].tick_seconds, 10);
  EXPECT_EQ(oracle.observe({.time = 110, .tick = 3, .liquidity = 1}, 6).error(),
            fail(Reason::refused, "OLD"));
}

TEST(Oracle, InterpolatesTowardsZeroBetweenTwoObservations) {
  Oracle oracle;
  oracle.start(0);
  ASSERT_TRUE(oracle.grow(2));
  oracle.write({.time = 3, .tick = -5, .liquidity = 1});
  const Observation then = *oracle.observe({.time = 3, .tick = 0, .liquidity = 1}, 1);
  EXPECT_EQ(then.tick_seconds, -10);
}

TEST(Oracle, TheClockMayWrap) {
  Oracle oracle;
  oracle.start(0xfffffff0);
  ASSERT_TRUE(oracle.grow(4));
  oracle.write({.time = 0x10, .tick = 1, .liquidity = 1});  // 32 seconds later
  EXPECT_EQ(oracle.slots()[1].tick_seconds, 32);
  const Observation then = *oracle.observe({.time = 0x20, .tick = 5, .liquidity = 1}, 0x20);
  EXPECT_EQ(then.tick_seconds, 16);
}

// A ring with room for all remembers exactly what a list of every second would.
TEST(OracleLaw, RemembersWhatALedgerOfSecondsRemembers) {
  test::for_cases(200, [](test::Gen& gen) {
    Oracle oracle;
    const auto start = static_cast<std::uint32_t>(gen.bits());
    oracle.start(start);
    ASSERT_TRUE(oracle.grow(60));
    std::map<std::uint32_t, std::int64_t> ledger{{0, 0}};  // seconds since start -> sum of ticks
    std::uint32_t age = 0;
    std::int64_t sum = 0;
    const auto writes = gen.size(1, 40);
    std::int32_t tick = 0;
    for (std::size_t i = 0; i < writes; ++i) {
      const auto wait = static_cast<std::uint32_t>(gen.integer(0, 900));
      tick = gen.integer(-800'000, 800'000);
      for (std::uint32_t s = 0; s < wait; ++s) ledger[++age] = sum += tick;
      oracle.write({.time = start + age, .tick = tick, .liquidity = 7});
    }
    const OracleNow now{.time = start + age, .tick = tick, .liquidity = 7};
    for (int i = 0; i < 20; ++i) {
      const auto ago = static_cast<std::uint32_t>(gen.real(0, age + 1.0));
      EXPECT_EQ(oracle.observe(now, ago)->tick_seconds, ledger[age - ago]) << ago;
    }
  });
}

}  // namespace
}  // namespace levee::amm
