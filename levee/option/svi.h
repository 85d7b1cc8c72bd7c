// levee/option/svi.h — one expiry's total variance in five numbers, without arbitrage.
//
// k = ln(K / F) throughout; total variance is volatility squared times years.
// src: Gatheral & Jacquier (2014), Quantitative Finance 14, 59-71, Arbitrage-free SVI volatility
// surfaces
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <span>

namespace levee::option {

/// w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + s^2)), "raw" SVI.
struct Svi {
  double a = 0;    ///< Level.
  double b = 0;    ///< Slope of the wings, >= 0.
  double rho = 0;  ///< Their difference, in (-1, 1).
  double m = 0;    ///< Where the smile is bent most, about.
  double s = 1;    ///< How gently, > 0.
  friend bool operator==(const Svi&, const Svi&) = default;

  double variance(double k) const;
  /// The least total variance at any strike.
  double least_variance() const;
};

/// Slope and curvature of w at k.
struct SviShape {
  double value = 0, slope = 0, curvature = 0;
};
SviShape shape_of(const Svi& svi, double k);

/// Durrleman's g(k): the density of the price at expiry over a positive factor. Below 0 a butterfly
/// there costs less than nothing.
/// src: the paper, equation 2.1
double butterfly(const Svi& svi, double k);

/// Where g is least over all strikes, wings included.
///
/// in:  svi.s > 0, least_variance() > 0
/// out: an infinite k stands for a wing, where g tends to 1/4 - (b (1 +- rho) / 4)^2
struct LeastButterfly {
  double k = 0, value = 0;
};
LeastButterfly least_butterfly(const Svi& svi);

/// The same smile in terms that a trader reads ("jump wings"), per year where they are variances.
struct JumpWings {
  double variance = 0;        ///< At the money.
  double skew = 0;            ///< Of volatility at the money.
  double put_wing = 0;        ///< Slope of the left wing over the root of w(0), >= 0.
  double call_wing = 0;       ///< The same of the right one.
  double least_variance = 0;  ///< At any strike.
};
/// src: the paper, equation 3.4
JumpWings wings_of(const Svi& svi, Years tenor);
/// err: no_solution where no SVI has these wings
/// src: the paper, lemma 3.2
Result<Svi> svi_of(const JumpWings& wings, Years tenor);

/// The nearest smile without butterfly arbitrage on the way to the one that keeps variance, skew
/// and left wing and is free of it by theorem; the smile itself where it is free already.
///
/// err: no_solution where skew and left wing belong to no smile without arbitrage
/// src: the paper, section 5.1
Result<Svi> repaired(const Svi& svi, Years tenor);

/// A point to fit: weight 0 leaves it out.
struct VariancePoint {
  double k = 0, variance = 0, weight = 1;
};

/// A fitted smile: nowhere negative, free of butterflies, wings inside Lee's bound b (1 + |rho|)
/// < 2.
struct SviFit {
  Svi svi;
  double error = 0;    ///< Weighted root mean square of w, model less point.
  double least_g = 0;  ///< Of butterfly() over all strikes, >= 0 up to rounding.
  bool repaired = false;
};

/// Weighted least squares under those conditions.
///
/// err: missing_data below five points of weight; bad_input for what is not finite or positive;
///      no_solution where no arbitrage-free smile was found
/// src: Lee (2004), Mathematical Finance 14, 469-480 (the wings)
Result<SviFit> fit_svi(std::span<const VariancePoint> points, Years tenor);

}  // namespace levee::option
