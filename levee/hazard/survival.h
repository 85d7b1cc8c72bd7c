// levee/hazard/survival.h — how long protocols last, and what goes with lasting longer.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <span>
#include <vector>

namespace levee::hazard {

/// One protocol watched: from when, until when, and whether that was its end.
struct Lifetime {
  double years = 0;  ///< Age when last seen, > 0.
  bool failed = false;
  double since = 0;  ///< Age when first watched, in [0, years): before that nobody would know.
  std::vector<double> covariates{};
};

/// The share that is still standing from an age on.
struct Standing {
  double years = 0;
  double share = 1;
};

/// Survival by age, a step at every age at which something failed.
///
/// in:   lifetimes in any order; watched at and after its own failure by nobody
/// out:  ascending; empty where nothing failed
/// src:  Kaplan & Meier (1958), J. American Statistical Association 53, 457-481; late entries as
///       Tsai, Jewell & Wang (1987), Biometrika 74, 883-886
std::vector<Standing> kaplan_meier(std::span<const Lifetime> lifetimes);

/// What failures at the same age mean for the order in which they came.
enum class Ties { breslow, efron };

/// Log hazard ratios per unit of each covariate.
struct CoxFit {
  std::vector<double> beta, error;  ///< [covariates] and standard errors by observed information.
  double log_likelihood = 0, null_log_likelihood = 0;
};

/// Proportional hazards by greatest partial likelihood, Newton's method.
///
/// in:   as kaplan_meier; as many covariates each, at least one
/// err:  missing_data where nothing failed; no_solution where a covariate sorts failures from
///       survivors (its ratio would be infinite) or two say the same
/// cost: lifetimes log(lifetimes) + a handful of passes
/// src:  Cox (1972), J. Royal Statistical Society B 34, 187-220; ties: Breslow (1974), Biometrics
///       30, 89-99, or Efron (1977), J. American Statistical Association 72, 557-565
Result<CoxFit> cox_fit(std::span<const Lifetime> lifetimes, Ties ties);

/// A clock that slows or quickens with age: P(alive at t) = exp(-(t / scale)^shape).
struct Ageing {
  double shape = 1;  ///< Below 1: what has stood for long stands longer.
  Years scale{1};

  Probability alive(Years age) const;
  /// Alive `more` later, given alive at `age`.
  Probability alive_further(Years age, Years more) const;
};
/// src: Weibull (1951), J. Applied Mechanics 18, 293-297

}  // namespace levee::hazard
