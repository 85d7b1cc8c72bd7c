// levee/scenario/jump_diffusion.cpp — Merton's price and its two fits.
#include "levee/scenario/jump_diffusion.h"

#include "levee/option/black.h"
#include "levee/option/implied_vol.h"
#include "levee/solve/minimize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

constexpr std::size_t fewest_returns = 200, fewest_marks = 5;
constexpr double least_intensity = 0.5, most_intensity = 15;
constexpr double day = 1.0 / 365;
constexpr double negligible = 1e-16;

// A point of a search: volatilities and the intensity enter by their logs, so that a step means the
// same everywhere.
using Point = std::span<const double>;
JumpDiffusion model_at(Point point) {
  return {Vol{std::exp(point[0])},
          {Intensity{std::exp(point[1])}, LogReturn{point[2]}, std::exp(point[3])}};
}

std::vector<double> point_of(const JumpDiffusion& model) {
  return {std::log(model.diffusive.value()), std::log(model.jumps.intensity.value()),
          model.jumps.mean.value(), std::log(model.jumps.deviation)};
}

// Minus the log-likelihood of returns about `center`, up to a constant.
class Likelihood {
 public:
  Likelihood(std::span<const market::Return> daily, double center) {
    for (const market::Return& r : daily) moves_.push_back(r.value.value() - center);
  }

  double operator()(Point point) const {
    const JumpDiffusion model = model_at(point);
    const double expected = model.jumps.intensity.value() * day;
    const double mean = model.jumps.mean.value();
    const double diffusion = model.diffusive.value() * model.diffusive.value() * day;
    const double jump = model.jumps.deviation * model.jumps.deviation;
    std::array<Term, 64> terms{};
    std::size_t count = 0;
    double probability = std::exp(-expected);
    for (; probability > negligible && count < terms.size(); ++count) {
      const auto n = static_cast<double>(count);
      const double variance = diffusion + n * jump;
      terms[count] = {probability / std::sqrt(variance), (n - expected) * mean, -0.5 / variance};
      probability *= expected / (n + 1);
    }
    double sum = 0;
    for (const double move : moves_) {
      double density = 0;
      for (std::size_t n = 0; n < count; ++n) {
        const double off = move - terms[n].mean;
        density += terms[n].height * std::exp(terms[n].curvature * off * off);
      }
      sum -= std::log(std::max(density, std::numeric_limits<double>::min()));
    }
    return sum;
  }

 private:
  struct Term {
    double height, mean, curvature;
  };
  std::vector<double> moves_;
};

// The best of several searches, each started again from where it stopped: a trust region that has
// shrunk early is opened once more.
template <class Function>
Result<solve::Minimum> best_of(Function& f, std::span<const JumpDiffusion> starts,
                               const JumpDiffusion& lowest, const JumpDiffusion& highest) {
  Result<solve::Minimum> best = fail(Reason::not_converged, "no search for jumps has ended");
  for (const JumpDiffusion& start : starts) {
    solve::Search search{point_of(start), point_of(lowest), point_of(highest)};
    for (std::size_t i = 0; i < search.start.size(); ++i) {
      search.start[i] = std::clamp(search.start[i], search.lower[i], search.upper[i]);
    }
    auto found = solve::minimum_of(f, search);
    if (found) {
      search.start = found->at;
      if (auto again = solve::minimum_of(f, search)) found = std::move(again);
    }
    if (found ? !best || found->value < best->value : !best) best = std::move(found);
  }
  return best;
}

bool at_edge(const std::vector<double>& at) {
  const double intensity = std::exp(at[1]);
  return intensity < 1.001 * least_intensity || intensity > 0.999 * most_intensity;
}

std::optional<Jumps> errors_of(const Likelihood& f, const std::vector<double>& at) {
  // Steps of about a twentieth of the errors such samples have: wide enough for the rounding of a
  // sum of logs, narrow enough for the curvature.
  const std::array<double, 4> step{1e-3, 1e-2, 1e-4, 1e-2};
  const auto errors = solve::errors_at(f, at, step);
  if (!errors) return std::nullopt;
  // Of a logarithm's error: d exp(y) = exp(y) dy.
  return Jumps{Intensity{std::exp(at[1]) * (*errors)[1]}, LogReturn{(*errors)[2]},
               std::exp(at[3]) * (*errors)[3]};
}

struct KnotsOf {
  std::vector<option::Contract> contract;  // out of the money; its expiry is not used
  std::vector<double> vol;
};

KnotsOf near_the_money(const option::Smile& smile) {
  const auto middle = static_cast<std::size_t>(
      std::min_element(smile.x.begin(), smile.x.end(),
                       [](double a, double b) { return std::abs(a) < std::abs(b); }) -
      smile.x.begin());
  KnotsOf knots;
  for (std::size_t i = 0; i < smile.x.size(); ++i) {
    if (std::abs(smile.x[i]) > 3 * smile.vol[middle]) continue;
    const double k = smile.x[i] * std::sqrt(smile.expiry.value());
    const auto type = k < 0 ? option::Type::put : option::Type::call;
    knots.contract.push_back({type, Price{smile.forward.value() * std::exp(k)}, {}});
    knots.vol.push_back(smile.vol[i]);
  }
  return knots;
}

}  // namespace

double variance_per_year(const Jumps& jumps) {
  const double mean = jumps.mean.value();
  return jumps.intensity.value() * (mean * mean + jumps.deviation * jumps.deviation);
}

