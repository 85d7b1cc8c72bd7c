// levee/scenario/regimes.h — calm and storm: volatility that switches between two states.
#pragma once
#include "levee/base/result.h"

#include <array>
#include <span>
#include <vector>

namespace levee::scenario {

/// Two states, the calm one first; daily log returns are normal in each.
struct Regimes {
  double mean = 0;                    ///< Of a daily return, the same in both.
  std::array<double, 2> deviation{};  ///< Of a daily return, ascending.
  std::array<double, 2> stay{};       ///< Chance to be in the same state tomorrow.
};

/// A fit and the sample seen through it.
struct RegimeFit {
  Regimes model;
  double log_likelihood = 0;
  double storm_now = 0;       ///< Chance to be in the storm on the last day, seen until then.
  std::vector<double> storm;  ///< [returns] the same of each day, seen from the end.
  int rounds = 0;
};

/// Of returns under a model, its first day's state drawn from the stationary law.
/// src: Hamilton (1989), Econometrica 57, 357-384 (the filter)
double log_likelihood(const Regimes& model, std::span<const double> returns);

/// Maximum likelihood by expectation and maximisation.
///
/// in:   returns of neighbouring days, in order of time
/// out:  a local maximum from one start: deviations a half and one and a half times the sample's,
///       states of twenty and five days; the chances to stay are those that days after the first
///       tell, off by less than a tenth of their errors
/// err:  missing_data below 100 returns; bad_input if one is not finite; no_solution where they do
///       not move or the two states become one; not_converged
/// cost: some hundred passes over the returns
/// src:  Hamilton (1989), Econometrica 57, 357-384; Kim (1994), J. Econometrics 60, 1-22 (smoother)
Result<RegimeFit> fit_regimes(std::span<const double> returns);

/// Chance of the storm `ahead` days after the last, 0 being the last day itself.
/// src: the chain's geometric return to its stationary law
double storm_ahead(const RegimeFit& fit, int ahead);

}  // namespace levee::scenario
