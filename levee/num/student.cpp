// levee/num/student.cpp — Student's distribution through the incomplete beta function.
#include "levee/num/student.h"

#include "levee/base/check.h"
#include "levee/num/root.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace levee::num {
namespace {

// What the continued fraction may not divide by.
double away_from_zero(double x) { return std::abs(x) < 1e-300 ? 1e-300 : x; }

// The fraction of DLMF 8.17.22; it converges fast for x below (a + 1) / (a + b + 2).
double fraction(BetaShapes shapes, double x) {
  const auto [a, b] = shapes;
  double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), value = d;
  for (int m = 1; m < 10'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away_from_zero(1 + even * d);
    c = away_from_zero(1 + even / c);
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away_from_zero(1 + odd * d);
    c = away_from_zero(1 + odd / c);
    value *= d * c;
    if (std::abs(d * c - 1) < 2 * std::numeric_limits<double>::epsilon()) break;
  }
  return value;
}

// I_x(a, b) with 1 - x given, so that neither end loses digits.
double beta_share(BetaShapes shapes, double x, double rest) {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  const auto [a, b] = shapes;
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) +
                                b * std::log(rest));
  if (x < (a + 1) / (a + b + 2)) return front * fraction(shapes, x) / a;
  return 1 - front * fraction({b, a}, rest) / b;
}

}  // namespace

double log_gamma(double x) {
  LEVEE_EXPECT(x > 0);
  double below = 1;
  for (; x < 12; ++x) below *= x;
  const double square = 1 / (x * x);
  // Bernoulli numbers over 2k (2k - 1): 1/12, -1/360, ...; the next term is below 1e-17 from 12 on.
  const double rest =
      (1.0 / 12 -
       square *
           (1.0 / 360 -
            square * (1.0 / 1260 -
                      square * (1.0 / 1680 - square * (1.0 / 1188 - square * (691.0 / 360360 -
                                                                              square / 156)))))) /
      x;
  const double half_log_2pi = 0.9189385332046727;
  return (x - 0.5) * std::log(x) - x + half_log_2pi + rest - std::log(below);
}

double incomplete_beta(BetaShapes shapes, double x) {
  LEVEE_EXPECT(shapes.a > 0 && shapes.b > 0 && x >= 0 && x <= 1);
  return beta_share(shapes, x, 1 - x);
}

double student_pdf(Freedom freedom, double x) {
  const double v = freedom.degrees;
  LEVEE_EXPECT(v > 0);
  return std::exp(log_gamma((v + 1) / 2) - log_gamma(v / 2) - (v + 1) / 2 * std::log1p(x * x / v)) /
         std::sqrt(v * std::numbers::pi);
}

double student_cdf(Freedom freedom, double x) {
  const double v = freedom.degrees;
  LEVEE_EXPECT(v > 0);
  const double beyond = beta_share({v / 2, 0.5}, v / (v + x * x), x * x / (v + x * x)) / 2;
  return x < 0 ? beyond : 1 - beyond;
}

double student_quantile(Freedom freedom, double p) {
  LEVEE_EXPECT(p > 0 && p < 1);
  if (p == 0.5) return 0;
  const double tail = p < 0.5 ? p : 1 - p;
  double far = -1;
  while (student_cdf(freedom, far) > tail && std::isfinite(far)) far *= 2;
  const auto off = [&](double x) { return std::log(student_cdf(freedom, x) / tail); };
  const double x = root_between(off, far, 0.0).value();
  return p < 0.5 ? x : -x;
}

}  // namespace levee::num
