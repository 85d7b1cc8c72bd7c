// levee/scenario/block_gas.h — what blocks ask for their gas, and whether a bid gets in.
#pragma once
#include "levee/base/units.h"

#include <cstdint>

namespace levee::scenario {

/// How much gas a block used and was meant to use.
struct BlockUse {
  std::int64_t used = 0, target = 15'000'000;
};

/// Base fee of the block after, wei per unit of gas.
///
/// in:  base_wei >= 0, 0 <= used <= 2 target, target > 0
/// out: base (1 + (used - target) / (8 target)), whole; a full block raises it by at least 1
/// src: EIP-1559 (2019), Buterin et al.
std::int64_t next_base_fee(std::int64_t base_wei, const BlockUse& use);

/// The market for a chain's gas.
struct GasTerms {
  double quiet_gwei = 30;  ///< Base fee at which blocks are as full as they are meant to be.
  std::int64_t target = 15'000'000;
  double rival_gwei = 2;  ///< Tip of those who compete for a block in quiet times.
  std::int64_t exit_gas = 300'000;
  double coin_usd = 3000;  ///< Dollars of the coin that gas is paid in.
};

/// The base fee along a path: everyday use that falls as the fee rises, and a crowd that leaves at
/// any fee.
class BlockGas {
 public:
  /// in: quiet_gwei in (0, 1e6], target > 0
  explicit BlockGas(const GasTerms& terms);

  /// The fee at which everyday use would fill a block as it is meant to be.
  void calm_at(double quiet_gwei);
  /// Lets blocks pass in which the crowd uses so much gas each.
  void pass(std::int64_t blocks, double crowd_gas);

  std::int64_t base_wei() const { return base_wei_; }
  double base_gwei() const { return static_cast<double>(base_wei_) * 1e-9; }

  /// That a transaction which bids this much in all is in the next block.
  ///
  /// out: 0 below the base fee; else tip / (tip + rivals'), whose tip grows with the crowd: it
  ///      rises with the bid, falls with the base fee and with the crowd
  Probability chance(double bid_gwei) const;

 private:
  GasTerms terms_;
  std::int64_t base_wei_;
  double crowd_ = 0;  ///< Gas a block over the target.
};

}  // namespace levee::scenario
