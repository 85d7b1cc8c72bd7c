// levee/num/student.h — Student's distribution, for tails fatter than the normal's.
#pragma once

namespace levee::num {

/// Degrees of freedom, > 0; the fewer, the fatter the tail. The mean exists above 1, the variance
/// above 2.
struct Freedom {
  double degrees;
};

/// ln of the gamma function.
///
/// in:   x > 0
/// out:  1e-14 of itself or, where it is below 1, absolute; unlike std::lgamma, writes to no global
/// src:  DLMF 5.11.1, Stirling's series, and 5.5.1, the recurrence that reaches it
double log_gamma(double x);

/// Regularised incomplete beta function I_x(a, b).
///
/// in:   x in [0, 1]; both shapes > 0
/// out:  1e-13 relative for shapes up to 1e4
/// src:  DLMF 8.17.22, the continued fraction, by Lentz's method
struct BetaShapes {
  double a, b;
};
double incomplete_beta(BetaShapes shapes, double x);

/// Density at x.
double student_pdf(Freedom freedom, double x);

/// P(T <= x), to 1e-13 relative also in the left tail.
/// src: Abramowitz & Stegun 26.7.1 through the incomplete beta function
double student_cdf(Freedom freedom, double x);

/// The x with student_cdf(freedom, x) = p; p in (0, 1).
double student_quantile(Freedom freedom, double p);

}  // namespace levee::num
