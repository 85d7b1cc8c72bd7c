// levee/amm/weighted_pool.h — the mathematics of a weighted pool, bit for bit.
//
// The invariant is the product of balances, each to the power of its weight. Amounts are at 18
// decimals; the Vault's accounting around them is balancer_vault.h.
// src: Balancer v2 WeightedPool as deployed April 2021, WeightedMath; Martinelli & Mushegian
// (2019), A non-custodial portfolio manager, liquidity provider, and price sensor
#pragma once
#include "levee/amm/kind.h"
#include "levee/amm/scaled_pool.h"

namespace levee::amm {

/// Weights at 18 decimals, and what they make of balances.
class WeightedPool {
 public:
  /// What is said to one who burns more shares than are theirs.
  static constexpr Bal too_few_shares = Bal::insufficient_balance;
  static constexpr Scaling scaling = Scaling::whole;

  /// err: "BAL#200" (fewer than 2), "BAL#302" (a weight below 1%), "BAL#308" (not 1 in all)
  /// in:  at most 8 weights
  static Result<WeightedPool> of(const Coins& weights);

  const Coins& weights() const { return weights_; }
  std::size_t tokens() const { return weights_.size(); }

  /// err: zero_invariant
  Fixed18 invariant(const Coins& balances) const;
  /// Shares when the pool begins.
  Fixed18 first_shares(const Fixed18& invariant) const { return invariant * U256{weights_.size()}; }
  Fixed18 last_invariant(const Coins& balances, LastInvariant& last) const;
  /// What the protocol's share of the growth comes to, in the heaviest token.
  DueFee due_fee(const Coins& balances, const LastInvariant& last, const U256& share) const;

  /// What a token sold for another brings, no fee. err: max_in_ratio
  Fixed18 out_given_in(const Coins& balances, const Pair& tokens, const U256& amount) const;
  /// What a token bought with another costs, no fee. err: max_out_ratio
  Fixed18 in_given_out(const Coins& balances, const Pair& tokens, const U256& amount) const;

  /// Shares for these amounts; 0 where they would not be worth one.
  Fixed18 shares_for_in(const ScaledPool& pool, const Coins& amounts) const;
  /// err: max_shares_out
  Fixed18 in_for_shares(const ScaledPool& pool, const OneToken& ask) const;
  /// err: min_shares_in
  Fixed18 out_for_shares(const ScaledPool& pool, const OneToken& ask) const;
  /// Shares that these amounts cost.
  Fixed18 shares_for_out(const ScaledPool& pool, const Coins& amounts) const;

 private:
  explicit WeightedPool(const Coins& weights);

  Coins weights_;
  std::size_t heaviest_ = 0;
};

}  // namespace levee::amm
