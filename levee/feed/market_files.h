// levee/feed/market_files.h — a snapshot from files.
//
// `feed` answers: what do these files say? Main types: MarketFiles, BookFile, TextFile. It never
// guesses: whatever cannot be read as what it should be is an Error with file, line and field.
#pragma once
#include "levee/base/result.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <string>

namespace levee::feed {

/// Where the parts of a market are. An empty path: not given.
struct MarketFiles {
  std::string market{};    ///< A folder with any of chain.csv[.gz], pool.csv[.gz] or pool.json,
                           ///< history.csv[.gz], funding.csv[.gz], iv_index.csv[.gz], gas.csv[.gz],
                           ///< pool_days.csv[.gz], protocol.toml, hazard.json, covers.toml,
                           ///< reaction.json, vol_futures.toml,
                           ///< market.toml (label, model_made, base, quote).
  std::string chain{};     ///< Deribit-style chain, one or many snapshots.
  std::string pool{};      ///< Pool hours, days, minutes, or a pool state (.json).
  std::string history{};   ///< Prices (OHLC candles with open time).
  std::string funding{};   ///< Funding settlements, rate per 8 h or 1 h.
  std::string iv_index{};  ///< Volatility index, hourly or daily OHLC, decimals.
  std::string protocol{};  ///< Failure models and depeg (TOML).
  std::string hazard{};    ///< A fit of failures, for protocols without a rate of their own.
  std::string covers{};    ///< Cover on offer (TOML).
  std::string vol_futures{};  ///< Quotes of futures on a volatility index (TOML).
  std::string reaction{};     ///< Of the market to what fails (levee study-events).
  std::string gas{};          ///< Gas prices, daily.
  std::string pool_days{};    ///< Pool's volume and value locked, daily.
};

/// What of the market is wanted.
struct MarketAsk {
  MarketFiles files{};
  std::string base{};               ///< "ETH": which currency of the chain.
  std::string quote{};              ///< "USDC"
  std::optional<UnixSeconds> at{};  ///< Newest snapshot not after this; empty: the newest there is.
  market::Stale stale = market::Stale::refuse;
  std::vector<std::string> nodes{};       ///< What holdings stand on: with a fit all have models.
  std::optional<amm::Quoting> quoting{};  ///< Of the pool file, where the book gives decimals.
  /// Of an asset whose own options are not looked at: its moment, another market's. The spot is the
  /// last close before; a chain is refused. Empty: the chain says both.
  std::optional<UnixSeconds> without_chain{};
};

/// The world at the newest chain snapshot not after `ask.at`, everything later cut off.
///
/// out:  candles count only once closed; a flag overrides the same part of a market folder;
///       parts not given stay empty
/// err:  bad_input with file, line, field and what to do; missing_data if there is no chain, none
///       of its rows are of `base`, or none is at or before `at`; stale_data if the newest snapshot
///       is more than 36 hours before `at`; corrupt for a truncated or damaged .gz; without a
///       chain missing_data where there are no prices, stale_data where their last close is more
///       than an hour (or a step) before the moment unless allowed, bad_input where there is one
Result<market::Snapshot> read_market(const MarketAsk& ask);

}  // namespace levee::feed
