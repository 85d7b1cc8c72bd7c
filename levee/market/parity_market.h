// levee/market/parity_market.h — a chain as parity sees it: strikes quoted on both sides.
#pragma once
#include "levee/market/snapshot.h"
#include "levee/option/parity.h"

#include <map>
#include <string>
#include <vector>

namespace levee::market {

/// One expiry's strikes whose call and put both have bid and ask, and their options' names.
struct ParityListed {
  Price forward;
  std::vector<option::ParityQuote> quotes;  ///< Ascending strikes.
  std::vector<std::string> calls, puts;     ///< [quotes]
};

/// All of a chain that has not expired.
struct ParityChain {
  std::map<UnixSeconds, ParityListed> expiries;
  std::size_t strikes = 0, one_sided = 0;  ///< Looked at; left out, for a quote is missing.
};

ParityChain parity_chain(const Snapshot& snapshot);

/// A future at the expiry's own forward; its half spread is taken off and put on by who asks.
option::UnderlyingLeg future_leg(Price forward);

/// A perpetual at the index, its funding to an expiry expected to be the last thirty days' mean.
///
/// err:  missing_data where no funding is known, or too little; as option::carry_outlook
Result<option::UnderlyingLeg> perpetual_leg(const Snapshot& snapshot, Years tenor);

/// The leg with this share of its price lost to the middle on either side.
option::UnderlyingLeg with_half_spread(option::UnderlyingLeg leg, double half_spread);

}  // namespace levee::market
