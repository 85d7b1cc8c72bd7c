// levee/option/kind/bates.cpp — stochastic variance and log-normal jumps.
#include "levee/option/exponent.h"

#include <array>

namespace levee::option::kind {
namespace {

constexpr std::array<Parameter, 8> parameters{{{"variance", 1e-4, 9, 0.35},
                                               {"average_variance", 1e-4, 9, 0.4},
                                               {"reversion", 0.05, 50, 3},
                                               {"vol_of_vol", 0, 10, 1},
                                               {"correlation", -0.99, 0.99, -0.3},
                                               {"jumps_per_year", 0, 100, 3},
                                               {"jump_mean", -1, 1, -0.05},
                                               {"jump_deviation", 0, 1, 0.1}}};

SquareRoot model_in(std::span<const double> p) {
  return {.variance = p[0],
          .average = p[1],
          .reversion = p[2],
          .vol_of_vol = p[3],
          .correlation = p[4]};
}

// src: Bates (1996), Rev. Financial Studies 9, 69-107: the two are independent
Complex exponent(Complex s, Years expiry, std::span<const double> p) {
  return heston_exponent(s, expiry, model_in(p)) +
         jump_exponent(s, expiry, {Intensity{p[5]}, LogReturn{p[6]}, p[7]});
}

Moments moments(Years expiry, std::span<const double> p) {
  return heston_moments(expiry, model_in(p));
}

double envelope(double u, Years expiry, std::span<const double> p) {
  return heston_exponent({0, u}, expiry, model_in(p)).real() +
         jump_envelope(u, expiry, {Intensity{p[5]}, LogReturn{p[6]}, p[7]});
}

}  // namespace

Entry bates() {
  return {.name = "bates",
          .about = "stochastic variance with log-normal jumps, Bates (1996)",
          .parameters = parameters,
          .exponent = exponent,
          .moments = moments,
          .envelope = envelope};
}

}  // namespace levee::option::kind
