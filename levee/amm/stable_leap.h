// levee/amm/stable_leap.h — where a stableswap's Newton loops end, without walking there.
//
// Doubles find the root, one round of the contract's own arithmetic is done beside it, and the
// remainder of its division shows whether every point near the root leads to the same integer. Then
// the contract's loop ends there too, wherever it came from. Where that cannot be shown (a
// remainder too close to either end, numbers too large or too small, a very uneven pool) there is
// no answer and the loop has to be walked.
//
// With g convex, r its root and F(x) = x - g(x)/g'(x), F(x) - r = g''(s)(x - r)^2 / 2g'(x) for some
// s between: never below 0, and below 1/M wherever (x - r)^2 g''/2 is below 1, M being the divisor
// of the round. Floors inside a round add at most (e + 1) x/M, e being what they take from the
// product. Half of that in the remainder, kept free at both ends, is the proof.
// src: Egorov (2019), StableSwap; Curve Plain4Basic v5.0.0, get_D and get_y; our own bounds
#pragma once
#include "levee/amm/stable_newton.h"

#include <optional>

namespace levee::amm {

/// invariant_of() where it can be shown.
std::optional<U256> leap_to_invariant(const Coins& balances, const U256& amplification);

/// balance_of() where it can be shown. The coin's own balance is where the search begins.
std::optional<U256> leap_to_balance(const LastBalance& ask);

/// invariant_of() and balance_of() by a leap where one can be shown to land, else on foot.
inline std::optional<U256> quick_invariant_of(const Coins& balances, const U256& amplification) {
  const auto leapt = leap_to_invariant(balances, amplification);
  return leapt ? leapt : invariant_of(balances, amplification);
}
inline std::optional<U256> quick_balance_of(const LastBalance& ask) {
  const auto leapt = leap_to_balance(ask);
  return leapt ? leapt : balance_of(ask);
}

}  // namespace levee::amm
