// levee/signal/market_history.h — what a plan's own market files tell the gauges.
#pragma once
#include "levee/market/snapshot.h"
#include "levee/signal/policy.h"
#include "levee/signal/signal.h"

namespace levee::signal {

/// 1.1 times an exponentially weighted volatility of daily closes, 0.94 a day, within runs; from
/// the 20th return of a run on.
///
/// in:   days as days_of gives them, prices > 0
/// src:  methodology 4.2, last of the sources; RiskMetrics (1996), Technical Document, section 5.2
market::Series fallback_vol(const market::Series& days);

/// What a snapshot knows of its own past: price, volatility, funding, the pool's volume and depth.
///
/// Volatility is the first of these that spans veq_days_min, else the first there is: the index;
/// the chain at the money, 30 days; fallback_vol of the prices (said in its source): regimes go by
/// its rank, and a rank knows no factor. Where the chain tells the slope of its term, iv_long is iv
/// times that slope. Value locked stands for depth near the price.
///
/// out:  nothing in it is later than the snapshot
History history_from(const market::Snapshot& snapshot, const SignalPolicy& policy = {});

}  // namespace levee::signal
