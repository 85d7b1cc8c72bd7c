// bench/option/lognormal_bench.cpp — W12: a range's loss claim under log-normal volatility, a
// second.
//
// Parameters and the 10-day claim of 2000 to 2400 at 2200 as peers.md W12 has them. A claim with
// its own transform is what the peer times; a claim on a transform that is kept is what a book of
// ranges on one smile costs.
#include "levee/option/lognormal_grid.h"

#include <cmath>
#include <ctime>

#include <benchmark/benchmark.h>

namespace levee::option {
namespace {

const LognormalVol repository{Vol{.4861786}, Vol{.6176007}, 1.9558097,
                              1.9783671,     -.2691697,     3.2658152};
constexpr Years ten_days{10.0 / 365};
constexpr Price entry{2200};
constexpr RangeClaim claim{.entry = entry, .lower = Price{2000}, .upper = Price{2400}};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double loss_of(const Transform& law) {
  return claim_worth(law, claim, LossKind::borrowed, entry).value;
}

template <class Work>
void timed(benchmark::State& state, double want, double tolerance, Work work) {
  const double off = std::abs(work() - want);
  if (!(off <= tolerance)) return state.SkipWithError("the claim is not worth what it must be");
  const double start = cpu_seconds();
  for (auto _ : state) benchmark::DoNotOptimize(work());
  const double each = (cpu_seconds() - start) / static_cast<double>(state.iterations());
  state.counters["cpu_us"] = 1e6 * each;
  state.counters["claims_a_second"] = 1 / each;
  state.counters["error"] = off;
}

// The golden -17396.179227 of a million is the peer's quadrature of the same expansion.
constexpr double golden = .017396179227, expansion = .0173975361, whole = .0173973020;

void W12_claim_by_expansion(benchmark::State& state) {
  if (!(std::abs(expansion / golden - 1) < 1e-4))
    return state.SkipWithError("not the golden value");
  timed(state, expansion, 1e-10,
        [] { return loss_of(*lognormal_transform(repository, ten_days, reach_of(claim, entry))); });
}

void W12_claim_by_grid(benchmark::State& state) {
  timed(state, whole, 1e-8,
        [] { return loss_of(*lognormal_grid(repository, ten_days, reach_of(claim, entry))); });
}

void W12_claim_on_a_kept_transform(benchmark::State& state) {
  const auto law = lognormal_transform(repository, ten_days, reach_of(claim, entry));
  timed(state, expansion, 1e-10, [&] { return loss_of(*law); });
}

// Mathematics 2.3's figure.
void claim_under_heston(benchmark::State& state) {
  const Model heston = *model_of("heston", std::vector{.36, .49, 3., 1.2, -.3});
  const Term month{Price{2000}, Years{30.0 / 365}};
  const RangeClaim wide{.entry = Price{2000}, .lower = Price{1500}, .upper = Price{2500}};
  timed(state, 0.02997344854902523, 1e-13,
        [&] { return claim_worth(heston, month, wide, LossKind::borrowed)->value; });
}

BENCHMARK(W12_claim_by_expansion);
BENCHMARK(W12_claim_by_grid);
BENCHMARK(W12_claim_on_a_kept_transform);
BENCHMARK(claim_under_heston);

}  // namespace
}  // namespace levee::option
