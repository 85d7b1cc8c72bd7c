// levee/num/normal.cpp — the normal distribution, with its far tails intact.
#include "levee/num/normal.h"

#include "levee/base/check.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace levee::num {
namespace {

constexpr double inv_sqrt_2pi = 0.3989422804014327;
// 1/sqrt(2) as the nearest double and what that leaves out.
constexpr double inv_sqrt_2 = 0.7071067811865476;
constexpr double inv_sqrt_2_rest = -4.833646656726457e-17;

// Beyond this the density and the left tail are below the smallest double.
constexpr double beyond = 39;

template <std::size_t N>
double polynomial(const std::array<double, N>& c, double x) {
  double sum = 0;
  for (std::size_t i = N; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

// Wichura's three pairs: the centre in 0.180625 - q^2, the tails in sqrt(-ln p) less an offset.
using Eight = std::array<double, 8>;
constexpr Eight centre_over = {3.3871328727963666080e0, 1.3314166789178437745e2,
                               1.9715909503065514427e3, 1.3731693765509461125e4,
                               4.5921953931549871457e4, 6.7265770927008700853e4,
                               3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr Eight centre_under = {1.0,
                                4.2313330701600911252e1,
                                6.8718700749205790830e2,
                                5.3941960214247511077e3,
                                2.1213794301586595867e4,
                                3.9307895800092710610e4,
                                2.8729085735721942674e4,
                                5.2264952788528545610e3};
constexpr Eight near_over = {1.42343711074968357734e0,  4.63033784615654529590e0,
                             5.76949722146069140550e0,  3.64784832476320460504e0,
                             1.27045825245236838258e0,  2.41780725177450611770e-1,
                             2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr Eight near_under = {1.0,
                              2.05319162663775882187e0,
                              1.67638483018380384940e0,
                              6.89767334985100004550e-1,
                              1.48103976427480074590e-1,
                              1.51986665636164571966e-2,
                              5.47593808499534494600e-4,
                              1.05075007164441684324e-9};
constexpr Eight far_over = {6.65790464350110377720e0,  5.46378491116411436990e0,
                            1.78482653991729133580e0,  2.96560571828504891230e-1,
                            2.65321895265761230930e-2, 1.24266094738807843860e-3,
                            2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Eight far_under = {1.0,
                             5.99832206555887937690e-1,
                             1.36929880922735805310e-1,
                             1.48753612908506148525e-2,
                             7.86869131145613259100e-4,
                             1.84631831751005468180e-5,
                             1.42151175831644588870e-7,
                             2.04426310338993978564e-15};

}  // namespace

double normal_pdf(double x) {
  if (std::abs(x) > beyond) return 0;
  // The square's rounding error would be magnified x^2 / 2 times by exp: put it back.
  const double square = x * x;
  const double rest = std::fma(x, x, -square);
  return inv_sqrt_2pi * std::exp(-square / 2) * (1 - rest / 2);
}

double normal_cdf(double x) {
  if (x > -1) return std::erfc(-x * inv_sqrt_2) / 2;
  if (x < -beyond) return 0;
  // In the tail erfc magnifies its argument's rounding 2 z^2 times; the hazard that undoes it is
  // needed to a few per cent only (it lies between z + sqrt(z^2 + 4/pi) and z + sqrt(z^2 + 2)).
  const double z = -x * inv_sqrt_2;
  const double rest = std::fma(-x, inv_sqrt_2, -z) - x * inv_sqrt_2_rest;
  return std::erfc(z) / 2 * (1 - rest * (z + std::sqrt(z * z + 1.6)));
}

double normal_quantile(double p) {
  LEVEE_EXPECT(p > 0 && p < 1);
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(centre_over, r) / polynomial(centre_under, r);
  }
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const double x = r <= 5 ? polynomial(near_over, r - 1.6) / polynomial(near_under, r - 1.6)
                          : polynomial(far_over, r - 5) / polynomial(far_under, r - 5);
  return std::copysign(x, q);
}

}  // namespace levee::num
