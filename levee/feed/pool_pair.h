// levee/feed/pool_pair.h — which two tokens a pool file is about, and which of them we price.
#pragma once
#include "levee/amm/exposure.h"
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/market/series.h"

#include <optional>
#include <string>
#include <string_view>

namespace levee::feed {

/// What of a pool is wanted.
struct PoolAsk {
  UnixSeconds at{};
  market::Stale stale = market::Stale::refuse;
  std::string base{};  ///< "ETH"; empty: whichever token is not a dollar.
  std::optional<amm::Quoting>
      quoting{};  ///< For a file that does not say which tokens it is about.
};

/// A token as a pool file states it.
struct PoolToken {
  std::string_view symbol;
  int decimals = 18;
};

/// How a pool's raw amounts read, and on whose word.
struct PoolPair {
  amm::Quoting quoting;
  std::string note;  ///< " (...)" where something was assumed, else empty.
};

/// The pair of two stated tokens in pool order: the base is the one that is not a dollar token
/// (USDC, USDT, DAI), and a wrapped token counts as what it wraps.
///
/// err:  not_supported unless exactly one is a dollar token; bad_input if the other is not
///       ask.base. The caller puts the place before the message
Result<PoolPair> pair_of(const PoolToken& token0, const PoolToken& token1, const PoolAsk& ask);

/// The pair of a file that does not state its tokens: by the file's name (`..._USDC-WETH_500_...`),
/// else ask.quoting, else by its price column (`close_usdc_per_weth`), else USDC-WETH. What the
/// last two leave open, the order of the tokens or all, is as in USDC-WETH on Ethereum, and the
/// note says that it is assumed.
///
/// in:   price_column: its name, empty if it says nothing
/// err:  as pair_of; not_supported for a named token whose decimals are not known here, unless
///       ask.quoting gives them
Result<PoolPair> pair_of_names(std::string_view path, std::string_view price_column,
                               const PoolAsk& ask);

/// The fee tier by the file's name (`_100_`, `_500_`, `_3000_`, `_10000_`), as a share.
std::optional<double> fee_share_of_name(std::string_view path);

}  // namespace levee::feed
