#include "levee/replay/verify_swaps.h"

#include "levee/amm/pool.h"
#include "tests/replay/swap_rows.h"

#include <vector>

#include <gtest/gtest.h>

namespace levee::replay {

using namespace amm;
namespace {

using namespace literal;
using test::Gen;
using test::Wild;

const SqrtPriceX96 one{U256::power_of_two(96)};
constexpr u128 e18 = 1'000'000'000'000'000'000;

// 10^15 of token0 sold at price 1 into 395 * 10^18 of liquidity at 0.30 %.
SwapRow small_sale() {
  return {.price = SqrtPriceX96{79227962538875347065136294790_u256},
          .tick = -1,
          .liquidity = 395 * e18,
          .flows = {I256{1'000'000'000'000'000}, I256{-996'997'483'527'870}},
          .liquidity_before = 395 * e18,
          .fee = FeePips{3000}};
}

Verdict verdict_of(const SwapHistory& history, std::size_t row, const TickTable* ticks = nullptr) {
  std::vector<Verdict> verdict(1);
  verify_swaps(history, {.first = row, .count = 1, .ticks = ticks}, verdict);
  return verdict.front();
}

Verdict verdict_of(const SwapRow& row) {
  SwapHistory history({one, 0});
  history.push(row);
  return verdict_of(history, 0);
}

// The row that swap_step makes of a wish at price 1.
SwapRow stepped(const I256& wish, const SqrtPriceX96& target) {
  SwapRow row = small_sale();
  const auto step = *swap_step({one, target, row.liquidity, wish, row.fee});
  row.price = step.price;
  row.tick = tick_at_valid(step.price).value();
  row.flows = {I256::positive(step.amount_in + step.fee), I256::negative(step.amount_out)};
  return row;
}

TEST(VerifySwaps, ConfirmsASaleAndItsFee) {
  SwapHistory history({one, 0});
  history.push(small_sale());
  std::vector<Verdict> verdicts(1);
  const Verified verified = verify_swaps(history, {}, verdicts);
  EXPECT_EQ(verdicts[0], Verdict::exact_in);
  EXPECT_EQ(verified.count(Verdict::exact_in), 1u);
  // 3 * 10^12 of fee over 395 * 10^18.
  EXPECT_EQ(verified.fees.token0, *mul_div(3'000'000'000'000_u256, U256::power_of_two(128),
                                           U256{395 * e18}, Round::down));
  EXPECT_EQ(verified.fees.token1, U256{});
}

TEST(VerifySwaps, TellsTheReadingsApart) {
  const SqrtPriceX96 far{sqrt_price_min.value() + U256{1}};
  EXPECT_EQ(verdict_of(stepped(I256{-996'997'483'527'870}, far)), Verdict::exact_out);
  const SqrtPriceX96 limit{one.value() - 1'000'000'000'000'000'000'000_u256};
  EXPECT_EQ(verdict_of(stepped(I256::positive(U256::max() >> 1), limit)), Verdict::to_limit);
}

TEST(VerifySwaps, SeesALittleOffInEveryField) {
  const std::vector<SwapRow> wrong = [] {
    std::vector<SwapRow> rows(7, small_sale());
    rows[0].flows.token0 = I256{1'000'000'000'001'000};
    rows[1].flows.token1 = I256{-996'997'483'527'869};
    rows[2].price = SqrtPriceX96{rows[2].price.value() + U256{1'000'000'000'000}};
    rows[3].liquidity = rows[3].liquidity_before = 396 * e18;
    rows[4].tick = 0;
    rows[5].liquidity_before -= 1;
    rows[6].fee = FeePips{3001};
    return rows;
  }();
  for (const SwapRow& row : wrong) EXPECT_EQ(verdict_of(row), Verdict::differs);
}

TEST(VerifySwaps, SeesFlowsThatNoSwapHas) {
  SwapRow both_in = small_sale();
  both_in.flows.token1 = I256{1};
  EXPECT_EQ(verdict_of(both_in), Verdict::differs);
  SwapRow backwards = small_sale();
  backwards.price = SqrtPriceX96{one.value() + U256{1}};
  EXPECT_EQ(verdict_of(backwards), Verdict::differs);
}

TEST(VerifySwaps, LeavesARowThatMayCrossOpenWithoutTicks) {
  SwapRow row = small_sale();
  row.split = TickSplit::possible;
  EXPECT_EQ(verdict_of(row), Verdict::open);
  SwapHistory history({one, 0});
  history.push(row);
  const TickTable none(TickSpacing{60});
  EXPECT_EQ(verdict_of(history, 0, &none), Verdict::exact_in);
}

TEST(VerifySwaps, KeepsEveryFieldOfARow) {
  SwapHistory history({one, -3});
  SwapRow wide = small_sale();
  wide.flows = {I256::negative(U256::power_of_two(255)), I256::positive(U256::max() >> 1)};
  wide.split = TickSplit::possible;
  wide.liquidity = ~u128{0};
  for (int i = 0; i < 20; ++i) history.push(i % 3 == 0 ? wide : small_sale());
  for (std::size_t i = 0; i < 20; ++i) {
    const SwapRow want = i % 3 == 0 ? wide : small_sale(), got = history.at(i);
    EXPECT_EQ(got.price, want.price);
    EXPECT_EQ(got.flows, want.flows);
    EXPECT_TRUE(got.liquidity == want.liquidity && got.liquidity_before == want.liquidity_before);
    EXPECT_EQ(got.fee, want.fee);
    EXPECT_EQ(got.split, want.split);
    EXPECT_EQ(history.before(i).tick, i == 0 ? -3 : -1);
  }
}

TEST(VerifySwaps, KnowsATickThatSplitsASwap) {
  TickTable ticks(TickSpacing{60});
  ticks.flip(60);
  ticks.flip(600);
  EXPECT_EQ(split_of(ticks, {130, 60}), TickSplit::none);
  EXPECT_EQ(split_of(ticks, {130, 59}), TickSplit::possible);
  EXPECT_EQ(split_of(ticks, {130, 599}), TickSplit::none);
  EXPECT_EQ(split_of(ticks, {130, 600}), TickSplit::possible);
  // At 0 a word of 256 spacings begins: a step ends there though no tick is initialised.
  EXPECT_EQ(split_of(ticks, {30, -1}), TickSplit::possible);
  EXPECT_EQ(split_of(ticks, {5, 5}), TickSplit::none);
}

TEST(VerifySwaps, RefusesAFeeThatLeavesNothing) {
  SwapHistory history({one, 0});
  SwapRow row = small_sale();
  row.fee = FeePips{1'000'000};
  EXPECT_THROW(history.push(row), ContractBroken);
}

Pool pool_of(Gen& gen) {
  Pool pool({FeePips{500}, TickSpacing{10}});
  const int middle = gen.integer(-100'000, 100'000);
  EXPECT_TRUE(pool.initialise(sqrt_price_at_valid(Tick{middle}), 1));
  const int base = middle / 10 * 10;
  EXPECT_TRUE(pool.mint({Address{}, {-887'270, 887'270}, e18}, 1));
  for (std::size_t i = gen.size(0, 40); i > 0; --i) {
    const int lower = base + 10 * gen.integer(-60, 50), upper = lower + 10 * gen.integer(1, 30);
    EXPECT_TRUE(pool.mint({Address{}, {lower, upper}, test::of_bits(gen, 62).low128()}, 1));
  }
  return pool;
}

SwapAsk ask_of(Gen& gen, const Pool& pool) {
  const Direction direction = gen.coin() ? Direction::zero_for_one : Direction::one_for_zero;
  const U256 size = test::of_bits(gen, static_cast<unsigned>(gen.integer(1, 58)));
  SwapAsk ask{direction, gen.coin() ? I256::positive(size) : I256::negative(size),
              no_limit(direction), std::nullopt};
  if (gen.integer(0, 3) == 0) {
    const U256 price = pool.numbers().price.value();
    const U256 way = price >> static_cast<unsigned>(gen.integer(9, 60));
    ask.limit = SqrtPriceX96{direction == Direction::zero_for_one ? price - way : price + way};
  }
  return ask;
}

SwapRow row_of(const Pool& pool, const PoolNumbers& before, const Flows& flows) {
  const PoolNumbers& now = pool.numbers();
  return {.price = now.price,
          .tick = now.tick,
          .liquidity = now.liquidity,
          .flows = flows,
          .liquidity_before = before.liquidity,
          .fee = pool.terms().fee,
          .split = split_of(pool.ticks(), {before.tick, now.tick})};
}

TEST(VerifySwapsLaw, ConfirmsWhateverAPoolDoesAndCountsItsFees) {
  std::size_t crossed = 0;
  test::for_cases(200, [&](Gen& gen) {
    Pool pool = pool_of(gen);
    SwapHistory history({pool.numbers().price, pool.numbers().tick});
    for (std::size_t i = gen.size(1, 200); i > 0; --i) {
      const PoolNumbers before = pool.numbers();
      const auto flows = pool.swap(ask_of(gen, pool), 1);
      if (flows) history.push(row_of(pool, before, *flows));
    }
    for (const Engine engine : {Engine::plain, Engine::fastest}) {
      std::vector<Verdict> verdicts(history.size());
      const Verified got =
          verify_swaps(history, {.ticks = &pool.ticks(), .engine = engine}, verdicts);
      EXPECT_EQ(got.count(Verdict::differs), 0u);
      EXPECT_EQ(got.count(Verdict::open), 0u);
      EXPECT_EQ(got.fees, pool.numbers().fees);
    }
    for (std::size_t i = 0; i < history.size(); ++i) {
      crossed += history.split_at(i) == TickSplit::possible ? 1 : 0;
    }
  });
  EXPECT_GT(crossed, 500u);
}

TEST(VerifySwapsLaw, AsksAboutAPartAsAboutTheWhole) {
  test::for_cases(200, [](Gen& gen) {
    const SwapHistory history = test::history_of(gen, 1 + gen.size(0, 90), Wild::no);
    std::vector<Verdict> whole(history.size()), part(history.size());
    verify_swaps(history, {}, whole);
    const auto first = static_cast<std::size_t>(gen.integer(0, static_cast<int>(whole.size())));
    const std::size_t count = gen.size(0, 40);
    verify_swaps(history, {.first = first, .count = count}, part);
    for (std::size_t i = first; i < std::min(first + count, whole.size()); ++i) {
      EXPECT_EQ(part[i - first], whole[i]) << "row " << i;
    }
  });
}

}  // namespace
}  // namespace levee::replay
