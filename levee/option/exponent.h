// levee/option/exponent.h — the parts from which models of a forward are put together.
#pragma once
#include "levee/option/kind.h"

namespace levee::option {

/// ln E exp(sX) of driftless Brownian motion, X = ln(F_T / F).
/// src: Black (1976), J. Financial Economics 3, 167-179
inline Complex diffusion_exponent(Complex s, TotalVariance variance) {
  return 0.5 * variance.value() * s * (s - 1.0);
}

/// Log-normal jumps: ln(1 + jump) is normal.
struct NormalJumps {
  Intensity intensity;
  LogReturn mean;
  double deviation = 0;
};

/// ln E exp(sX) of the jumps and of the drift that takes their mean back.
/// src: Merton (1976), J. Financial Economics 3, 125-144
Complex jump_exponent(Complex s, Years expiry, const NormalJumps& jumps);

/// ln of a bound on the size of exp(jump_exponent) at s = iu, falling with u: jumps of nearly one
/// size fall out of step and come back into it, which this leaves out.
/// src: Re E exp(iuJ) is at most |E exp(iuJ)|
double jump_envelope(double u, Years expiry, const NormalJumps& jumps);

/// Variance that reverts: dv = reversion (average - v) dt + vol_of_vol sqrt(v) dW.
struct SquareRoot {
  double variance = 0;  ///< Now, per year.
  double average = 0;   ///< The one it reverts to.
  double reversion = 0;
  double vol_of_vol = 0;
  double correlation = 0;  ///< With the price.
};

/// ln E exp(sX) under stochastic variance; also exact as vol_of_vol goes to 0.
///
/// in:   reversion > 0; Re s within heston_moments
/// src:  Heston (1993), Rev. Financial Studies 6, 327-343, in the branch of Albrecher, Mayer,
///       Schoutens & Tistaert (2007), "The little Heston trap"
Complex heston_exponent(Complex s, Years expiry, const SquareRoot& model);

/// Exponents whose moments have not exploded by expiry.
/// src: Andersen & Piterbarg (2007), Finance and Stochastics 11, 29-50, proposition 3.1
Moments heston_moments(Years expiry, const SquareRoot& model);

}  // namespace levee::option
