// levee/option/smile_fit.h — one expiry's smile among those of its neighbours.
//
// src: Gatheral & Jacquier (2014), Quantitative Finance 14, 59-71, section 5.2 (a penalty for
// crossing slices); Lee (2004), Mathematical Finance 14, 469-480 (the wings)
#pragma once
#include "levee/option/smile_points.h"
#include "levee/option/svi.h"

#include <optional>
#include <span>
#include <vector>

namespace levee::option {

/// A smile that another one shall stay above, or below.
struct Neighbour {
  Svi svi;
  double first = 0, last = 0;  ///< Strikes (k) between which quotes support it.
};

/// What a smile is fitted to.
struct SmileAsk {
  std::span<const SmilePoint> points;
  Svi prior;                ///< What the wings lean towards beyond the quotes.
  std::vector<Svi> starts;  ///< Where to begin; the best end counts.
  std::optional<Neighbour> earlier{}, later{};
  double margin = 1;  ///< How far before a butterfly or a crossing penalties begin, and their size.
};

/// Weighted least squares in total variance, each point by one over its half width, with penalties
/// for butterflies and for crossing the neighbours: the earlier one wherever it is crossed, the
/// later one on wings that are quoted further out there than here.
///
/// in:   at least five points and one start; least_variance() > 0 of prior and starts
/// out:  positive everywhere, wings inside Lee's bound; wings not less steep than the earlier
///       neighbour's, nor steeper than the later one's there; butterflies and crossings all but
///       gone: lifted_free() takes away what is left
/// cost: about 0.5 ms with 30 points
Svi fit_smile(const SmileAsk& ask);

/// A plain guess from the points alone: bend at the lowest, wings as steep as the outermost.
Svi smile_guess(std::span<const SmilePoint> points);

/// Squares of (smile less point) over half width, per point.
double misfit_of(const Svi& svi, std::span<const SmilePoint> points);

/// The smile lifted, as little as does it, until no butterfly and no crossing of an earlier one is
/// left.
///
/// out:  nothing where lifting does not help (the earlier one's wing is steeper, or g stays
///       negative): the earlier one itself, lifted, does
/// src:  at fixed slope and curvature g tends to 1 - w'^2/16 + w''/2 > 0 as w grows
std::optional<Svi> lifted_free(const Svi& svi, const std::optional<Svi>& earlier);

}  // namespace levee::option
