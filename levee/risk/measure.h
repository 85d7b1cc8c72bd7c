// levee/risk/measure.h — a book's losses over as many paths as wanted, part by part.
#pragma once
#include "levee/base/progress.h"
#include "levee/parallel/ranks.h"
#include "levee/risk/attribution.h"
#include "levee/scenario/kind.h"

#include <span>
#include <string>
#include <vector>

namespace levee::risk {

/// A Repricing before its set is drawn.
struct Pricing {
  const market::Snapshot& snapshot;
  const option::Surface& surface;
  Rate funding;
  std::span<const Beside> beside{};
};

/// Whether every loss is also split over what moved.
enum class Split { holdings, factors_too };

/// What is measured.
struct MeasureAsk {
  const book::Book& book;
  const FeeForecast& fees;
  /// Drawn from one after another, as many paths from each: one, or several that are independent.
  std::span<const scenario::Generator> sets;
  Pricing pricing;
  std::size_t paths = 0;  ///< Of all sets together.
  Split split = Split::holdings;
  std::size_t fall_paths = 0;    ///< Of all sets together: each one's first, from date to date.
  std::size_t part = 8192;       ///< Paths drawn at once: what of a set is ever in memory.
  std::string stage = "losses";  ///< As progress is told.
  parallel::Ranks ranks{};       ///< Who else measures the same book; each takes a share.
};

/// Losses of all parts together, set by set.
struct Measured {
  LossTable holdings;
  LossTable factors;                ///< Empty unless split.
  std::vector<double> weight;       ///< Empty: equally likely.
  std::vector<double> fall;         ///< [fall_paths] deepest on the way, USD.
  std::vector<double> fall_weight;  ///< As weight.
};

/// Draws, reprices and forgets, part after part.
///
/// in:   paths and fall_paths a multiple of the sets; part > 0; no more ranks than paths
/// out:  the same bits for any part, on any team and any ranks, and the same on every rank; memory
///       of a part's set, and of a number a path for every row (twice where there are ranks)
/// err:  as loss_table, on every rank alike
Result<Measured> measured(const MeasureAsk& ask, const parallel::Team& team, Progress& progress);

/// What the book has gained since now on every date.
///
/// in:   as loss_table
/// out:  [1 + dates x paths], the first row 0; before the horizon a surface has moved by the time's
///       share of its whole move, the mean of a walk between its ends; a failure counts from its
///       moment
/// err:  as loss_table
/// cost: a loss table a date
/// src:  conditional mean of a Brownian bridge, the surface's way to its end
Result<num::Matrix<Usd>> gains_along(const book::Book& book, const FeeForecast& fees,
                                     const Repricing& with, const parallel::Team& team);

}  // namespace levee::risk
