// levee/hazard/event_rate.h — how often, as far as events and years can tell.
//
// src: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.6 (conjugate Poisson)
#pragma once
#include "levee/base/units.h"

#include <span>

namespace levee::hazard {

/// A rate that is known as `events` in `years` would tell it: a gamma law.
struct EventRate {
  double events = 0;  ///< Shape, > 0; need not be whole.
  double years = 0;   ///< > 0: of exposure.

  Intensity mean() const { return Intensity{events / years}; }
  Intensity deviation() const;
  /// The rate that the true one is below with that probability.
  /// in: in (0, 1)
  Intensity quantile(double probability) const;
  /// That something happens within a span, the rate itself unknown: 1 - (years / (years +
  /// span))^events.
  Probability within(Years span) const;
  /// That `count` events happen within a span: a negative binomial law.
  Probability exactly(int count, Years span) const;
};

/// What is known after more was seen.
/// in: events >= 0, exposure >= 0 (zero teaches nothing)
EventRate updated(const EventRate& prior, double events, Years exposure);

/// How much of an updated mean is one's own history: the rest is the prior's.
Share credibility(const EventRate& prior, Years exposure);

/// A rate above which seeing nothing in all that time would have had less than 5 % chance.
/// in:  exposure > 0
/// src: -ln 0.05 over the exposure ("rule of three")
Intensity most_after_silence(Years exposure);

/// Whether counts scatter more than Poisson counts of their means would.
struct Dispersion {
  double statistic = 0;  ///< Standard normal where they do not.
  double p_value = 0;    ///< Of more scatter, one-sided.
  double alpha = 0;      ///< Variance = mean + alpha mean^2, by moments, >= 0.
};
/// in:  counts and means of one length, at least one; means > 0
/// src: Dean (1992), J. American Statistical Association 87, 451-457, P_B; alpha as in Cameron &
///      Trivedi (1990), J. Econometrics 46, 347-364
Dispersion dispersion_of(std::span<const double> counts, std::span<const double> means);

}  // namespace levee::hazard
