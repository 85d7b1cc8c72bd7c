// tests/num/lane_accuracy.h — one engine's elementary functions against long double.
#pragma once
#include "levee/num/lanes.h"
#include "levee/num/normal.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace levee::num::test {

inline long double mills_reference(double x) {
  const long double y = x, root_two = std::numbers::sqrt2_v<long double>;
  const long double root_two_pi = std::sqrt(2 * std::numbers::pi_v<long double>);
  return std::erfc(y / root_two) / 2 * root_two_pi * std::exp(y * y / 2);
}

/// The largest error of each(x) in units of the last place of the answer.
template <class Each, class Reference>
double worst_ulps(const std::vector<double>& x, Each each, Reference reference) {
  std::vector<double> got(x.size());
  each(x, got);
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double want = reference(x[i]);
    const double size = std::abs(static_cast<double>(want));
    const double ulp = std::nextafter(size, std::numeric_limits<double>::infinity()) - size;
    const double off = std::abs(static_cast<double>((got[i] - want) / ulp));
    if (!(off <= worst)) worst = off;  // NaN too
  }
  return worst;
}

inline std::vector<double> spread(double lo, double hi, std::size_t count = 100'000) {
  levee::test::Gen gen(17, 1);
  std::vector<double> x = gen.reals(count, lo, hi);
  x.push_back(lo);
  x.push_back(hi);
  return x;
}

/// What lanes.h promises of exp_each, log_each and mills_each.
inline void expect_accurate(Engine engine) {
  const auto exp = [&](const auto& x, auto& out) { exp_each(x, out, engine); };
  const auto log = [&](const auto& x, auto& out) { log_each(x, out, engine); };
  const auto mills = [&](const auto& x, auto& out) { mills_each(x, out, engine); };
  const auto exact_exp = [](double x) { return std::exp(static_cast<long double>(x)); };
  const auto exact_log = [](double x) { return std::log(static_cast<long double>(x)); };
  EXPECT_LE(worst_ulps(spread(-708, 709), exp, exact_exp), 1.5);
  EXPECT_LE(worst_ulps(spread(-1, 1), exp, exact_exp), 1.5);
  EXPECT_LE(worst_ulps(spread(0.5, 2), log, exact_log), 2);
  EXPECT_LE(worst_ulps(spread(1 - 1e-9, 1 + 1e-9), log, exact_log), 2);
  std::vector<double> wide = spread(-700, 700);
  for (double& x : wide) x = std::exp(x);
  EXPECT_LE(worst_ulps(wide, log, exact_log), 2);
  EXPECT_LE(worst_ulps(spread(-1, 10), mills, mills_reference), 16);
  // The quantile against its own inverse, whose relative slope is |x| in the tail.
  std::vector<double> p = spread(0, 1);
  for (int i = 1; i <= 34; ++i) p.push_back(std::ldexp(1.0, -i)), p.push_back(1 - p.back());
  for (double& u : p) u = std::min(std::max(u, 0x1p-34), 1 - 0x1p-34);
  std::vector<double> x(p.size());
  quantile_each(p, x, engine);
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double tail = std::min(p[i], 1 - p[i]);
    EXPECT_NEAR(normal_cdf(-std::abs(x[i])) / tail, 1, 1e-14 * (8 + x[i] * x[i]));
    EXPECT_EQ(x[i] < 0, p[i] < 0.5);
    EXPECT_NEAR(x[i], normal_quantile(p[i]), 1e-14 * std::abs(x[i]));
  }
}

}  // namespace levee::num::test
