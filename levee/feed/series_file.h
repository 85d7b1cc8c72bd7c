// levee/feed/series_file.h — prices, funding and volatility indices as series.
#pragma once
#include "levee/base/result.h"
#include "levee/market/series.h"

#include <string>

namespace levee::feed {

/// As of when a series is wanted.
struct SeriesAsk {
  UnixSeconds at;
  market::Stale stale = market::Stale::refuse;
};

/// What the readers below share.
///
/// Rows stand under the moment they begin: `open_time_utc`, `period_start_utc` or `time_utc` (a
/// candle, known one step later), `date_utc` (known when that day is over), or under the moment of
/// a settlement, `funding_time_utc` or `funding_time` (known at once). The step is the most common
/// spacing. Rows not known at `at` are passed over unread.
///
/// out:  values known at or before `at`, ascending
/// err:  bad_input with file, line, column and unit for a cell that is no such number, moments not
///       ascending; missing_data if nothing is known at `at`, or the step is (one row); stale_data
///       if the newest value is more than 36 hours before `at` and stale is not allowed; and as
///       read_text says

/// Closing prices: column `close`, or `close_..._per_...` of a pool's hours.
Result<market::Series> read_history(const std::string& path, const SeriesAsk& ask);

/// Funding as a rate per year: `funding_rate_8h` times 3 * 365, `funding_rate_1h` times 24 * 365.
Result<market::Series> read_funding(const std::string& path, const SeriesAsk& ask);

/// Implied volatility, decimals: `dvol` or `close`.
Result<market::Series> read_iv_index(const std::string& path, const SeriesAsk& ask);

/// Mean gas price of each day, gwei: `avg_gas_price_gwei`.
Result<market::Series> read_gas(const std::string& path, const SeriesAsk& ask);

/// What a pool's days say beside its price, in USD; days on which nothing was traded or locked are
/// left out.
struct PoolDays {
  market::Series volume;  ///< `volume_usd`
  market::Series depth;   ///< `tvl_usd`
};
Result<PoolDays> read_pool_days(const std::string& path, const SeriesAsk& ask);

/// Refuses what is too old, naming the file and the way to allow it.
///
/// err:  stale_data if newest is more than 36 hours before ask.at and stale is not allowed
Result<Done> check_age(const std::string& path, UnixSeconds newest, const SeriesAsk& ask);

}  // namespace levee::feed
