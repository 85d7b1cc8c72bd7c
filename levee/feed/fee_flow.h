// levee/feed/fee_flow.h — a pool's fee income per day from what it earned step by step.
#pragma once
#include "levee/base/time.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <span>

namespace levee::feed {

/// Fees of one recorded step, per unit of human liquidity in range.
struct FeeStep {
  UnixSeconds end;
  Seconds span;
  Usd usd_per_liquidity;
};

/// Mean daily fee income over the last 30 days at most, counted back from the newest step in
/// blocks of 24 hours; a block recorded for less than half is passed over.
///
/// in:   steps ascending
/// out:  nothing with fewer than three days; the error is of the mean of independent days
std::optional<market::FeeFlow> fee_flow(std::span<const FeeStep> steps);

}  // namespace levee::feed
