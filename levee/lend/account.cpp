#include "levee/lend/account.h"

#include <algorithm>

namespace levee::lend {
namespace {

// The one holding with this mark, if there is exactly one.
std::optional<std::size_t> only_one(const Account& account, bool Holding::* mark) {
  const auto& all = account.holdings;
  if (std::ranges::count(all, true, mark) != 1) return std::nullopt;
  return static_cast<std::size_t>(std::ranges::find(all, true, mark) - all.begin());
}

// Sums over an account's collateral, weighted by value.
struct Weights {
  Checked collateral, debt, ltv, threshold;
  bool has_collateral_without_ltv = false;
};

void add_collateral(Weights& sums, const Checked& value, const Reserve& reserve,
                    const Category* category) {
  sums.collateral += value;
  if (reserve.terms.ltv == 0) {
    sums.has_collateral_without_ltv = true;
  } else {
    sums.ltv += value * (category != nullptr ? category->ltv : reserve.terms.ltv);
  }
  sums.threshold += value * (category != nullptr ? category->threshold : reserve.terms.threshold);
}

}  // namespace

bool has_collateral(const Account& account) {
  return std::ranges::any_of(account.holdings, &Holding::collateral);
}
bool has_debt(const Account& account) {
  return std::ranges::any_of(account.holdings, &Holding::borrowing);
}

std::optional<std::size_t> isolated_in(const Account& account, std::span<const Reserve> reserves) {
  const auto one = only_one(account, &Holding::collateral);
  return one && reserves[*one].terms.debt_ceiling != 0 ? one : std::nullopt;
}

std::optional<std::size_t> siloed_in(const Account& account, std::span<const Reserve> reserves) {
  const auto one = only_one(account, &Holding::borrowing);
  return one && reserves[*one].terms.siloed ? one : std::nullopt;
}

bool is_in_category(const Account& account, const Reserve& reserve) {
  return account.category != 0 && account.category == reserve.terms.category;
}

AccountValue value_of(Call& call, const Account& account, const Scene& scene) {
  Weights sums;
  for (std::size_t i = 0; i < account.holdings.size(); ++i) {
    const Holding& holding = account.holdings[i];
    if (!holding.collateral && !holding.borrowing) continue;
    const Reserve& reserve = scene.reserves[i];
    const Category* inside =
        is_in_category(account, reserve) ? &scene.categories[account.category] : nullptr;
    const bool shares_price = inside != nullptr && !inside->price.is_zero();
    const Checked price = shares_price ? inside->price : scene.prices[i];
    const Checked unit = unit_of(reserve);
    if (holding.collateral && reserve.terms.threshold != 0) {
      const Checked amount = ray_mul(holding.supply, income_at(reserve, scene.now));
      add_collateral(sums, amount * price / unit, reserve, inside);
    }
    if (holding.borrowing && !holding.debt.is_zero()) {
      sums.debt += ray_mul(holding.debt, debt_at(reserve, scene.now)) * price / unit;
    }
  }
  AccountValue value;
  value.collateral = call.sure(sums.collateral);
  value.debt = call.sure(sums.debt);
  value.has_collateral_without_ltv = sums.has_collateral_without_ltv;
  if (!value.collateral.is_zero()) {
    value.ltv = call.sure(sums.ltv / sums.collateral);
    value.threshold = call.sure(sums.threshold / sums.collateral);
  }
  value.health = U256::max();
  if (!value.debt.is_zero()) {
    value.health = call.sure(wad_div(percent_mul(sums.collateral, value.threshold), value.debt));
  }
  return value;
}

U256 available_to(Call& call, const AccountValue& value) {
  const U256 room = call.sure(percent_mul(value.collateral, value.ltv));
  return room < value.debt ? U256{} : room - value.debt;
}

}  // namespace levee::lend
