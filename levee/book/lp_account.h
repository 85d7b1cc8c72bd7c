// levee/book/lp_account.h — what went into a position, what came out and what it earned.
//
// Amounts follow the pool contract's integers; fees come from fee-growth counters alone, never
// from a share of volume. Worth is an integer too, in raw units of one of the two tokens at the
// pool's own price, so that results add up exactly. Two accounts are kept side by side:
//  - entry basis: liquidity stands at what was paid for it until it is removed. On chain a
//    position's liquidity is one number, no unit of it older than another, so the cost of a part
//    is the average cost. Fees are income when the pool credits them.
//  - mark-to-market: every action is charged with what happened to the worth since the one before.
// Tokens that the pool has credited are out of both accounts: they wait, they no longer move.
// After every action the two differ by exactly what is unrealised; at the end they agree.
// src: Uniswap v3 whitepaper (2021) 6.2 to 6.4; Lipton, Lucic & Sepp (2024) for the three losses
#pragma once
#include "levee/amm/position.h"
#include "levee/base/result.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace levee::book {

/// The token that worth is told in.
enum class Worth { in_token0, in_token1 };

/// The pool at the moment of an action.
struct LpMoment {
  amm::SqrtPriceX96 price;
  std::int32_t tick = 0;
  amm::FeeGrowth inside;  ///< Fee growth inside the position's range, modulo 2^256.
};

enum class LpAction { mint, top_up, partial_burn, close, reckon, collect };
std::string_view name_of(LpAction action);

/// What one action did. Worth is that of its own moment.
struct LpLine {
  LpAction action = LpAction::mint;
  u128 liquidity = 0;      ///< After it.
  amm::Amounts paid;       ///< Into the pool.
  amm::Amounts freed;      ///< Principal credited.
  amm::Amounts fees;       ///< Fees credited.
  amm::Amounts collected;  ///< Credited tokens that left the pool.
  U256 paid_worth, freed_worth, fees_worth;
  U256 cost_released;  ///< Average cost of the liquidity removed.
  I256 realised;       ///< Entry basis: freed + fees - cost released.
  I256 marked;         ///< Mark-to-market since the line before.
};

/// Where a position stands at some moment.
struct LpStanding {
  amm::Amounts principal;  ///< What removing all would credit.
  amm::Amounts fees;       ///< Earned and not yet credited.
  amm::Amounts owed;       ///< Credited and not yet collected.
  amm::Amounts cost_tokens;
  U256 principal_worth, fees_worth, cost, hold_worth;  ///< hold: the cost's tokens, now.
  I256 realised, unrealised;
  I256 marked;  ///< Up to this moment: realised + unrealised, always.
};

/// The three losses that all go by the name of impermanent; fees are in none of them.
struct ImpermanentLoss {
  double relative = 0;  ///< (V - hold) / hold.
  double borrowed = 0;  ///< (V - hold) / V at entry: the tokens were borrowed or sold short.
  double funded = 0;    ///< (V - V at entry) / V at entry: the tokens were bought.
};
/// Nothing where there is no liquidity left to compare.
std::optional<ImpermanentLoss> impermanent_loss(const LpStanding& standing);

/// Both tokens in raw units of one, the converted one rounded down.
/// err: out_of_range if it does not fit 250 bits
struct WorthAsk {
  amm::Amounts amounts;
  amm::SqrtPriceX96 price;
  Worth worth = Worth::in_token1;
};
Result<U256> worth_of(const WorthAsk& ask);

/// The books of one position. An action that fails changes nothing.
class LpAccount {
 public:
  /// err: out_of_range unless tick_min <= lower < upper <= tick_max
  static Result<LpAccount> open(const amm::TickRange& range, Worth worth);

  /// Mints, or tops up. err: out_of_range for no liquidity; refused as the pool would
  Result<LpLine> add(u128 liquidity, const LpMoment& now);
  /// Burns a part or all; burning 0 reckons fees. err: refused with "LS", "NP"
  Result<LpLine> remove(u128 liquidity, const LpMoment& now);
  /// Collects at most these of the credited tokens. err: none of its own
  Result<LpLine> collect(const amm::Amounts& most);

  /// err: out_of_range as worth_of
  Result<LpStanding> standing(const LpMoment& now) const;

  const std::vector<LpLine>& lines() const { return lines_; }
  const amm::PositionState& state() const { return state_; }

 private:
  struct Worths {
    U256 paid, freed, fees, kept;
  };
  LpAccount(const amm::TickRange& range, Worth worth) : range_(range), worth_(worth) {}
  Result<amm::Amounts> principal(u128 liquidity, const LpMoment& now) const;
  Result<LpLine> change(LpLine line, i128 by, const LpMoment& now);
  Result<Worths> worths(const LpLine& line, const LpMoment& now) const;

  amm::TickRange range_;
  Worth worth_;
  amm::PositionState state_;
  amm::Amounts cost_tokens_;  // Of the liquidity still there.
  U256 cost_, marked_worth_;  // Its cost; its worth when last marked.
  I256 realised_, marked_;
  std::vector<LpLine> lines_;
};

}  // namespace levee::book
