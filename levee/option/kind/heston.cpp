// levee/option/kind/heston.cpp — variance that moves with the price and reverts.
#include "levee/option/exponent.h"

#include <array>

namespace levee::option::kind {
namespace {

constexpr std::array<Parameter, 5> parameters{{{"variance", 1e-4, 9, 0.4},
                                               {"average_variance", 1e-4, 9, 0.4},
                                               {"reversion", 0.05, 50, 3},
                                               {"vol_of_vol", 0, 10, 1.5},
                                               {"correlation", -0.99, 0.99, -0.3}}};

SquareRoot model_in(std::span<const double> p) {
  return {.variance = p[0],
          .average = p[1],
          .reversion = p[2],
          .vol_of_vol = p[3],
          .correlation = p[4]};
}

Complex exponent(Complex s, Years expiry, std::span<const double> p) {
  return heston_exponent(s, expiry, model_in(p));
}

Moments moments(Years expiry, std::span<const double> p) {
  return heston_moments(expiry, model_in(p));
}

double envelope(double u, Years expiry, std::span<const double> p) {
  return exponent({0, u}, expiry, p).real();
}

}  // namespace

Entry heston() {
  return {.name = "heston",
          .about = "stochastic variance, Heston (1993)",
          .parameters = parameters,
          .exponent = exponent,
          .moments = moments,
          .envelope = envelope};
}

}  // namespace levee::option::kind
