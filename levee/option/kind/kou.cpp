// levee/option/kind/kou.cpp — diffusion and jumps that are exponential on either side.
#include "levee/option/exponent.h"

#include <array>
#include <cmath>

namespace levee::option::kind {
namespace {

// Rates are one over the mean log jump; a mean up-jump of 1 or more has no finite price.
constexpr std::array<Parameter, 5> parameters{{{"vol", 0.01, 5, 0.5},
                                               {"jumps_per_year", 0, 100, 5},
                                               {"up_share", 0, 1, 0.4},
                                               {"up_rate", 1.5, 200, 12},
                                               {"down_rate", 0.5, 200, 10}}};

// E exp(s J) - 1 of one jump: the sides' sp / (rate - s) each.
Complex moved(Complex s, std::span<const double> p) {
  return s * (p[2] / (p[3] - s) - (1 - p[2]) / (p[4] + s));
}

// src: Kou (2002), Management Science 48, 1086-1101, equation 2
Complex exponent(Complex s, Years expiry, std::span<const double> p) {
  return diffusion_exponent(s, TotalVariance{p[0] * p[0] * expiry.value()}) +
         p[1] * expiry.value() * (moved(s, p) - s * moved(1.0, p));
}

Moments moments(Years, std::span<const double> p) { return {.lowest = -p[4], .highest = p[3]}; }

// The two sides' sizes, whatever their phases.
double envelope(double u, Years expiry, std::span<const double> p) {
  const double size = p[2] * p[3] / std::hypot(p[3], u) + (1 - p[2]) * p[4] / std::hypot(p[4], u);
  return expiry.value() * (-0.5 * p[0] * p[0] * u * u + p[1] * (size - 1));
}

}  // namespace

Entry kou() {
  return {.name = "kou",
          .about = "diffusion with double-exponential jumps, Kou (2002)",
          .parameters = parameters,
          .exponent = exponent,
          .moments = moments,
          .envelope = envelope};
}

}  // namespace levee::option::kind
