// levee/amm/composable_pool.h — a stable pool whose own shares are one of its tokens.
//
// Nearly all shares are made when the pool begins and lie in the Vault: buying them is joining,
// selling them is leaving. Tokens that earn are lifted by their rate, which is an input here. Only
// pools that pay the protocol nothing are modelled; who owns which shares is not.
// src: Balancer v2 ComposableStablePool, third version (February 2023), StableMath
#pragma once
#include "levee/amm/balancer_vault.h"

#include <vector>

namespace levee::amm {

/// One pool of 2 to 5 tokens and its shares. The shares' index among the tokens is the last.
class ComposablePool {
 public:
  struct Terms {
    std::vector<unsigned> decimals;  ///< Of the tokens without the shares, at most 18.
    U256 amplification;              ///< Whole.
    U256 swap_fee;                   ///< 18 decimals.
  };
  /// err: as StablePool::of and VaultPool::of
  static Result<ComposablePool> of(const Terms& terms);

  /// What a unit of each token is worth now, 18 decimals; 1 at first. in: one for each token
  void set_rates(const Coins& rates);

  /// The first deposit, at raw units. out: the depositor's shares
  /// err: arithmetic, "BAL#204", "BAL#321"
  Result<U256> open(const Coins& amounts);

  using Swap = VaultPool::Swap;
  using Flow = VaultPool::Flow;
  /// Between tokens, or a token and shares. in: the pool is open; who sells shares has them
  /// err: arithmetic, "BAL#321", "BAL#322", "BAL#507", "BAL#509", "BAL#510", "BAL#526"
  Result<Flow> swap(const Swap& ask);
  Result<Flow> query(const Swap& ask) const;

  /// Shares for exactly these amounts. in: the pool is open. err: as swap, "BAL#208"
  Result<U256> join(const VaultPool::TokensIn& ask);
  /// The same part of every token. in: the pool is open and the shares are the caller's
  Result<Coins> exit(const U256& shares);

  std::size_t tokens() const { return balances_.size(); }
  std::size_t share_token() const { return tokens(); }
  /// Raw units.
  const Coins& balances() const { return balances_; }
  /// Shares in the hands of anybody but the Vault.
  const U256& circulating() const { return circulating_; }
  /// What a share is worth, 18 decimals. in: the pool is open
  Result<U256> rate() const;

 private:
  ComposablePool(const Terms& terms);

  struct Raised;  ///< Balances at 18 decimals and their invariant.

  Fixed18 lifted(std::size_t token, const Fixed18& raw) const;
  Fixed18 dropped(std::size_t token, const Fixed18& amount, Round round) const;
  Result<Raised> raised() const;
  Fixed18 traded(const Raised& now, const Swap& ask) const;
  Fixed18 joined(const Raised& now, const Swap& ask) const;
  Fixed18 left(const Raised& now, const Swap& ask) const;
  Fixed18 shares_for_in(const Raised& now, const Coins& amounts) const;
  Fixed18 shares_for_out(const Raised& now, const Coins& amounts) const;
  Bal fault_before(const Raised& now) const;
  Bal fault_after(Raised now, std::size_t token, const Fixed18& balance) const;
  Fixed18 other_side(const Swap& ask) const;

  U256 amplification_, swap_fee_;
  Coins unit_;                ///< 10^(36 - decimals).
  Coins scale_;               ///< The same times the rate.
  Coins rates_, last_rates_;  ///< Now, and at the last join or exit.
  Coins balances_;
  U256 circulating_, vault_shares_;
};

}  // namespace levee::amm
