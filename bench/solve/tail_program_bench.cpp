// bench/solve/tail_program_bench.cpp — the tail programme by scenarios and instruments.
#include "levee/solve/tail_program.h"

#include "tests/support/tail_cases.h"

#include <benchmark/benchmark.h>

namespace levee {
namespace {

void tail_program(benchmark::State& state) {
  const auto scenarios = static_cast<std::size_t>(state.range(0));
  const auto options = static_cast<std::size_t>(state.range(1));
  const test::TailCase book(2, scenarios, options);
  constexpr double tolerance = 1e-6;
  solve::Outcome out;
  for (auto _ : state) out = solve::solve_tail(book.program, tolerance);
  const double proved = solve::bound_from(book.program, out.price, out.row_price);
  if (out.objective - proved > tolerance * book.program.scale) {
    state.SkipWithError("the bound does not prove the answer");
  }
  state.counters["rounds"] = out.rounds;
  state.counters["iterations"] = out.iterations;
  state.counters["band"] = static_cast<double>(out.band);
  state.counters["gap/scale"] = out.gap() / book.program.scale;
}
BENCHMARK(tail_program)
    ->Args({2000, 50})
    ->Args({10000, 100})
    ->Args({20000, 200})
    ->ArgNames({"scenarios", "options"})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace levee
