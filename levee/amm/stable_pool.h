// levee/amm/stable_pool.h — the mathematics of a stable pool, bit for bit.
//
// The stableswap invariant as Balancer solves it: its own order of divisions, each with a stated
// rounding. Amounts are at 18 decimals; the Vault's accounting is balancer_vault.h.
// src: Egorov (2019), StableSwap; Balancer v2 StablePool as deployed June 2021, StableMath
#pragma once
#include "levee/amm/kind.h"
#include "levee/amm/scaled_pool.h"
#include "levee/base/wide.h"

#include <cstdint>

namespace levee::amm {

/// Balances, and A in thousandths.
struct StableCurve {
  const Coins& balances;
  U256 amplification;
};
/// The invariant D, each division of the loop rounded the same way; 0 for an empty pool.
/// err: no_convergence after 255 rounds, mul_overflow, zero_division
Fixed18 stable_invariant(const StableCurve& curve, Round round);

/// What one balance must be for an invariant, the others as they are, rounded up.
/// err: no_convergence, mul_overflow, sub_overflow, zero_division
struct StableBalance {
  StableCurve curve;
  Fixed18 invariant;
  std::size_t token = 0;
};
Fixed18 stable_balance(const StableBalance& ask);

/// An amplification, perhaps in motion.
class StablePool {
 public:
  static constexpr unsigned precision = 1000;
  /// What is said to one who burns more shares than are theirs.
  static constexpr Bal too_few_shares = Bal::burn_exceeds_balance;
  static constexpr Scaling scaling = Scaling::fixed_point;

  /// in:  amplification whole
  /// err: "BAL#200" (fewer than 2), "BAL#303" (more than 5), "BAL#300", "BAL#301" (A outside 1 ...
  ///      5000)
  static Result<StablePool> of(std::size_t tokens, const U256& amplification);

  /// Moves the clock that an amplification in motion is read at, in seconds.
  void advance_to(std::uint64_t time);
  /// Starts to move A. in: asked by the owner, now
  /// err: "BAL#300", "BAL#301", "BAL#317" (in less than a day), "BAL#318" (one is under way),
  ///      "BAL#319" (more than twofold a day)
  Result<Done> start_ramp(const U256& amplification, std::uint64_t end);
  /// Holds A where it is. err: "BAL#320"
  Result<Done> stop_ramp();

  std::size_t tokens() const { return tokens_; }
  /// In thousandths, now.
  const U256& amplification() const { return amplification_; }

  Fixed18 invariant(const Coins& balances) const;
  static Fixed18 first_shares(const Fixed18& invariant) { return invariant; }
  Fixed18 last_invariant(const Coins& balances, LastInvariant& last) const;
  /// In the token the pool holds most of.
  static DueFee due_fee(const Coins& balances, const LastInvariant& last, const U256& share);

  Fixed18 out_given_in(const Coins& balances, const Pair& tokens, const U256& amount) const;
  Fixed18 in_given_out(const Coins& balances, const Pair& tokens, const U256& amount) const;

  Fixed18 shares_for_in(const ScaledPool& pool, const Coins& amounts) const;
  Fixed18 in_for_shares(const ScaledPool& pool, const OneToken& ask) const;
  Fixed18 out_for_shares(const ScaledPool& pool, const OneToken& ask) const;
  Fixed18 shares_for_out(const ScaledPool& pool, const Coins& amounts) const;

 private:
  StablePool(std::size_t tokens, const U256& amplification);
  U256 amplification_at(std::uint64_t time) const;

  std::size_t tokens_;
  U256 from_, to_;
  std::uint64_t begin_ = 0, end_ = 0, time_ = 0;
  U256 amplification_;
};

}  // namespace levee::amm
