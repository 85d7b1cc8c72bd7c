// levee/hedge/calm_vol.h — what implied volatility did while the price stayed near.
#pragma once
#include "levee/base/time.h"
#include "levee/market/snapshot.h"

#include <optional>

namespace levee::hedge {

/// Mean change of ln implied volatility over recorded spans in which the price ended near.
struct CalmVol {
  double change = 0;
  double change_se = 0;  ///< As of so many spans as fit beside one another.
  int spans = 0;         ///< One from every observation; they overlap.
};

/// Measures it on a snapshot's volatility index and prices, as far back as both go. Scenarios move
/// volatility with the price and by noise; that a span in which little happened leaves it lower is
/// in no law of them, and is what a hedge pays for in calm times.
///
/// in:   calm_sigmas: near is within so many sigma sqrt(span), sigma the index where a span begins
/// out:  none without both records, or where calm spans that do not overlap would be fewer than 3
/// src:  the estimate is levee's own; errors of overlapping spans as of those that fit side by side
std::optional<CalmVol> calm_vol_of(const market::Snapshot& snapshot, Seconds span,
                                   double calm_sigmas);

}  // namespace levee::hedge
