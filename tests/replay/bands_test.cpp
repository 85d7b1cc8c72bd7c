#include "levee/replay/bands.h"

#include "tests/replay/recording.h"
#include "tests/support/cases.h"

namespace levee::replay {

using namespace amm;
namespace {

constexpr TickSpacing ten{10};

TEST(Bands, AreNumberedFromBelow) {
  EXPECT_EQ(band_of(0, ten), 0);
  EXPECT_EQ(band_of(9, ten), 0);
  EXPECT_EQ(band_of(10, ten), 1);
  EXPECT_EQ(band_of(-1, ten), -1);
  EXPECT_EQ(band_of(-10, ten), -1);
  EXPECT_EQ(band_of(-11, ten), -2);
}

TEST(Bands, TakeTheMovesThatCoverThemAndCameBefore) {
  const std::vector<Move> moves{{0, {0, 20}, 5}, {1, {10, 30}, 7}, {2, {0, 20}, -5}};
  EXPECT_EQ(moved(moves, 0, 0), 0);
  EXPECT_EQ(moved(moves, 2, 0), 5);
  EXPECT_EQ(moved(moves, 2, 10), 12);
  EXPECT_EQ(moved(moves, 3, 10), 7);
  EXPECT_EQ(moved(moves, 3, 20), 7);
  EXPECT_EQ(moved(moves, 3, 30), 0);
}

std::vector<std::pair<std::int32_t, i128>> nets_of(const TickMap& ticks) {
  std::vector<std::pair<std::int32_t, i128>> nets;
  for (const auto& [tick, state] : ticks) nets.emplace_back(tick, state.liquidity_net);
  return nets;
}

TEST(Bands, BecomeTicksWhereTheyDiffer) {
  using Nets = std::vector<std::pair<std::int32_t, i128>>;
  const Bands bands{{-1, 50}, {0, 50}, {1, 80}};
  EXPECT_EQ(nets_of(ticks_of(bands, {}, {ten, Ends::of_the_axis})),
            (Nets{{-887270, 50}, {10, 30}, {887270, -80}}));
  EXPECT_EQ(nets_of(ticks_of(bands, {}, {ten, Ends::at_bands})),
            (Nets{{-10, 50}, {10, 30}, {20, -80}}));
  const std::vector<Move> open{{0, {0, 400}, 5}};
  EXPECT_EQ(nets_of(ticks_of(bands, open, {ten, Ends::at_bands})),
            (Nets{{-10, 50}, {0, 0}, {10, 30}, {20, -80}}))
      << "a position's edge is initialised even where another's cancels it";
}

TEST(Bands, OfAGapAreHalvedTheUpperHalfBeingTheLarger) {
  GapAsk ask{.first = 4, .last = 4, .terms = {}, .passages = {}};
  EXPECT_FALSE(is_lower_half(ask, 4));
  ask.last = 6;
  EXPECT_TRUE(is_lower_half(ask, 4));
  EXPECT_FALSE(is_lower_half(ask, 5));
}

// A pool whose bands -1, 0 ... n, n + 1 are known but for 0 ... n, and one swap through.
GapAsk passed(const Bands& truth, std::int32_t last, Direction direction) {
  GapAsk ask{.first = 0, .last = last, .terms = {}, .passages = {}};
  ask.terms.spacing = ten;
  Passage passage{.seen = {}, .price = {}, .tick = 0, .bands = truth, .moves = {}};
  const bool down = direction == Direction::zero_for_one;
  passage.tick = down ? (last + 1) * 10 + 5 : -5;
  passage.price = sqrt_price_at_valid(Tick{passage.tick});
  Pool::Found found;
  found.terms = ask.terms;
  const TickMap ticks = ticks_of(truth, {}, {ten, Ends::at_bands});
  found.ticks.assign(ticks.begin(), ticks.end());
  found.numbers.price = passage.price;
  found.numbers.tick = passage.tick;
  found.numbers.liquidity = static_cast<u128>(truth.at(band_of(passage.tick, ten)));
  const auto pool = Pool::from(found);
  EXPECT_TRUE(pool);
  const SqrtPriceX96 limit = sqrt_price_at_valid(Tick{down ? -5 : (last + 1) * 10 + 5});
  const auto there = pool->quote({direction, I256::positive(U256::power_of_two(120)), limit, {}});
  EXPECT_TRUE(there);
  const I256 in = std::max(there->flows.token0, there->flows.token1);
  const auto sold = pool->quote({direction, in, no_limit(direction), {}});
  EXPECT_TRUE(sold);
  passage.seen = {sold->flows, sold->price, sold->liquidity, sold->tick};
  for (std::int32_t band = 0; band <= last; ++band) passage.bands[band] = 0;
  ask.passages = {passage};
  return ask;
}

TEST(FillOf, FindsTheLiquidityOfABandToAsFineAsAmountsTell) {
  const i128 truth = 4'321'000'000'000'000'123;
  for (const Direction direction : {Direction::zero_for_one, Direction::one_for_zero}) {
    const i128 around = 5'000'000'000'000'000'000;
    const auto fill = fill_of(passed({{-1, around}, {0, truth}, {1, around}}, 0, direction));
    ASSERT_TRUE(fill);
    // One raw unit of either token stands for some 2,000 units of liquidity in ten ticks.
    EXPECT_NEAR(static_cast<double>(fill->upper - truth), 0, 5000);
  }
}

TEST(FillOf, FindsNothingForWhatNoLiquidityGives) {
  const i128 around = 5'000'000'000'000'000'000;
  GapAsk ask = passed({{-1, around}, {0, around}, {1, around}}, 0, Direction::one_for_zero);
  auto& flows = ask.passages[0].seen.flows;
  flows.token0 = wrapping_sub(flows.token0, I256{1'000'000'000'000});
  EXPECT_FALSE(fill_of(ask));
}

TEST(FillOfLaw, WhatItFindsGivesTheSwap) {
  test::for_cases(25, [](test::Gen& gen) {
    const auto liquidity = [&] { return static_cast<i128>(gen.scale(1e15, 1e20)); };
    const std::int32_t last = gen.integer(0, 3);
    Bands truth;
    const i128 lower = liquidity(), upper = liquidity();
    const GapAsk halves{.first = 0, .last = last, .terms = {}, .passages = {}};
    for (std::int32_t band = -1; band <= last + 1; ++band) {
      const bool inside = band >= 0 && band <= last;
      truth[band] = !inside ? liquidity() : is_lower_half(halves, band) ? lower : upper;
    }
    const auto fill = fill_of(
        passed(truth, last, gen.coin() ? Direction::zero_for_one : Direction::one_for_zero));
    ASSERT_TRUE(fill);
    if (last == 0) {
      EXPECT_NEAR(static_cast<double>(fill->upper - upper), 0, 1e4);
    }
  });
}

}  // namespace
}  // namespace levee::replay
