// bench/amm/b1_bench.cpp — a million made-up swaps: big integers, the pool, and all rows at once.
//
// All three end in the same state: price, tick, liquidity and both fee counters.
#include "bench/amm/naive_pool.h"
#include "bench/amm/w1_pool.h"
#include "levee/replay/verify_swaps.h"

#include <cmath>
#include <map>
#include <memory>

#include <benchmark/benchmark.h>

namespace levee {
namespace {

using namespace amm;
using namespace replay;
using bench::NaivePool;

// splitmix64: Steele, Lea & Flood (2014), OOPSLA.
class Draws {
 public:
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  // Normal to the fourth moment or so: twelve uniforms.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += unit();
    return sum;
  }

 private:
  std::uint64_t state_ = 20260101;
};

constexpr std::int32_t centre = 200'000;
constexpr int swaps = 1'000'000;

// How a stream differs from the other: its sizes, and how close together its ranges lie.
struct Shape {
  double size = 1;      // of the median swap
  int spread = 40'000;  // ticks that ranges begin in
};
constexpr Shape calm{}, stress{.size = 5, .spread = 2'500};

Pool book_of(Draws& draws, const Shape& shape) {
  Pool pool({FeePips{500}, TickSpacing{10}});
  LEVEE_EXPECT(pool.initialise(sqrt_price_at_valid(Tick{centre + 3}), 1));
  LEVEE_EXPECT(pool.mint({Address{}, {-887'270, 887'270}, 2 * bench::e18}, 1));
  for (int i = 0; i < 400; ++i) {
    const auto tick = [&] {
      return centre + 10 * static_cast<std::int32_t>((draws.unit() - 0.5) * shape.spread / 10);
    };
    const std::int32_t a = tick(), b = tick();
    const TickRange range{std::min(a, b) - 10, std::max(a, b)};
    LEVEE_EXPECT(pool.mint({Address{}, range, bench::e18 / 5 * (1 + draws.bits() % 10) / 10}, 1));
  }
  return pool;
}

// A stream, the pool before it, the state after it, and its history.
struct Stream {
  Pool before;
  std::vector<SwapAsk> asks;
  SwapHistory history;
  PoolNumbers after;
  std::size_t crossing = 0;
};

// Who sells is drawn so that the price stays near the centre.
SwapAsk ask_of(Draws& draws, const Shape& shape, const PoolNumbers& now) {
  const double off = (now.tick - centre) / 500.0;
  const bool falls = draws.unit() < 0.5 + std::clamp(off, -0.4, 0.4);
  const double worth = shape.size * std::exp(23.65 + 1.3 * draws.normal());  // token0, 6 decimals
  const double amount = falls ? worth : worth * std::pow(1.0001, centre);
  return bench::sale(falls ? Direction::zero_for_one : Direction::one_for_zero,
                     U256{static_cast<u128>(amount)});
}

Stream stream_of(const Shape& shape) {
  Draws draws;
  Pool pool = book_of(draws, shape);
  Stream made{pool, {}, SwapHistory({pool.numbers().price, pool.numbers().tick}), {}};
  made.history.reserve(swaps);
  for (int i = 0; i < swaps; ++i) {
    const PoolNumbers was = pool.numbers();
    made.asks.push_back(ask_of(draws, shape, was));
    const auto flows = pool.swap(made.asks.back(), 1);
    LEVEE_EXPECT(flows);
    const PoolNumbers& now = pool.numbers();
    const TickSplit split = split_of(pool.ticks(), {was.tick, now.tick});
    made.crossing += split == TickSplit::possible ? 1 : 0;
    made.history.push(
        {now.price, now.tick, now.liquidity, *flows, was.liquidity, pool.terms().fee, split});
  }
  made.after = pool.numbers();
  return made;
}

const Stream& stream(bool stressed) {
  static const Stream calm_stream = stream_of(calm);
  static const Stream stress_stream = stream_of(stress);
  return stressed ? stress_stream : calm_stream;
}

bool same_end(const PoolNumbers& a, const PoolNumbers& b) {
  return a.price == b.price && a.tick == b.tick && a.liquidity == b.liquidity && a.fees == b.fees;
}

void report(benchmark::State& state, const Stream& from, bool right, std::int64_t rows) {
  if (!right) state.SkipWithError("not the same end");
  state.SetItemsProcessed(state.iterations() * rows);
  state.counters["% crossing"] = 100.0 * static_cast<double>(from.crossing) / swaps;
}

// The first tenth: it takes its time.
void B1_big_integers(benchmark::State& state) {
  const Stream& from = stream(state.range(0) != 0);
  constexpr std::size_t part = swaps / 10;
  const auto played = [&] {
    auto pool = std::make_unique<NaivePool>(from.before);
    for (std::size_t i = 0; i < part; ++i) {
      pool->sell(from.asks[i].direction, from.asks[i].amount.bits());
    }
    return pool->numbers();
  };
  Pool pool = from.before;
  for (std::size_t i = 0; i < part; ++i) LEVEE_EXPECT(pool.swap(from.asks[i], 1));
  const bool right = same_end(played(), pool.numbers());
  for (auto _ : state) benchmark::DoNotOptimize(played());
  report(state, from, right, part);
}
BENCHMARK(B1_big_integers)->Arg(0)->Arg(1)->ArgName("stress")->Unit(benchmark::kMillisecond);

void B1_pool(benchmark::State& state) {
  const Stream& from = stream(state.range(0) != 0);
  PoolNumbers end;
  for (auto _ : state) {
    Pool pool = from.before;
    for (const SwapAsk& ask : from.asks) benchmark::DoNotOptimize(pool.swap(ask, 1));
    end = pool.numbers();
  }
  report(state, from, same_end(end, from.after), swaps);
}
BENCHMARK(B1_pool)->Arg(0)->Arg(1)->ArgName("stress")->Unit(benchmark::kMillisecond);

// Rows that cross are walked over the ticks, in the same call.
void B1_verified(benchmark::State& state, Engine engine) {
  const Stream& from = stream(state.range(0) != 0);
  std::vector<Verdict> verdicts(from.history.size());
  Verified got;
  for (auto _ : state) {
    got = verify_swaps(from.history, {.ticks = &from.before.ticks(), .engine = engine}, verdicts);
  }
  const auto last = from.history.at(from.history.size() - 1);
  const bool right = got.count(Verdict::differs) == 0 && got.count(Verdict::open) == 0 &&
                     got.fees == from.after.fees && last.price == from.after.price &&
                     last.tick == from.after.tick && last.liquidity == from.after.liquidity;
  report(state, from, right, swaps);
  state.counters["% stepped"] = 100.0 * static_cast<double>(got.stepped) / swaps;
}
BENCHMARK_CAPTURE(B1_verified, eight_lanes, Engine::fastest)
    ->Arg(0)
    ->Arg(1)
    ->ArgName("stress")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(B1_verified, plain, Engine::plain)
    ->Arg(0)
    ->ArgName("stress")
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace levee
