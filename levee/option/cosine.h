// levee/option/cosine.h — many strikes of one expiry from a model's exponent, by a cosine series.
#pragma once
#include "levee/option/kind.h"

namespace levee::option {

/// Undiscounted puts, and how far off each may be.
struct CosinePuts {
  std::vector<Usd> put;  ///< In the order of the strikes.
  double error = 0;      ///< Of the forward, at most; see below what it holds.
  int terms = 0;
};

/// The most terms a series may have.
constexpr int cosine_terms_max = 1 << 14;

/// Undiscounted put prices; calls follow by parity.
///
/// in:   tolerance: of the forward, in [1e-13, 1e-2]
/// out:  error holds the probability outside the range, the series beyond its last term (both
///       bounds, the second as far as the model's envelope is one) and rounding
/// err:  out_of_range if forward, expiry or a strike is not positive and finite; not_converged if
///       cosine_terms_max terms do not reach the tolerance (short expiries under fat tails)
/// cost: terms exponents, then terms x strikes multiplications
/// src:  Fang & Oosterlee (2008), SIAM J. Scientific Computing 31, 826-848, sections 2 and 3
Result<CosinePuts> cosine_puts(const Model& model, const Term& term, std::span<const Price> strikes,
                               double tolerance = 1e-12);

/// err: out_of_range as the pricers say; they share this check
Result<Done> check_claims(const Term& term, std::span<const Price> strikes);

}  // namespace levee::option
