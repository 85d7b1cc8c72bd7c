// levee/hazard/failure.h — how a protocol fails: how often, and how much is lost.
//
// `hazard` answers: what is the chance that the contracts holding the money fail, and what is lost
// if they do? Main type: FailureModel. It never looks at prices or holdings.
#pragma once
#include "levee/base/time.h"
#include "levee/base/units.h"

#include <optional>
#include <string>

namespace levee::hazard {

/// A protocol's failures as a Poisson clock with a loss share spread evenly over an interval.
/// The parameters are configured, not fitted; `source` says by whom.
struct FailureModel {
  std::string protocol;
  Intensity intensity;  ///< Failures per year, >= 0.
  Share loss_low;       ///< Smallest share of the position lost, in [0, 1].
  Share loss_high;      ///< Largest, in [loss_low, 1].
  std::string source;
};

/// Probability of at least one failure within a span: 1 - exp(-intensity * span).
/// src: exponential waiting time of a Poisson process
Probability failure_within(const FailureModel& model, Years span);

/// Share lost for a uniform draw in (0, 1): the draw decides both whether and how much.
///
/// in:   draw: uniform in (0, 1); its lowest failure_within() part is a failure, and where it lies
///       in that part sets the loss share
/// src:  inverse transform of the two-part distribution described at FailureModel
Share loss_share(const FailureModel& model, Years span, double draw);

/// Mean share lost over a span.
/// src: product of failure_within and the mean of the loss interval
Share expected_loss(const FailureModel& model, Years span);

/// A stablecoin that breaks: a Poisson clock, a fall drawn evenly from an interval, a recovery.
/// The parameters are configured, not fitted; `source` says by whom.
struct Depeg {
  std::string token;
  Intensity intensity;               ///< A year, >= 0.
  Share depth_low;                   ///< Smallest fall, share of a dollar, in [0, 1).
  Share depth_high;                  ///< Largest, in [depth_low, 1).
  std::optional<Seconds> half_life;  ///< In which half of the fall is made good; none: never.
  std::string source;
};

/// Dollars that a token is worth, for uniform draws of when it breaks and how deep it falls.
///
/// in:   draws in (0, 1)
/// out:  1 before it breaks, and where that is not within reach
/// src:  exponential waiting time, exponential recovery
struct DepegDraw {
  double when, depth;
};
Price peg_at(const Depeg& depeg, const DepegDraw& draw, Seconds at);

/// When the failure that comes within `span` comes, for a uniform draw of its own.
/// src: the exponential law, cut off at the span
Seconds failure_moment(const FailureModel& model, Seconds span, double draw);

}  // namespace levee::hazard
