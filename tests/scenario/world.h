// tests/scenario/world.h — small made-up worlds that scenarios and losses are tested in.
#pragma once
#include "levee/scenario/kind.h"

#include <cmath>
#include <random>
#include <vector>

namespace levee::test {

inline constexpr UnixSeconds midnight{1'700'006'400};  // 2023-11-15, 00:00 UTC

/// A series whose logs are given, one every `step`, the last one known at `last`.
inline market::Series series_until(UnixSeconds last, Seconds step,
                                   const std::vector<double>& logs) {
  market::Series series{.at = {}, .value = {}, .step = step, .source = "series.csv"};
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto back = static_cast<std::int64_t>(logs.size() - 1 - i);
    series.at.push_back(last - Seconds{back * step.value()});
    series.value.push_back(std::exp(logs[i]));
  }
  return series;
}

/// Logs of a price and of a volatility index that answers to it by `beta` and noise.
struct Walk {
  std::vector<double> price{7.6}, vol{-0.5};
};

/// in: daily moves of the price: normal about `drift` with now and then a jump
inline Walk walk(std::uint64_t seed, std::size_t steps, double deviation, double beta,
                 double drift = 0) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  std::bernoulli_distribution jumps(0.03);
  Walk made;
  while (made.price.size() <= steps) {
    const double jump = jumps(source) ? 3 * deviation * normal(source) : 0;
    const double move = drift + deviation * normal(source) + jump;
    made.price.push_back(made.price.back() + move);
    made.vol.push_back(made.vol.back() + beta * move + 0.03 * normal(source));
  }
  return made;
}

/// A chain of quotes with the same smile at every expiry: vol(x), x = ln(K/F)/sqrt(T).
template <class Smile>
std::vector<market::Quote> chain_of(UnixSeconds at, Price spot, double carry, Smile vol) {
  std::vector<market::Quote> chain;
  for (const int tenor : {7, 14, 28, 60, 120}) {
    const double root = std::sqrt(tenor / 365.0);
    const double forward = spot.value() * std::exp(carry * tenor / 365);
    for (int i = -10; i <= 10; ++i) {
      const double x = i / 5.0;
      market::Quote quote;
      quote.contract = {i < 0 ? option::Type::put : option::Type::call,
                        Price{forward * std::exp(x * root)}, at + days(tenor)};
      quote.mark_vol = Vol{vol(x)};
      quote.forward = Price{forward};
      quote.index = spot;
      chain.push_back(quote);
    }
  }
  return chain;
}

/// ETH at 2,000 dollars with a smiling surface and nothing else known.
inline market::Snapshot bare_snapshot() {
  market::Snapshot snapshot;
  snapshot.at = midnight;
  snapshot.base = "ETH";
  snapshot.quote = "USDC";
  snapshot.spot = Price{2000};
  snapshot.source = "chain.csv";
  snapshot.chain = chain_of(snapshot.at, snapshot.spot, 0.05,
                            [](double x) { return 0.6 - 0.05 * x + 0.1 * x * x; });
  return snapshot;
}

/// The same with 400 days of prices and of a volatility index.
inline market::Snapshot known_snapshot(std::uint64_t seed = 1) {
  market::Snapshot snapshot = bare_snapshot();
  const Walk made = walk(seed, 400, 0.03, -0.7);
  snapshot.history = series_until(snapshot.at, days(1), made.price);
  snapshot.iv_index = series_until(snapshot.at, days(1), made.vol);
  return snapshot;
}

inline scenario::CalibrationAsk ask_for(Seconds horizon) {
  return {.horizon = horizon, .history = days(365), .realised = days(30)};
}

