// levee/amm/oracle.h — a pool's memory of its price and liquidity over time.
//
// All times are the chain's 32-bit seconds and wrap around; sums of ticks are 56 bits wide,
// seconds per liquidity 160. src: Uniswap v3-core, Oracle; whitepaper (2021) 5
#pragma once
#include "levee/base/result.h"
#include "levee/base/u256.h"

#include <cstdint>
#include <span>
#include <vector>

namespace levee::amm {

/// Running sums at a moment.
struct Observation {
  std::uint32_t time = 0;
  std::int64_t tick_seconds = 0;  ///< Sum of tick * seconds, int56 on chain.
  U256 seconds_per_liquidity;     ///< Sum of seconds / liquidity, X128, uint160 on chain.
  bool initialised = false;
  friend bool operator==(const Observation&, const Observation&) = default;
};

/// What the pool is at the moment it is asked.
struct OracleNow {
  std::uint32_t time = 0;
  std::int32_t tick = 0;
  u128 liquidity = 0;
};

/// A ring of observations, as many as were paid for.
class Oracle {
 public:
  /// Empties the ring and writes the first observation.
  void start(std::uint32_t time);
  /// Writes the moment before a change; once a second.
  void write(const OracleNow& before);
  /// Makes room for more. err: refused with "I" before start()
  Result<Done> grow(std::uint16_t cardinality_next);
  /// The sums `seconds_ago`. err: refused with "I" before start(), "OLD" if it is not remembered
  Result<Observation> observe(const OracleNow& now, std::uint32_t seconds_ago) const;

  std::uint16_t index() const { return index_; }
  std::uint16_t cardinality() const { return cardinality_; }
  std::uint16_t cardinality_next() const { return cardinality_next_; }
  /// All slots ever touched, in slot order.
  std::span<const Observation> slots() const { return slots_; }
  /// A ring read from elsewhere. in: index < cardinality <= cardinality_next, slots that many
  void restore(std::vector<Observation> slots, std::uint16_t index, std::uint16_t cardinality);

 private:
  Result<Observation> between(const OracleNow& now, std::uint32_t target) const;

  std::vector<Observation> slots_;
  std::uint16_t index_ = 0, cardinality_ = 0, cardinality_next_ = 0;
};

}  // namespace levee::amm