JumpDiffusion split(const Jumps& jumps, Vol vol) {
  const double total = vol.value() * vol.value();
  const double share = total > 0 ? variance_per_year(jumps) / total : 0;
  Jumps kept = jumps;
  if (total == 0) kept.intensity = Intensity{0};
  if (share > jump_share_max) {
    kept.intensity = Intensity{jumps.intensity.value() * jump_share_max / share};
  }
  return {Vol{std::sqrt(std::max(0.0, total - variance_per_year(kept)))}, kept};
}

double mean_relative_jump(const Jumps& jumps) {
  return std::expm1(jumps.mean.value() + jumps.deviation * jumps.deviation / 2);
}

Usd merton_price(const option::Contract& contract, Price forward, Years expiry,
                 const JumpDiffusion& model) {
  LEVEE_EXPECT(expiry.value() > 0);
  const double expected = model.jumps.intensity.value() * expiry.value();
  const double per_jump = 1 + mean_relative_jump(model.jumps);
  const double diffusion = model.diffusive.value() * model.diffusive.value() * expiry.value();
  const double jump = model.jumps.deviation * model.jumps.deviation;
  double probability = std::exp(-expected);
  double level = forward.value() * std::exp(-expected * (per_jump - 1));
  // A put's terms are bounded by the strike, a call's by the forward after n jumps.
  const double strike = contract.strike.value(), least = negligible * forward.value();
  double price = 0;
  for (int n = 0; n <= expected || probability * std::max(level, strike) > least; ++n) {
    const double vol = std::sqrt((diffusion + n * jump) / expiry.value());
    price += probability *
             option::black_price(contract.type, contract.strike,
                                 {.forward = Price{level}, .expiry = expiry, .vol = Vol{vol}})
                 .value();
    probability *= expected / (n + 1);
    level *= per_jump;
  }
  return Usd{price};
}

Result<JumpFit> fit_to_returns(std::span<const market::Return> daily) {
  if (daily.size() < fewest_returns) {
    return fail(Reason::missing_data, fmt::format("{} daily returns (a fit of jumps needs {})",
                                                  daily.size(), fewest_returns));
  }
  const auto count = static_cast<double>(daily.size());
  double center = 0, squares = 0;
  for (const market::Return& r : daily) center += r.value.value() / count;
  for (const market::Return& r : daily) squares += std::pow(r.value.value() - center, 2);
  const double deviation = std::sqrt(squares / count);
  if (!(deviation > 1e-9)) {
    return fail(Reason::no_solution, "the daily returns do not move (there is nothing to fit)");
  }
  const double vol = deviation / std::sqrt(day);
  const auto model = [](double diffusive, double intensity, double mean, double of_jump) {
    return JumpDiffusion{Vol{diffusive}, {Intensity{intensity}, LogReturn{mean}, of_jump}};
  };
  // A jump no wider than a fifth of a day's move cannot be told from diffusion; without that bound
  // the likelihood grows for ever by nailing a jump to one return.
  const auto lowest = model(0.1 * vol, least_intensity, -10 * deviation, 0.2 * deviation);
  const auto highest = model(1.2 * vol, most_intensity, 10 * deviation, 10 * deviation);
  const std::array starts{model(0.8 * vol, 10, 0, 2 * deviation),
                          model(0.6 * vol, 40, 0, 1.5 * deviation),
                          model(0.9 * vol, 2, -2 * deviation, 3 * deviation)};
  const Likelihood likelihood(daily, center);
  const auto best = best_of(likelihood, starts, lowest, highest);
  if (!best) return best.error();
  return JumpFit{.model = model_at(best->at),
                 .points = daily.size(),
                 .at_edge = at_edge(best->at),
                 .errors = errors_of(likelihood, best->at)};
}

Result<JumpFit> fit_to_smile(const option::Smile& smile) {
  const KnotsOf knots = near_the_money(smile);
  if (knots.vol.size() < fewest_marks) {
    return fail(Reason::missing_data,
                fmt::format("{} marks near the money in the smile (a fit of jumps needs {})",
                            knots.vol.size(), fewest_marks));
  }
  const auto squares = [&](Point point) {
    const JumpDiffusion model = model_at(point);
    double sum = 0;
    for (std::size_t i = 0; i < knots.vol.size(); ++i) {
      const option::Contract& contract = knots.contract[i];
      const Usd price = merton_price(contract, smile.forward, smile.expiry, model);
      const auto vol =
          option::implied_vol(contract.type, contract.strike, smile.forward, smile.expiry, price);
      // No volatility: the model gives this strike no price at all, which is as wrong as it gets.
      sum += vol ? std::pow(vol->value() - knots.vol[i], 2) : knots.vol[i] * knots.vol[i];
    }
    return sum;
  };
  const double vol = *std::min_element(knots.vol.begin(), knots.vol.end());
  const auto model = [](double diffusive, double intensity, double mean, double of_jump) {
    return JumpDiffusion{Vol{diffusive}, {Intensity{intensity}, LogReturn{mean}, of_jump}};
  };
  const std::array starts{model(0.8 * vol, 10, -0.03, 0.08), model(0.9 * vol, 2, -0.1, 0.15),
                          model(0.6 * vol, 40, 0, 0.06)};
  const auto best = best_of(squares, starts, model(0.1 * vol, least_intensity, -0.5, 0.005),
                            model(1.2 * vol, most_intensity, 0.5, 0.6));
  if (!best) return best.error();
  return JumpFit{.model = model_at(best->at),
                 .points = knots.vol.size(),
                 .misfit = std::sqrt(best->value / static_cast<double>(knots.vol.size())),
                 .at_edge = at_edge(best->at),
                 .errors = {}};
}

}  // namespace levee::scenario
