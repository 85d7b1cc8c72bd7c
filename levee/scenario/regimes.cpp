// levee/scenario/regimes.cpp — filter, smoother and the fit that stands on them.
#include "levee/scenario/regimes.h"

#include "levee/num/normal.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

constexpr std::size_t fewest_returns = 100;
constexpr int rounds_max = 20'000;
constexpr double change_least = 1e-10;  // of the log-likelihood, relative

// Chances of the storm along the sample.
struct Passed {
  double log_likelihood = 0;
  std::vector<double> before, after;  // [returns] of the day itself: before and after seeing it
};

double stationary_storm(const Regimes& model) {
  const double leaves_calm = 1 - model.stay[0], leaves_storm = 1 - model.stay[1];
  return leaves_calm / (leaves_calm + leaves_storm);
}

double tomorrow(const Regimes& model, double storm) {
  return storm * model.stay[1] + (1 - storm) * (1 - model.stay[0]);
}

double density(const Regimes& model, std::size_t state, double r) {
  const double deviation = model.deviation[state];
  return num::normal_pdf((r - model.mean) / deviation) / deviation;
}

Passed passed(const Regimes& model, std::span<const double> returns) {
  Passed pass;
  double storm = stationary_storm(model);
  for (const double r : returns) {
    const double calm_part = (1 - storm) * density(model, 0, r);
    const double storm_part = storm * density(model, 1, r);
    const double whole = calm_part + storm_part;
    pass.before.push_back(storm);
    // A day so wild that neither density can be told from 0 belongs to the storm.
    const double seen = whole > 0 ? storm_part / whole : 1;
    pass.after.push_back(seen);
    pass.log_likelihood += std::log(std::max(whole, 1e-300));
    storm = tomorrow(model, seen);
  }
  return pass;
}

// Chances of the storm with the whole sample seen, and of staying in a state from day to day.
struct Smoothed {
  std::vector<double> storm;
  std::array<double, 2> stays{}, visits{};
};

Smoothed smoothed(const Regimes& model, const Passed& pass) {
  const std::size_t count = pass.after.size();
  Smoothed found{.storm = std::vector<double>(count)};
  found.storm.back() = pass.after.back();
  for (std::size_t i = count - 1; i-- > 0;) {
    const double next = found.storm[i + 1], ahead = pass.before[i + 1], now = pass.after[i];
    // Chances of today's state and tomorrow's together.
    const double storm_storm = now * model.stay[1] * next / ahead;
    const double calm_storm = (1 - now) * (1 - model.stay[0]) * next / ahead;
    const double storm_calm = now * (1 - model.stay[1]) * (1 - next) / (1 - ahead);
    const double calm_calm = (1 - now) * model.stay[0] * (1 - next) / (1 - ahead);
    found.storm[i] = storm_storm + storm_calm;
    found.stays[0] += calm_calm, found.visits[0] += calm_calm + calm_storm;
    found.stays[1] += storm_storm, found.visits[1] += storm_storm + storm_calm;
  }
  return found;
}

Regimes maximised(const Smoothed& seen, std::span<const double> returns, Regimes model) {
  std::array<double, 2> weight{}, square{};
  double mean = 0, precision = 0;
  const auto chance = [&](std::size_t i, std::size_t state) {
    return state == 1 ? seen.storm[i] : 1 - seen.storm[i];
  };
  for (std::size_t i = 0; i < returns.size(); ++i) {
    for (const std::size_t state : {0U, 1U}) {
      const double each = chance(i, state) / std::pow(model.deviation[state], 2);
      mean += each * returns[i], precision += each;
    }
  }
  model.mean = mean / precision;
  for (std::size_t i = 0; i < returns.size(); ++i) {
    for (const std::size_t state : {0U, 1U}) {
      weight[state] += chance(i, state);
      square[state] += chance(i, state) * std::pow(returns[i] - model.mean, 2);
    }
  }
  for (const std::size_t state : {0U, 1U}) {
    model.deviation[state] = std::sqrt(square[state] / weight[state]);
    model.stay[state] = std::clamp(seen.stays[state] / seen.visits[state], 1e-4, 1 - 1e-4);
  }
  return model;
}

Result<double> deviation_of(std::span<const double> returns) {
  if (returns.size() < fewest_returns) {
    return fail(Reason::missing_data,
                fmt::format("{} daily returns (regimes need {})", returns.size(), fewest_returns));
  }
  double mean = 0, square = 0;
  for (const double r : returns) {
    if (!std::isfinite(r)) return fail(Reason::bad_input, "a return that is not finite");
    mean += r / static_cast<double>(returns.size());
  }
  for (const double r : returns) square += (r - mean) * (r - mean);
  const double deviation = std::sqrt(square / static_cast<double>(returns.size()));
  if (!(deviation > 1e-12)) return fail(Reason::no_solution, "the returns do not move");
  return deviation;
}

}  // namespace

double log_likelihood(const Regimes& model, std::span<const double> returns) {
  LEVEE_EXPECT(model.deviation[0] > 0 && model.deviation[1] > 0 && std::isfinite(model.mean));
  LEVEE_EXPECT(0 < model.stay[0] && model.stay[0] < 1 && 0 < model.stay[1] && model.stay[1] < 1);
  return passed(model, returns).log_likelihood;
}

Result<RegimeFit> fit_regimes(std::span<const double> returns) {
  const auto deviation = deviation_of(returns);
  if (!deviation) return deviation.error();
  RegimeFit fit;
  fit.model = {.mean = 0, .deviation = {*deviation / 2, 1.5 * *deviation}, .stay = {0.95, 0.8}};
  double before = -1e300;
  for (fit.rounds = 1; fit.rounds <= rounds_max; ++fit.rounds) {
    const Passed pass = passed(fit.model, returns);
    const Smoothed seen = smoothed(fit.model, pass);
    fit.log_likelihood = pass.log_likelihood;
    fit.storm_now = pass.after.back();
    fit.storm = seen.storm;
    if (pass.log_likelihood - before < change_least * std::abs(pass.log_likelihood)) break;
    before = pass.log_likelihood;
    fit.model = maximised(seen, returns, fit.model);
    if (!(fit.model.deviation[1] > 1.05 * fit.model.deviation[0])) {
      return fail(Reason::no_solution,
                  "the returns know one state only (calm and storm are alike) choose another kind");
    }
  }
  if (fit.rounds > rounds_max) {
    return fail(Reason::not_converged,
                "regimes still move (no two states fit the returns) choose another kind");
  }
  return fit;
}

double storm_ahead(const RegimeFit& fit, int ahead) {
  LEVEE_EXPECT(ahead >= 0);
  const double usual = stationary_storm(fit.model);
  const double memory = fit.model.stay[0] + fit.model.stay[1] - 1;
  return usual + std::pow(memory, ahead) * (fit.storm_now - usual);
}

}  // namespace levee::scenario
