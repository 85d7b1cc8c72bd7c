// levee/feed/chain_quotes.h — the rows of one snapshot completed into quotes.
#pragma once
#include "levee/base/result.h"
#include "levee/feed/chain_row.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::feed {

/// A snapshot's quotes with their forwards and vols.
struct ChainQuotes {
  Price spot;
  std::vector<market::Quote> quotes;  ///< In the order of the rows.
  std::string notes;  ///< What was filled in or left out, " (...)" each; empty if nothing was.
};

/// Completes rows with forwards, spot and vols.
///
/// in:   rows by expiry, strike and type, one an instrument
/// err:  bad_input for a premium no coin-settled option can have (dollars in a coin column);
///       missing_data if no expiry has a forward
/// src:  put-call parity in coins, c - p = 1 - K/F
Result<ChainQuotes> chain_quotes(const std::string& path, std::span<const ChainRow> rows,
                                 UnixSeconds at);

/// At-the-money 30-day volatility: total variance linear in time between the expiries on both
/// sides of 30 days, each read linearly in ln K between the strikes on both sides of its forward.
///
/// out:  nothing where a side is missing
std::optional<market::Glimpse> glimpse_of(const ChainQuotes& chain, UnixSeconds at);

}  // namespace levee::feed
