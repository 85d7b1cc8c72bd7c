// levee/lend/market_rules.cpp — what a market asks before it moves anything, and its small moves.
#include "levee/lend/market_call.h"

namespace levee::lend {
namespace {

constexpr unsigned ceiling_decimals = 2;

// An amount in the whole and hundredths that a debt ceiling counts.
Checked in_hundredths(const U256& amount, const Reserve& reserve) {
  if (reserve.terms.decimals < ceiling_decimals) return Checked{} - 1;
  U256 unit{1};
  for (unsigned place = ceiling_decimals; place < reserve.terms.decimals; ++place) unit = unit * 10;
  return Checked{amount} / unit;
}

}  // namespace

Holding& Market::held(const Address& user, ReserveId reserve) {
  auto& holdings = accounts_[user].holdings;
  if (holdings.size() < reserves_.size()) holdings.resize(reserves_.size());
  return holdings[reserve];
}

const Account& Market::account(const Address& user) const {
  static const Account nobody;
  const auto found = accounts_.find(user);
  return found == accounts_.end() ? nobody : found->second;
}

Holding Market::holding(const Address& user, ReserveId reserve) const {
  LEVEE_EXPECT(reserve < reserves_.size());
  const auto& holdings = account(user).holdings;
  return reserve < holdings.size() ? holdings[reserve] : Holding{};
}

Market::Touched Market::touched_by(const Address& user, ReserveId reserve) const {
  Touched touched{{reserve}, {user}};
  const auto& holdings = account(user).holdings;
  for (ReserveId id = 0; id < holdings.size(); ++id) {
    const bool counts_debt = holdings[id].collateral && reserves_[id].terms.debt_ceiling != 0;
    if (counts_debt) touched.reserves.push_back(id);
  }
  return touched;
}

void Market::mint_supply(Call& call, const Ask& ask) {
  Reserve& reserve = reserves_[ask.reserve];
  const U256 scaled = call.sure(ray_div(ask.amount, income_at(reserve, now_)));
  call.require(!scaled.is_zero(), refusal::mint_rounds_to_nothing);
  call.narrow(scaled);
  Holding& holding = held(ask.user, ask.reserve);
  reserve.supplied = call.sure(Checked{reserve.supplied} + scaled);
  holding.supply = call.kept(Checked{holding.supply} + scaled);
}

void Market::burn_supply(Call& call, const Ask& ask) {
  Reserve& reserve = reserves_[ask.reserve];
  const U256 scaled = call.sure(ray_div(ask.amount, income_at(reserve, now_)));
  call.require(!scaled.is_zero(), refusal::burn_rounds_to_nothing);
  call.narrow(scaled);
  Holding& holding = held(ask.user, ask.reserve);
  reserve.supplied = call.sure(Checked{reserve.supplied} - scaled);
  holding.supply = call.sure(Checked{holding.supply} - scaled);
}

void Market::move_supply(Call& call, const Transfer& ask) {
  const Checked index = income_at(reserves_[ask.reserve], now_);
  const U256 scaled = call.narrow(ray_div(ask.amount, index));
  Holding& from = held(ask.from, ask.reserve);
  from.supply = call.sure(Checked{from.supply} - scaled);
  Holding& to = held(ask.to, ask.reserve);
  to.supply = call.kept(Checked{to.supply} + scaled);
}

void Market::mint_debt(Call& call, const Ask& ask) {
  Reserve& reserve = reserves_[ask.reserve];
  const U256 scaled = call.sure(ray_div(ask.amount, reserve.borrow_index));
  call.require(!scaled.is_zero(), refusal::mint_rounds_to_nothing);
  call.narrow(scaled);
  Holding& holding = held(ask.user, ask.reserve);
  if (holding.debt.is_zero()) holding.borrowing = true;
  reserve.borrowed = call.sure(Checked{reserve.borrowed} + scaled);
  holding.debt = call.kept(Checked{holding.debt} + scaled);
}

// Takes the borrowing mark away with the last unit that can be seen.
void Market::burn_debt(Call& call, const Ask& ask) {
  Reserve& reserve = reserves_[ask.reserve];
  Holding& holding = held(ask.user, ask.reserve);
  const U256 owed = call.sure(ray_mul(holding.debt, reserve.borrow_index));
  const U256 scaled = call.sure(ray_div(ask.amount, reserve.borrow_index));
  call.require(!scaled.is_zero(), refusal::burn_rounds_to_nothing);
  call.narrow(scaled);
  reserve.borrowed = call.sure(Checked{reserve.borrowed} - scaled);
  holding.debt = call.sure(Checked{holding.debt} - scaled);
  if (owed == ask.amount) holding.borrowing = false;
}

void Market::pay_out(Call& call, ReserveId id, const U256& amount) {
  Reserve& reserve = reserves_[id];
  call.require(amount <= reserve.available, refusal::token_short);
  reserve.available = wrapping_sub(reserve.available, amount);
}

void Market::pay_in(Call& call, ReserveId id, const U256& amount) {
  Reserve& reserve = reserves_[id];
  reserve.available = call.sure(Checked{reserve.available} + amount);
}

void Market::raise_isolated(Call& call, const Ask& borrowed) {
  const auto isolated = isolated_in(account(borrowed.user), reserves_);
  if (!isolated) return;
  const U256 more = call.narrow(in_hundredths(borrowed.amount, reserves_[borrowed.reserve]));
  U256& debt = reserves_[*isolated].isolation_debt;
  debt = call.kept(Checked{debt} + more);
}

void Market::lower_isolated(Call& call, const Ask& repaid) {
  const auto isolated = isolated_in(account(repaid.user), reserves_);
  if (!isolated) return;
  const U256 less = call.narrow(in_hundredths(repaid.amount, reserves_[repaid.reserve]));
  U256& debt = reserves_[*isolated].isolation_debt;
  // Interest is not counted against a ceiling: more may come back than went out.
  debt = debt <= less ? U256{} : wrapping_sub(debt, less);
}

bool Market::may_be_collateral(const Address& user, ReserveId reserve) const {
  const ReserveTerms& terms = reserves_[reserve].terms;
  if (terms.ltv == 0) return false;
  const Account& own = account(user);
  if (!has_collateral(own)) return true;
  return !isolated_in(own, reserves_) && terms.debt_ceiling == 0;
}

// An isolated asset becomes collateral only when its owner says so.
void Market::mark_first_supply(const Address& user, ReserveId reserve) {
  if (reserves_[reserve].terms.debt_ceiling != 0) return;
  if (may_be_collateral(user, reserve)) held(user, reserve).collateral = true;
}

void Market::require_health_and_ltv(Call& call, const Address& user, ReserveId reserve) const {
  const AccountValue value = value_of(call, account(user), scene());
  call.require(value.health >= wad, refusal::health_too_low);
  call.require(!value.has_collateral_without_ltv || reserves_[reserve].terms.ltv == 0,
               refusal::loan_to_value);
}

void Market::check_isolation(Call& call, const Ask& ask) const {
  const auto isolated = isolated_in(account(ask.user), reserves_);
  if (!isolated) return;
  const Reserve &reserve = reserves_[ask.reserve], &collateral = reserves_[*isolated];
  call.require(reserve.terms.borrowable_in_isolation, refusal::not_in_isolation);
  const U256 more = call.narrow(in_hundredths(ask.amount, reserve));
  const U256 after = call.sure(Checked{collateral.isolation_debt} + more);
  call.require(after <= collateral.terms.debt_ceiling, refusal::debt_ceiling);
}

void Market::check_silo(Call& call, const Ask& ask) const {
  const Account& own = account(ask.user);
  if (!has_debt(own)) return;
  const auto silo = siloed_in(own, reserves_);
  call.require(silo ? *silo == ask.reserve : !reserves_[ask.reserve].terms.siloed, refusal::siloed);
}

void Market::check_borrow(Call& call, const Ask& ask) const {
  const Reserve& reserve = reserves_[ask.reserve];
  const ReserveTerms& terms = reserve.terms;
  const Account& own = account(ask.user);
  call.require(!ask.amount.is_zero(), refusal::invalid_amount);
  call.require(terms.active, refusal::inactive);
  call.require(!terms.paused, refusal::paused);
  call.require(!terms.frozen, refusal::frozen);
  call.require(terms.borrowing, refusal::borrowing_off);
  const U256 unit = unit_of(reserve);
  if (terms.borrow_cap != 0) {
    const Checked after = ray_mul(reserve.borrowed, reserve.borrow_index) + ask.amount;
    call.require(call.sure(after) <= terms.borrow_cap * unit, refusal::borrow_cap);
  }
  check_isolation(call, ask);
  U256 price = prices_[ask.reserve];
  if (own.category != 0) {
    call.require(terms.category == own.category, refusal::other_category);
    const U256& shared = categories_[own.category].price;
    if (!shared.is_zero()) price = shared;
  }
  const AccountValue value = value_of(call, own, scene());
  call.require(!value.collateral.is_zero(), refusal::no_collateral);
  call.require(!value.ltv.is_zero(), refusal::loan_to_value);
  call.require(value.health > wad, refusal::health_too_low);
  const Checked debt = Checked{value.debt} + Checked{price} * ask.amount / unit;
  call.require(call.sure(percent_div(debt, value.ltv)) <= value.collateral,
               refusal::collateral_short);
  check_silo(call, ask);
}

}  // namespace levee::lend
