// levee/api/signal_ask.h — what every verb that heeds signals asks for.
#pragma once
#include "levee/base/result.h"
#include "levee/market/snapshot.h"
#include "levee/signal/outlook.h"

#include <optional>
#include <string>

namespace levee::api {

/// Paths of what gauges read beside the market. None has to be given.
struct SignalFlags {
  std::string breadth_closes, breadth_volumes, breadth_supplies, tvl, tvl_total, lending,
      utilisation, benchmark, mev, depth, peg, oracle, second_oracle, pool_average, iv_long,
      iv_base, iv_quote, trades_base, trades_quote, governance, votes, calendar, signal_rules;
  std::optional<double> eligible_tokens;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("breadth_closes", self.breadth_closes,
          "daily closes of a token universe; several files with commas between");
    visit("breadth_volumes", self.breadth_volumes, "and what was traded of each, USD");
    visit("breadth_supplies", self.breadth_supplies, "and the supply of each");
    visit("tvl", self.tvl, "value locked in the protocol by the day; FILE:COLUMN of several");
    visit("tvl_total", self.tvl_total, "and in its sector");
    visit("lending", self.lending, "rate of stablecoins on chain; FILE:SYMBOL of several");
    visit("utilisation", self.utilisation, "share of that market lent out");
    visit("benchmark", self.benchmark, "rate of dollars off chain; FILE:SERIES of several");
    visit("mev", self.mev, "share extracted, or MEV-Boost by the hour");
    visit("depth", self.depth, "what may be traded near the price, USD by the day");
    visit("peg", self.peg, "price of a stablecoin; FILE:SYMBOL of several");
    visit("oracle", self.oracle, "the protocol's price feed, at its updates");
    visit("second_oracle", self.second_oracle, "another feed");
    visit("pool_average", self.pool_average, "time-weighted price of a pool");
    visit("iv_long", self.iv_long, "volatility index of 90 days");
    visit("iv_base", self.iv_base, "of the base token in dollars");
    visit("iv_quote", self.iv_quote, "of the quote token in dollars");
    visit("trades_base", self.trades_base, "prices of the base token in dollars, at its trades");
    visit("trades_quote", self.trades_quote, "and of the quote token, at its own");
    visit("governance", self.governance, "proposals of a DAO; FILE:PROTOCOL of several");
    visit("votes", self.votes, "its votes by the day");
    visit("eligible_tokens", self.eligible_tokens, "that may vote, where a proposal does not say");
    visit("calendar", self.calendar, "events ahead: of one's own, or of US releases");
    visit("signal_rules", self.signal_rules, "levels and windows of gauges and gates (TOML)");
  }
};

/// The rules of --signal-rules, else the defaults.
///
/// err: as read_signal_policy
Result<signal::OutlookRules> rules_from(const SignalFlags& flags);

/// What a snapshot and the files together tell of the past.
///
/// err: as add_signal_files
Result<signal::History> history_from(const market::Snapshot& snapshot, const SignalFlags& flags,
                                     const signal::OutlookRules& rules);

}  // namespace levee::api
