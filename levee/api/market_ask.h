// levee/api/market_ask.h — what every verb over a book and a market asks for.
#pragma once
#include "levee/base/result.h"
#include "levee/book/holding.h"
#include "levee/feed/book_file.h"
#include "levee/feed/market_files.h"

#include <optional>
#include <string>

namespace levee::api {

/// Paths and moment: a book, and a market as a folder or in parts.
struct MarketFlags {
  std::string book, market, chain, pool, history, funding, iv_index, protocol, hazard, covers,
      vol_futures, reaction, gas, pool_days, at;
  bool stale_ok = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("book", self.book, "book file (TOML): positions, cash, policy");
    visit("market", self.market,
          "market folder: chain, pool, history, funding, iv_index, protocol, hazard, covers, "
          "vol_futures, reaction, gas, pool_days");
    visit("chain", self.chain, "option chain, CSV or CSV.gz, coin-settled (replaces the folder's)");
    visit("pool", self.pool, "pool record or state, CSV, CSV.gz or JSON");
    visit("history", self.history, "price history, hourly or daily candles");
    visit("funding", self.funding, "funding settlements of the perpetual future");
    visit("iv_index", self.iv_index, "volatility index, hourly or daily");
    visit("protocol", self.protocol, "failure models of protocols and of the quote token (TOML)");
    visit("hazard", self.hazard,
          "fit of failures (levee fit-hazard) for what has no rate of its own");
    visit("covers", self.covers, "cover on offer against failures (TOML)");
    visit("vol_futures", self.vol_futures, "quotes of futures on a volatility index (TOML)");
    visit("reaction", self.reaction, "what markets do when something fails (levee study-events)");
    visit("gas", self.gas, "gas prices by the day");
    visit("pool_days", self.pool_days, "the pool's volume and value locked by the day");
    visit("at", self.at, "newest snapshot not after this moment, UTC; a date is its last second");
    visit("stale_ok", self.stale_ok, "accept parts of the market older than 36 hours");
  }
};

/// What a market is read as where no book says it.
struct MarketNames {
  std::string base;  ///< Empty: as market.toml says.
  std::string quote;
  std::optional<amm::Quoting> quoting{};  ///< Of the pool file.
  std::vector<std::string> nodes{};       ///< What holdings stand on, by names of failure models.
  std::optional<UnixSeconds> without_chain{};  ///< As of feed::MarketAsk.
};

/// Reads the market alone.
///
/// err: those of read_market; missing_data if no chain is given
Result<market::Snapshot> market_from(const MarketFlags& flags, const MarketNames& names);

/// A book standing in a snapshot, with its policy.
struct Standing {
  market::Snapshot snapshot;
  book::Book book;
  hedge::Policy policy;
};

/// Reads book and market and puts the one into the other.
///
/// in:  without_chain: as of feed::MarketAsk; empty: the book's asset has options of its own
/// err: those of read_book, read_market and resolve; missing_data if no book or no chain is given
Result<Standing> standing_from(const MarketFlags& flags,
                               std::optional<UnixSeconds> without_chain = {});

}  // namespace levee::api
