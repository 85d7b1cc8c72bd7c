// bench/scenario/sampling_bench.cpp — ES99 and mean by every way of sampling, 64 times 8192 paths.
//
// The reference book of B3: ranges of widths 1.1, 1.3, 1.8 and 5 in three pools, with fees for the
// days in range; error, paths and processor time that one estimate needs, beside plain draws.
#include "bench/scenario/two_assets.h"
#include "levee/num/control.h"
#include "levee/scenario/sampling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <benchmark/benchmark.h>

namespace levee::scenario {
namespace {

using bench::steps;

constexpr std::size_t paths = 8192, repeats = 64;

double worth_of(double price, double log_price, double width) {
  const double high = std::sqrt(width), low = 1 / high, unit = 1 / (2 - 2 * low);
  const double s = std::clamp(std::exp(log_price / 2), low, high);
  return unit * ((1 / s - low) * price + s - low);
}

// [steps * 2][paths]
using Rows = std::vector<std::vector<double>>;

double loss_at(const Rows& rows, std::size_t i) {
  constexpr std::array<double, 4> widths = {1.1, 1.3, 1.8, 5};
  const double x = rows[2 * steps - 2][i], y = rows[2 * steps - 1][i];
  double worth = 0;
  for (const double width : widths) {
    const double edge = std::log(width), unit = 1 / (2 - 2 / std::sqrt(width));
    worth += worth_of(std::exp(x), x, width) + worth_of(std::exp(y), y, width) +
             std::exp(y) * worth_of(std::exp(x - y), x - y, width);
    int days = 0;
    for (std::size_t step = 0; step < steps; ++step) {
      const double a = rows[2 * step][i], b = rows[2 * step + 1][i];
      days += (std::abs(a) < edge ? 1 : 0) + (std::abs(b) < edge ? 1 : 0) +
              (std::abs(a - b) < edge ? 1 : 0);
    }
    worth += days * 0.0006 * unit / 5;
  }
  return 1 - worth / 12;
}

struct Sample {
  std::vector<double> loss, weight;
  std::vector<std::vector<double>> control;  // prices and their squares less their means
  double walk_seconds = 0;
};

double second_moment(double vol, double mean, double deviation) {
  const double years = static_cast<double>(steps) * bench::day;
  const double once = std::exp(mean + deviation * deviation / 2);
  const double twice = std::exp(2 * mean + 2 * deviation * deviation);
  return std::exp(years * (vol * vol + bench::intensity * (twice - 2 * once + 1)));
}

Sample drawn(std::uint64_t seed, const Sampling& how) {
  Rows rows(2 * steps, std::vector<double>(paths));
  Sample sample;
  const auto parts = bench::two_assets(seed);
  const double start = bench::cpu_seconds();
  if (how == Sampling{}) {
    JumpLanes(parts).walk(WalkRows<double>{0, paths, {rows.begin(), rows.end()}});
  } else {
    sample.weight.assign(how.nominal_share < 1 ? paths : 0, 1);
    const SampledWalk walk(parts, how);
    for (std::size_t first = 0; first < paths; first += 512) {
      Block block{.first = first, .paths = 512, .log_return = {{}, {}}, .level = {}};
      for (std::size_t c = 0; c < rows.size(); ++c) {
        block.log_return[c % 2].push_back(std::span(rows[c]).subspan(first, 512));
      }
      if (!sample.weight.empty()) block.weight = std::span(sample.weight).subspan(first, 512);
      walk.draw(block);
    }
  }
  sample.walk_seconds = bench::cpu_seconds() - start;
  const double xx = second_moment(bench::vol_x, bench::jump_mean, bench::jump_deviation);
  const double yy = second_moment(bench::vol_y, bench::joint * bench::jump_mean,
                                  bench::joint * bench::jump_deviation);
  sample.control.resize(4);
  for (std::size_t i = 0; i < paths; ++i) {
    sample.loss.push_back(loss_at(rows, i));
    const double x = std::exp(rows[2 * steps - 2][i]), y = std::exp(rows[2 * steps - 1][i]);
    sample.control[0].push_back(x - 1), sample.control[1].push_back(y - 1);
    sample.control[2].push_back(x * x - xx), sample.control[3].push_back(y * y - yy);
  }
  return sample;
}

// Rockafellar and Uryasev's minimum at the weighted quantile; ratios of mean 1 are not divided by
// their sum, which a tail would only inherit noise from.
double es99(const Sample& sample) {
  std::vector<std::size_t> order(paths);
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return sample.loss[a] > sample.loss[b]; });
  double mass = 0, sum = 0;
  const double wanted = 0.01 * paths;
  for (const std::size_t i : order) {
    const double w = sample.weight.empty() ? 1 : sample.weight[i];
    if (mass + w >= wanted) return (sum + (wanted - mass) * sample.loss[i]) / wanted;
    mass += w, sum += w * sample.loss[i];
  }
  return sum / wanted;
}

