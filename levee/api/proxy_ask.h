// levee/api/proxy_ask.h — a book whose asset has no options, and the asset that hedges for it.
#pragma once
#include "levee/api/market_ask.h"

#include <optional>
#include <string>

namespace levee::api {

/// Name and files of the other asset.
struct ProxyFlags {
  std::string proxy, proxy_market, proxy_chain, proxy_history, proxy_funding, proxy_iv_index;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("proxy", self.proxy,
          "asset whose options and perps hedge a book whose own has none, such as ETH");
    visit("proxy_market", self.proxy_market,
          "its market folder: chain, history, funding, iv_index");
    visit("proxy_chain", self.proxy_chain, "its option chain (replaces the folder's)");
    visit("proxy_history", self.proxy_history, "its prices, which beta and basis are read from");
    visit("proxy_funding", self.proxy_funding, "funding settlements of its perpetual future");
    visit("proxy_iv_index", self.proxy_iv_index, "its volatility index");
  }
};

/// A book's standing, and where it has no options of its own the market that hedges for it.
struct ProxyStanding {
  Standing standing;
  std::optional<market::Snapshot> proxy;
};

/// Reads the proxy first, whose chain says the moment, and the book's own market at that moment.
///
/// out: without --proxy what standing_from() says, and no proxy
/// err: those of standing_from and read_market; bad_input for files of a proxy that is not named;
///      missing_data for a proxy without a chain
Result<ProxyStanding> proxy_standing_from(const MarketFlags& flags, const ProxyFlags& proxy);

}  // namespace levee::api
