// levee/option/lognormal_fit.h — log-normal volatility from a chain, by its whole equation.
#pragma once
#include "levee/option/lognormal_grid.h"
#include "levee/option/model_fit.h"
#include "levee/parallel/team.h"

namespace levee::option {

struct LognormalFitAsk {
  std::vector<VolSlice> slices;
  LognormalVol start{.now = Vol{0.6},
                     .average = Vol{0.6},
                     .reversion = 2,
                     .reversion_slope = 2,
                     .beta = 0,
                     .vol_of_vol = 2};
  Account account = Account::dollar;  ///< Which martingales the answer has to be.
  double spread_least = 0.001;        ///< As FitAsk's.
  double spread_unknown = 0.02;
};

struct LognormalFit {
  LognormalVol model;
  std::vector<FittedParameter> parameters;
  std::vector<SliceError> slices;  ///< In the order asked.
  double misfit = 0;               ///< As ModelFit's.
  int evaluations = 0;
};

/// Least squares in implied vol as fit_model does, each slice by lognormal_grid at 40 points.
///
/// in:   as fit_model
/// out:  as fit_model; prices below 1e-7 of the forward count as that much, the grid's own error
/// err:  as fit_model and check_lognormal
/// cost: 15 ms a slice and evaluation, over the team's threads; two hundred evaluations
/// src:  solve/least_squares.h
Result<LognormalFit> fit_lognormal(const LognormalFitAsk& ask, const parallel::Team& team);

}  // namespace levee::option
