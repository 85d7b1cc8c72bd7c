// bench/option/chain_bench.cpp — B2: prices with six Greeks, and implied volatilities, by engine.
//
// Forwards 3000 U(0.8, 1.2), a day to a year (log-uniform), vols U(0.3, 1.2), strikes within 3.5
// standard deviations; 1024 options (in cache) and 2^20 (streamed).
#include "levee/option/chain.h"
#include "levee/parallel/team.h"

#include "tests/option/black_reference.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <memory>
#include <new>
#include <random>

#include <benchmark/benchmark.h>

namespace levee::option {
namespace {

using num::Engine;

// A column that begins on a cache line, as a caller who counts nanoseconds would have it.
template <class T>
class Column {
 public:
  explicit Column(std::size_t count) : held_(new(line) T[count]{}), count_(count) {}
  std::span<T> all() const { return {held_.get(), count_}; }
  T& operator[](std::size_t i) const { return held_.get()[i]; }

 private:
  static constexpr std::align_val_t line{64};
  struct Free {
    void operator()(T* held) const { operator delete[](held, line); }
  };
  std::unique_ptr<T, Free> held_;
  std::size_t count_;
};

struct Market {
  explicit Market(std::size_t n)
      : type(n),
        strike(n),
        forward(n),
        expiry(n),
        vol(n),
        discount(n),
        price(n),
        vega(n),
        theta(n),
        delta(n),
        gamma(n),
        vanna(n),
        volga(n),
        implied(n),
        verdict(n) {
    std::mt19937_64 bits(2);
    const auto real = [&](double lo, double hi) {
      return lo + (hi - lo) * std::uniform_real_distribution<double>{}(bits);
    };
    for (std::size_t i = 0; i < n; ++i) {
      const double f = 3000 * real(0.8, 1.2), sigma = real(0.3, 1.2);
      const double time = std::exp(real(-std::log(365), 0));
      strike[i] = Price{f * std::exp(real(-3.5, 3.5) * sigma * std::sqrt(time))};
      forward[i] = Price{f};
      expiry[i] = Years{time};
      vol[i] = Vol{sigma};
      discount[i] = 1;
      type[i] = strike[i].value() < f ? Type::put : Type::call;
    }
  }

  ChainColumns options() const { return {type.all(), strike.all(), forward.all(), expiry.all()}; }
  Batch priced(Engine engine) const {
    return black_chain(
        {options(), vol.all(), discount.all()},
        {price.all(), delta.all(), gamma.all(), vega.all(), theta.all(), vanna.all(), volga.all()},
        engine);
  }
  Batch inverted(Engine engine) const {
    return implied_vols({options(), price.all()}, {implied.all(), verdict.all()}, engine);
  }

  Column<Type> type;
  Column<Price> strike, forward;
  Column<Years> expiry;
  Column<Vol> vol;
  Column<double> discount;
  Column<Usd> price, vega, theta;
  Column<Tokens> delta;
  Column<Gamma> gamma;
  Column<double> vanna, volga;
  Column<Vol> implied;
  Column<VolVerdict> verdict;
};

const Market& market(std::size_t n) {
  static std::map<std::size_t, Market> made;
  return made.try_emplace(n, n).first->second;
}

double price_error(const Market& m) {
  double worst = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(m.price.all().size(), 4096); ++i) {
    const long double want =
        test::price_reference(m.type[i], m.strike[i].value(), m.forward[i].value(),
                              m.expiry[i].value(), m.vol[i].value());
    worst = std::max(worst, static_cast<double>(std::abs(m.price[i].value() / want - 1)));
  }
  return worst;
}

double vol_error(const Market& m) {
  double worst = 0;
  for (std::size_t i = 0; i < m.vol.all().size(); ++i) {
    worst = std::max(worst, std::abs(m.implied[i].value() / m.vol[i].value() - 1));
  }
  return worst;
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The plain engine's best of five on the same options, here and now.
template <class Work>
double plain_seconds(Work work) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const double start = cpu_seconds();
    work(Engine::plain);
    best = std::min(best, cpu_seconds() - start);
  }
  return best;
}

