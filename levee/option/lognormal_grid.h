// levee/option/lognormal_grid.h — log-normal volatility's transform without an expansion.
//
// E (F_T / F)^s given v solves the equation of lognormal_sv.h. On the line s = 1/2 + iu the price's
// own moves take the form of a rate (u^2 + 1/4) v^2 / 2 at which the solution dies, so the equation
// in ln v is one of diffusion with decay: any expiry, any vol of vol.
#pragma once
#include "levee/option/lognormal_sv.h"

namespace levee::option {

/// How fine. Twice the points are four times nearer, and so is half of them: both are solved and
/// what they say of the limit is used.
struct GridPlan {
  int points = 100;  ///< In ln v, the coarser grid, at least 20.
};

/// The law's transform, for claim_worth and prices_of.
///
/// out:  prices to 1e-8 of the forward where the volatility's own noise leads, to 1e-6 where its
///       drift does (long expiries of low vol_of_vol); both fall with points^-4
/// err:  as lognormal_transform, but for an expansion's end; not_converged also where the points
///       are too few for the volatility's range
/// cost: 100 nodes of 60 sweeps over both grids, 20 ms at 100 points
/// src:  Lopez-Fernandez & Palencia (2004), Applied Numerical Mathematics 51, 289-303: exp(t L)
///       by a hyperbola, no steps in time; Richardson (1911), Phil. Trans. A 210, 307-357: the
///       limit of both grids
Result<Transform> lognormal_grid(const LognormalVol& model, Years expiry, const Reach& reach,
                                 const GridPlan& plan = {});

}  // namespace levee::option
