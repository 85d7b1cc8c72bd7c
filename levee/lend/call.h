// levee/lend/call.h — one call of a market under way: the first thing that refuses it sticks.
//
// A contract stops at its first failed requirement. Here the call runs to its end on harmless
// numbers, remembers the first, and the market takes back what was changed.
// src: core-v3 1.19.3, Errors
#pragma once
#include "levee/base/checked.h"
#include "levee/base/result.h"

#include <optional>
#include <string_view>

namespace levee::lend {

/// The refusals of a market, by the contract's numbers.
namespace refusal {
inline constexpr std::string_view mint_rounds_to_nothing = "24", burn_rounds_to_nothing = "25",
                                  invalid_amount = "26", inactive = "27", frozen = "28",
                                  paused = "29", borrowing_off = "30", above_balance = "32",
                                  no_collateral = "34", health_too_low = "35",
                                  collateral_short = "36", no_debt = "39", all_of_another = "40",
                                  nothing_supplied = "43", still_healthy = "45",
                                  not_collateral = "46", not_borrowed = "47", borrow_cap = "50",
                                  supply_cap = "51", debt_ceiling = "53", loan_to_value = "57",
                                  other_category = "58", not_in_isolation = "60",
                                  cannot_be_collateral = "62", siloed = "89", flash_off = "91";
inline constexpr std::string_view above_128_bits = "SafeCast: value doesn't fit in 128 bits";
inline constexpr std::string_view token_short = "ERC20: transfer amount exceeds balance";
}  // namespace refusal

/// Requirements, and arithmetic that reverts without a text.
class Call {
 public:
  void require(bool held, std::string_view text) {
    if (!held && !refused_) refused_ = text;
  }
  bool sound() const { return !refused_; }
  /// in: not sound
  Error error() const { return fail(Reason::refused, std::string(*refused_)); }

  /// The number; refuses without a text where the arithmetic went wrong.
  U256 sure(const Checked& number) {
    require(number.sound(), "");
    return number.bits();
  }
  /// A number on its way into 128 bits.
  U256 narrow(const Checked& number) {
    const U256 whole = sure(number);
    require(whole.fits(128), refusal::above_128_bits);
    return whole;
  }
  /// A sum or difference of what is kept in 128 bits.
  U256 kept(const Checked& number) {
    const U256 whole = sure(number);
    require(whole.fits(128), "");
    return whole;
  }

 private:
  std::optional<std::string_view> refused_;
};

}  // namespace levee::lend
