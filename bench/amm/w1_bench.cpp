// bench/amm/w1_bench.cpp — what @uniswap/v3-sdk is timed on (W1) and what Tuner is (W9).
//
// The golden values are those both libraries give for the same pool.
#include "bench/amm/w1_pool.h"
#include "levee/amm/position.h"

#include <benchmark/benchmark.h>

namespace levee {
namespace {

using namespace amm;
using namespace literal;
using bench::e18;
using bench::sale;

const SwapAsk small_sale = sale(Direction::zero_for_one, 1'000'000'000'000'000_u256);
const SwapAsk large_sale = sale(Direction::zero_for_one, 11'000'000'000'000'000'000_u256);

// One row of the report: the answer first, then the time.
template <class Right, class Timed>
void timed(benchmark::State& state, Right right, std::int64_t items, Timed body) {
  if (!right()) {
    state.SkipWithError("not the golden answer");
    return;
  }
  for (auto _ : state) body();
  state.SetItemsProcessed(state.iterations() * items);
}

void quote(benchmark::State& state, const SwapAsk& ask, const Quote& golden) {
  const Pool pool = bench::w1_pool();
  const auto right = [&] {
    const auto got = pool.quote(ask);
    return got && got->flows.token1 == golden.flows.token1 && got->price == golden.price &&
           got->tick == golden.tick && got->liquidity == golden.liquidity &&
           got->crossed == golden.crossed;
  };
  timed(state, right, 1, [&] { benchmark::DoNotOptimize(pool.quote(ask)); });
}

// W9a and W9b are the same questions.
void W1a_quote_in_range(benchmark::State& state) {
  quote(state, small_sale,
        {.flows = {I256{}, I256::negative(996997483527870_u256)},
         .price = SqrtPriceX96{79227962538875347065136294790_u256},
         .tick = -1,
         .liquidity = 395 * e18,
         .crossed = 0});
}
BENCHMARK(W1a_quote_in_range);

void W1b_quote_over_9_ticks(benchmark::State& state) {
  quote(state, large_sale,
        {.flows = {I256{}, I256::negative(10665480381311745435_u256)},
         .price = SqrtPriceX96{77014122789437850390798681358_u256},
         .tick = -567,
         .liquidity = 364 * e18,
         .crossed = 9});
}
BENCHMARK(W1b_quote_over_9_ticks);

// The price alone is what W1c asks for; a Pool keeps fees, ticks and oracle too, as W9c asks.
void W1c_chained_swaps(benchmark::State& state) {
  const Pool fresh = bench::w1_pool();
  const auto asks = bench::w1_stream(2000);
  const auto played = [&] {
    Pool pool = fresh;
    for (const SwapAsk& ask : asks) benchmark::DoNotOptimize(pool.swap(ask, 1));
    return pool.numbers();
  };
  const auto right = [&] {
    const PoolNumbers end = played();
    return end.price == SqrtPriceX96{82663733874557708817412283749_u256} && end.tick == 849 &&
           end.liquidity == 339 * e18 &&
           end.fees.token0 == 6250417786419949293996961513340951963_u256 &&
           end.fees.token1 == 6524179045454804502945491533123361090_u256;
  };
  timed(state, right, 2000, played);
}
BENCHMARK(W1c_chained_swaps);

Tick nth_tick(std::int64_t i) {
  return Tick{static_cast<std::int32_t>(7919 * i % 1774543 - 887271)};
}

void W1d_price_at_tick(benchmark::State& state) {
  const auto right = [] {
    U256 sum;
    for (int i = 0; i < 1000; ++i) sum = sum + sqrt_price_at_valid(nth_tick(i)).value();
    return sum == 16420770046290419299322304520118775777493304153802_u256;
  };
  std::int64_t i = 0;
  timed(state, right, 1, [&] { benchmark::DoNotOptimize(sqrt_price_at(nth_tick(i++))); });
}
BENCHMARK(W1d_price_at_tick);

void W1e_tick_at_price(benchmark::State& state) {
  std::vector<SqrtPriceX96> prices;
  for (int i = 0; i < 1000; ++i) prices.push_back(sqrt_price_at_valid(nth_tick(i)));
  const auto right = [&] {
    for (int i = 0; i < 1000; ++i) {
      const auto tick = tick_at(prices[static_cast<std::size_t>(i)]);
      if (!tick || *tick != nth_tick(i)) return false;
    }
    return true;
  };
  std::size_t i = 0;
  timed(state, right, 1, [&] { benchmark::DoNotOptimize(tick_at(prices[i++ % 1000])); });
}
BENCHMARK(W1e_tick_at_price);

// Prices on a tick are the log's worst case; a pool's prices lie between.
void tick_at_price_between_ticks(benchmark::State& state) {
  std::vector<SqrtPriceX96> prices;
  for (int i = 0; i < 1000; ++i) {
    const U256 price = sqrt_price_at_valid(nth_tick(i)).value();
    prices.emplace_back(price + (price >> 15));
  }
  const auto right = [&] {
    for (int i = 0; i < 1000; ++i) {
      const auto tick = tick_at(prices[static_cast<std::size_t>(i)]);
      if (!tick || *tick != nth_tick(i)) return false;
    }
    return true;
  };
  std::size_t i = 0;
  timed(state, right, 1, [&] { benchmark::DoNotOptimize(tick_at(prices[i++ % 1000])); });
}
BENCHMARK(tick_at_price_between_ticks);

void W1f_swap_step(benchmark::State& state) {
  StepAsk ask{sqrt_price_at_valid(Tick{0}), sqrt_price_at_valid(Tick{-60}), 2 * e18,
              I256{1'000'000'000'000'000}, FeePips{3000}};
  const auto right = [&] {
    const Step golden{SqrtPriceX96{79188686953817859390637717434_u256}, 997000000000000_u256,
                      996503243133298_u256, 3000000000000_u256};
    return swap_step(ask) == golden;
  };
  timed(state, right, 1, [&] {
    benchmark::DoNotOptimize(ask);
    benchmark::DoNotOptimize(swap_step(ask));
  });
}
BENCHMARK(W1f_swap_step);

Result<Flows> held(int i) {
  const int edge = 60 * (1 + i % 100);
  return principal_of(
      {SqrtPriceX96{U256::power_of_two(96)}, 0, {-edge, edge}, -static_cast<i128>(e18)});
}

void W1g_position_amounts(benchmark::State& state) {
  const auto right = [] {
    U256 sum;
    for (int i = 0; i < 100; ++i)
      sum = sum + held(i)->token0.magnitude() + held(i)->token1.magnitude();
    return sum == 27469957075651102658_u256;
  };
  int i = 0;
  timed(state, right, 1, [&] { benchmark::DoNotOptimize(held(i++)); });
}
BENCHMARK(W1g_position_amounts);

void W9d_mint_and_burn(benchmark::State& state) {
  Pool pool = bench::w1_pool();
  const ChangeAsk range{Address{{1}}, {-600, 600}, e18};
  const auto right = [&] {
    const auto paid = pool.mint(range, 1);
    const auto back = pool.burn(range, 1);
    return paid && back && paid->token0 == back->token0 + U256{1} &&
           pool.numbers().liquidity == 395 * e18;
  };
  timed(state, right, 1, [&] {
    benchmark::DoNotOptimize(pool.mint(range, 1));
    benchmark::DoNotOptimize(pool.burn(range, 1));
  });
}
BENCHMARK(W9d_mint_and_burn);

}  // namespace
}  // namespace levee
