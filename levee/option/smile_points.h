// levee/option/smile_points.h — what the quotes of one expiry say: its forward and its smile.
//
// Prices are in units of the forward, which is what coin-settled venues quote: coins a contract.
// src: put-call parity, Stoll (1969), J. Finance 24, 801-824: c - p = 1 - K/F
#pragma once
#include "levee/base/result.h"
#include "levee/option/contract.h"

#include <span>
#include <vector>

namespace levee::option {

/// An option as a venue shows it; 0 where nobody bids or asks.
struct ChainQuote {
  Contract contract;
  double bid = 0, ask = 0;
  Price forward;  ///< The venue's own for this expiry.
};

/// A forward from puts and calls of the same strikes.
struct ParityForward {
  Price forward;
  double half_width = 0;  ///< Of the band that the quotes leave it, over the forward.
  std::size_t pairs = 0;  ///< Strikes with call and put bid and asked.
  double agreeing = 0;    ///< Share of them whose own bid and ask allow this forward.
};

/// The median of the strikes' own forwards, each weighted by one over its width, then the mean,
/// weighted by one over its square, of those that allow the median.
///
/// in:  quotes of one expiry
/// err: missing_data with fewer than three pairs
Result<ParityForward> parity_forward(std::span<const ChainQuote> quotes);

/// Where every quote of an expiry went.
struct QuoteCount {
  std::size_t used = 0;
  std::size_t in_the_money = 0;  ///< The other option of the strike says the same, and better.
  std::size_t no_bid = 0, no_ask = 0;
  std::size_t crossed = 0;   ///< Ask below bid.
  std::size_t no_vol = 0;    ///< Ask at or above what the option can ever be worth.
  std::size_t too_wide = 0;  ///< The ask's volatility is above twice the bid's.

  std::size_t all() const {
    return used + in_the_money + no_bid + no_ask + crossed + no_vol + too_wide;
  }
};

/// An out-of-the-money quote as volatilities.
struct SmilePoint {
  Type type = Type::call;
  Price strike;
  double k = 0;  ///< ln(K/F)
  Vol bid, mid, ask;
  double variance = 0;    ///< Total, of the mid.
  double half_width = 0;  ///< Of total variance between bid and ask; at least half a tick's.
};

/// Points by strike, and the count of all quotes.
struct SmilePoints {
  std::vector<SmilePoint> points;
  QuoteCount count;
};

/// The term and the least price step of an expiry.
struct PointAsk {
  Price forward;
  Years tenor;
  double tick = 1e-4;
};

/// in:  quotes of one expiry, numbers finite, strikes positive
/// out: count.all() is the number of quotes
SmilePoints smile_points(std::span<const ChainQuote> quotes, const PointAsk& ask);

}  // namespace levee::option
