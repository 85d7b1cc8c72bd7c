// bench/scenario/walk_bench.cpp — B3: two assets that jump, thirty days, twelve ranges at the end.
//
// sigma 0.65 and 0.5, correlation 0.8, six jumps a year of -0.10 +- 0.14 of which the second asset
// takes 0.7; 2^17 paths. Ranges of widths 1.1, 1.3, 1.8 and 5 about today's price in three pools:
// asset one, asset two, one in terms of two.
#include "bench/scenario/two_assets.h"
#include "levee/num/lanes.h"
#include "levee/parallel/team.h"
#include "levee/scenario/jump_lanes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include <benchmark/benchmark.h>

namespace levee::scenario {
namespace {

using num::Engine;

using bench::cpu_seconds, bench::day, bench::intensity, bench::joint, bench::jump_deviation;
using bench::jump_mean, bench::rho, bench::steps, bench::vol_x, bench::vol_y;

constexpr std::size_t paths = 1 << 17, block = 1024;

double relative(double mean, double deviation) {
  return std::expm1(mean + deviation * deviation / 2);
}

// A range about 1 that is worth 1 today.
struct Range {
  double low, high, unit;  // roots of its bounds
};
constexpr std::size_t widths = 4;
std::array<Range, widths> ranges() {
  std::array<Range, widths> made{};
  constexpr std::array<double, widths> width = {1.1, 1.3, 1.8, 5};
  std::transform(width.begin(), width.end(), made.begin(), [](double w) {
    const double high = std::sqrt(w), low = 1 / high;
    return Range{low, high, 1 / (2 - 2 * low)};
  });
  return made;
}

// A range in the pool whose price has that root: the loss of a block shrinks by its worth.
struct Pool {
  const double* root;
  const double* over_root;
  const double* unit;  // what the pool counts in, in dollars
};
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// Loops as anybody writes them, for the processor that is there.
__attribute__((target_clones("arch=x86-64-v4", "arch=haswell", "default"),
               optimize("O3,no-trapping-math")))
#endif
void value_range(const Pool& pool, const Range& range, double* __restrict loss) {
  const double* __restrict root = pool.root;
  const double* __restrict over_root = pool.over_root;
  const double* __restrict unit = pool.unit;
  const double low = range.low, high = range.high, share = range.unit / 12;
  for (std::size_t i = 0; i < block; ++i) {
    double at = root[i] < low ? low : root[i];
    at = at < high ? at : high;
    // The bounds are each other's reciprocals.
    double under = over_root[i] < low ? low : over_root[i];
    under = under < high ? under : high;
    loss[i] -= ((under - low) * root[i] * root[i] + at - low) * share * unit[i];
  }
}

// Losses of a block of paths in twelve ranges.
void value_block(const std::vector<double>& root_x, const std::vector<double>& root_y,
                 std::span<double> loss) {
  static thread_local std::vector<double> over_x(block), over_y(block), ratio(block), over(block);
  static thread_local std::vector<double> unit_y(block);
  static const std::vector<double> one(block, 1);
  static const auto range = ranges();
  for (std::size_t i = 0; i < block; ++i) {
    over_x[i] = 1 / root_x[i], over_y[i] = 1 / root_y[i];
    ratio[i] = root_x[i] * over_y[i], over[i] = root_y[i] * over_x[i];
    unit_y[i] = root_y[i] * root_y[i];
    loss[i] = 1;
  }
  for (const Pool& pool : {Pool{root_x.data(), over_x.data(), one.data()},
                           Pool{root_y.data(), over_y.data(), one.data()},
                           Pool{ratio.data(), over.data(), unit_y.data()}}) {
    for (const Range& r : range) value_range(pool, r, loss.data());
  }
}

// What anybody would write: the standard library's generator and normals, a path after another.
double naive(std::size_t count, std::vector<double>& loss) {
  std::mt19937_64 bits(1);
  std::normal_distribution<double> normal;
  std::poisson_distribution<int> jumps(intensity * day);
  const auto range = ranges();
  const double drift_x =
      day * (-vol_x * vol_x / 2 - intensity * relative(jump_mean, jump_deviation));
  const double drift_y =
      day * (-vol_y * vol_y / 2 - intensity * relative(joint * jump_mean, joint * jump_deviation));
  const double root = std::sqrt(day), rest = std::sqrt(1 - rho * rho);
  const double start = cpu_seconds();
  for (std::size_t i = 0; i < count; ++i) {
    double x = 0, y = 0;
    for (std::size_t step = 0; step < steps; ++step) {
      const double a = normal(bits), b = rho * a + rest * normal(bits);
      x += drift_x + vol_x * root * a;
      y += drift_y + vol_y * root * b;
      for (int n = jumps(bits); n > 0; --n) {
        const double jump = jump_mean + jump_deviation * normal(bits);
        x += jump, y += joint * jump;
      }
    }
    double worth = 0;
    const std::array<double, 3> log_price = {x, y, x - y};
    for (std::size_t pool = 0; pool < 3; ++pool) {
      const double price = std::exp(log_price.at(pool)), unit = pool == 2 ? std::exp(y) : 1;
      for (const Range& r : range) {
        const double s = std::clamp(std::sqrt(price), r.low, r.high);
        worth += unit * r.unit * ((1 / s - 1 / r.high) * price + s - r.low);
      }
    }
    loss[i] = 1 - worth / 12;
  }
  return (cpu_seconds() - start) / static_cast<double>(count * steps);
}

// Fills loss[first, last), whole blocks.
template <class Real>
void walk_and_value(const JumpLanes& lanes, Engine engine, std::vector<double>& loss,
                    std::size_t first = 0, std::size_t last = paths) {
  static thread_local std::vector<Real> x(block), y(block);
  static thread_local std::vector<double> half(block), root_x(block), root_y(block);
  WalkRows<Real> rows{0, block, std::vector<std::span<Real>>(2 * steps)};
  rows.log_return[2 * steps - 2] = x, rows.log_return[2 * steps - 1] = y;
  const auto root_of = [&](const std::vector<Real>& log_price, std::vector<double>& root) {
    for (std::size_t i = 0; i < block; ++i) half[i] = 0.5 * static_cast<double>(log_price[i]);
    num::exp_each(half, root, engine);
  };
  for (rows.first = first; rows.first < last; rows.first += block) {
    lanes.walk(rows, engine);
    root_of(x, root_x);
    root_of(y, root_y);
    value_block(root_x, root_y, std::span(loss).subspan(rows.first, block));
  }
}

struct Told {
  double mean, var, tail;
};
Told told(std::vector<double> loss) {
  const double mean =
      std::accumulate(loss.begin(), loss.end(), 0.0) / static_cast<double>(loss.size());
  const auto worst = static_cast<std::ptrdiff_t>(loss.size() / 100);
  std::nth_element(loss.begin(), loss.begin() + worst, loss.end(), std::greater<>());
  return {mean, loss[static_cast<std::size_t>(worst)],
          std::accumulate(loss.begin(), loss.begin() + worst, 0.0) / static_cast<double>(worst)};
}

// Of 2^25 paths by a program without a line of ours (mt19937_64, the month in one draw): errors
// 2e-5, 1.1e-4 and 1.2e-4. Four standard errors of 2^17 paths, as its 256 parts scatter.
bool is_right(const Told& found) {
  return std::abs(found.mean - 0.02394) < 4 * 3.5e-4 &&
         std::abs(found.var - 0.35266) < 4 * 1.7e-3 && std::abs(found.tail - 0.40584) < 4 * 1.9e-3;
}

template <class Real>
void walk_bench(benchmark::State& state, Engine engine) {
  if (!num::has_engine(engine)) return state.SkipWithError("this processor or build has it not");
  const JumpLanes lanes(bench::two_assets(1));
  std::vector<double> loss(paths);
  walk_and_value<Real>(lanes, engine, loss);
  const Told found = told(loss);
  if (!is_right(found)) return state.SkipWithError("mean, VaR99 or ES99 is not the reference's");
  double best = 1e9, plain = 1e9;
  for (auto _ : state) {
    // Turn and turn about, so that both meet the same machine.
    plain = std::min(plain, naive(paths / 32, loss));
    const double start = cpu_seconds();
    walk_and_value<Real>(lanes, engine, loss);
    best = std::min(best, (cpu_seconds() - start) / static_cast<double>(paths * steps));
  }
  state.counters["ns_step"] = 1e9 * best;
  state.counters["Msteps_s"] = 1e-6 / best;
  state.counters["naive_ns"] = 1e9 * plain;
  state.counters["times_naive"] = plain / best;
  state.counters["mean"] = found.mean;
  state.counters["VaR99"] = found.var;
  state.counters["ES99"] = found.tail;
}

template <class Real>
void walk_on_threads(benchmark::State& state) {
  const parallel::Team team(static_cast<int>(state.range(0)));
  const JumpLanes lanes(bench::two_assets(1));
  std::vector<double> loss(paths);
  const auto once = [&] {
    team.for_blocks(
        paths,
        [&](std::size_t begin, std::size_t end) {
          walk_and_value<Real>(lanes, Engine::fastest, loss, begin, end);
        },
        8 * block);
  };
  once();
  if (!is_right(told(loss))) return state.SkipWithError("not the reference's");
  for (auto _ : state) once();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(paths * steps));
}

void naive_bench(benchmark::State& state) {
  std::vector<double> loss(paths);
  double best = 1e9;
  for (auto _ : state) best = std::min(best, naive(paths, loss));
  if (!is_right(told(loss))) return state.SkipWithError("the naive loop is not right");
  state.counters["ns_step"] = 1e9 * best;
}

constexpr auto float_walk = walk_bench<float>;
constexpr auto double_walk = walk_bench<double>;

BENCHMARK(walk_on_threads<float>)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(walk_on_threads<double>)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(naive_bench)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(float_walk, plain, Engine::plain)->Iterations(1);
BENCHMARK_CAPTURE(float_walk, avx2, Engine::avx2)->Iterations(15);
BENCHMARK_CAPTURE(float_walk, avx512, Engine::avx512)->Iterations(15);
BENCHMARK_CAPTURE(double_walk, avx2, Engine::avx2)->Iterations(15);
BENCHMARK_CAPTURE(double_walk, avx512, Engine::avx512)->Iterations(15);

}  // namespace
}  // namespace levee::scenario
