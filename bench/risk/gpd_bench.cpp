// bench/risk/gpd_bench.cpp — W6a and W6c: generalised Pareto laws fitted to 300 and 39 excesses.
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

// As many excesses as the lending sector has beyond 8.88 million, drawn from the law published for
// them. Of the events themselves 31 are recorded, so that their own fit cannot be repeated.
void W6c_gpd_fit_of_39(benchmark::State& state) {
  const Pareto published{0.92454, Usd{13'096'689}};
  std::vector<std::vector<double>> all(samples, std::vector<double>(39));
  for (std::size_t i = 0; i < all.size(); ++i) {
    num::Draws draws(6, 2, i);
    for (double& y : all[i]) {
      y = published.scale.value() / published.shape *
          std::expm1(-published.shape * std::log(draws.uniform()));
    }
    // A summit: lower to every side.
    const Pareto law = *likeliest_pareto(all[i]);
    const double best = log_likelihood(law, all[i]);
    for (const double off : {-1e-4, 1e-4}) {
      const Pareto bent{law.shape + off, law.scale},
          wider{law.shape, Usd{law.scale.value() * (1 + off)}};
      if (best < log_likelihood(bent, all[i]) || best < log_likelihood(wider, all[i])) {
        return state.SkipWithError("the likelihood is greater elsewhere");
      }
    }
  }
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(*likeliest_pareto(all[next++ % samples]));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(W6a_gpd_fit);
BENCHMARK(W6c_gpd_fit_of_39);
BENCHMARK(gpd_fit_with_intervals);

}  // namespace
}  // namespace levee::risk
