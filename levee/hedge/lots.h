// levee/hedge/lots.h — whole lots near the optimum, still within every row.
#pragma once
#include "levee/hedge/choose.h"

#include <vector>

namespace levee::hedge {

/// What a row may be missed by because lots are whole: half a lot of every traded column for an
/// equation that ties tenors, rounding for everything else.
double lot_slack(const Program& program, std::size_t row, std::span<const double> x);

/// Whether a point meets every row (to lot_slack), coverage on every path, and the tail limit.
bool within_limits(const Program& program, const Policy& policy, std::span<const double> x);

/// The best whole-lot quantities a local search finds from the optimum; where that ends outside a
/// limit, from no trade at all: the way where lots are coarse against the book, and a long one.
///
/// in:   x within limits before rounding, [columns]
/// out:  multiples of each instrument's lot that keep every limit; no single step of one lot
///       improves them by 1e-6 of the book. A trade worth less than policy.trade_worth_share_min is
///       left out. All zero where nothing else fits
/// cost: O(paths) per step tried
std::vector<double> whole_lots(const Program& program, const Policy& policy,
                               std::span<const double> x);

/// The same from the optimum alone.
std::vector<double> rounded_lots(const Program& program, const Policy& policy,
                                 std::span<const double> x);

}  // namespace levee::hedge
