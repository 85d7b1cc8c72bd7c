// bench/amm/workload_bench.cpp — swaps down and back over 0 to 20 ticks, as the contract did them.
#include "bench/amm/w1_pool.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

namespace levee {
namespace {

using namespace amm;
using Json = nlohmann::json;

const std::string workload_path = std::string(LEVEE_SHARED) + "/vectors/bench-workload.json";

U256 number(const Json& text) { return *u256_from(text.get<std::string>()); }
I256 signed_number(const Json& text) { return *i256_from(text.get<std::string>()); }

Pool pool_of(const Json& workload) {
  Pool pool({FeePips{3000}, TickSpacing{60}});
  LEVEE_EXPECT(pool.initialise(SqrtPriceX96{number(workload["initialSqrtPriceX96"])}, 1));
  for (int k = -60; k < 60; ++k) {
    const u128 liquidity = bench::e18 + static_cast<u128>(k + 60) * (bench::e18 / 1000);
    LEVEE_EXPECT(pool.mint({Address{}, {60 * k, 60 * (k + 1)}, liquidity}, 1));
  }
  return pool;
}

struct There {
  SwapAsk down, up;
};
There asks_of(const Json& workload, const Json& run) {
  const I256 endless = signed_number(workload["amountSpecified"]);
  const SqrtPriceX96 low{number(run["sqrtPriceLimitDownX96"])};
  const SqrtPriceX96 high{number(run["sqrtPriceLimitUpX96"])};
  return {{Direction::zero_for_one, endless, low, std::nullopt},
          {Direction::one_for_zero, endless, high, std::nullopt}};
}

bool matches(const Pool& pool, const Flows& flows, const Json& golden) {
  const PoolNumbers& now = pool.numbers();
  const Json& after = golden["after"];
  return flows.token0 == signed_number(golden["amount0"]) &&
         flows.token1 == signed_number(golden["amount1"]) &&
         now.price.value() == number(after["sqrtPriceX96"]) &&
         now.tick == std::stoi(after["tick"].get<std::string>()) &&
         U256{now.liquidity} == number(after["liquidity"]) &&
         now.fees.token0 == number(after["feeGrowthGlobal0X128"]) &&
         now.fees.token1 == number(after["feeGrowthGlobal1X128"]);
}

// The runs follow each other on one pool; gives the pool before run `wanted`, if all are right.
std::optional<Pool> played(const Json& workload, std::size_t wanted) {
  Pool pool = pool_of(workload);
  std::optional<Pool> before;
  for (std::size_t i = 0; i < workload["runs"].size(); ++i) {
    const Json& run = workload["runs"][i];
    const There asks = asks_of(workload, run);
    if (i == wanted) before = pool;
    for (const Json& golden : run["swaps"]) {
      const auto flows = pool.swap(golden["zeroForOne"].get<bool>() ? asks.down : asks.up, 1);
      if (!flows || !matches(pool, *flows, golden)) return std::nullopt;
    }
  }
  return before;
}

void workload(benchmark::State& state) {
  if (!std::filesystem::exists(workload_path)) {
    state.SkipWithError("the recorded workload is not here");
    return;
  }
  std::ifstream file(workload_path);
  const Json recorded = Json::parse(file);
  const auto& runs = recorded["runs"];
  std::size_t wanted = 0;
  while (runs[wanted]["ticksCrossed"] != std::to_string(state.range(0))) ++wanted;
  std::optional<Pool> pool = played(recorded, wanted);
  if (!pool) {
    state.SkipWithError("not what the contract answered");
    return;
  }
  const There asks = asks_of(recorded, runs[wanted]);
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool->swap(asks.down, 1));
    benchmark::DoNotOptimize(pool->swap(asks.up, 1));
  }
  state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(workload)->Arg(0)->Arg(1)->Arg(5)->Arg(20)->ArgName("ticks");

}  // namespace
}  // namespace levee
