// levee/risk/basis.h — how much of an asset another one stands for, and what it leaves.
//
// src: Ederington (1979), J. Finance 34, 157-170 (the share of variance that a cross hedge removes
//      is the squared correlation)
#pragma once
#include "levee/risk/beta.h"

namespace levee::risk {

/// An asset's daily returns as beta times a proxy's and a residual: the basis of a cross hedge.
struct Basis {
  Slope beta;               ///< Of the asset on the proxy, over all days alike.
  Slope beta_down;          ///< Over days on which the proxy did worse than its mean.
  Slope correlation;        ///< Its error is the normal law's.
  double r_squared = 0;     ///< Share of the variance that the best hedge in the proxy removes.
  double proxy_vol = 0;     ///< Per root of a year.
  double residual_vol = 0;  ///< The same, of what beta leaves.
  std::size_t days = 0;
};

/// Least squares of an asset's daily log returns on its proxy's.
///
/// in:   returns.asset the token's, returns.market the proxy's
/// out:  beta's errors hold for days of unequal variance; correlation (1 - r^2) / sqrt(n - 1);
///       volatilities per root of 365 days, the residual's with two degrees of freedom spent
/// err:  as beta_of; no_solution where the asset does not move
/// src:  Ederington (1979), eq. 6; errors of beta: White (1980), Econometrica 48, 817-838
Result<Basis> basis_of(const PairedReturns& returns);

}  // namespace levee::risk
