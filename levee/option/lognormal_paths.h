// levee/option/lognormal_paths.h — log-normal volatility drawn, to judge what is expanded.
//
// Given the path of its volatility the price is log-normal: of dB, the volatility's own noise, the
// price moves with b / sqrt(b^2 + e^2), and the rest is independent. A price is then a mean of
// Black's prices, with far less chance in it than payoffs have.
// src: Willard (1997), J. Derivatives 5(1), 45-61, on conditioning; Strang (1968), SIAM J.
// Numerical
//      Analysis 5, 506-517, on splitting: drift and noise are each moved exactly, in turn, so that
//      the volatility stays positive and means are off by the square of the step
#pragma once
#include "levee/num/estimate.h"
#include "levee/option/lognormal_sv.h"
#include "levee/parallel/team.h"

namespace levee::option {

/// What is left of the price's law when the volatility's path is known.
struct Mixed {
  double forward = 1;      ///< Its mean, over the forward of now.
  TotalVariance variance;  ///< Of ln F_T, left over.
};

struct PathPlan {
  std::size_t paths = 100'000;
  int steps = 64;  ///< To expiry.
  std::uint64_t seed = 1;
};

/// A path's remaining law each.
///
/// in:   steps and paths >= 1
/// out:  the same bits for any number of threads
/// err:  as check_lognormal; out_of_range unless the expiry is positive and finite
/// cost: 40 ns a step
Result<std::vector<Mixed>> lognormal_paths(const LognormalVol& model, Years expiry,
                                           const PathPlan& plan, const parallel::Team& team);

/// Undiscounted price of an option, with its standard error. in: paths not empty
num::Estimate price_of(std::span<const Mixed> paths, const Term& term, Type type, Price strike);

/// Undiscounted loss per unit of entry value, with its standard error. in: paths not empty
num::Estimate claim_of(std::span<const Mixed> paths, const Term& term, const RangeClaim& claim,
                       LossKind kind);

}  // namespace levee::option
