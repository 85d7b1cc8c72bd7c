// levee/amm/pool.h — a concentrated-liquidity pool, bit for bit what the contract does.
//
// Pool answers a call as the chain would: the same amounts, the same state after, the same revert
// reason (Reason::refused, the message being the contract's text and nothing else; empty where the
// contract gives none). A call that is refused changes nothing.
// src: Uniswap v3-core 1.0.1, UniswapV3Pool; whitepaper (2021) 6 and 7;
// Uniswap v4-core 1.0.2, Pool and PoolManager
#pragma once
#include "levee/amm/oracle.h"
#include "levee/amm/position.h"
#include "levee/amm/swap_step.h"
#include "levee/amm/tick_table.h"
#include "levee/base/divisor.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <tsl/robin_map.h>

namespace levee::amm {

/// How a protocol's share is written: version 3 takes one nth of the fee, PancakeSwap n in 10,000
/// of it, version 4 n millionths of what comes in, before the providers' fee.
enum class ProtocolShare { one_in, per_ten_thousand, pips };

struct FeeSplit;

/// What a pool was made with. Fee tiers and spacings of forks are just numbers here.
struct PoolTerms {
  FeePips fee{3000};
  TickSpacing spacing{60};
  ProtocolShare share = ProtocolShare::one_in;
};

/// What a caller's payment does other than paying exactly what is asked.
struct Payment {
  I256 over0{}, over1{};  ///< Paid beyond what is asked (negative: short); never below nothing.
  bool reenters = false;  ///< The callback calls the pool again, which refuses with "LOK".
};

struct ChangeAsk {
  Address owner;
  TickRange range;
  u128 liquidity = 0;
};
struct CollectAsk {
  Address owner;
  TickRange range;
  u128 most0 = 0, most1 = 0;
};
struct SwapAsk {
  Direction direction = Direction::zero_for_one;
  I256 amount;                 ///< Positive: exactly this in. Negative: exactly this out.
  SqrtPriceX96 limit;          ///< Not beyond this price.
  std::optional<FeePips> fee;  ///< Another fee than the pool's own: dynamic-fee forks set it.
};
/// A price limit that never binds.
SqrtPriceX96 no_limit(Direction direction);

struct FlashAsk {
  U256 amount0, amount1;
};

/// What a swap would do.
struct Quote {
  Flows flows;
  SqrtPriceX96 price;
  std::int32_t tick = 0;
  u128 liquidity = 0;
  int crossed = 0;  ///< Initialised ticks crossed.
};

/// Sums over the time the price spent inside a range.
struct InsideSums {
  std::int64_t tick_seconds = 0;
  U256 seconds_per_liquidity;
  std::uint32_t seconds = 0;
  friend bool operator==(const InsideSums&, const InsideSums&) = default;
};

/// The numbers a pool is, besides its ticks, positions and observations.
struct PoolNumbers {
  SqrtPriceX96 price;  ///< 0 before initialise().
  std::int32_t tick = 0;
  u128 liquidity = 0;
  FeeGrowth fees;  ///< Global.
  u128 protocol_fees0 = 0, protocol_fees1 = 0;
  std::uint16_t protocol_share0 = 0, protocol_share1 = 0;  ///< 0: none.
  /// Tokens the pool holds; 0 in version 4, where one contract holds those of all pools.
  U256 balance0, balance1;
  friend bool operator==(const PoolNumbers&, const PoolNumbers&) = default;
};

/// What a version 4 pool answers to a change of liquidity: both together are what is settled.
struct Modified {
  Flows principal;
  Amounts fees;  ///< Paid out at once; nothing stays owed.
};

/// One pool. Times are the block's, in 32-bit seconds.
class Pool {
 public:
  explicit Pool(const PoolTerms& terms);

  /// err: refused with "AI", "R"; here and below a version 4 pool names version 4's errors instead
  Result<Done> initialise(const SqrtPriceX96& price, std::uint32_t time);
  /// Adds liquidity. out: what was asked of the payer. err: "LOK", "TLU", "TLM", "TUM", "LO",
  /// "LA", "M0", "M1", ""
  Result<Amounts> mint(const ChangeAsk& ask, std::uint32_t time, const Payment& payment = {});
  /// Removes liquidity; the tokens wait to be collected. err: "LOK", "TLU", ..., "LS", "NP", ""
  Result<Amounts> burn(const ChangeAsk& ask, std::uint32_t time);
  /// Version 4's one call for both, with fees paid out in the same delta; 0 only collects them.
  /// err: refused with the name of version 4's error, "" where its arithmetic overflows
  Result<Modified> modify(const PositionKey& key, i128 by, std::uint32_t time);
  /// Version 4's gift to the providers in range, shared out like fees. err: as modify
  Result<Done> donate(const Amounts& amounts);
  /// Pays out what is owed. err: "LOK", "TF" where the pool does not hold the tokens
  Result<Amounts> collect(const CollectAsk& ask);
  /// err: "AS", "LOK", "SPL", "IIA", "TF", ""
  Result<Flows> swap(const SwapAsk& ask, std::uint32_t time, const Payment& payment = {});
  /// Lends and takes back with a fee; `payment` is on top of amount and fee.
  /// err: "LOK", "L", "F0", "F1", "TF", ""
  Result<Done> flash(const FlashAsk& ask, const Payment& payment);

