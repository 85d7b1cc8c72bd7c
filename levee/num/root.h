// levee/num/root.h — bracketed roots of a function of one variable.
#pragma once
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace levee::num {

/// A root of f between lo and hi, by Brent's method.
///
/// in:   f(lo) and f(hi) of opposite signs (or one of them zero); tolerance: absolute, in x
/// out:  nullopt if the ends do not bracket a sign change
/// src:  Brent (1973), Algorithms for Minimization Without Derivatives, chapter 4
template <class Function>
std::optional<double> root_between(Function f, double lo, double hi, double tolerance = 0);

/// Every root that a scan of `steps` equal intervals of [lo, hi] brackets, ascending.
template <class Function>
std::vector<double> roots_between(Function f, double lo, double hi, int steps);

// ---- bodies ------------------------------------------------------------------------------------

template <class Function>
std::optional<double> root_between(Function f, double lo, double hi, double tolerance) {
  double a = lo, b = hi, fa = f(a), fb = f(b);
  if (fa == 0) return a;
  if (fb == 0) return b;
  if ((fa > 0) == (fb > 0)) return std::nullopt;
  double c = a, fc = fa, step = b - a, before = step;
  for (int i = 0; i < 200; ++i) {
    if ((fb > 0) == (fc > 0)) {
      c = a, fc = fa;
      step = before = b - a;
    }
    if (std::abs(fc) < std::abs(fb)) {
      a = b, b = c, c = a;
      fa = fb, fb = fc, fc = fa;
    }
    const double tol = 2 * 2.2e-16 * std::abs(b) + tolerance / 2;
    const double half = (c - b) / 2;
    if (std::abs(half) <= tol || fb == 0) return b;
    if (std::abs(before) >= tol && std::abs(fa) > std::abs(fb)) {
      const double s = fb / fa;  // secant, or inverse quadratic with three distinct points
      double p = 2 * half * s, q = 1 - s;
      if (a != c) {
        const double t = fa / fc, r = fb / fc;
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = std::abs(p);
      const bool good = 2 * p < std::min(3 * half * q - std::abs(tol * q), std::abs(before * q));
      before = good ? step : half;
      step = good ? p / q : half;
    } else {
      step = before = half;
    }
    a = b, fa = fb;
    b += std::abs(step) > tol ? step : (half > 0 ? tol : -tol);
    fb = f(b);
  }
  return b;
}

template <class Function>
std::vector<double> roots_between(Function f, double lo, double hi, int steps) {
  std::vector<double> roots;
  double left = lo, f_left = f(lo);
  for (int i = 1; i <= steps; ++i) {
    const double right = lo + (hi - lo) * i / steps;
    const double f_right = f(right);
    if (f_left == 0) {
      roots.push_back(left);
    } else if (f_right != 0 && (f_left > 0) != (f_right > 0)) {
      roots.push_back(*root_between(f, left, right));
    }
    left = right, f_left = f_right;
  }
  if (f_left == 0) roots.push_back(left);
  return roots;
}

}  // namespace levee::num
