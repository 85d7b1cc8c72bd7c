// levee/api/beside_ask.h — other assets beside a market, at its moment.
#pragma once
#include "levee/api/market_ask.h"
#include "levee/option/surface.h"
#include "levee/risk/loss.h"

#include <deque>
#include <string>
#include <vector>

namespace levee::api {

/// Names and files of the other assets.
struct BesideFlags {
  std::vector<std::string> beside, beside_history, beside_iv_index;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("beside", self.beside,
          "another asset: BTC=FOLDER of its market, BTC=FILE of its chain, or BTC: prices alone");
    visit("beside_history", self.beside_history, "prices of the other assets, in their order");
    visit("beside_iv_index", self.beside_iv_index, "their volatility indices, in their order");
  }
};

/// The other assets' markets; they do not move once read.
struct BesideMarkets {
  std::deque<market::Snapshot> snapshots;
  std::deque<std::optional<option::Surface>> surfaces;  ///< None: prices alone.
};

/// Reads them as known at the lead's moment. An asset of prices alone stands at its last close.
///
/// err:  bad_input for a name twice or none, or more files than names; stale_data for a chain or
///       last close more than an hour (or a step) before the lead's moment unless allowed;
///       missing_data for an asset with neither chain nor prices; those of read_market
Result<BesideMarkets> beside_from(const BesideFlags& flags, market::Stale stale,
                                  const market::Snapshot& lead);

/// As risk reprices lots on them.
/// in:  the markets outlive what is given
/// err: missing_data for an asset of prices alone
Result<std::vector<risk::Beside>> priced_beside(const BesideMarkets& markets);

}  // namespace levee::api
