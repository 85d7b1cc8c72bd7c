// levee/hazard/deposits.h — whether what is deposited is in many hands or in few.
//
// src: Herfindahl (1950), Concentration in the U.S. Steel Industry; methodology S1.7
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <span>

namespace levee::hazard {

/// How deposits are spread over those who made them, or over pools.
struct DepositSpread {
  Share herfindahl;  ///< Sum of squared shares: 1 / n of n equal ones, 1 of one alone.
  Share largest;     ///< The largest one's.
  Share twenty;      ///< The twenty largest ones' together.
};

/// Above this share in one hand deposits are said to be concentrated.
inline constexpr Share concentrated{0.60};

/// err: missing_data without deposits; out_of_range for one that is negative or not finite, or
///      where nothing is deposited
Result<DepositSpread> spread_of(std::span<const double> deposits_usd);

}  // namespace levee::hazard
