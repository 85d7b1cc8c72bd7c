// levee/option/black.cpp — Black-76 that keeps its digits far out of the money.
//
// Every price is worked out on its out-of-the-money side, where it is small, and brought over by
// parity. With a = |ln(F/K)| / s, s = sigma sqrt T and t = s / 2 that side is, call or put,
//   min(F, K) Phi(t - a) - max(F, K) Phi(-(t + a)),
// two nearly equal numbers when t is small or a large.
#include "levee/option/black.h"

#include "levee/num/normal.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace levee::option {
namespace {

// ln(F/K) keeps its relative accuracy near the money, where F - K is exact and F/K is not.
double log_moneyness(double forward, double strike) {
  const double gap = forward - strike;
  return std::abs(gap) < strike / 2 ? std::log1p(gap / strike) : std::log(forward / strike);
}

// I_k = integral over u > 0 of u^k / k! exp(-a u - u^2/2), for k = 0 ... 9. I_0 is Mills' ratio.
std::array<double, 10> mills_integrals(double a, double density) {
  std::array<double, 10> integral{};
  integral[0] = num::normal_cdf(-a) / density;
  if (a < 4) {
    integral[1] = 1 - a * integral[0];
    for (std::size_t k = 1; k < 9; ++k) {
      const auto order = static_cast<double>(k + 1);
      integral[k + 1] = (integral[k - 1] - a * integral[k]) / order;
    }
    return integral;
  }
  // Forward the recurrence cancels here: a digit lost a step at a = 20. Its ratios I_k / I_(k-1)
  // are Laplace's continued fraction; run backwards it forgets a rough start to 2e-15 in 24 steps.
  std::array<double, 10> ratio{};
  double r = 2 / (a + std::sqrt(a * a + 4 * 26));
  for (int k = 24; k >= 1; --k) {
    r = 1 / (a + (k + 1) * r);
    if (k < 10) ratio[static_cast<std::size_t>(k)] = r;
  }
  for (std::size_t k = 1; k < 10; ++k) integral[k] = integral[k - 1] * ratio[k];
  return integral;
}

// Below this spread of the log price no price differs from intrinsic value.
constexpr double no_spread = 1e-290;

// The undiscounted price of the out-of-the-money side.
double outside_price(double forward, double strike, double s) {
  const double a = std::abs(log_moneyness(forward, strike)) / s, t = s / 2;
  const double larger = std::min(forward, strike) * num::normal_cdf(t - a);
  const double plain = larger - std::max(forward, strike) * num::normal_cdf(-(t + a));
  if (plain > larger / 32) return plain;

  // Too much cancels. With M(y) = Phi(-y) / phi(y) the two terms share the factor
  // sqrt(F K) phi(a) exp(-t^2/2), and M(a - t) - M(a + t) = 2 sum over odd k of t^k I_k(a):
  // positive terms only. This branch has t below about max(1, a) / 32, so that five suffice.
  const double density = num::normal_pdf(a);
  if (density < 1e-290) return std::max(plain, 0.0);
  const auto integral = mills_integrals(a, density);
  double sum = 0;
  for (std::size_t k = 9; k != 1; k -= 2) sum = (sum + integral[k]) * t * t;
  sum = (sum + integral[1]) * t;
  return 2 * std::sqrt(forward) * std::sqrt(strike) * density * std::exp(-t * t / 2) * sum;
}

double intrinsic(Type type, double forward, double strike) {
  return std::max(type == Type::call ? forward - strike : strike - forward, 0.0);
}

void expect_sound(Price strike, const BlackInputs& in) {
  LEVEE_EXPECT(strike.value() > 0 && std::isfinite(strike.value()));
  LEVEE_EXPECT(in.forward.value() > 0 && std::isfinite(in.forward.value()));
  LEVEE_EXPECT(in.expiry.value() >= 0 && std::isfinite(in.expiry.value()));
  LEVEE_EXPECT(in.vol.value() >= 0 && std::isfinite(in.vol.value()));
  LEVEE_EXPECT(in.discount > 0 && in.discount <= 1);
}

}  // namespace

Usd black_price(Type type, Price strike, const BlackInputs& in) {
  expect_sound(strike, in);
  const double forward = in.forward.value(), k = strike.value();
  const double s = in.vol.value() * std::sqrt(in.expiry.value());
  const double time_value = s > no_spread ? outside_price(forward, k, s) : 0;
  return Usd{in.discount * (intrinsic(type, forward, k) + time_value)};
}

Greeks black_greeks(Type type, Price strike, const BlackInputs& in) {
  const Usd price = black_price(type, strike, in);
  const double forward = in.forward.value(), k = strike.value(), sigma = in.vol.value();
  const double root_time = std::sqrt(in.expiry.value()), s = sigma * root_time;
  const double x = log_moneyness(forward, k);

  // Without spread the price is intrinsic; at the money its kink is given its middle slope.
  const bool spread = s > no_spread;
  const double kink = x == 0 ? 0 : std::copysign(40, x);
  const double d1 = spread ? x / s + s / 2 : kink;
  const double slope = type == Type::call ? num::normal_cdf(d1) : -num::normal_cdf(-d1);
  Greeks greeks;
  greeks.price = price;
  greeks.delta = Tokens{in.discount * slope};
  greeks.rho = Usd{-in.expiry.value() * price.value()};
  if (!spread) return greeks;

  const double d2 = x / s - s / 2;
  const double density = in.discount * num::normal_pdf(d1);
  const double vega = forward * density * root_time;
  greeks.gamma = Gamma{density / (forward * s)};
  greeks.vega = Usd{vega};
  greeks.theta = Usd{-vega * sigma / (2 * in.expiry.value())};
  greeks.vanna = -density * d2 / sigma;
  greeks.volga = vega * d1 * d2 / sigma;
  greeks.charm = density * d2 / (2 * in.expiry.value());
  return greeks;
}

CoinGreeks coin_greeks(const Greeks& greeks, Price forward) {
  const double f = forward.value();
  LEVEE_EXPECT(f > 0 && std::isfinite(f));
  const double price = greeks.price.value() / f, net = greeks.delta.value() - price;
  return {.price = Tokens{price},
          .net_delta = Tokens{net},
          .gamma = greeks.gamma.value() - net / f,
          .vega = Tokens{greeks.vega.value() / f},
          .theta = Tokens{greeks.theta.value() / f},
          .rho = Tokens{greeks.rho.value() / f},
          .vanna = greeks.vanna - greeks.vega.value() / f,
          .volga = greeks.volga / f,
          .charm = greeks.charm - greeks.theta.value() / f};
}

CoinPremium coin_premium(const Greeks& greeks, Price forward) {
  LEVEE_EXPECT(forward.value() > 0);
  const Tokens premium{greeks.price.value() / forward.value()};
  return {.premium = premium, .net_delta = greeks.delta - premium};
}

}  // namespace levee::option
