// levee/risk/asymmetry.h — whether a hedge cuts the bad side more than the good one.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"
#include "levee/num/estimate.h"
#include "levee/risk/bootstrap.h"

#include <optional>
#include <span>
#include <string>

namespace levee::risk {

/// Profits and losses of the same periods with and without the hedge, gains positive, USD.
struct PairedGains {
  std::span<const double> hedged;
  std::span<const double> unhedged;
};

/// What a distribution of gains has more of on one side than on the other. Standard errors are
/// those of independent periods; where periods depend on each other, bootstrap_band's are right.
struct Asymmetry {
  std::optional<num::Estimate> skewness;           ///< Missing: no spread.
  std::optional<num::Estimate> shortfall_to_gain;  ///< Missing: the mean gain is not above 0.
  std::optional<num::Estimate> tail_ratio;         ///< Missing: no loss at the 5 % quantile.
  std::optional<num::Estimate> omega;              ///< Missing: no period with a loss.
  std::optional<num::Estimate> up_capture;         ///< Missing: unhedged never gained.
  std::optional<num::Estimate> down_capture;       ///< Missing: unhedged never lost.
};

/// The measures of the hedged gains; with m the mean of them and d their deviation:
///
/// out:  skewness: mean of ((gain - m) / d)^3. shortfall_to_gain: CVaR95 of the losses over m.
///       tail_ratio: 95 % quantile over the size of the 5 % quantile. omega: mean gain above 0
///       over mean loss below 0, each over all periods. up_capture, down_capture: mean hedged gain
///       over mean unhedged gain, over periods in which the unhedged gained, or lost
/// err:  missing_data below 20 periods; bad_input if a gain is not finite or the two are not of one
///       length
/// src:  methodology 4.35; Keating & Shadwick (2002), J. Performance Measurement 6(3), 59-84
///       (omega); errors by the influence function: Hampel (1974), J. American Statistical
///       Association 69, 383-393
Result<Asymmetry> asymmetry_of(const PairedGains& gains);

/// Gains with spot two deviations up, unmoved, and two deviations down; one each, or one a path.
struct ThreePoints {
  std::span<const double> up, still, down;
};

/// up + down - 2 still: what being wrong-footed either way brings, USD.
///
/// in:   equal lengths, at least one
/// out:  mean over paths; without an error from a single path
/// src:  methodology 4.35
num::Estimate convexity_of(const ThreePoints& gains);

/// What a hedge must do to be worth it.
struct HedgeAim {
  double shortfall_cut_least = 0.25;  ///< Share of the unhedged CVaR95.
  Usd give_up_most;                   ///< Of the mean gain, per period.
  Resampling resampling{};
};

/// Whether it did.
struct HedgeVerdict {
  Band shortfall_cut;    ///< 1 - CVaR95 hedged / CVaR95 unhedged.
  Band give_up_usd;      ///< Mean unhedged gain less mean hedged gain.
  Band skewness_gain;    ///< Skewness hedged less skewness unhedged.
  bool holds = false;    ///< Both aims met by the estimates.
  bool settled = false;  ///< Their bands lie wholly on one side of the aims and agree.
  std::string told;      ///< One line.
};

/// Judges a hedge by paired blocks of history: both sides of a difference from the same rows.
///
/// err:  as asymmetry_of and bootstrap_band; no_solution where the unhedged CVaR95 is not above 0
///       (there is nothing to cut) or a side has no spread
/// src:  methodology 4.35
Result<HedgeVerdict> judge_hedge(const PairedGains& gains, const HedgeAim& aim,
                                 const parallel::Team& team);

}  // namespace levee::risk
