// levee/amm/kind.h — what every kind of pool can be asked, so that one set of laws holds for all.
//
// The exact models have headers of their own (pool.h and others) with the contracts' own calls;
// a file on the shelf kind/ shows its model through this narrow door. src: those headers
#pragma once
#include "levee/base/result.h"
#include "levee/base/u256.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace levee::amm {

/// What is traded for what, as positions in the pool's list of tokens.
struct Pair {
  std::size_t in = 0, out = 1;
};

/// A pool of any kind. Amounts are raw units; a refusal changes nothing.
class AnyPool {
 public:
  AnyPool() = default;
  AnyPool(const AnyPool&) = default;
  AnyPool& operator=(const AnyPool&) = default;
  AnyPool(AnyPool&&) = default;
  AnyPool& operator=(AnyPool&&) = default;
  virtual ~AnyPool() = default;

  virtual std::unique_ptr<AnyPool> copy() const = 0;
  /// What the pool holds of each token, uncollected fees included.
  virtual std::vector<U256> reserves() const = 0;
  /// Sells exactly `amount` of a token; gives what comes out.
  virtual Result<U256> sell(const Pair& tokens, const U256& amount) = 0;
  /// Deposits at most these amounts; gives the shares (or liquidity) received.
  /// `taken` [tokens] is what was really paid.
  virtual Result<U256> deposit(std::span<const U256> most, std::vector<U256>& taken) = 0;
  /// Takes out what `shares` of this depositor stand for, fees included.
  virtual Result<std::vector<U256>> withdraw(const U256& shares) = 0;
};

/// One kind on the shelf.
struct Entry {
  std::string_view name;
  std::string_view about;
  /// A pool in working order, different for every seed: sizes, fees, weights, decimals, shape.
  std::unique_ptr<AnyPool> (*sample)(std::uint64_t seed);
};

/// Every kind, in name order.
std::span<const Entry> shelf();

}  // namespace levee::amm
