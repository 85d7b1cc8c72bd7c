// bench/risk/gpd_bench.cpp — W6a: generalised Pareto laws fitted to 300 excesses, a second.
//
// Excesses of shape 0.62 and scale 5 million, the severities of peers.md W6b; every fit has a
// sample of its own. Golden is what scipy's fsolve makes of the score at the law's 300
// mid-quantiles.
#include "levee/num/philox.h"
#include "levee/risk/evt.h"

#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

namespace levee::risk {
namespace {

constexpr int samples = 256, excesses = 300;
const Pareto golden{0.61515944820738, Usd{5014848.81008834}};

const std::vector<std::vector<double>>& drawn() {
  static const auto held = [] {
    std::vector<std::vector<double>> all(samples, std::vector<double>(excesses));
    for (std::size_t i = 0; i < all.size(); ++i) {
      num::Draws draws(6, 1, i);
      for (double& y : all[i]) y = 5e6 / 0.62 * std::expm1(-0.62 * std::log(draws.uniform()));
    }
    return all;
  }();
  return held;
}

std::vector<double> mid_quantiles() {
  std::vector<double> all(excesses);
  for (int i = 0; i < excesses; ++i) {
    const double beyond = 1 - (i + 0.5) / excesses;
    all[static_cast<std::size_t>(i)] = 5e6 / 0.62 * std::expm1(-0.62 * std::log(beyond));
  }
  return all;
}

template <class Fit>
void timed(benchmark::State& state, Fit fit) {
  const Pareto law = fit(mid_quantiles());
  if (!(std::abs(law.shape / golden.shape - 1) < 1e-9) ||
      !(std::abs(law.scale.value() / golden.scale.value() - 1) < 1e-9)) {
    return state.SkipWithError("the fit is not scipy's");
  }
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(fit(drawn()[next++ % samples]));
  state.SetItemsProcessed(state.iterations());
}

void W6a_gpd_fit(benchmark::State& state) {
  timed(state, [](const std::vector<double>& y) { return *likeliest_pareto(y); });
}

void gpd_fit_with_intervals(benchmark::State& state) {
  timed(state, [](const std::vector<double>& y) { return peaks_over(y, Usd{0})->law; });
}

BENCHMARK(W6a_gpd_fit);
BENCHMARK(gpd_fit_with_intervals);

}  // namespace
}  // namespace levee::risk
