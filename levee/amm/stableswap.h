// levee/amm/stableswap.h — Curve's plain StableSwap pool for 2 to 8 coins, bit for bit.
//
// StableSwap answers a call as the contract would: the same amounts, the same state after, the
// same revert text (Reason::refused; "" where the contract gives none). A refused call changes
// nothing. Amounts are raw units of each coin; fees are parts of 10^10.
// src: Egorov (2019), StableSwap; Curve Plain4Basic v5.0.0
#pragma once
#include "levee/amm/stable_newton.h"
#include "levee/base/address.h"
#include "levee/base/result.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace levee::amm {

/// What a pool was made with.
struct StableTerms {
  std::vector<U256> rates;  ///< Lift raw units to 18 decimals: 10^(36 - decimals) for each coin.
  U256 amplification;       ///< As the contract's A: A * n^(n-1), whole.
  U256 fee;
  U256 admin_fee{5'000'000'000};  ///< The part of a fee that liquidity providers do not get.
};

/// What a swap is asked to do.
struct ExchangeAsk {
  std::size_t in = 0, out = 1;
  U256 amount;
  U256 least{};  ///< Refused where less would come out.
};

/// A deposit, or a withdrawal, of given amounts.
struct StableAmounts {
  Address holder;  ///< Whose pool tokens come or go.
  std::span<const U256> amounts;
  U256 bound;  ///< Deposit: the fewest pool tokens to get. Withdrawal: the most to give.
};

/// Pool tokens given up for a share of every coin.
struct StableShare {
  Address holder;
  U256 burn;
  std::span<const U256> least{};  ///< Empty: anything goes.
};

/// Pool tokens given up for one coin.
struct StableOneCoin {
  Address holder;
  U256 burn;
  std::size_t coin = 0;
  U256 least{};
};

/// One coin on its way out.
struct OneCoinQuote {
  U256 amount;
  U256 fee;
};

/// Which way amounts go.
enum class Way { in, out };

/// An amplification on its way from one value to another.
struct Ramp {
  U256 from, to;  ///< In hundredths.
  std::uint64_t begin = 0, end = 0;
};

/// One pool and what its holders own of it.
class StableSwap {
 public:
  /// in: 2 to 8 rates in (0, 2^128), an amplification above 0, fee and admin_fee at most 10^10
  explicit StableSwap(const StableTerms& terms);

  /// Moves the clock that an amplification in motion is read at, in seconds.
  void advance_to(std::uint64_t time);

  /// err: "Exchange resulted in fewer coins than expected", ""
  Result<U256> exchange(const ExchangeAsk& ask);
  /// Gives the pool tokens made. err: "Slippage screwed you", ""
  Result<U256> add_liquidity(const StableAmounts& ask);
  /// err: "Withdrawal resulted in fewer coins than expected", ""
  Result<Coins> remove_liquidity(const StableShare& ask);
  /// Gives the pool tokens burnt. err: "Slippage screwed you", ""
  Result<U256> remove_liquidity_imbalance(const StableAmounts& ask);
  /// err: "Not enough coins removed", ""
  Result<U256> remove_liquidity_one_coin(const StableOneCoin& ask);

  /// Starts to move A. in: asked by the owner, now. err: ""
  Result<Done> ramp(const U256& amplification, std::uint64_t end);
  /// Holds A where it is. in: asked by the owner
  void stop_ramp();
  /// Pays out what admins have earned.
  Coins take_admin_fees();
  /// Coins sent to the pool without a call: the admins' from then on.
  void receive(std::size_t coin, const U256& amount) { held_[coin] += amount; }

  /// What exchange() would pay. err: ""
  Result<U256> quote(const ExchangeAsk& ask) const;
  /// Pool tokens for these amounts, before the fees of an uneven change. err: ""
  Result<U256> tokens_for(std::span<const U256> amounts, Way way) const;
  /// err: ""
  Result<OneCoinQuote> one_coin_for(const U256& burn, std::size_t coin) const;
  /// What one pool token stands for, 18 decimals. err: "" where there is none
  Result<U256> virtual_price() const;

  std::size_t coins() const { return rates_.size(); }
  const Coins& balances() const { return balances_; }
  /// Balances and what the admins have earned.
  const Coins& held() const { return held_; }
  const U256& supply() const { return supply_; }
  U256 tokens_of(const Address& holder) const;
  /// In hundredths.
  const U256& amplification() const { return amplification_; }

 private:
  /// A deposit or withdrawal of given amounts, worked out but not done.
  struct Shift {
    U256 before, whole, after;  ///< The invariant: whole with the amounts moved, after less fees.
    Coins balances;             ///< What the pool keeps as its own.
  };
  struct Sale {
    U256 amount, admin_fee;
  };

  Checked lift(std::size_t coin, const Checked& amount) const;
  Checked lower(std::size_t coin, const Checked& amount) const;
  std::optional<Coins> lifted(const Coins& balances) const;
  std::optional<U256> invariant_at(const Coins& balances) const;
  /// Moves every balance; nothing where the contract reverts.
  std::optional<Coins> moved(std::span<const U256> amounts, Way way) const;
  std::optional<Shift> shift_to(const Coins& wanted) const;
  Checked imbalance_fee() const;
  std::optional<Sale> sale_of(const ExchangeAsk& ask) const;
  Checked amplification_at(std::uint64_t time) const;
  void burn(const Address& holder, const U256& amount);

  Coins rates_;
  Coins scales_;  ///< Rates over 10^18 where that is whole and small, else 0.
  U256 fee_, admin_fee_;
  Ramp ramp_;
  std::uint64_t time_ = 0;
  U256 amplification_;
  Coins balances_, held_;
  U256 supply_;
  std::map<Address, U256> tokens_;
};

}  // namespace levee::amm
