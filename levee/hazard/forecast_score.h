// levee/hazard/forecast_score.h — forecasts of failures, judged by what came.
//
// src: Brier (1950), Monthly Weather Review 78, 1-3; Good (1952), J. Royal Statistical Society
//      B 14, 107-114 (logarithmic score)
#pragma once
#include "levee/base/units.h"

#include <span>
#include <vector>

namespace levee::hazard {

/// A chance that was told, and what came.
struct Told {
  double chance = 0;  ///< In (0, 1).
  bool came = false;
};

/// How good chances were; both are losses: less is better.
struct Score {
  double brier = 0;  ///< Mean squared difference to 0 or 1.
  double log = 0;    ///< Mean of -ln of the chance that was given to what came.
};
/// in: not empty; chances in (0, 1)
Score score_of(std::span<const Told> told);

/// What one way of telling gains over another on the same events.
struct Gain {
  double brier = 0, brier_error = 0;  ///< Other less own, and its standard error over events.
  double log = 0, log_error = 0;
};
/// in: of one length, not empty, the same things came in both
Gain gain_over(std::span<const Told> own, std::span<const Told> other);

/// Chances near one another, and how often it came.
struct Bin {
  double low = 0, high = 0;  ///< Of the chances in it.
  std::size_t told = 0, came = 0;
  double mean_chance = 0;
  Probability lower{}, upper{};  ///< 95 % of what the frequency may truly be (Clopper-Pearson).
};
/// Bins of equally many forecasts, by chance.
///
/// in:  bins > 0
/// src: Clopper & Pearson (1934), Biometrika 26, 404-413
std::vector<Bin> reliability_of(std::span<const Told> told, std::size_t bins);

/// Numbers of forecasts that go together, by chance: as many bins of equally many, or one for each
/// chance that was told.
/// in: bins > 0
std::vector<std::vector<std::size_t>> bins_of(std::span<const Told> told, std::size_t bins);
std::vector<std::vector<std::size_t>> same_chances(std::span<const Told> told);

/// How many may come of what is told: 5 % and 95 % of a count that is Poisson about an expectation
/// nobody knows.
/// in:  expectations, each as likely as the others; not empty, >= 0
struct CountBand {
  std::size_t low = 0, high = 0;
};
CountBand count_band(std::span<const double> expectations);

}  // namespace levee::hazard
