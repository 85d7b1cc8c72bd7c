// levee/hazard/failure.h — how a protocol fails: how often, and how much is lost.
//
// `hazard` answers: what is the chance that the contracts holding the money fail, and what is lost
// if they do? Main type: FailureModel. It never looks at prices or holdings.
#pragma once
#include "levee/base/units.h"

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

}  // namespace levee::hazard
