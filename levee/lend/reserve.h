// levee/lend/reserve.h — one asset of a lending market: its terms, indices and totals.
//
// src: Aave v3 technical paper (2022), section 3; core-v3 1.19.3, ReserveLogic
#pragma once
#include "levee/lend/call.h"
#include "levee/lend/interest.h"

#include <cstdint>
#include <string>

namespace levee::lend {

/// What governance sets. Shares in basis points; caps in whole tokens, 0 for none.
struct ReserveTerms {
  std::string name;
  unsigned decimals = 18;
  std::uint32_t ltv = 0;        ///< How much may be borrowed against it; 0: nothing new.
  std::uint32_t threshold = 0;  ///< How much debt it holds off liquidation; 0: never collateral.
  std::uint32_t bonus = 0;      ///< What a liquidator gets: above 10,000.
  std::uint32_t reserve_factor = 0;
  std::uint32_t protocol_fee = 0;  ///< The treasury's part of a liquidator's bonus.
  std::uint64_t supply_cap = 0, borrow_cap = 0;
  std::uint64_t debt_ceiling = 0;  ///< In hundredths of the base currency; not 0: isolated.
  std::uint8_t category = 0;       ///< Its efficiency category; 0 for none.
  bool active = true, frozen = false, paused = false;
  bool borrowing = true, flash = true;
  bool borrowable_in_isolation = false;
  bool siloed = false;  ///< Who borrows it borrows nothing else.
  RateCurve curve{};
};

/// One asset. Interest is added when something happens; views add what is pending.
struct Reserve {
  ReserveTerms terms;
  U256 liquidity_index = ray, borrow_index = ray;
  Rates rates{};
  std::uint64_t updated = 0;  ///< Seconds.
  U256 accrued_to_treasury;   ///< Scaled.
  U256 supplied, borrowed;    ///< Scaled totals.
  U256 available;             ///< Tokens the reserve holds.
  U256 isolation_debt;        ///< Against its ceiling, in hundredths.
};

/// 10^decimals.
U256 unit_of(const Reserve& reserve);
/// What a scaled supply or debt is to be multiplied by now.
Checked income_at(const Reserve& reserve, std::uint64_t now);
Checked debt_at(const Reserve& reserve, std::uint64_t now);

/// Adds the interest since last time to the indices and the treasury's part to its account.
void accrue(Call& call, Reserve& reserve, std::uint64_t now);

/// Tokens an operation is about to bring or take.
struct Tokens {
  U256 added{}, taken{};
};
/// Sets the rates for what the reserve will hold. in: accrued
void reprice(Call& call, Reserve& reserve, const Tokens& tokens);

/// A flash loan's premium for the suppliers, spread over all of them. in: accrued
void spread(Call& call, Reserve& reserve, const U256& premium);

}  // namespace levee::lend