/// One asset's law by hand: every kind can draw from it.
inline scenario::AssetLaw law(std::string name = "ETH", double spot = 2000) {
  scenario::AssetLaw made;
  made.name = std::move(name);
  made.spot = Price{spot};
  made.implied = Vol{0.7};
  made.forecast = Vol{0.6};
  made.jumps = {Intensity{12}, LogReturn{-0.03}, 0.06};
  made.moves = {.beta = -0.7,
                .daily_residual = 0.03,
                .daily_persistence = 0.96,
                .tenor_power = 0.4,
                .slope = {.beta = 0.1, .daily_residual = 0.02, .daily_persistence = 0.8},
                .skew = {.beta = 0.2, .daily_residual = 0.03, .daily_persistence = 0.8}};
  made.priced =
      *option::model_of("bates", std::vector{0.4, 0.45, 3.0, 1.2, -0.5, 4.0, -0.05, 0.08});
  return made;
}

inline std::vector<scenario::HistoryStep> steps_of(const Walk& history) {
  std::vector<scenario::HistoryStep> steps;
  for (std::size_t i = 1; i < history.price.size(); ++i) {
    steps.push_back({LogReturn{history.price[i] - history.price[i - 1]},
                     LogReturn{history.vol[i] - history.vol[i - 1]}});
  }
  return steps;
}

/// Moments of daily steps with a gap after the hundredth.
inline std::vector<UnixSeconds> days_with_gap(std::size_t count) {
  std::vector<UnixSeconds> at;
  for (std::size_t i = 0; i < count; ++i) {
    at.push_back(midnight + days(static_cast<std::int64_t>(i + (i < 100 ? 0 : 3))) - days(500));
  }
  return at;
}

/// Parameters by hand: every kind can draw from them.
inline scenario::Calibration calibration(Seconds horizon = days(30)) {
  scenario::Calibration made;
  made.at = midnight;
  made.horizon = horizon;
  made.assets = {law()};
  const Walk history = walk(2, 365, 0.035, -0.7, 0.002);
  made.history = {days(1), days_with_gap(365), {0, 100}, {steps_of(history)}, {true}};
  made.dependence = *scenario::dependence_of(made.history);
  return made;
}

/// The same with a second asset that moves with the lead at a correlation of about 0.8, and with
/// surroundings.
inline scenario::Calibration joint_calibration(Seconds horizon = days(30)) {
  scenario::Calibration made = calibration(horizon);
  made.assets.push_back(law("BTC", 60'000));
  made.assets.back().forecast = Vol{0.45};
  const Walk lead = walk(2, 365, 0.035, -0.7, 0.002), own = walk(3, 365, 0.02, -0.5);
  Walk both = lead;
  for (std::size_t i = 0; i < both.price.size(); ++i) {
    both.price[i] = 0.6 * lead.price[i] + 0.6 * own.price[i];
  }
  made.history.assets.push_back(steps_of(both));
  made.history.knows_vol.push_back(false);
  made.dependence = *scenario::dependence_of(made.history);
  made.around.funding = scenario::Linked{.now = 0.1, .usual = 0.1, .on_return = 0.3, .noise = 0.05};
  made.around.volume = scenario::Linked{.form = scenario::Linked::Form::logarithmic,
                                        .now = 18,
                                        .usual = 18,
                                        .on_size = 2,
                                        .noise = 0.3};
  made.around.depth = scenario::Linked{.form = scenario::Linked::Form::logarithmic,
                                       .now = 20,
                                       .usual = 20,
                                       .on_return = 0.5,
                                       .noise = 0.1};
  made.around.gas = scenario::Linked{.form = scenario::Linked::Form::logarithmic,
                                     .now = 3,
                                     .usual = 3,
                                     .on_size = 1,
                                     .noise = 0.5};
  made.around.peg = hazard::Depeg{"USDC", Intensity{2}, Share{0.05}, Share{0.15}, days(2), "hand"};
  return made;
}

inline scenario::Recipe recipe(const scenario::Calibration& from, std::size_t paths,
                               std::uint64_t seed = 1) {
  return {.calibration = from,
          .measure = scenario::Measure::real_world,
          .dates = {days(1), days(7), days(10), from.horizon},
          .protocols = {{"vault", Intensity{1}, Share{0.2}, Share{0.8}, "by hand"},
                        {"pool", Intensity{0.5}, Share{1}, Share{1}, "by hand"}},
          .paths = paths,
          .seed = seed,
          .block = days(5)};
}

}  // namespace levee::test
