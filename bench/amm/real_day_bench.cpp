// bench/amm/real_day_bench.cpp — a real pool's day, looped to a million swaps.
#include "bench/amm/real_day.h"

#include <benchmark/benchmark.h>

namespace levee {
namespace {

using namespace amm;

// Rows whose liquidity changed are left open here: they need the book of ticks, which replay has.
void real_day_verified(benchmark::State& state, Engine engine) {
  const auto day = bench::real_day();
  if (!day) {
    state.SkipWithError("the recorded day is not here");
    return;
  }
  const SwapHistory once = bench::looped(*day, day->swaps.size());
  const SwapHistory history = bench::looped(*day, 1'000'000);
  std::vector<Verdict> verdicts(history.size());
  const Verified first = verify_swaps(once, {.engine = engine}, verdicts);
  if (day->swaps.size() != 6045 || first.count(Verdict::differs) != 0 ||
      first.count(Verdict::open) > 606 + 1) {
    state.SkipWithError("the day is not reproduced");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(verify_swaps(history, {.engine = engine}, verdicts));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(history.size()));
  state.counters["% open"] =
      100.0 * static_cast<double>(first.count(Verdict::open)) / static_cast<double>(once.size());
}
BENCHMARK_CAPTURE(real_day_verified, eight_lanes, Engine::fastest)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(real_day_verified, plain, Engine::plain)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace levee