  /// Shares: 0, or 4 ... 10 where one_in. in: the caller is the factory's owner. err: "LOK", ""
  Result<Done> set_protocol_shares(std::uint16_t share0, std::uint16_t share1);
  /// The last unit stays in versions other than 4. err: "LOK", "TF"
  Result<Amounts> collect_protocol(u128 most0, u128 most1);
  /// err: "LOK"
  Result<Done> grow_oracle(std::uint16_t cardinality_next);
  /// Tokens sent to the pool without a call.
  void receive(const Amounts& amounts);

  /// What swap() would answer for a payer who pays; changes nothing. err: as swap
  Result<Quote> quote(const SwapAsk& ask) const;
  /// err: "I", "OLD"
  Result<std::vector<Observation>> observe(std::uint32_t time,
                                           std::span<const std::uint32_t> seconds_ago) const;
  /// err: "TLU", "TLM", "TUM", "" for a tick that is not initialised, "I"
  Result<InsideSums> sums_inside(const TickRange& range, std::uint32_t time) const;
  /// What burning nothing and collecting all would pay now; nothing is changed.
  Amounts collectable(const PositionKey& key) const;

  const PoolTerms& terms() const { return terms_; }
  const PoolNumbers& numbers() const { return now_; }
  const TickTable& ticks() const { return ticks_; }
  const Oracle& oracle() const { return oracle_; }
  bool is_initialised() const { return !now_.price.value().is_zero(); }
  u128 liquidity_per_tick_max() const { return liquidity_per_tick_max_; }
  /// Zeros for a position that never was.
  PositionState position(const PositionKey& key) const;
  /// In key order.
  std::vector<PositionKey> positions() const;

  /// A pool found in the middle of its life, as read from a chain or a recording.
  struct Found {
    PoolTerms terms;
    PoolNumbers numbers;
    std::vector<std::pair<std::int32_t, TickState>> ticks{};
    std::vector<std::pair<PositionKey, PositionState>> positions{};
    Oracle oracle{};
  };
  /// err: corrupt where the parts contradict each other: a tick off the spacing, net liquidity
  ///      that does not add up to the active liquidity, a tick that is not the price's
  static Result<Pool> from(const Found& found);

 private:
  struct Run;
  struct Change;
  struct KeyHash {
    std::size_t operator()(const PositionKey& key) const;
  };
  bool is_v4() const { return terms_.share == ProtocolShare::pips; }
  const char* refusal_of(const SwapAsk& ask) const;
  const char* v4_refusal_of(const SwapAsk& ask) const;
  Amounts collect_v4_protocol(u128 most0, u128 most1);
  FeeSplit fee_split(const SwapAsk& ask) const;
  const char* run_through(const SwapAsk& ask, Run& run) const;
  const char* run_at_any_size(const SwapAsk& ask, Run& run) const;
  bool run_quickly(const SwapAsk& ask, Run& run) const;
  static Flows flows_of(const Run& run, const SwapAsk& ask);
  void commit(const Run& run, Direction direction, std::uint32_t time);
  Result<Change> change_of(const PositionKey& key, i128 by, std::uint32_t time) const;
  Result<TickState> tick_after(std::int32_t tick, i128 by, bool is_upper, std::uint32_t time) const;
  void commit(const Change& change, std::uint32_t time);
  OracleNow oracle_now(std::uint32_t time) const { return {time, now_.tick, now_.liquidity}; }

  // What the next swap asks first, kept from change to change.
  struct Around {
    Edge below, above;
    std::int32_t from = 0, to = 0;  // Current ticks for which both stand: from <= tick < to.
    std::optional<Divisor128> by_liquidity;  // Empty where none is active.
  };
  void look_around();

  PoolTerms terms_;
  PoolNumbers now_;
  u128 liquidity_per_tick_max_ = 0;
  TickTable ticks_;
  Oracle oracle_;
  Around around_;
  tsl::robin_map<PositionKey, PositionState, KeyHash> positions_;
};

}  // namespace levee::amm
