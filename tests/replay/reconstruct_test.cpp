#include "levee/replay/reconstruct.h"

#include "tests/replay/recording.h"
#include "tests/support/cases.h"

namespace levee::replay {

using namespace amm;
namespace {

using test::owner;
using test::Recorder;
using test::unit_liquidity;

struct Judged {
  Reconstruction made;
  Replay told;
};

Judged judged(const std::vector<PoolEvent>& events, const PoolTerms& terms) {
  const auto made = reconstruct(events, terms);
  EXPECT_TRUE(made) << made.error().message;
  auto pool = Pool::from(made->found);
  EXPECT_TRUE(pool) << pool.error().message;
  return {*made, judge_events(*pool, std::span(events).subspan(made->first), made->old)};
}

// What a recorder saw from some event on, its pool's past forgotten.
std::vector<PoolEvent> since(const Recorder& recorder, std::size_t event) {
  return {recorder.events.begin() + static_cast<std::ptrdiff_t>(event), recorder.events.end()};
}

std::size_t swaps_in(const std::vector<PoolEvent>& events) {
  return static_cast<std::size_t>(std::ranges::count_if(
      events, [](const PoolEvent& e) { return std::holds_alternative<SwapSeen>(e.what); }));
}

TEST(Reconstruct, WorksThePriceBeforeTheFirstSwapBack) {
  for (const Direction direction : {Direction::zero_for_one, Direction::one_for_zero}) {
    Recorder recorder(test::wide_pool());
    recorder.sell(direction, I256{123'456'789'012});
    const auto made = reconstruct(recorder.events, recorder.pool.terms());
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->is_price_solved);
    EXPECT_EQ(made->found.numbers.price, sqrt_price_at_valid(Tick{5}));
    EXPECT_EQ(made->found.numbers.liquidity, 20 * unit_liquidity);
  }
}

TEST(Reconstruct, BeginsAfterAFirstSwapThatCrossesTicks) {
  Recorder recorder(test::wide_pool());
  ASSERT_TRUE(recorder.pool.mint({owner(2), {-10, 10}, unit_liquidity}, 600));
  recorder.swap({Direction::zero_for_one,
                 I256::positive(U256::power_of_two(90)),
                 sqrt_price_at_valid(Tick{-25}),
                 {}});
  recorder.sell(Direction::one_for_zero, I256{1'000'000});
  const Judged both = judged(recorder.events, recorder.pool.terms());
  EXPECT_FALSE(both.made.is_price_solved);
  EXPECT_EQ(both.made.first, 1U);
  EXPECT_EQ(both.told.swaps, 1U);
  EXPECT_TRUE(both.told.differences.empty());
}

// Liquidity that stands in [low, high) and was there before anything was recorded.
void stands(Recorder& recorder, const TickRange& range, u128 liquidity) {
  ASSERT_TRUE(recorder.pool.mint({owner(9), range, liquidity}, 600));
}

void to_tick(Recorder& recorder, std::int32_t tick) {
  const U256 a_bit_more = sqrt_price_at_valid(Tick{tick}).value() + U256{987'654'321};
  const SqrtPriceX96 there{a_bit_more};
  const Direction direction =
      there < recorder.pool.numbers().price ? Direction::zero_for_one : Direction::one_for_zero;
  // Sold as an exact amount, the way most swaps are.
  Pool probe = recorder.pool;
  const auto flows = probe.swap({direction, I256::positive(U256::power_of_two(100)), there, {}}, 1);
  ASSERT_TRUE(flows);
  recorder.sell(direction, std::max(flows->token0, flows->token1));
}

TEST(Reconstruct, TakesABandsLiquidityFromTheFirstSwapThatEndsThere) {
  Recorder recorder(test::wide_pool());
  stands(recorder, {10, 20}, 3 * unit_liquidity);
  recorder.sell(Direction::one_for_zero, I256{1'000});
  to_tick(recorder, 15);
  to_tick(recorder, 2);
  const Judged both = judged(recorder.events, recorder.pool.terms());
  EXPECT_TRUE(both.told.differences.empty());
  EXPECT_EQ(both.made.bands, 2U);
  ASSERT_EQ(both.made.nets.size(), 1U);
  EXPECT_EQ(both.made.nets[0], (std::pair<std::int32_t, i128>{10, 3 * unit_liquidity}));
  EXPECT_EQ(both.made.reached, (TickRange{0, 20}));
  const Evidence evidence = evidence_of(both.made, both.told);
  EXPECT_EQ(evidence.compared, 15U);
  EXPECT_EQ(evidence.given, 3U);
  EXPECT_EQ(evidence.inferred, 3U) << "a price and two bands";
  EXPECT_EQ(evidence.independent, 9U);
}

TEST(Reconstruct, SolvesABandThatSwapsOnlyPass) {
  Recorder recorder(test::wide_pool());
  const u128 odd = 3 * unit_liquidity + 12'345'678'901;
  stands(recorder, {10, 20}, odd);
  recorder.sell(Direction::one_for_zero, I256{1'000});
  to_tick(recorder, 25);
  to_tick(recorder, 2);
  to_tick(recorder, 23);
  const Judged both = judged(recorder.events, recorder.pool.terms());
  EXPECT_TRUE(both.told.differences.empty());
  ASSERT_EQ(both.made.gaps.size(), 1U);
  const Gap& gap = both.made.gaps[0];
  EXPECT_EQ(gap.range, (TickRange{10, 20}));
  EXPECT_EQ(gap.passed, 3U);
  EXPECT_EQ(gap.unknowns, 1);
  EXPECT_TRUE(gap.is_solved);
  ASSERT_EQ(both.made.nets.size(), 2U);
  const i128 off = both.made.nets[0].second - static_cast<i128>(odd);
  EXPECT_LE(off < 0 ? -off : off, static_cast<i128>(1'000'000)) << "as fine as the amounts are";
}

TEST(Reconstruct, FindsALiquidityForEachHalfOfAWiderGap) {
  Recorder recorder(test::wide_pool());
  stands(recorder, {10, 20}, 3 * unit_liquidity + 1'234'567);
  stands(recorder, {20, 30}, 7 * unit_liquidity + 7'654'321);
  recorder.sell(Direction::one_for_zero, I256{1'000});
  to_tick(recorder, 35);
  to_tick(recorder, 2);
  to_tick(recorder, 33);
  const Judged both = judged(recorder.events, recorder.pool.terms());
  ASSERT_EQ(both.made.gaps.size(), 1U);
  EXPECT_EQ(both.made.gaps[0].unknowns, 2);
  EXPECT_TRUE(both.made.gaps[0].is_solved);
  EXPECT_TRUE(both.told.differences.empty());
}

TEST(Reconstruct, PutsPositionsThereThatOnlyBurnOrReckon) {
  Recorder recorder(test::wide_pool());
  const TickRange near{-30, 30}, far{-500, -400};
  ASSERT_TRUE(recorder.pool.mint({owner(2), near, 5 * unit_liquidity}, 600));
  ASSERT_TRUE(recorder.pool.mint({owner(3), far, 2 * unit_liquidity}, 600));
  recorder.sell(Direction::one_for_zero, I256{1'000});
  recorder.burn({owner(2), near, 4 * unit_liquidity});
  recorder.burn({owner(3), far, 0});
  recorder.sell(Direction::one_for_zero, I256{1'000});
  const Judged both = judged(recorder.events, recorder.pool.terms());
  EXPECT_TRUE(both.told.differences.empty());
  ASSERT_EQ(both.made.old.size(), 2U);
  EXPECT_EQ(both.made.found.positions[0].second.liquidity, 4 * unit_liquidity);
  EXPECT_EQ(both.made.found.positions[1].second.liquidity, 1U) << "empty ones are not reckoned";
}

TEST(Reconstruct, RefusesWhatTellsNoPriceOrCannotHaveBeen) {
  Recorder recorder(test::wide_pool());
  recorder.mint({owner(2), {-10, 10}, unit_liquidity});
  EXPECT_EQ(reconstruct(recorder.events, recorder.pool.terms()).error().reason,
            Reason::missing_data);
  recorder.sell(Direction::one_for_zero, I256{1'000});
  std::get<ChangeSeen>(recorder.events[0].what).liquidity = 50 * unit_liquidity;
  const auto more_than_there_was = reconstruct(recorder.events, recorder.pool.terms());
  ASSERT_FALSE(more_than_there_was);
  EXPECT_EQ(more_than_there_was.error().reason, Reason::corrupt);
  std::get<ChangeSeen>(recorder.events[0].what).range = {10, 10};
  EXPECT_EQ(reconstruct(recorder.events, recorder.pool.terms()).error().reason, Reason::corrupt);
}

TEST(ReconstructLaw, FromAnyMomentOfALifeReplaysTheRest) {
  test::for_cases(150, [](test::Gen& gen) {
    Recorder recorder(test::wide_pool());
    test::live(recorder, gen, 80);
    const auto events = since(recorder, recorder.events.size() / 2);
    if (swaps_in(events) == 0) return;
    const Judged both = judged(events, recorder.pool.terms());
    // A gap that swaps only pass may hide what no number tells; none is left unsolved here.
    for (const Gap& gap : both.made.gaps) EXPECT_TRUE(gap.is_solved);
    EXPECT_TRUE(both.told.differences.empty())
        << both.told.differences.size() << " of " << events.size() << ": "
        << (both.told.differences.empty() ? "" : both.told.differences[0].what);
  });
}

}  // namespace
}  // namespace levee::replay
