// bench/risk/loss_bench.cpp — B3: the loss matrix of 100,000 scenarios by 500 options, of a mixed
// book, and a book measured part by part.
#include "levee/risk/measure.h"

#include "tests/risk/mixed_book.h"

#include <benchmark/benchmark.h>

namespace levee::risk {
namespace {

constexpr std::size_t paths = 100'000;

struct Matrix {
  test::MixedBook world{1};
  std::vector<book::Instrument> options;

  Matrix() {
    world.set = *scenario::generate("jump", world.asked(paths), parallel::Team(1));
    for (const int expiry : {37, 44, 60, 90, 120}) {
      for (int i = 0; i < 50; ++i) {
        const Price strike{1000.0 + 50 * i};
        for (const auto type : {option::Type::call, option::Type::put}) {
          options.push_back(option::Contract{type, strike, world.snapshot.at + days(expiry)});
        }
      }
    }
  }
};

void matrix(benchmark::State& state) {
  const Matrix here;
  const parallel::Team team(static_cast<int>(state.range(0)));
  // Once untimed: a machine that hands out memory for the first time takes longer over that than
  // over the prices.
  benchmark::DoNotOptimize(horizon_values(here.options, here.world.repricing(), team));
  for (auto _ : state) {
    auto values = horizon_values(here.options, here.world.repricing(), team);
    if (!values || !(values->row(0)[0] > 0)) state.SkipWithError("no values");
    benchmark::DoNotOptimize(values);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(paths * 500));
}
BENCHMARK(matrix)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void mixed_book(benchmark::State& state) {
  test::MixedBook world(1);
  world.set = *scenario::generate("jump", world.asked(paths), parallel::Team(1));
  const parallel::Team team(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    auto table = loss_table(world.book, world.fees, world.repricing(), team);
    if (!table || table->names.size() != 10) state.SkipWithError("no losses");
    benchmark::DoNotOptimize(table);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(paths));
}
BENCHMARK(mixed_book)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace levee::risk