template <class Work>
void timed(benchmark::State& state, Engine engine, std::size_t n, Work work) {
  const double plain = plain_seconds(work);
  const double start = cpu_seconds();
  for (auto _ : state) benchmark::DoNotOptimize(work(engine));
  const double each = (cpu_seconds() - start) / static_cast<double>(state.iterations());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
  state.counters["ns"] = 1e9 * each / static_cast<double>(n);
  state.counters["times_plain"] = plain / each;
}

bool can(benchmark::State& state, Engine engine) {
  if (!num::has_engine(engine)) state.SkipWithError("this processor or build cannot");
  return num::has_engine(engine);
}

void B2_price_and_6_greeks(benchmark::State& state, Engine engine) {
  if (!can(state, engine)) return;
  const auto n = static_cast<std::size_t>(state.range(0));
  const Market& m = market(n);
  m.priced(engine);
  const double error = price_error(m);
  if (!(error <= 1e-12)) return state.SkipWithError("prices are not those of long double");
  timed(state, engine, n, [&](Engine which) { return m.priced(which); });
  state.counters["error"] = error;
  state.SetBytesProcessed(state.iterations() * state.range(0) * 100);
}

void B2_implied_vol(benchmark::State& state, Engine engine) {
  if (!can(state, engine)) return;
  const auto n = static_cast<std::size_t>(state.range(0));
  const Market& m = market(n);
  m.priced(Engine::plain);
  m.inverted(engine);
  const double error = vol_error(m);
  if (!(error <= 1e-12)) return state.SkipWithError("volatilities do not come back");
  timed(state, engine, n, [&](Engine which) { return m.inverted(which); });
  state.counters["error"] = error;
}

// As many threads as asked, each with a chain of its own.
template <class Work>
void on_threads(benchmark::State& state, Work work) {
  constexpr std::size_t size = 1024, rounds = 64;
  const auto threads = static_cast<std::size_t>(state.range(0));
  std::vector<Market> own;
  for (std::size_t i = 0; i < threads; ++i) own.emplace_back(size);
  const parallel::Team team(static_cast<int>(threads));
  for (const Market& chain : own) chain.priced(Engine::plain);
  const auto once = [&] {
    team.for_blocks(
        threads,
        [&](std::size_t thread, std::size_t) {
          for (std::size_t i = 0; i < rounds; ++i) benchmark::DoNotOptimize(work(own[thread]));
        },
        1);
  };
  once();
  for (const Market& chain : own) {
    if (!(price_error(chain) <= 1e-12)) return state.SkipWithError("prices are not right");
  }
  for (auto _ : state) once();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(threads * rounds * size));
}

void B2_greeks_on_threads(benchmark::State& state) {
  on_threads(state, [](const Market& chain) { return chain.priced(Engine::fastest); });
}

void B2_vols_on_threads(benchmark::State& state) {
  on_threads(state, [](const Market& chain) { return chain.inverted(Engine::fastest); });
}

BENCHMARK(B2_greeks_on_threads)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(B2_vols_on_threads)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(B2_price_and_6_greeks, plain, Engine::plain)->Arg(1024);
BENCHMARK_CAPTURE(B2_price_and_6_greeks, avx2, Engine::avx2)->Arg(1024)->Arg(1 << 20);
BENCHMARK_CAPTURE(B2_price_and_6_greeks, avx512, Engine::avx512)->Arg(1024)->Arg(1 << 20);
BENCHMARK_CAPTURE(B2_implied_vol, plain, Engine::plain)->Arg(1024);
BENCHMARK_CAPTURE(B2_implied_vol, avx2, Engine::avx2)->Arg(1024)->Arg(1 << 20);
BENCHMARK_CAPTURE(B2_implied_vol, avx512, Engine::avx512)->Arg(1024)->Arg(1 << 20);

}  // namespace
}  // namespace levee::option