enum class Controls { no, yes };
struct Found {
  double es = 0, es_error = 0, mean = 0, mean_error = 0, seconds = 0, walk_seconds = 0;
};

Found found_by(const Sampling& how, Controls controls) {
  std::vector<double> tails, means;
  Found found;
  const double start = bench::cpu_seconds();
  for (std::uint64_t seed = 1; seed <= repeats; ++seed) {
    const Sample sample = drawn(seed, how);
    found.walk_seconds += sample.walk_seconds / (repeats * paths);
    tails.push_back(es99(sample));
    std::vector<std::span<const double>> control;
    if (controls == Controls::yes) control.assign(sample.control.begin(), sample.control.end());
    means.push_back(num::controlled_mean(sample.loss, control, sample.weight).value);
  }
  found.seconds = (bench::cpu_seconds() - start) / (repeats * paths);
  const auto spread = [](const std::vector<double>& x, double& mean) {
    mean = std::accumulate(x.begin(), x.end(), 0.0) / repeats;
    double squares = 0;
    for (const double v : x) squares += (v - mean) * (v - mean);
    return std::sqrt(squares / (repeats - 1));
  };
  found.es_error = spread(tails, found.es);
  found.mean_error = spread(means, found.mean);
  return found;
}

void sampling(benchmark::State& state, Sampling how, Controls controls) {
  static const Found plain = found_by({}, Controls::no);
  Found found;
  for (auto _ : state) found = found_by(how, controls);
  const auto ratio = [](double a, double b) { return a * a / (b * b); };
  const auto differs = [&](double a, double b, double error, double plain_error) {
    return std::abs(a - b) > 4 * std::sqrt((error * error + plain_error * plain_error) / repeats);
  };
  if (differs(found.es, plain.es, found.es_error, plain.es_error) ||
      differs(found.mean, plain.mean, found.mean_error, plain.mean_error)) {
    return state.SkipWithError("not the plain draws' ES99 and mean");
  }
  state.counters["ES99"] = found.es;
  state.counters["error_%"] = 100 * found.es_error / found.es;
  state.counters["ratio_ES"] = ratio(plain.es_error, found.es_error);
  state.counters["ratio_mean"] = ratio(plain.mean_error, found.mean_error);
  state.counters["paths_1%"] = paths * ratio(found.es_error, 0.005 * found.es);
  state.counters["walk_ns"] = 1e9 * found.walk_seconds;
  state.counters["all_ns"] = 1e9 * found.seconds;
  state.counters["per_second_ES"] =
      ratio(plain.es_error, found.es_error) * plain.seconds / found.seconds;
}

constexpr Sampling even{.points = Sampling::Points::sobol};
constexpr Sampling pushed{.nominal_share = 0.2, .drift = -1.6, .intensity = 3, .jump_shift = -0.4};

BENCHMARK_CAPTURE(sampling, plain, Sampling{}, Controls::no)->Iterations(1);
BENCHMARK_CAPTURE(sampling, controls, Sampling{}, Controls::yes)->Iterations(1);
BENCHMARK_CAPTURE(sampling, sobol_and_bridge, even, Controls::no)->Iterations(1);
BENCHMARK_CAPTURE(sampling, importance, pushed, Controls::no)->Iterations(1);
BENCHMARK_CAPTURE(sampling, both, towards_a_crash, Controls::no)->Iterations(1);
BENCHMARK_CAPTURE(sampling, sobol_with_controls, even, Controls::yes)->Iterations(1);

}  // namespace
}  // namespace levee::scenario
