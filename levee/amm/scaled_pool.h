// levee/amm/scaled_pool.h — what the mathematics of a Balancer pool sees: all at 18 decimals.
#pragma once
#include "levee/amm/fixed_18.h"
#include "levee/amm/stable_newton.h"

#include <cstddef>

namespace levee::amm {

/// How a contract lifts raw units to 18 decimals: the same numbers, other overflows.
enum class Scaling {
  whole,        ///< Times a whole power of ten.
  fixed_point,  ///< Times a power of ten that itself has 18 decimals.
};

/// Balances without what is due to the protocol, shares in all, and the swap fee.
struct ScaledPool {
  Coins balances;
  U256 supply;
  U256 swap_fee;
};

/// Shares for one token, in or out.
struct OneToken {
  std::size_t token = 0;
  U256 shares;
};

/// What is due to the protocol, in one token.
struct DueFee {
  std::size_t token = 0;
  Fixed18 amount;
};

/// The invariant after the last join or exit: its growth since is what swaps have earned.
struct LastInvariant {
  U256 invariant;
  U256 amplification;  ///< Stable pools only.
};

/// One token's part in an uneven join or exit: what is beyond the ideal ratio pays a swap fee.
struct UnevenPart {
  Fixed18 balance, amount;
  Fixed18 ratio;  ///< Of the balance after to before; sound.
  Fixed18 ideal;  ///< The ratio if all balances moved alike; sound.
  U256 swap_fee;
};
/// What is left of an amount paid in.
Fixed18 less_fee(const UnevenPart& part);
/// What an amount paid out costs.
Fixed18 with_fee(const UnevenPart& part);

/// The fee on a single token's way in (out): it pays on the part that other tokens would be
/// swapped for. in: `weight` is the token's part of the pool
struct SingleToken {
  Fixed18 amount, weight;
  U256 swap_fee;
};
Fixed18 single_with_fee(const SingleToken& part);
Fixed18 single_less_fee(const SingleToken& part);

/// src: Balancer v2 pool-weighted and pool-stable, the fee parts of WeightedMath and StableMath
inline Fixed18 sum_of(const Coins& balances) {
  Fixed18 sum;
  for (const U256& balance : balances) sum = sum + balance;
  return sum;
}

}  // namespace levee::amm
