// levee/option/merton_series.cpp — the sum over the number of jumps.
#include "levee/option/merton_series.h"

#include <cmath>

namespace levee::option {

Usd merton_price(Type type, Price strike, const MertonInputs& in) {
  const double time = in.expiry.value(), expected = in.intensity.value() * time;
  LEVEE_EXPECT(expected >= 0 && expected < 700 && time > 0);
  LEVEE_EXPECT(in.vol.value() >= 0 && in.deviation >= 0);
  const double square = in.deviation * in.deviation, growth = in.mean.value() + square / 2;
  const double drift = -expected * std::expm1(growth);
  double sum = 0, weight = std::exp(-expected);
  for (int jumps = 0; jumps < 2000; ++jumps) {
    const double forward = in.forward.value() * std::exp(drift + jumps * growth);
    const double vol = std::sqrt(in.vol.value() * in.vol.value() + jumps * square / time);
    const double added =
        weight *
        black_price(type, strike, {.forward = Price{forward}, .expiry = in.expiry, .vol = Vol{vol}})
            .value();
    sum += added;
    if (jumps > expected && added <= 1e-18 * sum) break;
    weight *= expected / (jumps + 1);
  }
  return Usd{sum};
}

}  // namespace levee::option
