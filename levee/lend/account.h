// levee/lend/account.h — what one user has in each reserve, and what it is worth together.
//
// src: core-v3 1.19.3, UserConfiguration and GenericLogic
#pragma once
#include "levee/lend/reserve.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace levee::lend {

/// A user's part of one reserve, scaled by its indices.
///
/// The two marks are the contract's own bits, not consequences of the amounts: a supply need not
/// be collateral, and dust of debt may outlive its mark.
struct Holding {
  U256 supply{}, debt{};
  bool collateral = false, borrowing = false;
};

/// One user.
struct Account {
  std::vector<Holding> holdings;  ///< One a reserve; shorter where the rest is empty.
  std::uint8_t category = 0;      ///< Efficiency mode; 0 for off.
};

/// A category of assets that move together, and the terms among them.
struct Category {
  std::uint32_t ltv = 0, threshold = 0, bonus = 0;  ///< Basis points; threshold 0: no category.
  U256 price{};                                     ///< Of all its assets; 0: each its own.
};

/// What an account is looked at with.
struct Scene {
  std::span<const Reserve> reserves;
  std::span<const U256> prices;          ///< One a reserve, base currency a whole token.
  std::span<const Category> categories;  ///< By number; the first stands for none.
  std::uint64_t now = 0;
};

/// An account in the base currency; shares in basis points.
struct AccountValue {
  U256 collateral, debt;
  U256 threshold, ltv;  ///< Averages over the collateral.
  U256 health;          ///< 18 decimals; 2^256 - 1 without debt.
  bool has_collateral_without_ltv = false;
  friend bool operator==(const AccountValue&, const AccountValue&) = default;
};

/// in: no more holdings than reserves
AccountValue value_of(Call& call, const Account& account, const Scene& scene);

/// What could still be borrowed.
U256 available_to(Call& call, const AccountValue& value);

bool is_in_category(const Account& account, const Reserve& reserve);

bool has_collateral(const Account& account);
bool has_debt(const Account& account);
/// The reserve, where exactly one is marked and its debt is capped.
std::optional<std::size_t> isolated_in(const Account& account, std::span<const Reserve> reserves);
/// The reserve, where exactly one is borrowed and it suffers no other.
std::optional<std::size_t> siloed_in(const Account& account, std::span<const Reserve> reserves);

}  // namespace levee::lend
