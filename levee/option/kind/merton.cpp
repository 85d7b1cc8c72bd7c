// levee/option/kind/merton.cpp — diffusion and log-normal jumps.
#include "levee/option/exponent.h"

#include <array>
#include <limits>

namespace levee::option::kind {
namespace {

constexpr std::array<Parameter, 4> parameters{{{"vol", 0.01, 5, 0.5},
                                               {"jumps_per_year", 0, 100, 5},
                                               {"jump_mean", -1, 1, -0.05},
                                               {"jump_deviation", 0, 1, 0.1}}};

Complex exponent(Complex s, Years expiry, std::span<const double> p) {
  return diffusion_exponent(s, TotalVariance{p[0] * p[0] * expiry.value()}) +
         jump_exponent(s, expiry, {Intensity{p[1]}, LogReturn{p[2]}, p[3]});
}

Moments moments(Years, std::span<const double>) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {.lowest = -infinity, .highest = infinity};
}

double envelope(double u, Years expiry, std::span<const double> p) {
  return -0.5 * p[0] * p[0] * expiry.value() * u * u +
         jump_envelope(u, expiry, {Intensity{p[1]}, LogReturn{p[2]}, p[3]});
}

}  // namespace

Entry merton() {
  return {.name = "merton",
          .about = "diffusion with log-normal jumps, Merton (1976)",
          .parameters = parameters,
          .exponent = exponent,
          .moments = moments,
          .envelope = envelope};
}

}  // namespace levee::option::kind
