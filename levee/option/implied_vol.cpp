// levee/option/implied_vol.cpp — price to volatility.
//
// The unknown is s = sigma sqrt T; the function inverted is the logarithm of the out-of-the-money
// price b(s). Above half its upper bound u the number that carries the digits is u - b, and its
// logarithm is taken instead. Either is smooth enough for Halley's step, which triples the right
// digits; a bracket catches a step that would leave.
#include "levee/option/implied_vol.h"

#include "levee/num/normal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/core.h>

namespace levee::option {
namespace {

struct Inversion {
  Price forward, strike;
  double lesser = 0, greater = 0;  // of forward and strike; the lesser is the price's upper bound.
  double x = 0;                    // |ln(forward / strike)|
  double target = 0;               // The out-of-the-money price, in (0, lesser).
  double missing = 0;              // lesser - target, exact where it is the smaller of the two.

  double price(double s) const {
    const Type type = strike > forward ? Type::call : Type::put;
    return black_price(type, strike, {forward, Years{1}, Vol{s}}).value();
  }

  // lesser - price(s), as a sum of positive terms.
  double shortfall(double s) const {
    return lesser * num::normal_cdf(x / s - s / 2) + greater * num::normal_cdf(-x / s - s / 2);
  }

  double start() const;
  double step_from(double s) const;
};

// Matches the price at its inflection, s = sqrt(2 x), and both asymptotes.
// src: Jaeckel (2006), By Implication, Wilmott, July
double Inversion::start() const {
  // No price rises faster with s than the one at the money.
  const double floor = std::sqrt(2 * std::numbers::pi) * target / lesser;
  const double there = x > 0 ? price(std::sqrt(2 * x)) : 0;
  if (target < there) {
    const double guess = std::numbers::sqrt2 * x / std::sqrt(x - 4 * std::log(target / there));
    return std::max(guess, floor);
  }
  const double tail = missing / (lesser - there) * num::normal_cdf(-std::sqrt(x / 2));
  return std::max(-2 * num::normal_quantile(std::clamp(tail, 1e-300, 0.5)), floor);
}

// Halley's step; infinite where the price has underflowed, which asks for a larger s.
double Inversion::step_from(double s) const {
  const double vega = lesser * num::normal_pdf(s / 2 - x / s);
  const double vega_bend = x * x / (s * s * s) - s / 4;  // d ln vega / ds
  double newton = 0, bend = 0;                           // bend is f''/f'
  if (target <= missing) {
    const double b = price(s);
    if (!(b > 0 && vega > 0)) return std::numeric_limits<double>::infinity();
    newton = b / vega * std::log(target / b);
    bend = vega_bend - vega / b;
  } else {
    const double left = shortfall(s);
    if (!(vega > 0)) return std::numeric_limits<double>::infinity();
    newton = left / vega * std::log(left / missing);
    bend = vega_bend + vega / left;
  }
  return newton / std::max(0.5, 1 + newton * bend / 2);
}

bool positive(double x) { return x > 0 && std::isfinite(x); }

double intrinsic_of(const PricedOption& quote) {
  const double gain = quote.forward.value() - quote.strike.value();
  return std::max(quote.type == Type::call ? gain : -gain, 0.0);
}

double bound_of(const PricedOption& quote) {
  return (quote.type == Type::call ? quote.forward : quote.strike).value();
}

VolVerdict verdict_of(const PricedOption& quote) {
  if (!positive(quote.forward.value()) || !positive(quote.strike.value()) ||
      !positive(quote.expiry.value())) {
    return VolVerdict::unsound;
  }
  if (!(quote.price.value() >= intrinsic_of(quote))) return VolVerdict::below_intrinsic;
  return quote.price.value() < bound_of(quote) ? VolVerdict::found : VolVerdict::above_bound;
}

VolFound none(VolVerdict verdict) {
  return {verdict, Vol{std::numeric_limits<double>::quiet_NaN()}};
}

}  // namespace

VolFound found_vol(const PricedOption& quote) {
  const VolVerdict verdict = verdict_of(quote);
  if (verdict != VolVerdict::found) return none(verdict);
  const double f = quote.forward.value(), k = quote.strike.value(), price = quote.price.value();
  const double target = price - intrinsic_of(quote), lesser = std::min(f, k);
  // Below this doubles run out of digits.
  if (!(target > 1e-290 * lesser)) return {VolVerdict::found, Vol{0}};
  // In the money the bound and the price are large and their gap is what was quoted.
  const Inversion inversion{
      quote.forward, quote.strike,           lesser, std::max(f, k), std::abs(std::log(f / k)),
      target,        bound_of(quote) - price};

  // At 9 + sqrt(81 + 2 x) the shortfall is below 2e-19 of the bound, less than any double can miss.
  double low = 0, high = 9 + std::sqrt(81 + 2 * inversion.x);
  double s = inversion.start();
  for (int i = 0; i < 100; ++i) {
    const double step = inversion.step_from(s);
    // The next error is of the order of the step's cube.
    if (std::abs(step) <= 1e-7 * s) {
      return {VolVerdict::found, Vol{(s + step) / std::sqrt(quote.expiry.value())}};
    }
    (step > 0 ? low : high) = s;
    s += step;
    if (!(s > low && s < high)) s = low + (high - low) / 2;
  }
  return none(VolVerdict::not_converged);
}

Result<Vol> implied_vol(Type type, Price strike, Price forward, Years expiry, Usd price) {
  const PricedOption quote{type, strike, forward, expiry, price};
  const auto [verdict, vol] = found_vol(quote);
  switch (verdict) {
    case VolVerdict::found:
      return vol;
    case VolVerdict::unsound:
      return fail(Reason::out_of_range,
                  fmt::format("forward {}, strike {}, {} years (each must be positive)",
                              forward.value(), strike.value(), expiry.value()));
    case VolVerdict::below_intrinsic:
    case VolVerdict::above_bound:
      return fail(Reason::no_solution,
                  fmt::format("price {} (no volatility gives one outside {} to {})", price.value(),
                              intrinsic_of(quote), bound_of(quote)));
    case VolVerdict::not_converged:
      break;
  }
  return fail(Reason::not_converged,
              fmt::format("price {} for strike {} on {} (no volatility found in 100 steps)",
                          price.value(), strike.value(), forward.value()));
}

}  // namespace levee::option
