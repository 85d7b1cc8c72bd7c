// levee/hedge/lean.h — the same plan in fewer trades, at nearly its objective.
#pragma once
#include "levee/hedge/choose.h"

#include <span>
#include <vector>

namespace levee::hedge {

/// A programme with some of another's columns alone.
struct Lean {
  Program program;
  std::vector<std::size_t> column;  ///< Each of its columns' number in the whole.
  Choice choice;                    ///< Of it.
};

/// The programme with these columns alone, every row kept.
///
/// in:   columns ascending; paths: the first so many alone, at most all
/// out:  choice is the whole's, of these columns
struct Restriction {
  std::span<const std::size_t> columns;
  std::size_t paths = 0;
};
Lean restricted(const Program& whole, const Restriction& to, const Choice& choice);

/// Quantities of the whole's columns.
std::vector<double> spread_out(const Lean& lean, std::size_t columns, std::span<const double> x);

/// A choice in fewer trades: one after the other is left out and the rest chosen anew, while that
/// costs less than what a trade must be worth.
///
/// in:   choice of the whole, not infeasible
/// out:  on those first paths every trade that is left is worth policy.trade_worth_share_min of the
///       book even if the others make up for it as well as they can
/// cost: a small solve a trade, on the first few thousand paths, and one on all
Lean lean_of(const Program& whole, const Policy& policy, const Choice& choice);

}  // namespace levee::hedge
