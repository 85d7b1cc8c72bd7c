// levee/num/normal.h — the normal distribution.
#pragma once

namespace levee::num {

/// Density at x.
double normal_pdf(double x);

/// P(Z <= x); relative accuracy of a few ulps also in the left tail.
double normal_cdf(double x);

/// The x with normal_cdf(x) = p.
///
/// in:   p in (0, 1)
/// out:  1e-15 relative, also next to the median and down to the smallest p
/// src:  Wichura (1988), Applied Statistics 37, 477-484, algorithm AS 241
double normal_quantile(double p);

}  // namespace levee::num
