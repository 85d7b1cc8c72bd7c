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

// A side of the range: -1 or 1.
struct Ask {
  Moments moments{};
  double deviation = 0;
  double log_share = 0;
  double sign = 1;
};

// About the deviation of X, from its exponent on both sides of 0.
double deviation_near(const Moments& moments, const Model& model, Years expiry) {
  const double z = std::min({-0.1 * moments.lowest, 0.1 * moments.highest, 0.5});
  const double both =
      model.exponent(Complex{z}, expiry).real() + model.exponent(Complex{-z}, expiry).real();
  return std::sqrt(both) / z;
}

// The least (K(z) - ln tail) / z that a few z show; whichever z is taken, the bound holds. K is
// convex and 0 at 0, so that there is one valley: downhill from where a normal X would have it.
double reach_of(const Model& model, Years expiry, const Ask& ask) {
  const auto bound = [&](double z) {
    return (model.exponent(Complex{ask.sign * z}, expiry).real() - ask.log_share) / z;
  };
  const double end = 0.95 * (ask.sign > 0 ? ask.moments.highest : -ask.moments.lowest);
  double z = std::min({std::sqrt(-2 * ask.log_share) / ask.deviation, end, 1e12});
  double least = bound(z);
  // Rare jumps overflow where a normal X would still be small.
  while (!std::isfinite(least) && z > 0) z /= 2, least = bound(z);
  const auto go = [&](double factor) {
    for (int i = 0; i < 40; ++i) {
      const double there = std::min(z * factor, end), reach = bound(there);
      if (!(reach < least)) return i > 0;
      z = there, least = reach;
    }
    return true;
  };
  if (!go(0.75)) (void)go(1.3);
  LEVEE_ENSURE(std::isfinite(least));
  return least;
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
  const Ask up{moments, deviation_near(moments, model, expiry), std::log(tail), 1};
  Ask down = up;
  down.sign = -1;
  return {.lower = -reach_of(model, expiry, down), .upper = reach_of(model, expiry, up)};
}

}  // namespace levee::option
