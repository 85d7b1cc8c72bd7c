// bench/hazard/yearly_bench.cpp — W6b and W6d: years of losses, beside a loop anyone would write.
#include "levee/hazard/yearly_loss.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

namespace levee::hazard {
namespace {

constexpr std::size_t years = 1 << 16;

YearlyLaw three_a_year() {
  return {.count = {.mean = 3},
          .tail = {.threshold = Usd{0}, .shape = 0.62, .scale = Usd{5e6}},
          .most = Usd{1e9}};
}

// Bodies are made up: 153 losses below the threshold.
YearlyLaw thirty_a_year() {
  YearlyLaw law{.count = {.mean = 30.4},
                .tail = {.threshold = Usd{8.88e6}, .shape = 0.9245429, .scale = Usd{13096689}},
                .tail_chance = 39.0 / 192,
                .most = Usd{1e9}};
  for (int i = 0; i < 153; ++i) law.body.push_back(8.88e6 * std::exp(-0.03 * i));
  return law;
}

// E[min(X, most)] of the tail, in closed form, mixed with the body.
double mean_of(const YearlyLaw& law) {
  const double shape = law.tail.shape, scale = law.tail.scale.value();
  const double room = law.most->value() - law.tail.threshold.value();
  const double excess =
      scale / (1 - shape) * (1 - std::pow(1 + shape * room / scale, 1 - 1 / shape));
  const double body = law.body.empty() ? 0
                                       : std::accumulate(law.body.begin(), law.body.end(), 0.0) /
                                             static_cast<double>(law.body.size());
  return law.count.mean *
         (law.tail_chance * (law.tail.threshold.value() + excess) + (1 - law.tail_chance) * body);
}

// Whether the mean of the years is what it must be, by their own standard error.
bool is_right(const std::vector<double>& usd, const YearlyLaw& law) {
  double sum = 0, squares = 0;
  for (const double loss : usd) sum += loss, squares += loss * loss;
  const auto count = static_cast<double>(usd.size());
  const double error = std::sqrt((squares / count - sum / count * sum / count) / count);
  return std::abs(sum / count - mean_of(law)) < 4.5 * error;
}

void drawn(benchmark::State& state, const YearlyLaw& law, num::Engine engine) {
  if (!num::has_engine(engine)) return state.SkipWithError("not on this processor");
  const YearlyLosses losses(law, 7);
  std::vector<double> usd(16 * years);
  losses.draw(0, usd, engine);
  if (!is_right(usd, law)) return state.SkipWithError("the mean is not what it must be");
  usd.resize(years);
  std::uint64_t first = 0;
  for (auto _ : state) {
    losses.draw(first, usd, engine);
    first += years;
    benchmark::DoNotOptimize(usd.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(years));
}

void naive_years(const YearlyLaw& law, std::mt19937_64& dice, std::span<double> usd) {
  std::poisson_distribution<int> count(law.count.mean);
  std::uniform_real_distribution<double> unit(0, 1);
  std::uniform_int_distribution<std::size_t> place(0,
                                                   std::max<std::size_t>(law.body.size(), 1) - 1);
  const double shape = law.tail.shape, scale = law.tail.scale.value();
  for (double& sum : usd) {
    sum = 0;
    for (int left = count(dice); left > 0; --left) {
      if (law.tail_chance < 1 && unit(dice) >= law.tail_chance) {
        sum += law.body[place(dice)];
        continue;
      }
      const double excess = scale / shape * (std::pow(1 - unit(dice), -shape) - 1);
      sum += std::min(law.tail.threshold.value() + excess, law.most->value());
    }
  }
}

void naive(benchmark::State& state, const YearlyLaw& law) {
  std::mt19937_64 dice(7);
  std::vector<double> usd(16 * years);
  naive_years(law, dice, usd);
  if (!is_right(usd, law)) return state.SkipWithError("the mean is not what it must be");
  usd.resize(years);
  for (auto _ : state) {
    naive_years(law, dice, usd);
    benchmark::DoNotOptimize(usd.data());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(years));
}

BENCHMARK_CAPTURE(drawn, W6b_three_a_year, three_a_year(), num::Engine::fastest);
BENCHMARK_CAPTURE(drawn, W6b_three_a_year_avx2, three_a_year(), num::Engine::avx2);
BENCHMARK_CAPTURE(drawn, W6b_three_a_year_plain, three_a_year(), num::Engine::plain);
BENCHMARK_CAPTURE(naive, W6b_three_a_year, three_a_year());
BENCHMARK_CAPTURE(drawn, W6d_thirty_a_year, thirty_a_year(), num::Engine::fastest);
BENCHMARK_CAPTURE(drawn, W6d_thirty_a_year_avx2, thirty_a_year(), num::Engine::avx2);
BENCHMARK_CAPTURE(naive, W6d_thirty_a_year, thirty_a_year());

}  // namespace
}  // namespace levee::hazard
