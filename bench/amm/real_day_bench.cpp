// bench/amm/real_day_bench.cpp — a real pool's day, looped to a million events.
#include "bench/amm/real_day.h"
#include "levee/replay/reconstruct.h"

#include <benchmark/benchmark.h>

namespace levee {
namespace {

using namespace amm;
using namespace replay;

// Empty, with the reason told, where the day is not here.
std::vector<PoolEvent> events_of(benchmark::State& state) {
  auto read = feed::read_pool_events(bench::day_path);
  if (read) return std::move(read->events);
  state.SkipWithError("the recorded day is not here");
  return {};
}

// Every swap, mint, burn and collect of the day through the pool, each answer compared.
void real_day_played(benchmark::State& state) {
  const auto events = events_of(state);
  if (events.empty()) return;
  const auto made = reconstruct(events, {FeePips{500}, TickSpacing{10}});
  if (!made) {
    state.SkipWithError("the day's pool cannot be made out");
    return;
  }
  const Pool before = *Pool::from(made->found);
  const auto judged = std::span(events).subspan(made->first);
  Pool once = before;
  const Replay first = judge_events(once, judged, made->old);
  if (first.swaps + (made->first > 0 ? 1U : 0U) != 6046 || !first.differences.empty()) {
    state.SkipWithError("the day is not reproduced");
    return;
  }
  const std::size_t days = 1'000'000 / judged.size() + 1;
  std::size_t off = 0;
  for (auto _ : state) {
    for (std::size_t day = 0; day < days; ++day) {
      Pool pool = before;
      off += play(pool, judged, first.calls);
    }
  }
  if (off != 0) state.SkipWithError("the day is not reproduced");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(days * judged.size()));
}
BENCHMARK(real_day_played)->Unit(benchmark::kMillisecond);

// Swaps alone, each judged from the state before it. Those whose liquidity changed are left open:
// they need the book of ticks.
void real_day_verified(benchmark::State& state, Engine engine) {
  const auto events = events_of(state);
  if (events.empty()) return;
  const bench::Day day = bench::day_of(events);
  const SwapHistory once = bench::looped(day, day.swaps.size());
  const SwapHistory history = bench::looped(day, 1'000'000);
  std::vector<Verdict> verdicts(history.size());
  const Verified first = verify_swaps(once, {.engine = engine}, verdicts);
  if (day.swaps.size() != 6045 || first.count(Verdict::differs) != 0 ||
      first.count(Verdict::open) != 568) {
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
