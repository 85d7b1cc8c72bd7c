// tests/option/black_reference.h — Black's formula in long double, straight from its definition.
#pragma once
#include "levee/option/black.h"

#include <cmath>
#include <numbers>

namespace levee::option::test {

struct Reference {
  long double price = 0, delta = 0, gamma = 0, vega = 0, theta = 0, vanna = 0, volga = 0;
};

inline long double cdf(long double x) {
  return std::erfc(-x / std::numbers::sqrt2_v<long double>) / 2;
}
inline long double pdf(long double x) {
  return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi_v<long double>);
}

/// The out-of-the-money side is a difference of two erfc; the other one comes by parity.
inline long double price_reference(Type type, long double k, long double f, long double time,
                                   long double vol) {
  const long double s = vol * std::sqrt(time), d1 = std::log(f / k) / s + s / 2, d2 = d1 - s;
  const bool call = type == Type::call, outside = call == (f < k);
  const long double side = f < k ? f * cdf(d1) - k * cdf(d2) : k * cdf(-d2) - f * cdf(-d1);
  return outside ? side : side + std::abs(f - k);
}

inline Reference black_reference(Type type, Price strike, const BlackInputs& in) {
  const long double f = in.forward.value(), k = strike.value(), time = in.expiry.value();
  const long double vol = in.vol.value(), df = in.discount, root = std::sqrt(time);
  const long double s = vol * root, d1 = std::log(f / k) / s + s / 2, d2 = d1 - s;
  const long double vega = df * f * pdf(d1) * root;
  return {.price = df * price_reference(type, k, f, time, vol),
          .delta = df * (type == Type::call ? cdf(d1) : -cdf(-d1)),
          .gamma = df * pdf(d1) / (f * s),
          .vega = vega,
          .theta = -vega * vol / (2 * time),
          .vanna = -df * pdf(d1) * d2 / vol,
          .volga = vega * d1 * d2 / vol};
}

}  // namespace levee::option::test
