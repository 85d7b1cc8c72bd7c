#include "levee/replay/replay.h"

#include "tests/replay/recording.h"
#include "tests/support/cases.h"

namespace levee::replay {

using namespace amm;
namespace {

using test::owner;
using test::Recorder;
using test::unit_liquidity;

Replay replayed(const Recorder& recorder) {
  Pool pool = test::wide_pool();
  const PositionKey wide{owner(1), {-2000, 2000}, {}};
  return judge_events(pool, recorder.events, {&wide, 1});
}

Recorder with_three_swaps() {
  Recorder recorder(test::wide_pool());
  recorder.sell(Direction::zero_for_one, I256{1'000'000'007});
  recorder.sell(Direction::one_for_zero, I256{-2'000'000'011});
  recorder.swap({Direction::zero_for_one,
                 I256::positive(U256::power_of_two(100)),
                 sqrt_price_at_valid(Tick{-3}),
                 {}});
  return recorder;
}

// A price 2^bit units higher.
SqrtPriceX96 raised(const SqrtPriceX96& price, unsigned bit) {
  return SqrtPriceX96{price.value() + U256::power_of_two(bit)};
}

TEST(Replay, TellsWhatEverySwapAskedFor) {
  const Replay told = replayed(with_three_swaps());
  EXPECT_TRUE(told.differences.empty());
  EXPECT_EQ(told.swaps, 3U);
  EXPECT_EQ(told.calls, (std::vector{Call::exact_in, Call::exact_out, Call::to_limit}));
  EXPECT_EQ(told.by_call, (std::array<std::size_t, 3>{1, 1, 1}));
  EXPECT_EQ(told.ambiguous, 0U);
}

TEST(Replay, HoldsCollectsAgainstAllThatIsOwed) {
  Recorder recorder(test::wide_pool());
  const TickRange range{-10, 10};
  recorder.mint({owner(2), range, unit_liquidity});
  recorder.sell(Direction::zero_for_one, I256{3'000'000});
  recorder.burn({owner(2), range, unit_liquidity});
  recorder.collect(owner(2), range);
  recorder.collect(owner(1), {-2000, 2000});
  const Replay told = replayed(recorder);
  EXPECT_TRUE(told.differences.empty());
  EXPECT_EQ(told.mints, 1U);
  EXPECT_EQ(told.burns, 1U);
  EXPECT_EQ(told.collects_judged.all_owed, 1U);
  EXPECT_EQ(told.collects_judged.too_old, 1U) << "what it earned before is not known";

  auto& collect = std::get<CollectSeen>(recorder.events[3].what);
  collect.paid.token0 -= U256{1};
  EXPECT_EQ(replayed(recorder).collects_judged.part, 1U);
  collect.paid.token0 += U256{2};
  const Replay more = replayed(recorder);
  ASSERT_EQ(more.differences.size(), 1U);
  EXPECT_EQ(more.differences[0].event, 3U);
}

TEST(Replay, SeesOneUnitInAnyNumberOfASwap) {
  const auto tampered = [](auto change) {
    Recorder recorder = with_three_swaps();
    change(std::get<SwapSeen>(recorder.events[1].what));
    return replayed(recorder).differences.size();
  };
  const auto moved = [](I256& amount, int by) { amount = wrapping_add(amount, I256{by}); };
  EXPECT_GE(tampered([&](SwapSeen& s) { moved(s.flows.token0, 1); }), 1U);
  EXPECT_GE(tampered([&](SwapSeen& s) { moved(s.flows.token0, -1); }), 1U);
  EXPECT_GE(tampered([&](SwapSeen& s) { moved(s.flows.token1, 1); }), 1U);
  EXPECT_GE(tampered([](SwapSeen& s) { s.price = raised(s.price, 50); }), 1U);
  EXPECT_GE(tampered([](SwapSeen& s) { s.liquidity += 1; }), 1U);
  EXPECT_GE(tampered([](SwapSeen& s) { s.tick += 1; }), 1U);
}

TEST(Replay, TakesAPriceThatNoAmountGivesForALimit) {
  Recorder recorder = with_three_swaps();
  auto& seen = std::get<SwapSeen>(recorder.events[1].what);
  seen.price = raised(seen.price, 0);
  const Replay told = replayed(recorder);
  EXPECT_TRUE(told.differences.empty());
  EXPECT_EQ(told.calls[1], Call::to_limit) << "a unit of price is less than one of any amount";
}

TEST(Replay, TakesAUnitMoreThatTheFeesRoundingSwallowsForACallOfItsOwn) {
  Recorder recorder(test::wide_pool());
  recorder.sell(Direction::zero_for_one, I256{1'000'000});  // 997,000 after the fee, as of one more
  std::get<SwapSeen>(recorder.events[0].what).flows.token0 = I256{1'000'001};
  EXPECT_TRUE(replayed(recorder).differences.empty());
  std::get<SwapSeen>(recorder.events[0].what).flows.token0 = I256{1'000'002};
  EXPECT_EQ(replayed(recorder).differences.size(), 1U);
}

TEST(Replay, SeesOneUnitInAMintAndABurn) {
  Recorder recorder(test::wide_pool());
  recorder.mint({owner(2), {-10, 10}, unit_liquidity});
  recorder.burn({owner(2), {-10, 10}, unit_liquidity});
  EXPECT_TRUE(replayed(recorder).differences.empty());
  for (PoolEvent& event : recorder.events) std::get<ChangeSeen>(event.what).amounts.token1 += 1;
  EXPECT_EQ(replayed(recorder).differences.size(), 2U);
}

TEST(Replay, GoesOnFromTheRecordedPriceAfterADifference) {
  Recorder recorder = with_three_swaps();
  std::get<SwapSeen>(recorder.events[0].what).flows.token1 = I256{-5};
  const Replay told = replayed(recorder);
  ASSERT_EQ(told.differences.size(), 1U);
  EXPECT_EQ(told.differences[0].event, 0U);
  EXPECT_EQ(told.calls[0], Call::none);
}

TEST(Replay, NamesABurnThatNoPoolAllows) {
  Recorder recorder(test::wide_pool());
  recorder.mint({owner(2), {-10, 10}, unit_liquidity});
  recorder.burn({owner(2), {-10, 10}, unit_liquidity});
  std::get<ChangeSeen>(recorder.events[1].what).liquidity += 1;
  const Replay told = replayed(recorder);
  ASSERT_EQ(told.differences.size(), 1U);
  EXPECT_EQ(told.differences[0].what, "burn (the pool refuses it: \"LS\")");
}

TEST(ReplayLaw, OfAnyLifeFindsNothingAndPlaysToTheSamePool) {
  test::for_cases(200, [](test::Gen& gen) {
    Recorder recorder(test::wide_pool());
    test::live(recorder, gen, 60);
    Pool pool = test::wide_pool(), played = pool;
    const Replay told = judge_events(pool, recorder.events, {});
    EXPECT_TRUE(told.differences.empty());
    EXPECT_EQ(pool.numbers(), recorder.pool.numbers());
    EXPECT_EQ(play(played, recorder.events, told.calls), 0U);
    EXPECT_EQ(played.numbers(), recorder.pool.numbers());
    for (const std::int32_t tick : recorder.pool.ticks().ticks()) {
      EXPECT_EQ(pool.ticks().at(tick), recorder.pool.ticks().at(tick));
    }
  });
}

TEST(ReplayLaw, FindsOneUnitMoreOrLessOfWhatWentOut) {
  test::for_cases(200, [](test::Gen& gen) {
    Recorder recorder(test::wide_pool());
    const auto direction = gen.coin() ? Direction::zero_for_one : Direction::one_for_zero;
    recorder.sell(direction, I256{static_cast<std::int64_t>(gen.scale(1e6, 1e12))});
    test::live(recorder, gen, 20);
    auto& seen = std::get<SwapSeen>(recorder.events[0].what);
    auto& out = direction == Direction::zero_for_one ? seen.flows.token1 : seen.flows.token0;
    out = wrapping_add(out, I256{gen.coin() ? 1 : -1});
    Pool pool = test::wide_pool();
    EXPECT_FALSE(judge_events(pool, recorder.events, {}).differences.empty());
  });
}

}  // namespace
}  // namespace levee::replay
