// levee/amm/stable_newton.h — the two Newton loops of a stableswap pool, floor by floor.
//
// src: Egorov (2019), StableSwap; Curve Plain4Basic v5.0.0, get_D and get_y
#pragma once
#include "levee/base/checked.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace levee::amm {

/// One number for each coin of a pool, at most eight.
class Coins {
 public:
  static constexpr std::size_t most = 8;

  Coins() = default;
  /// Zeros. in: count <= most
  explicit Coins(std::size_t count) : count_(count) { LEVEE_EXPECT(count <= most); }
  explicit Coins(std::span<const U256> values) : Coins(values.size()) {
    std::ranges::copy(values, value_.begin());
  }

  std::size_t size() const { return count_; }
  U256& operator[](std::size_t coin) { return value_[coin]; }
  const U256& operator[](std::size_t coin) const { return value_[coin]; }
  const U256* begin() const { return value_.data(); }
  const U256* end() const { return value_.data() + count_; }
  friend bool operator==(const Coins&, const Coins&) = default;

 private:
  std::array<U256, most> value_;
  std::size_t count_ = 0;
};

/// In what fractions a pool keeps its amplification.
inline constexpr unsigned amplification_precision = 100;

/// The invariant D of balances lifted to 18 decimals.
///
/// in:  amplification is A * n^(n-1) in hundredths, at least 1
/// out: 0 for an empty pool; nothing where the contract reverts: one coin is missing, an overflow,
///      no convergence in 255 rounds
/// cost: 2 to 5 rounds of n + 1 divisions near balance, each of some 10 ns
std::optional<U256> invariant_of(const Coins& balances, const U256& amplification);

/// What the other balances leave for one coin.
struct LastBalance {
  std::size_t coin = 0;
  const Coins& balances;  ///< The coin's own is not read.
  U256 invariant;
  U256 amplification;
};

/// The balance of one coin that keeps the invariant. out: nothing where the contract reverts
std::optional<U256> balance_of(const LastBalance& ask);

}  // namespace levee::amm
