// levee/hazard/severity.h — how much is lost when a contract fails, and never more than there was.
//
// Beyond a threshold losses follow a generalised Pareto law cut off at the value that could be
// lost: pooled exploits have a shape near 1, and without the cut no mean. src: Pickands (1975),
// Annals of Statistics 3, 119-131; Aban, Meerschaert & Panorska (2006), J.
//      American Statistical Association 101, 270-277 (truncated power tails)
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <optional>
#include <span>
#include <vector>

namespace levee::hazard {

/// A loss, and the most that could have been lost where that is known.
struct SizedLoss {
  Usd loss;
  std::optional<Usd> most{};  ///< Below the loss it counts as the loss: figures are rounded.
};

/// The law of a loss beyond a threshold, before it is cut.
struct Severity {
  Usd threshold;
  double shape = 0;
  Usd scale;  ///< > 0.

  /// P(loss > x), given that it is beyond the threshold; and given that it is at most `most`.
  Probability beyond(Usd x) const;
  Probability beyond(Usd x, Usd most) const;
  /// Mean loss given that it lies between the threshold and `most`.
  Usd mean_within(Usd most) const;
  /// The loss that a share of losses up to `most` stays below, for a uniform draw in (0, 1).
  Usd quantile_within(double probability, Usd most) const;
  /// Mean without a cut; nothing for a shape of 1 or more, which has none.
  std::optional<Usd> mean() const;
};

/// Log-likelihood of losses beyond the law's threshold, each cut at its own most; minus infinity
/// where one lies beyond the law's end.
double log_likelihood(const Severity& law, std::span<const SizedLoss> losses);

/// A law fitted to losses.
struct SeverityFit {
  Severity law;
  std::size_t losses = 0, beyond = 0, cut = 0;  ///< `cut`: beyond, with a known most.
  double log_likelihood = 0;
  /// Where the shape lies with 95 % confidence, by profile likelihood; an end that the likelihood
  /// never closes within [-0.5, 5] is missing.
  std::optional<double> shape_lower{}, shape_upper{};
};

/// The least number of losses beyond a threshold that a fit accepts; a policy, not a theorem.
inline constexpr std::size_t fewest_severe = 20;

/// Maximum likelihood over the losses strictly beyond the threshold.
///
/// in:   losses >= 0 and finite; threshold > 0
/// out:  shape within [-0.5, 5]
/// err:  missing_data below fewest_severe losses beyond; no_solution where the likelihood rises to
///       an end of the search
/// cost: some thousand passes over the losses beyond
Result<SeverityFit> severity_fit(std::span<const SizedLoss> losses, Usd threshold);

}  // namespace levee::hazard
