// levee/hedge/proxy.h — another asset's options and perps, where the book's own asset has none.
//
// What is on the proxy is worth what its own price makes it, on joint paths of both. Where a hedge
// has to be set against the position in one number, the token is taken to move along its beta, its
// residual at zero: ln S_token = beta ln S_proxy. A unit's delta in tokens is then its own times
// S_proxy / (beta S_token), and its gamma its own times the square of that: along the line, the
// hedge and the position move together. What the line leaves out is the basis, told on its own.
//
// src: Ederington (1979), J. Finance 34, 157-170; methodology, limits of section 1 (pairs without
//      options) and S1.14
#pragma once
#include "levee/base/explain.h"
#include "levee/hedge/program.h"
#include "levee/hedge/proxy_told.h"
#include "levee/risk/basis.h"
#include "levee/risk/loss.h"

#include <optional>

namespace levee::hedge {

/// The market that hedges are traded in, and how the book's own asset follows it.
struct Proxy {
  const market::Snapshot& snapshot;
  const option::Surface& surface;
  std::optional<Rate> funding;  ///< Of its perp; none: not known.
  risk::Basis basis;            ///< Over the policy's days of history.
  risk::Basis recent;           ///< Over 90 days, where they have enough; else the same.
  Price token;                  ///< The book's own asset now.

  /// Of its price, the token's residual at zero: and the other way round.
  Price proxy_at(Price token_then) const;
  Price token_at(Price proxy_then) const;
  /// Tokens that a unit of the proxy stands for.
  double tokens_per_unit() const;
  /// As lots on it are repriced.
  risk::Beside market() const { return {snapshot, surface, funding.value_or(Rate{0})}; }
};

/// Fits the token's daily returns to the proxy's, over the policy's days of history.
///
/// in:  surface and proxy outlive what is given
/// err: missing_data without both histories or with fewer than proxy_days_min common days;
///      out_of_range where the correlation is below proxy_correlation_min, or both are one asset;
///      missing_data for an option held on the token itself: nothing prices it
Result<Proxy> proxy_of(const book::Book& book, const market::Snapshot& token,
                       const market::Snapshot& proxy, const option::Surface& surface,
                       const Policy& policy);

/// What the token's options would price the horizon at, were its residual priced as it was realised
/// of late: sqrt(beta^2 implied^2 + residual^2), both over 90 days.
///
/// out: of ETH's volatility index from BTC's, 1,700 days of 2021 to 2026, off by 8 % on the mean
/// day
///      and 5 % too high; with the year's beta and residual by 13 %
Vol implied_of(const Proxy& proxy, Vol implied);

/// The market that a book's hedges are traded in: its own, or its proxy's.
const market::Snapshot& traded_market(const Setting& setting);

/// Whether a lot is on what hedges are traded in.
bool is_on_traded(const Setting& setting, const book::Lot& lot);

/// Tokens of the position in units of what perps are on.
Tokens in_traded(const Setting& setting, Tokens tokens);

/// A price of the book's own asset as one of what is traded, and a whole range.
Price in_traded(const Setting& setting, Price token);
amm::Bounds in_traded(const Setting& setting, const amm::Bounds& bounds);

/// A candidate's Greeks in units of the book's own token.
void into_tokens(const Proxy& proxy, Candidate& candidate);

/// How what is traded is repriced, where `with` is how the book is.
/// in: with.set has the proxy's paths where there is one
risk::Repricing traded_repricing(const Proxy* proxy, const risk::Repricing& with);

/// The same futures, the token having moved along its beta.
scenario::ScenarioSet along_beta(const Proxy& proxy, const scenario::ScenarioSet& set);

/// What the basis does to the book on a set.
///
/// in:   with.set has the proxy's paths
/// out:  price: loss of positions and wallet; along: the same with along_beta(); basis: price less
///       along on each path. Fees and failures are in none
/// err:  as loss_table
Result<ProxyTold> told(const Proxy& proxy, const Setting& setting, const risk::Repricing& with,
                       const parallel::Team& team);

/// The working of it.
Explain explained(const ProxyTold& told);

}  // namespace levee::hedge
