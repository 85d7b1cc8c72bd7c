// levee/hedge/call_token.h — which of the pair's tokens is the more volatile, for the call wing.
//
// src: methodology S2.14
#pragma once
#include "levee/market/snapshot.h"
#include "levee/signal/signal.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// One token of the pair.
struct TokenVolTold {
  std::string token;
  double vol = 0;
  std::string source;
  bool has_options = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("token", self.token, "of the pair");
    visit("vol", self.vol, "in dollars, per root of a year");
    visit("source", self.source, "implied, realised, or none: taken at one dollar");
    visit("has_options", self.has_options, "whether any are quoted here");
  }
};

/// Both by volatility, and what that says of the calls that a plan may buy.
struct CallToken {
  std::vector<TokenVolTold> tokens;  ///< The most volatile first; empty: not known.
  std::string why;                   ///< A sentence, without its full stop.
};

/// What is known of both tokens' volatility.
struct CallTokenAsk {
  const market::Snapshot& snapshot;
  Vol implied;                            ///< Of the base, as its options have it.
  std::optional<Vol> realised;            ///< Of the base.
  const signal::History* past = nullptr;  ///< With the quote token's own volatility or prices.
  Seconds window = days(30);              ///< Of realised volatility.
};

/// Ranks the pair's tokens by volatility in dollars.
///
/// out:  the quote token by its own index (iv_quote), else by its closes (close), else at one
///       dollar, which does not move; where only prices tell of it, both by realised volatility
CallToken call_token_of(const CallTokenAsk& ask);

}  // namespace levee::hedge
