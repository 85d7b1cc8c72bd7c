// levee/option/kind/black.cpp — one volatility for every strike and expiry.
#include "levee/option/exponent.h"

#include <array>
#include <limits>

namespace levee::option::kind {
namespace {

constexpr std::array<Parameter, 1> parameters{{{"vol", 0.01, 5, 0.6}}};

Complex exponent(Complex s, Years expiry, std::span<const double> p) {
  return diffusion_exponent(s, TotalVariance{p[0] * p[0] * expiry.value()});
}

Moments moments(Years, std::span<const double>) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {.lowest = -infinity, .highest = infinity};
}

double envelope(double u, Years expiry, std::span<const double> p) {
  return exponent({0, u}, expiry, p).real();
}

}  // namespace

Entry black() {
  return {.name = "black",
          .about = "log-normal, Black (1976)",
          .parameters = parameters,
          .exponent = exponent,
          .moments = moments,
          .envelope = envelope};
}

}  // namespace levee::option::kind
