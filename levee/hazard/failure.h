// levee/hazard/failure.h — how a protocol fails: how often, and how much is lost.
//
// `hazard` answers: what is the chance that the contracts holding the money fail, and what is lost
// if they do? Main type: FailureModel. It never looks at prices or holdings.
#pragma once
#include "levee/base/time.h"
#include "levee/base/units.h"
#include "levee/hazard/frequency.h"
#include "levee/hazard/share_law.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::hazard {

/// Shares as incidents tell them: what one takes of what was there, what of it comes back.
struct FittedLoss {
  ShareLaw lost, recovered;
};

/// A protocol's failures as a Poisson clock, and the share of a position that one takes.
struct FailureModel {
  std::string protocol;
  Intensity intensity;  ///< Failures per year, >= 0; of a fitted one the mean.
  /// As configured, evenly spread: smallest and largest share of the position lost, ascending in
  /// [0, 1].
  Share loss_low, loss_high;
  std::string source;                  ///< Who says so, or what it was fitted to.
  std::vector<Intensity> drawn{};      ///< Of a fitted one: rates that are equally likely.
  std::optional<FittedLoss> fitted{};  ///< In place of the interval.
  std::vector<std::string> needs{};    ///< Others, by name: where one of them fails, so does this.
  std::string token{};                 ///< Its own, by its asset's name: falls when it fails.
};

/// Mean, and what holds the truth with 90 %; of a configured rate all three are that rate.
Known intensity_band(const FailureModel& model);

/// The rate in one of the worlds that may be true, for a uniform draw in (0, 1). Models of one fit
/// that are given the same draw are of one world.
Intensity intensity_at(const FailureModel& model, double world);

/// Probability of at least one failure within a span: 1 - exp(-intensity * span); of a fitted rate
/// the mean of that.
/// src: exponential waiting time of a Poisson process
Probability failure_within(Intensity intensity, Years span);
Probability failure_within(const FailureModel& model, Years span);

/// Share of a position that a failure takes for good, for uniform draws in (0, 1): `how` bad it is,
/// and how much comes `back` (of configured ones nothing more does). What comes back counts at
/// once, though it may take years.
struct LossDraw {
  double how, back;
};
Share share_lost(const FailureModel& model, const LossDraw& draw);
Share mean_share_lost(const FailureModel& model);

/// Mean share lost over a span.
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
  std::string
      with{};  ///< Name of a failure model: it breaks when that fails, not by its own clock.
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
/// The same where it is known when it breaks.
Price peg_after(const Depeg& depeg, double depth_draw, Seconds since);

/// When the failure that comes within `span` comes, for a uniform draw of its own.
/// src: the exponential law, cut off at the span
Seconds failure_moment(Intensity intensity, Seconds span, double draw);

}  // namespace levee::hazard
