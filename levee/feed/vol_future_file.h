// levee/feed/vol_future_file.h — quotes of futures on a volatility index, from TOML.
#pragma once
#include "levee/base/result.h"
#include "levee/market/snapshot.h"

#include <string>
#include <vector>

namespace levee::feed {

/// Reads `[[vol_future]]` tables: name, asset, expiry, bid_points, ask_points, point_usd,
/// index_days, fee_usd, margin_usd, lot_contracts, depth_contracts.
///
/// in:   at: the moment of the market that they are quoted beside
/// err:  bad_input with file, line, key and unit: an ask below its bid, an expiry not after the
///       moment, a name that stands twice; missing_data without a table; and as read_text says
Result<std::vector<market::VolFutureQuote>> read_vol_futures(const std::string& path,
                                                             UnixSeconds at);

}  // namespace levee::feed
