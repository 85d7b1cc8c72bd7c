// levee/option/model.cpp — a model checked, its cumulants, and the range that holds it.
#include "levee/option/kind.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/core.h>

namespace levee::option {
namespace {

// What the bounds on either side have in common.
struct Tails {
  Moments moments{};
  double deviation = 0;
  double log_share = 0;
};

// The least (K(z) - ln tail) / z over a grid of z; whichever z is taken, the bound holds.
double reach_of(const Model& model, Years expiry, const Tails& tails, double sign) {
  const double end = sign > 0 ? tails.moments.highest : -tails.moments.lowest;
  double reach = std::numeric_limits<double>::infinity();
  const auto look = [&](double z) {
    const double log_moment = model.exponent(Complex{sign * z}, expiry).real();
    reach = std::min(reach, (log_moment - tails.log_share) / z);
  };
  for (int i = 0; i < 30; ++i) {
    const double z = 0.2 * std::pow(1.2, i) / tails.deviation;
    if (z < 0.95 * end) look(z);
  }
  for (const double share : {0.3, 0.6, 0.8, 0.95}) {
    if (std::isfinite(end)) look(share * end);
  }
  LEVEE_ENSURE(std::isfinite(reach));
  return reach;
}

Cumulants cumulants_within(const Moments& moments, const Model& model, Years expiry) {
  LEVEE_EXPECT(expiry.value() >= 0 && std::isfinite(expiry.value()));
  constexpr int points = 32;  // on a circle, whose lower half mirrors the upper one
  // Well inside the strip where the exponent is analytic.
  const double radius = std::min({0.25 * -moments.lowest, 0.25 * moments.highest, 0.5});
  std::array<double, 3> sum{};
  for (int i = 0; i < points / 2; ++i) {
    const double angle = 2 * std::numbers::pi * (i + 0.5) / points;
    const Complex value = model.exponent(std::polar(radius, angle), expiry);
    sum[0] += 2 * (value * std::polar(1.0, -angle)).real();
    sum[1] += 2 * (value * std::polar(1.0, -2 * angle)).real();
    sum[2] += 2 * (value * std::polar(1.0, -4 * angle)).real();
  }
  const double square = radius * radius;
  return {.mean = sum[0] / points / radius,
          .variance = 2 * sum[1] / points / square,
          .fourth = 24 * sum[2] / points / (square * square)};
}

}  // namespace

Result<Model> model_of(std::string_view kind, std::span<const double> parameters) {
  const auto entries = shelf();
  const auto entry = std::ranges::find(entries, kind, &Entry::name);
  if (entry == entries.end()) {
    return fail(Reason::not_supported, fmt::format("no option model \"{}\"", kind));
  }
  if (parameters.size() != entry->parameters.size()) {
    return fail(Reason::bad_input, fmt::format("{} parameters (model {} has {})", parameters.size(),
                                               kind, entry->parameters.size()));
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& known = entry->parameters[i];
    if (!(parameters[i] >= known.lower && parameters[i] <= known.upper)) {
      return fail(Reason::out_of_range, fmt::format("{} {} (must lie in [{}, {}])", known.name,
                                                    parameters[i], known.lower, known.upper));
    }
  }
  return Model{.kind = &*entry, .parameters = {parameters.begin(), parameters.end()}};
}

Cumulants cumulants_of(const Model& model, Years expiry) {
  return cumulants_within(model.kind->moments(expiry, model.parameters), model, expiry);
}

Interval interval_of(const Model& model, Years expiry, double tail) {
  LEVEE_EXPECT(tail > 0 && tail < 1 && expiry.value() > 0);
  const Moments moments = model.kind->moments(expiry, model.parameters);
  const double variance = cumulants_within(moments, model, expiry).variance;
  const Tails tails{moments, std::sqrt(variance), std::log(tail)};
  return {.lower = -reach_of(model, expiry, tails, -1), .upper = reach_of(model, expiry, tails, 1)};
}

}  // namespace levee::option
