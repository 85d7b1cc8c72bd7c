// bench/amm/stableswap_bench.cpp — exchanges in a pool of three stable coins (W11).
#include "levee/amm/stableswap.h"

#include <array>

#include <benchmark/benchmark.h>

namespace levee {
namespace {

using namespace amm;
using namespace literal;

// A dollar pool out of balance: coins of 18, 6 and 6 decimals, A = 2000, fee 0.01 %.
StableSwap three_coins() {
  StableSwap pool(
      {.rates = {1'000'000'000'000'000'000_u256, 1'000'000'000'000'000'000'000'000'000'000_u256,
                 1'000'000'000'000'000'000'000'000'000'000_u256},
       .amplification = U256{2000},
       .fee = U256{1'000'000}});
  const std::array<U256, 3> first = {170'000'000'000'000'000'000'000'000_u256,
                                     160'000'000'000'000_u256, 170'000'000'000'000_u256};
  LEVEE_EXPECT(pool.add_liquidity({.holder = Address{{1}}, .amounts = first, .bound = U256{}}));
  return pool;
}

const ExchangeAsk there{.in = 0, .out = 1, .amount = 1'000'000'000'000'000'000'000_u256};
const ExchangeAsk back{.in = 1, .out = 0, .amount = 1'000'000'000_u256};

// Reckoned apart from levee, in Python's integers.
bool is_right(StableSwap pool) {
  const auto out = pool.exchange(there), home = pool.exchange(back);
  return out && *out == 999'869'341_u256 && home && *home == 999'930'659'493'533'118'988_u256;
}

void W11_exchange(benchmark::State& state) {
  StableSwap pool = three_coins();
  if (!is_right(pool)) state.SkipWithError("not the golden answer");
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool.exchange(there));
    benchmark::DoNotOptimize(pool.exchange(back));
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(W11_exchange);

void W11_quote(benchmark::State& state) {
  const StableSwap pool = three_coins();
  if (!is_right(pool)) state.SkipWithError("not the golden answer");
  for (auto _ : state) benchmark::DoNotOptimize(pool.quote(there));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(W11_quote);

}  // namespace
}  // namespace levee
