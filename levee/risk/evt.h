// levee/risk/evt.h — losses beyond a threshold, and the tail nobody has seen yet.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::risk {

/// Generalised Pareto law of the excess over a threshold: P(excess > y) = (1 + shape y / scale)^
/// (-1 / shape). A shape above 0 is a power tail, 0 an exponential one, below 0 an end.
struct Pareto {
  double shape = 0;
  Usd scale;  ///< > 0.
};

/// Log-likelihood of excesses; minus infinity where one lies beyond the law's end.
/// in:  excesses >= 0, USD
/// src: Pickands (1975), Annals of Statistics 3, 119-131; McNeil (1997), ASTIN 27, 117-137
double log_likelihood(const Pareto& law, std::span<const double> excesses);

/// The law by probability-weighted moments.
///
/// in:   excesses in any order, at least 2, with some spread
/// src:  Hosking & Wallis (1987), Technometrics 29, 339-349, the unbiased estimate
Pareto moments_fit(std::span<const double> excesses);

/// Hill's estimate of a power tail's shape: the mean log ratio of the k largest to the next.
///
/// in:   0 < k < losses; the loss after the k largest > 0
/// src:  Hill (1975), Annals of Statistics 3, 1163-1174
double hill_shape(std::span<const double> losses_usd, std::size_t k);

/// Where a number lies with 95 % confidence; an end that the likelihood never closes is missing.
struct Between {
  std::optional<double> lower, upper;
};

/// A tail fitted beyond a threshold by maximum likelihood.
struct PeaksFit {
  Usd threshold;
  std::size_t losses = 0, beyond = 0;
  Pareto law{};
  double log_likelihood = 0;
  /// From the observed information; missing where the likelihood is not curved, or the shape is at
  /// or below -1/2 and has no such error.
  std::optional<double> shape_error{};
  std::optional<Usd> scale_error{};
  Between shape_within{};          ///< By profile likelihood.
  std::vector<double> excesses{};  ///< [beyond], ascending.
};

/// The least number of losses beyond a threshold that a fit accepts; a policy, not a theorem.
inline constexpr std::size_t fewest_beyond = 20;

/// The law of greatest likelihood alone, without errors or intervals.
///
/// in:   excesses in any order
/// out:  as peaks_over
/// err:  bad_input where one is negative or not finite; otherwise as peaks_over
/// cost: about seven passes over the excesses and their sorting
/// src:  as peaks_over; Newton's method in shape and log scale from the moments' law, and the
///       profile's own walk uphill where that leaves the summit's dome
Result<Pareto> likeliest_pareto(std::span<const double> excesses);

/// Maximum likelihood over the losses strictly beyond a threshold.
///
/// out:  the shape searched over (-1, 10]: at -1 the likelihood has no maximum
/// err:  missing_data with fewer than fewest_beyond losses beyond; bad_input if one is not finite;
///       no_solution if the likelihood rises to an end of the search
/// cost: some twenty passes over the excesses, ten thousand fits of 300 a second
/// src:  Davison & Smith (1990), J. Royal Statistical Society B 52, 393-442; the scale profiled out
///       in the form that is one and the same through shape 0
Result<PeaksFit> peaks_over(std::span<const double> losses_usd, Usd threshold);

/// A tail measure with its error, given the share of losses beyond the threshold.
struct FarTail {
  Usd value;
  std::optional<Usd> error{};           ///< From the observed information.
  std::optional<Usd> lower{}, upper{};  ///< 95 % by profile likelihood; missing: never closed.
  std::string warning{};                ///< Empty, or what to beware of.
};

/// The loss exceeded with probability 1 - level.
///
/// err:  out_of_range unless level is in (0, 1) and at or above the threshold's own
/// cost: thirty to a hundred times the fit's
/// src:  McNeil (1997), eq. 6
Result<FarTail> var_beyond(const PeaksFit& fit, double level);

/// The mean loss given that VaR at that level is exceeded.
///
/// out:  a warning and no upper end where the shape's own interval reaches 1
/// err:  as var_beyond; no_solution if the shape is 1 or more: such a tail has no mean
/// cost: as var_beyond
/// src:  McNeil (1997), eq. 10; valid below shape 1
Result<FarTail> shortfall_beyond(const PeaksFit& fit, double level);

/// One threshold of a stability table. Beyond the right threshold, shape and the scale less
/// shape times threshold no longer depend on it.
struct ThresholdRow {
  PeaksFit fit;
  double steady_scale_usd = 0;
};

/// Every threshold fitted, in the order given; those that cannot be fitted are left out.
///
/// err:  missing_data or no_solution if none fits, as peaks_over of the last
/// src:  Coles (2001), An Introduction to Statistical Modeling of Extreme Values, section 4.3.4
Result<std::vector<ThresholdRow>> threshold_table(std::span<const double> losses_usd,
                                                  std::span<const Usd> thresholds);

/// Order statistics that leave 20 % to 2 % of the losses beyond, fewest_beyond at least, ascending.
std::vector<Usd> usual_thresholds(std::span<const double> losses_usd);

/// The row to use: the lowest threshold whose shape lies within the interval of every higher one.
///
/// in:   rows by ascending threshold, at least one
/// src:  the eye of Coles (2001), section 4.3.4, as a rule; chosen in-sample, so that an interval
///       at the chosen threshold is a little too short
std::size_t steady_row(std::span<const ThresholdRow> rows);

}  // namespace levee::risk
