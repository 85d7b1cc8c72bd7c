#include "levee/lend/market.h"

#include "levee/lend/market_call.h"

#include <algorithm>

namespace levee::lend {
namespace {

constexpr unsigned decimals_max = 38;

void check_terms(const ReserveTerms& terms) {
  LEVEE_EXPECT(terms.decimals <= decimals_max);
  LEVEE_EXPECT(terms.threshold == 0 || terms.bonus > whole_percentage);
  LEVEE_EXPECT(terms.reserve_factor <= whole_percentage);
}

void require_open(Call& call, const ReserveTerms& terms) {
  call.require(terms.active, refusal::inactive);
  call.require(!terms.paused, refusal::paused);
}

}  // namespace

Market::Market(const FlashTerms& flash, const Address& treasury)
    : flash_(flash), treasury_(treasury), categories_(256) {}

ReserveId Market::add(const ReserveTerms& terms, const U256& price) {
  check_terms(terms);
  reserves_.emplace_back().terms = terms;
  prices_.push_back(price);
  return reserves_.size() - 1;
}

void Market::set_terms(ReserveId reserve, const ReserveTerms& terms) {
  check_terms(terms);
  LEVEE_EXPECT(terms.decimals == reserves_[reserve].terms.decimals);
  reserves_[reserve].terms = terms;
}

void Market::set_category(std::uint8_t number, const Category& category) {
  LEVEE_EXPECT(number != 0);
  categories_[number] = category;
}

void Market::advance_to(std::uint64_t time) {
  LEVEE_EXPECT(time >= now_);
  now_ = time;
}

Result<Done> Market::supply(const Ask& ask) {
  return attempt<Done>(touched_by(ask.user, ask.reserve), [&](Call& call) {
    Reserve& reserve = reserves_[ask.reserve];
    accrue(call, reserve, now_);
    call.require(!ask.amount.is_zero(), refusal::invalid_amount);
    require_open(call, reserve.terms);
    call.require(!reserve.terms.frozen, refusal::frozen);
    if (reserve.terms.supply_cap != 0) {
      const Checked scaled = Checked{reserve.supplied} + reserve.accrued_to_treasury;
      const Checked after = ray_mul(scaled, reserve.liquidity_index) + ask.amount;
      call.require(call.sure(after) <= reserve.terms.supply_cap * unit_of(reserve),
                   refusal::supply_cap);
    }
    reprice(call, reserve, {.added = ask.amount});
    pay_in(call, ask.reserve, ask.amount);
    const bool first = held(ask.user, ask.reserve).supply.is_zero();
    mint_supply(call, ask);
    if (first) mark_first_supply(ask.user, ask.reserve);
    return Done{};
  });
}

Result<U256> Market::withdraw(const Ask& ask) {
  return attempt<U256>(touched_by(ask.user, ask.reserve), [&](Call& call) {
    Reserve& reserve = reserves_[ask.reserve];
    accrue(call, reserve, now_);
    Holding& holding = held(ask.user, ask.reserve);
    const U256 whole = call.sure(ray_mul(holding.supply, reserve.liquidity_index));
    const U256 amount = ask.amount == U256::max() ? whole : ask.amount;
    call.require(!amount.is_zero(), refusal::invalid_amount);
    call.require(amount <= whole, refusal::above_balance);
    require_open(call, reserve.terms);
    reprice(call, reserve, {.taken = amount});
    const bool was_collateral = holding.collateral;
    if (amount == whole) holding.collateral = false;
    burn_supply(call, {ask.user, ask.reserve, amount});
    pay_out(call, ask.reserve, amount);
    if (was_collateral && has_debt(account(ask.user))) {
      require_health_and_ltv(call, ask.user, ask.reserve);
    }
    return amount;
  });
}

Result<Done> Market::borrow(const Ask& ask) {
  return attempt<Done>(touched_by(ask.user, ask.reserve), [&](Call& call) {
    Reserve& reserve = reserves_[ask.reserve];
    accrue(call, reserve, now_);
    check_borrow(call, ask);
    mint_debt(call, ask);
    raise_isolated(call, ask);
    reprice(call, reserve, {.taken = ask.amount});
    pay_out(call, ask.reserve, ask.amount);
    return Done{};
  });
}

// Checks a repayment and takes the debt away; gives how much.
U256 Market::settle(Call& call, const Repayment& ask) {
  const Reserve& reserve = reserves_[ask.reserve];
  const Holding& holding = held(ask.debtor, ask.reserve);
  const U256 owed = call.sure(ray_mul(holding.debt, reserve.borrow_index));
  call.require(!ask.amount.is_zero(), refusal::invalid_amount);
  call.require(ask.amount != U256::max() || ask.payer == ask.debtor, refusal::all_of_another);
  require_open(call, reserve.terms);
  call.require(!owed.is_zero(), refusal::no_debt);
  return std::min(ask.amount, owed);
}

Result<U256> Market::repay(const Repayment& ask) {
  return attempt<U256>(touched_by(ask.debtor, ask.reserve), [&](Call& call) {
    accrue(call, reserves_[ask.reserve], now_);
    const U256 paid = settle(call, ask);
    burn_debt(call, {ask.debtor, ask.reserve, paid});
    reprice(call, reserves_[ask.reserve], {.added = paid});
    lower_isolated(call, {ask.debtor, ask.reserve, paid});
    pay_in(call, ask.reserve, paid);
    return paid;
  });
}

Result<U256> Market::repay_from_supply(const Ask& ask) {
  return attempt<U256>(touched_by(ask.user, ask.reserve), [&](Call& call) {
    Reserve& reserve = reserves_[ask.reserve];
    accrue(call, reserve, now_);
    U256 paid = settle(call, {ask.user, ask.user, ask.reserve, ask.amount});
    if (ask.amount == U256::max()) {
      const U256& scaled = held(ask.user, ask.reserve).supply;
      paid = std::min(paid, call.sure(ray_mul(scaled, reserve.liquidity_index)));
    }
    burn_debt(call, {ask.user, ask.reserve, paid});
    reprice(call, reserve, {});
    lower_isolated(call, {ask.user, ask.reserve, paid});
    burn_supply(call, {ask.user, ask.reserve, paid});
    return paid;
  });
}

Result<Done> Market::mark_collateral(const Address& user, ReserveId reserve, Mark mark) {
  return attempt<Done>(touched_by(user, reserve), [&](Call& call) {
    Holding& holding = held(user, reserve);
    const Reserve& own = reserves_[reserve];
    const U256 balance = call.sure(ray_mul(holding.supply, income_at(own, now_)));
    call.require(!balance.is_zero(), refusal::nothing_supplied);
    require_open(call, own.terms);
    const bool on = mark == Mark::on;
    if (holding.collateral == on) return Done{};
    if (on) call.require(may_be_collateral(user, reserve), refusal::cannot_be_collateral);
    holding.collateral = on;
    if (!on) require_health_and_ltv(call, user, reserve);
    return Done{};
  });
}

Result<Done> Market::transfer(const Transfer& ask) {
  Touched touched = touched_by(ask.from, ask.reserve);
  touched.users.push_back(ask.to);
  return attempt<Done>(touched, [&](Call& call) {
    const Checked index = income_at(reserves_[ask.reserve], now_);
    call.narrow(ask.amount);
    const U256 from_before = call.sure(ray_mul(held(ask.from, ask.reserve).supply, index));
    const U256 to_before = call.sure(ray_mul(held(ask.to, ask.reserve).supply, index));
    move_supply(call, ask);
    call.require(!reserves_[ask.reserve].terms.paused, refusal::paused);
    if (ask.from == ask.to || ask.amount.is_zero()) return Done{};
    if (held(ask.from, ask.reserve).collateral) {
      if (has_debt(account(ask.from))) require_health_and_ltv(call, ask.from, ask.reserve);
      if (from_before == ask.amount) held(ask.from, ask.reserve).collateral = false;
    }
    if (to_before.is_zero()) mark_first_supply(ask.to, ask.reserve);
    return Done{};
  });
}

Result<Done> Market::flash(ReserveId id, const U256& amount) {
  return attempt<Done>(Touched{{id}, {}}, [&](Call& call) {
    Reserve& reserve = reserves_[id];
    call.require(!reserve.terms.paused, refusal::paused);
    call.require(reserve.terms.active, refusal::inactive);
    call.require(reserve.terms.flash, refusal::flash_off);
    const U256 premium = call.sure(percent_mul(amount, flash_.premium));
    pay_out(call, id, amount);
    const U256 to_treasury = call.sure(percent_mul(premium, flash_.to_treasury));
    const U256 back = call.sure(Checked{amount} + premium);
    accrue(call, reserve, now_);
    spread(call, reserve, call.sure(Checked{premium} - to_treasury));
    const U256 scaled = call.narrow(ray_div(to_treasury, reserve.liquidity_index));
    reserve.accrued_to_treasury = call.kept(Checked{reserve.accrued_to_treasury} + scaled);
    reprice(call, reserve, {.added = back});
    pay_in(call, id, back);
    return Done{};
  });
}

Result<Done> Market::enter_category(const Address& user, std::uint8_t number) {
  return attempt<Done>(Touched{{}, {user}}, [&](Call& call) {
    Account& own = accounts_[user];
    call.require(number == 0 || categories_[number].threshold != 0, refusal::other_category);
    for (std::size_t i = 0; i < own.holdings.size() && number != 0; ++i) {
      if (!own.holdings[i].borrowing) continue;
      call.require(reserves_[i].terms.category == number, refusal::other_category);
    }
    const bool had_one = own.category != 0;
    own.category = number;
    if (had_one) {
      call.require(value_of(call, own, scene()).health >= wad, refusal::health_too_low);
    }
    return Done{};
  });
}

Result<U256> Market::pay_treasury(ReserveId id) {
  return attempt<U256>(touched_by(treasury_, id), [&](Call& call) {
    Reserve& reserve = reserves_[id];
    if (!reserve.terms.active || reserve.accrued_to_treasury.is_zero()) return U256{};
    const Checked index = income_at(reserve, now_);
    const U256 amount = call.sure(ray_mul(reserve.accrued_to_treasury, index));
    reserve.accrued_to_treasury = U256{};
    if (!amount.is_zero()) mint_supply(call, {treasury_, id, amount});
    return amount;
  });
}

Result<AccountValue> Market::value(const Address& user) const {
  return answered<AccountValue>([&](Call& call) { return value_of(call, account(user), scene()); });
}

Result<U256> Market::available_to(const Address& user) const {
  return answered<U256>(
      [&](Call& call) { return lend::available_to(call, value_of(call, account(user), scene())); });
}

Result<U256> Market::supply_of(const Address& user, ReserveId id) const {
  return answered<U256>([&](Call& call) {
    return call.sure(ray_mul(holding(user, id).supply, income_at(reserves_[id], now_)));
  });
}

Result<U256> Market::debt_of(const Address& user, ReserveId id) const {
  return answered<U256>([&](Call& call) {
    return call.sure(ray_mul(holding(user, id).debt, debt_at(reserves_[id], now_)));
  });
}

Result<U256> Market::total_supply(ReserveId id) const {
  return answered<U256>([&](Call& call) {
    return call.sure(ray_mul(reserves_[id].supplied, income_at(reserves_[id], now_)));
  });
}

Result<U256> Market::total_debt(ReserveId id) const {
  return answered<U256>([&](Call& call) {
    return call.sure(ray_mul(reserves_[id].borrowed, debt_at(reserves_[id], now_)));
  });
}

}  // namespace levee::lend
