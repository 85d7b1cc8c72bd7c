// bench/option/model_bench.cpp — W2: one option at a time, by Black, Merton, Heston and Bates.
//
// A put struck at 1800, thirty days ahead, rate 3 %, the spot moved over 1500 to 2499 as peers.md
// W2 has it; its golden values at 2000 are QuantLib's.
#include "levee/option/contour.h"
#include "levee/option/cosine.h"
#include "levee/option/implied_vol.h"
#include "levee/option/merton_series.h"
#include "levee/option/model_price.h"

#include <cmath>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace levee::option {
namespace {

constexpr Price strike{1800};
constexpr Years month{30.0 / 365};
constexpr double rate = 0.03;
const double discount = std::exp(-rate * month.value());

Price forward_of(double spot) { return Price{spot / discount}; }

// One call of `price` after the other, the spot moved each time.
template <class Pricer>
void timed(benchmark::State& state, double golden, Pricer price) {
  const double off = std::abs(price(forward_of(2000)) - golden);
  if (!(off < 2e-10 * golden)) {
    return state.SkipWithError(("off the golden value by " + std::to_string(off)).c_str());
  }
  int i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(price(forward_of(1500 + i++ % 1000)));
  state.SetItemsProcessed(state.iterations());
  state.counters["error"] = off / golden;
}

void W2b_price_and_8_greeks(benchmark::State& state) {
  timed(state, 61.5194197360, [](Price forward) {
    return black_greeks(Type::put, strike, {forward, month, Vol{.65}, discount}).price.value();
  });
}

void W2c_price(benchmark::State& state) {
  timed(state, 61.5194197360, [](Price forward) {
    return black_price(Type::put, strike, {forward, month, Vol{.65}, discount}).value();
  });
}

// W3d's: a thousand prices made beforehand, vols of 0.3 to 1.2, inverted in turn.
void W3d_implied_vol(benchmark::State& state) {
  std::vector<PricedOption> quotes;
  std::vector<double> vols;
  for (int i = 0; i < 1000; ++i) {
    const Price forward{1500.0 + i};
    vols.push_back(0.3 + 0.001 * (i % 900));
    quotes.push_back({Type::put, strike, forward, month,
                      black_price(Type::put, strike, {forward, month, Vol{vols.back()}})});
  }
  double worst = 0;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    worst = std::max(worst, std::abs(found_vol(quotes[i]).vol.value() / vols[i] - 1));
  }
  if (!(worst < 1e-12)) return state.SkipWithError("volatilities do not come back");
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(found_vol(quotes[i++ % quotes.size()]));
  state.SetItemsProcessed(state.iterations());
  state.counters["error"] = worst;
}

void W2i_merton(benchmark::State& state) {
  timed(state, 76.5906471011, [](Price forward) {
    const MertonInputs in{forward, month, Vol{.65}, Intensity{1}, LogReturn{-.3}, .25};
    return discount * merton_price(Type::put, strike, in).value();
  });
}

const Model& heston() {
  static const Model held = *model_of("heston", std::vector{.4, .45, 2., .8, -.3});
  return held;
}

// Mathematics 3.4's jumps on top.
const Model& bates() {
  static const Model held = *model_of("bates", std::vector{.4, .45, 2., .8, -.3, 4., -.05, .1});
  return held;
}

double put_by_series(const Model& model, Price forward) {
  return discount * (*prices_of(model, {forward, month}, std::span(&strike, 1)))[0].put.value();
}

void W2h_heston(benchmark::State& state) {
  timed(state, 59.9815168822, [](Price forward) { return put_by_series(heston(), forward); });
}

void W2h_heston_by_contour(benchmark::State& state) {
  timed(state, 59.9815168822, [](Price forward) {
    return discount * contour_price(heston(), {forward, month}, Type::put, strike)->value();
  });
}

void bates_price(benchmark::State& state) {
  timed(state, 66.7961946397, [](Price forward) { return put_by_series(bates(), forward); });
}

// What a fit asks for: 41 strikes of one expiry, 1000 to 3000, each a call and a put.
void heston_chain_of_41(benchmark::State& state) {
  std::vector<Price> strikes;
  for (int i = 0; i <= 40; ++i) strikes.push_back(Price{1000.0 + 50 * i});
  const Term term{forward_of(2000), month};
  const double off = discount * (*prices_of(heston(), term, strikes))[16].put.value();
  if (!(std::abs(off - 59.9815168822) < 1e-8)) return state.SkipWithError("not the golden value");
  for (auto _ : state) benchmark::DoNotOptimize(prices_of(heston(), term, strikes));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(strikes.size()));
}

BENCHMARK(W2b_price_and_8_greeks);
BENCHMARK(W2c_price);
BENCHMARK(W3d_implied_vol);
BENCHMARK(W2i_merton);
BENCHMARK(W2h_heston);
BENCHMARK(W2h_heston_by_contour);
BENCHMARK(bates_price);
BENCHMARK(heston_chain_of_41);

}  // namespace
}  // namespace levee::option
