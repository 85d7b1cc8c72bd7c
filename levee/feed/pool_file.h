// levee/feed/pool_file.h — a pool's state and fee income from its recorded past.
#pragma once
#include "levee/base/result.h"
#include "levee/feed/pool_pair.h"
#include "levee/feed/text_file.h"
#include "levee/market/snapshot.h"

#include <string>

namespace levee::feed {

/// Reads a pool as known at ask.at. What kind of file it is shows in its columns:
///   hours    `period_start_utc`, `close_..._per_...`; `liquidity_raw` and the two
///            `fee_growth_global..._x128` where recorded give liquidity and fees
///   minutes  `timestamp` or `timestamp_utc`, `closeTick`, `currentLiquidity`, `inAmount0`,
///            `inAmount1`: fees are amounts in times the fee tier in the file's name
///   days     `date_utc`, `price_token..._per_token..._eod`: price alone
///   state    JSON: `sqrtPriceX96`, `liquidity`, `token0`, `token1`, `snapshot_date`
///
/// out:  price in quote per base; liquidity and fees in human units, absent where not recorded
/// err:  bad_input with file, line and column; missing_data if nothing is known at ask.at;
///       stale_data as check_age says; not_supported for a pool without a dollar token; and as
///       read_text says
Result<market::PoolState> read_pool(const std::string& path, const PoolAsk& ask);

/// The JSON kind alone.
Result<market::PoolState> pool_from_json(const TextFile& file, const PoolAsk& ask);

}  // namespace levee::feed
