// levee/option/variance_index.h — the volatility that a chain of quotes prices in, without a model.
//
// src: Demeterfi, Derman, Kamal & Zou (1999), J. Derivatives 6, 9-32 (the strip); Cboe (2022),
// Volatility Index Methodology (which quotes count, the two expiries, the step at the forward)
#pragma once
#include "levee/base/result.h"
#include "levee/option/contract.h"

#include <span>
#include <vector>

namespace levee::option {

/// What is bid and asked for one option, undiscounted, in dollars per token; 0 where nobody does.
struct IndexQuote {
  Type type = Type::call;
  Price strike;
  double bid = 0, ask = 0;
};

/// One expiry's quotes, in any order.
struct IndexExpiry {
  Years tenor;
  Price forward;
  std::vector<IndexQuote> quotes;
};

/// What one expiry says.
struct IndexPart {
  Years tenor;
  double variance = 0;  ///< Per year.
  int strikes = 0;      ///< That counted.
  Price lowest, highest;
};

/// The strip of out-of-the-money mids over the strike squared. From the forward outwards a strike
/// counts while it is bid and asked; two in a row that are not bid end a wing.
///
/// err: bad_input for numbers that are not finite and positive, an ask below its bid or a strike
///      quoted twice; missing_data without a call and a put at the strike next below the forward
///      and three strikes in all; no_solution where the strip is not positive
Result<IndexPart> strip_variance(const IndexExpiry& expiry);

/// The index at a horizon: total variance linear in time between the expiries on either side.
struct VarianceIndex {
  Vol level;
  IndexPart near, next;  ///< The same where an expiry is at the horizon.
};
/// err: missing_data where no expiry with an answer lies on one of the sides; as strip_variance
Result<VarianceIndex> variance_index(std::span<const IndexExpiry> expiries, Years horizon);

}  // namespace levee::option
