// bench/hazard/hazard_bench.cpp — B6 and W6e: cascades of 64 protocols, a self-exciting clock.
#include "levee/hazard/contagion.h"
#include "levee/hazard/hawkes.h"
#include "levee/hazard/severity.h"
#include "levee/num/philox.h"

#include <cmath>
#include <string>

#include <benchmark/benchmark.h>

namespace levee::hazard {
namespace {

// 5 % a year each; a failure raises the protocols 7, 14, 21 and 28 further on fifty times.
Contagion sixty_four(double rate) {
  Contagion made{.rate = std::vector(64, Intensity{rate}), .raises = {}, .factor = 50};
  for (std::size_t i = 0; i < 64; ++i) {
    made.raises.push_back({(i + 7) % 64, (i + 14) % 64, (i + 21) % 64, (i + 28) % 64});
  }
  return made;
}

// Thirty days, a path after another.
void B6_cascades(benchmark::State& state, double rate) {
  ContagionPaths paths(sixty_four(rate), Years{30.0 / 365}, 1);
  double failures = 0, quiet = 0;
  constexpr std::uint64_t drawn = 200'000;
  for (std::uint64_t number = 0; number < drawn; ++number) {
    const auto path = paths.path(number);
    failures += static_cast<double>(path.size()), quiet += path.empty() ? 1 : 0;
  }
  const double want = std::exp(-64 * rate * 30 / 365);
  if (std::abs(quiet / drawn - want) > 5 * std::sqrt(want / drawn)) {
    return state.SkipWithError("the share of paths without a failure is not what it must be");
  }
  std::uint64_t number = 0;
  for (auto _ : state) benchmark::DoNotOptimize(paths.path(number++));
  state.SetItemsProcessed(state.iterations());
  state.counters["failures"] = failures / drawn;
}

// 1,495 events over six years and a half that bring 0.56 others each, by thinning.
std::vector<double> events() {
  std::vector<double> times;
  num::Draws draws(1, 1, 1);
  double now = 0, excited = 0;
  const double base = 0.28, branching = 0.56, decay = 0.0297;
  while (times.size() < 1495) {
    const double bound = base + excited, wait = -std::log(draws.uniform()) / bound;
    now += wait, excited *= std::exp(-decay * wait);
    if (draws.uniform() * bound > base + excited) continue;
    times.push_back(now), excited += branching * decay;
  }
  return times;
}

void W6e_hawkes_fit(benchmark::State& state) {
  const auto times = events();
  const auto fit = hawkes_fit(times, times.back() + 1);
  if (!fit || !(std::abs(fit->law.branching - 0.56) < 4 * fit->branching_error.value_or(0))) {
    return state.SkipWithError("the clock that made the events is not found");
  }
  for (auto _ : state) benchmark::DoNotOptimize(hawkes_fit(times, times.back() + 1));
  state.SetItemsProcessed(state.iterations());
}

constexpr auto usual = 0.05;
BENCHMARK_CAPTURE(B6_cascades, five_percent_a_year, usual);
BENCHMARK_CAPTURE(B6_cascades, five_percent_a_day, 0.05 * 365);
BENCHMARK(W6e_hawkes_fit)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace levee::hazard
