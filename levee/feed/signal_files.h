// levee/feed/signal_files.h — what gauges read beside a market: universes, protocols, rates, votes.
#pragma once
#include "levee/base/result.h"
#include "levee/signal/policy.h"
#include "levee/signal/signal.h"

#include <optional>
#include <string>

namespace levee::feed {

/// Where the inputs are. An empty path: not given. `FILE:NAME` takes the column NAME, or the rows
/// whose symbol, series_id or protocol is NAME, of a file that holds several.
struct SignalFiles {
  std::string closes{}, volumes{}, supplies{};  ///< Panels of a token universe (read_panel).
  std::string tvl{};                            ///< Value locked in the protocol, USD.
  std::string tvl_total{};                      ///< In its sector.
  std::string lending{};                        ///< Rate of stablecoins on chain, per year.
  std::string utilisation{};                    ///< Share of that market lent out.
  std::string benchmark{};                      ///< Rate of dollars off chain, per year.
  std::string mev{};                            ///< Share extracted.
  std::string depth{};                          ///< Near the price, USD.
  std::string peg{};                            ///< A stablecoin's price, USD.
  std::string oracle{}, second_oracle{}, pool_average{};  ///< Quote per base.
  std::string iv_long{}, iv_base{}, iv_quote{};           ///< Volatility indices.
  std::string trades_base{}, trades_quote{};              ///< Prices in dollars, at trades.
  std::string governance{}, votes{};                      ///< Proposals, votes of each day.
  std::optional<double> eligible{};                       ///< Tokens that may vote.
  std::string calendar{};                                 ///< Events (read_calendar).
};

/// Adds what the files say, as it was known at history.at; an input given replaces what the
/// history had of it.
///
/// Rows stand under `updated_utc` or `block_timestamp` (known at once), `hour_utc` (when the hour
/// is over), `open_time_utc` (when the candle closes, one usual step of the rows later), `date_utc`
/// or `date` (when the day is over). Values stand under
/// - rates: `rate`, `variable_borrow_rate` (decimals), `borrow_apr_pct`, `aave_supply_apr_pct`,
///   `value_pct` (per cent); which one is said in the source
/// - MEV: `mev_share`; or a record of MEV-Boost by the hour, from which it is what builders were
///   paid over that and the base fees burnt (30 million gas a block)
/// - value locked, depth: `tvl_usd`, `depth_usd`
/// - peg, oracles, pool average, trades: `price`, `close_usd`, `close`
///
/// err:  bad_input with file and line for a cell that is no such number, rows that do not ascend, a
///       name that the file does not have or that has to be given; missing_data where nothing was
///       known; and as read_panel, read_iv_index, read_proposals, read_vote_days, read_calendar
Result<Done> add_signal_files(const SignalFiles& files, signal::History& history);

/// How signals are read: any of the policy's fields by its name, `veq_hold = 22`; the others as the
/// defaults are.
///
/// err:  bad_input with file and line for a name that no field has or what is no number;
///       out_of_range as signal::check
Result<signal::SignalPolicy> read_signal_policy(const std::string& path);

}  // namespace levee::feed
