// levee/signal/vol_rank.h — which of a pair's tokens is the more volatile: the call wing's.
//
// src: methodology S2.14; order of sources 4.2
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::signal {

/// What is known of a token's volatility in dollars.
struct TokenVol {
  std::string token;
  std::optional<Vol> implied, realised;  ///< None: not known.
};

struct RankedVol {
  std::string token;
  Vol vol;
  std::string_view source;  ///< "implied" or "realised", of all tokens the same.
};

/// Tokens by volatility, the most volatile first; equal ones in the order given.
///
/// out:  by implied volatility where it is known of every token, else by realised: implied of one
///       beside realised of another would rank a premium, not a token
/// err:  bad_input where a volatility is negative or not finite; missing_data naming a token of
///       which neither is known of all
Result<std::vector<RankedVol>> by_volatility(std::span<const TokenVol> tokens);

}  // namespace levee::signal
