// levee/amm/types.h — a range of liquidity and what it is measured in.
//
// `amm` answers: what does a liquidity position hold, and how does that move with the price?
// Main types: Range, Exposure, Drift. It never looks at options, protocols or data files.
#pragma once
#include "levee/base/units.h"

namespace levee::amm {

/// The liquidity of a position in human units, sqrt(base tokens * quote tokens).
using HumanLiquidity = Strong<unit::TokensTag, double>;

/// Where a position's liquidity stands: prices in quote per base, 0 < lower < upper.
/// A full-range (v2) position has lower 0 and upper +infinity; see `full_range()`.
struct Bounds {
  Price lower;
  Price upper;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// Bounds of a constant-product (v2) position: (0, infinity).
Bounds full_range();

/// A range position: bounds and liquidity.
struct Range {
  Bounds bounds;
  HumanLiquidity liquidity;
  friend bool operator==(const Range&, const Range&) = default;
};

}  // namespace levee::amm
