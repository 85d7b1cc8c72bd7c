// tests/story/chain_slices.h — smiles of a recorded chain, for fits.
#pragma once
#include "levee/feed/chain_file.h"
#include "levee/option/implied_vol.h"
#include "levee/option/model_fit.h"

#include <map>
#include <optional>

namespace levee::story {

/// Volatility of a premium in coins; nothing where there is none.
inline std::optional<double> vol_at(const market::Quote& quote, std::optional<Tokens> coins,
                                    Years expiry) {
  if (!coins) return std::nullopt;
  const Usd price{coins->value() * quote.forward.value()};
  const auto vol =
      option::implied_vol(quote.contract.type, quote.contract.strike, quote.forward, expiry, price);
  if (!vol || !(vol->value() > 0)) return std::nullopt;
  return vol->value();
}

/// Out-of-the-money quotes with both sides, `least` out and more.
inline std::vector<option::VolSlice> slices_of(const feed::Chain& chain, Years least) {
  std::map<UnixSeconds, option::VolSlice> slices;
  for (const market::Quote& quote : chain.quotes) {
    const Years expiry = years(quote.contract.expiry - chain.at);
    const bool above = quote.contract.strike.value() >= quote.forward.value();
    if (above != (quote.contract.type == option::Type::call) || expiry < least) continue;
    const auto bid = vol_at(quote, quote.bid, expiry), ask = vol_at(quote, quote.ask, expiry);
    if (!bid || !ask) continue;
    option::VolSlice& slice = slices[quote.contract.expiry];
    slice.term = {quote.forward, expiry};
    slice.quotes.push_back({.strike = quote.contract.strike,
                            .vol = Vol{(*bid + *ask) / 2},
                            .half_spread = (*ask - *bid) / 2});
  }
  std::vector<option::VolSlice> found;
  for (auto& [expiry, slice] : slices) found.push_back(std::move(slice));
  return found;
}

}  // namespace levee::story
