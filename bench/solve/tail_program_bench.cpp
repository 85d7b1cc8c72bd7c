// bench/solve/tail_program_bench.cpp — benchmark B4: the tail programme by size, level and seed.
#include "levee/solve/tail_program.h"

#include "tests/support/hedge_instance.h"

#include <benchmark/benchmark.h>

namespace levee {
namespace {

constexpr double tolerance = 1e-6;

// Gap over the objective by the multipliers alone; the objective with what the columns do not
// carry.
double proved_gap(const test::HedgeInstance& book, const solve::Outcome& out) {
  const double proved = solve::bound_from(book.program, out.price, out.row_price);
  const double objective = solve::objective_at(book.program, out.x);
  if (solve::violation_at(book.program, out.x) > 1e-8) return 1;
  return (objective - proved) / book.whole(objective);
}

void told(const test::HedgeInstance& book, const solve::Outcome& out, benchmark::State& state) {
  const double gap = proved_gap(book, out);
  if (gap > tolerance) state.SkipWithError("the bound does not prove the answer");
  state.counters["rounds"] = out.rounds;
  state.counters["iterations"] = out.iterations;
  state.counters["band"] = static_cast<double>(out.band);
  state.counters["gap"] = gap;
}

test::HedgeInstance book_of(const benchmark::State& state) {
  return test::HedgeInstance({.scenarios = static_cast<std::size_t>(state.range(0)),
                              .instruments = static_cast<std::size_t>(state.range(1)),
                              .level = static_cast<double>(state.range(2)) / 1000,
                              .seed = static_cast<std::uint64_t>(state.range(3))});
}

void from_nothing(benchmark::State& state) {
  const test::HedgeInstance book = book_of(state);
  solve::Outcome out;
  for (auto _ : state) out = solve::solve_tail(book.program, tolerance);
  told(book, out, state);
}

// Every price dearer by about a hundredth, each on its own.
void after_a_bump(benchmark::State& state) {
  test::HedgeInstance book = book_of(state);
  const solve::Outcome before = solve::solve_tail(book.program, tolerance);
  std::mt19937_64 engine(5);
  std::normal_distribution<double> normal;
  solve::Row& premium = book.program.rows[0];
  for (std::size_t j = 0; j < book.program.columns.size(); ++j) {
    const double dearer = 0.01 * std::abs(normal(engine) * premium.coefficient[j]);
    book.program.columns[j].cost += dearer;
    premium.coefficient[j] += dearer;
  }
  solve::Outcome out;
  for (auto _ : state) {
    out = solve::solve_tail(book.program, tolerance, {before.x, before.row_price, before.price});
  }
  told(book, out, state);
}

// Twenty budgets, each from the one before.
void frontier(benchmark::State& state) {
  test::HedgeInstance book = book_of(state);
  const double budget = book.program.rows[0].upper;
  std::size_t proved = 0;
  for (auto _ : state) {
    solve::Outcome out;
    proved = 0;
    for (int k = 1; k <= 20; ++k) {
      book.program.rows[0].upper = budget * k / 10;
      const solve::Outcome before = std::move(out);
      out = solve::solve_tail(book.program, tolerance, {before.x, before.row_price, before.price});
      proved += out.gap() <= tolerance * book.program.scale ? 1 : 0;
    }
  }
  if (proved < 20) state.SkipWithError("a budget's answer is not proved");
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"scenarios", "instruments", "level", "seed"})->Unit(benchmark::kMillisecond);
  for (const auto& [scenarios, instruments] :
       {std::pair{10'000, 100}, std::pair{50'000, 200}, std::pair{100'000, 500}}) {
    bench->Args({scenarios, instruments, 990, 1});
  }
}
BENCHMARK(from_nothing)->Apply(sizes);
BENCHMARK(after_a_bump)->Apply(sizes);
BENCHMARK(frontier)->Args({50'000, 200, 990, 1})->Unit(benchmark::kMillisecond);

void every_seed_and_level(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"scenarios", "instruments", "level", "seed"})->Unit(benchmark::kMillisecond);
  for (const int level : {950, 990, 995, 999}) {
    for (int seed = 1; seed <= 6; ++seed) bench->Args({10'000, 100, level, seed});
  }
}
BENCHMARK(from_nothing)->Name("certified")->Apply(every_seed_and_level);

}  // namespace
}  // namespace levee
