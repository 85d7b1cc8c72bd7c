// levee/option/exponent.cpp — jumps, and Heston's variance without its two traps.
#include "levee/option/exponent.h"

#include "levee/num/root.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::option {
namespace {

// The library's quotient and root look for infinities first; nothing here is near them.
Complex over(Complex a, Complex b) {
  const double size = 1 / std::norm(b);
  return {(a.real() * b.real() + a.imag() * b.imag()) * size,
          (a.imag() * b.real() - a.real() * b.imag()) * size};
}

// The root in the right half plane.
Complex root(Complex z) {
  const double size = std::sqrt(std::norm(z));
  const double t = std::sqrt((size + std::abs(z.real())) / 2);
  if (t == 0) return 0;
  const double rest = z.imag() / (2 * t);
  return z.real() >= 0 ? Complex{t, rest} : Complex{std::abs(rest), std::copysign(t, z.imag())};
}

// 1 - exp(-z), also for small z.
Complex lost(Complex z) {
  const double half = std::sin(z.imag() / 2), other = std::cos(z.imag() / 2);
  const double less = std::expm1(-z.real()), cosine = 1 - 2 * half * half;
  return {2 * half * half - less * cosine, (1 + less) * (2 * half * other)};
}

Complex log_1p(Complex z) {
  return {0.5 * std::log1p(2 * z.real() + std::norm(z)), std::atan2(z.imag(), 1 + z.real())};
}

// ln(1 + scale z) / scale, also for scale 0.
Complex scaled_log(Complex z, double scale) {
  const Complex x = scale * z;
  if (std::norm(x) < 1e-10) return z * (1.0 - x / 2.0 + x * x / 3.0);
  return log_1p(x) / scale;
}

// When E[F^z] becomes infinite, for z outside [0, 1].
double explosion_time(double z, const SquareRoot& model) {
  const double b = model.reversion - model.correlation * model.vol_of_vol * z;
  const double square = b * b - model.vol_of_vol * model.vol_of_vol * z * (z - 1);
  if (square < 0) return 2 / std::sqrt(-square) * std::atan2(std::sqrt(-square), -b);
  if (b >= 0) return std::numeric_limits<double>::infinity();
  const double d = std::sqrt(square);
  return std::log((d - b) / (-b - d)) / d;
}

// The furthest from `from` in the direction of `sign` that is alive at expiry.
double furthest(double from, double sign, Years expiry, const SquareRoot& model) {
  // Of the inverse time: where moments never explode it is 0, not infinite.
  const auto early = [&](double away) {
    return 1 / explosion_time(from + sign * away, model) - 1 / expiry.value();
  };
  double good = 0, bad = 1;
  while (early(bad) < 0) {
    good = bad;
    bad *= 2;
    if (bad > 1e8) return sign * std::numeric_limits<double>::infinity();
  }
  constexpr double close = 1e-10;
  double end = num::root_between(early, good, bad, close * bad).value_or(good);
  while (end > good && !(early(end) < 0)) end -= close * bad;
  return from + sign * std::max(end, good);
}

}  // namespace

Complex jump_exponent(Complex s, Years expiry, const NormalJumps& jumps) {
  const double mean = jumps.mean.value(), square = jumps.deviation * jumps.deviation;
  const double relative = std::expm1(mean + square / 2);
  const Complex moved = -lost(-(s * mean + 0.5 * square * s * s));
  return jumps.intensity.value() * expiry.value() * (moved - s * relative);
}

double jump_envelope(double u, Years expiry, const NormalJumps& jumps) {
  const double spread = jumps.deviation * u;
  return jumps.intensity.value() * expiry.value() * std::expm1(-spread * spread / 2);
}

Complex heston_exponent(Complex s, Years expiry, const SquareRoot& model) {
  const double time = expiry.value(), square = model.vol_of_vol * model.vol_of_vol;
  const Complex b = model.reversion - model.correlation * model.vol_of_vol * s;
  const Complex product = s * (1.0 - s);
  const Complex d = root(b * b + square * product);
  const Complex faded = lost(d * time);
  // (b - d) / vol_of_vol^2: the difference cancels where b > 0, the quotient where b < 0.
  const Complex slope = b.real() > 0 ? over(-product, b + d) : (b - d) / square;
  const Complex now = over(-product * faded, 2.0 * d + (b - d) * faded);
  const Complex later = slope * time - 2.0 * scaled_log(over(slope * faded, 2.0 * d), square);
  return model.variance * now + model.reversion * model.average * later;
}

Moments heston_moments(Years expiry, const SquareRoot& model) {
  return {.lowest = furthest(0, -1, expiry, model), .highest = furthest(1, 1, expiry, model)};
}

}  // namespace levee::option
