// levee/feed/index_expiries.h — a snapshot as a variance index reads it.
#pragma once
#include "levee/market/snapshot.h"
#include "levee/option/variance_index.h"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace levee::feed {

/// Expiries after `at` in dollars: a coin at expiry is worth the forward, undiscounted.
inline std::vector<option::IndexExpiry> index_expiries(std::span<const market::Quote> chain,
                                                       UnixSeconds at) {
  std::map<UnixSeconds, option::IndexExpiry> listed;
  for (const market::Quote& quote : chain) {
    if (quote.contract.expiry <= at) continue;
    auto& expiry = listed[quote.contract.expiry];
    expiry.tenor = years(quote.contract.expiry - at);
    expiry.forward = quote.forward;
    const auto dollars = [&](const std::optional<Tokens>& side) {
      return side ? side->value() * quote.forward.value() : 0;
    };
    expiry.quotes.push_back(
        {quote.contract.type, quote.contract.strike, dollars(quote.bid), dollars(quote.ask)});
  }
  std::vector<option::IndexExpiry> expiries;
  for (auto& [when, expiry] : listed) expiries.push_back(std::move(expiry));
  return expiries;
}

}  // namespace levee::feed
