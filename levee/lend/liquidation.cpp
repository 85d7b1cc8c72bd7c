#include "levee/lend/market_call.h"

#include <algorithm>

namespace levee::lend {
namespace {

constexpr std::uint64_t half_health = 950'000'000'000'000'000;  // Below: all may be closed.
constexpr unsigned half_of_it = 5'000;

}  // namespace

void Market::check_liquidation(Call& call, const LiquidationAsk& ask, const Spot& spot) const {
  const ReserveTerms& collateral = reserves_[ask.collateral].terms;
  const ReserveTerms& debt = reserves_[ask.debt].terms;
  call.require(collateral.active && debt.active, refusal::inactive);
  call.require(!collateral.paused && !debt.paused, refusal::paused);
  call.require(spot.value.health < wad, refusal::still_healthy);
  const bool held_as_collateral = holding(ask.user, ask.collateral).collateral;
  call.require(collateral.threshold != 0 && held_as_collateral, refusal::not_collateral);
  call.require(!spot.debt.is_zero(), refusal::not_borrowed);
}

U256 Market::bonus_for(const LiquidationAsk& ask) const {
  const Account& own = account(ask.user);
  const Reserve& collateral = reserves_[ask.collateral];
  return is_in_category(own, collateral) ? categories_[own.category].bonus : collateral.terms.bonus;
}

Liquidation Market::seizable(Call& call, const LiquidationAsk& ask, const Spot& spot) const {
  const Account& own = account(ask.user);
  const Reserve &collateral = reserves_[ask.collateral], &debt = reserves_[ask.debt];
  const U256& shared = categories_[own.category].price;
  const bool shares = own.category != 0 && !shared.is_zero();
  const bool inside = is_in_category(own, collateral);
  const Checked collateral_price = shares && inside ? shared : prices_[ask.collateral];
  const Checked debt_price = shares ? shared : prices_[ask.debt];
  const Checked collateral_unit = unit_of(collateral), debt_unit = unit_of(debt);
  const U256 bonus = bonus_for(ask);

  const Checked base = debt_price * spot.cover * collateral_unit / (collateral_price * debt_unit);
  const U256 most = call.sure(percent_mul(base, bonus));
  U256 seized = most, paid = spot.cover;
  if (most > spot.supply) {
    seized = spot.supply;
    const Checked worth = collateral_price * seized * debt_unit / (debt_price * collateral_unit);
    paid = call.sure(percent_div(worth, bonus));
  }
  U256 fee;
  if (collateral.terms.protocol_fee != 0) {
    const Checked extra = Checked{seized} - percent_div(seized, bonus);
    fee = call.sure(percent_mul(extra, collateral.terms.protocol_fee));
  }
  return {paid, call.sure(Checked{seized} - fee), fee};
}

void Market::seize(Call& call, const LiquidationAsk& ask, const U256& amount) {
  Reserve& collateral = reserves_[ask.collateral];
  if (ask.spoils == Spoils::claim) {
    const U256 before = call.sure(
        ray_mul(held(ask.liquidator, ask.collateral).supply, income_at(collateral, now_)));
    move_supply(call, {ask.user, ask.liquidator, ask.collateral, amount});
    if (before.is_zero()) mark_first_supply(ask.liquidator, ask.collateral);
    return;
  }
  accrue(call, collateral, now_);
  reprice(call, collateral, {.taken = amount});
  burn_supply(call, {ask.user, ask.collateral, amount});
  pay_out(call, ask.collateral, amount);
}

U256 Market::pay_fee(Call& call, const LiquidationAsk& ask, const U256& fee) {
  if (fee.is_zero()) return fee;
  const Checked index = income_at(reserves_[ask.collateral], now_);
  const U256& left = held(ask.user, ask.collateral).supply;
  // Roundings may have left one unit less than the fee.
  const bool is_short = call.sure(ray_div(fee, index)) > left;
  const U256 paid = is_short ? call.sure(ray_mul(left, index)) : fee;
  move_supply(call, {ask.user, treasury_, ask.collateral, paid});
  return paid;
}

Result<Liquidation> Market::liquidate(const LiquidationAsk& ask) {
  Touched touched = touched_by(ask.user, ask.debt);
  touched.reserves.push_back(ask.collateral);
  touched.users.insert(touched.users.end(), {ask.liquidator, treasury_});
  return attempt<Liquidation>(touched, [&](Call& call) {
    Reserve& debt = reserves_[ask.debt];
    accrue(call, debt, now_);
    Spot spot;
    spot.value = value_of(call, account(ask.user), scene());
    spot.debt = call.sure(ray_mul(held(ask.user, ask.debt).debt, debt.borrow_index));
    const bool half = spot.value.health > half_health;
    const U256 most = call.sure(percent_mul(spot.debt, half ? half_of_it : whole_percentage));
    spot.cover = std::min(ask.cover, most);
    check_liquidation(call, ask, spot);
    spot.supply = call.sure(
        ray_mul(held(ask.user, ask.collateral).supply, income_at(reserves_[ask.collateral], now_)));
    Liquidation taken = seizable(call, ask, spot);
    if (call.sure(Checked{taken.collateral} + taken.fee) == spot.supply) {
      held(ask.user, ask.collateral).collateral = false;
    }
    burn_debt(call, {ask.user, ask.debt, taken.debt});
    reprice(call, debt, {.added = taken.debt});
    lower_isolated(call, {ask.user, ask.debt, taken.debt});
    seize(call, ask, taken.collateral);
    taken.fee = pay_fee(call, ask, taken.fee);
    pay_in(call, ask.debt, taken.debt);
    return taken;
  });
}

}  // namespace levee::lend
