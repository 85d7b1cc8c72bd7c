// levee/amm/balancer_vault.cpp — in the contracts' own order, since the first refusal counts.
#include "levee/amm/balancer_vault.h"

namespace levee::amm {
namespace {

constexpr U256 swap_fee_min{1'000'000'000'000}, swap_fee_max{100'000'000'000'000'000};
constexpr U256 protocol_fee_max{500'000'000'000'000'000};
// Shares that nobody can ever burn keep a share from becoming too dear.
constexpr U256 minimum_shares{1'000'000};

// The Vault packs a balance into 112 bits.
Result<U256> raised(const U256& balance, const U256& by) {
  const Fixed18 sum = Fixed18(balance) + by;
  if (!sum.sound()) return refused(sum.fault());
  if (!sum.raw().fits(112)) return refused(Bal::total_overflow);
  return sum.raw();
}

Result<U256> lowered(const U256& balance, const U256& by) {
  const Fixed18 rest = Fixed18(balance) - by;
  if (!rest.sound()) return refused(rest.fault());
  return rest.raw();
}

Result<U256> answer(const Fixed18& number) {
  if (!number.sound()) return refused(number.fault());
  return number.raw();
}

// Every balance after a join (or exit).
template <class Move>
Result<Coins> each(const Coins& balances, const Coins& amounts, Move move) {
  Coins moved = balances;
  for (std::size_t i = 0; i < balances.size(); ++i) {
    const Fixed18 after = move(Fixed18(balances[i]), Fixed18(amounts[i]));
    if (!after.sound()) return refused(after.fault());
    moved[i] = after.raw();
  }
  return moved;
}

}  // namespace

VaultPool::VaultPool(const Terms& terms, const Mathematics& mathematics)
    : mathematics_(mathematics),
      scale_(terms.decimals.size()),
      swap_fee_(terms.swap_fee),
      protocol_fee_(terms.protocol_fee),
      balances_(terms.decimals.size()) {
  scaling_ = std::visit([](const auto& pool) { return pool.scaling; }, mathematics_);
  for (std::size_t i = 0; i < scale_.size(); ++i) {
    scale_[i] = 1;
    for (unsigned places = terms.decimals[i]; places < 18; ++places) scale_[i] = scale_[i] * 10;
  }
}

Result<VaultPool> VaultPool::of(const Terms& terms, const Mathematics& mathematics) {
  const std::size_t tokens =
      std::visit([](const auto& pool) { return pool.tokens(); }, mathematics);
  LEVEE_EXPECT(terms.decimals.size() == tokens);
  for (const unsigned places : terms.decimals) LEVEE_EXPECT(places <= 18);
  if (terms.swap_fee < swap_fee_min) return refused(Bal::min_swap_fee);
  if (terms.swap_fee > swap_fee_max) return refused(Bal::max_swap_fee);
  if (terms.protocol_fee > protocol_fee_max) return refused(Bal::protocol_fee_too_high);
  return VaultPool(terms, mathematics);
}

Fixed18 VaultPool::lifted(std::size_t token, const Fixed18& raw) const {
  if (scaling_ == Scaling::whole) return raw * scale_[token];
  return mul_down(raw, scale_[token] * Fixed18::one().raw());
}

Fixed18 VaultPool::dropped(std::size_t token, const Fixed18& amount, Round round) const {
  if (scaling_ == Scaling::whole) {
    return round == Round::up ? int_div_up(amount, scale_[token]) : amount / scale_[token];
  }
  const U256 scale = scale_[token] * Fixed18::one().raw();
  return round == Round::up ? ratio_up(amount, scale) : ratio_down(amount, scale);
}

Result<Coins> VaultPool::scaled(const Coins& amounts) const {
  Coins high = amounts;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    const auto amount = answer(lifted(i, amounts[i]));
    if (!amount) return amount.error();
    high[i] = *amount;
  }
  return high;
}

Result<VaultPool::Draft> VaultPool::begun() const {
  const auto lifted = scaled(balances_);
  if (!lifted) return lifted.error();
  Draft draft{{*lifted, supply_, swap_fee_}, {}, Coins(tokens()), {}, {}};
  draft.due = std::visit(
      [&](const auto& pool) { return pool.due_fee(*lifted, last_, protocol_fee_); }, mathematics_);
  U256& balance = draft.pool.balances[draft.due.token];
  const auto rest = answer(Fixed18(balance) - draft.due.amount);
  if (!rest) return rest.error();
  balance = *rest;
  return draft;
}

Result<VaultPool::Draft> VaultPool::opened(const Join& ask) const {
  const auto* first = std::get_if<FirstIn>(&ask.kind);
  if (first == nullptr) return refused(Bal::uninitialised);
  const auto amounts = scaled(first->amounts);
  if (!amounts) return amounts.error();
  Draft draft{{Coins(tokens()), {}, swap_fee_}, {}, *amounts, {}, {}};
  const Fixed18 made = std::visit(
      [&](const auto& pool) {
        return pool.first_shares(pool.last_invariant(*amounts, draft.last));
      },
      mathematics_);
  if (!made.sound()) return refused(made.fault());
  if (made.raw() < minimum_shares) return refused(Bal::minimum_shares);
  draft.shares = made.raw() - minimum_shares;
  return draft;
}

Result<Done> VaultPool::weigh(Draft& draft, const TokensIn& kind) const {
  const auto amounts = scaled(kind.amounts);
  if (!amounts) return amounts.error();
  const Fixed18 made = std::visit(
      [&](const auto& pool) { return pool.shares_for_in(draft.pool, *amounts); }, mathematics_);
  if (!made.sound()) return refused(made.fault());
  if (made.raw() < kind.least_shares) return refused(Bal::shares_out_min);
  draft.amounts = *amounts;
  draft.shares = made.raw();
  return Done{};
}

Result<Done> VaultPool::weigh(Draft& draft, const OneIn& kind) const {
  if (kind.token >= tokens()) return refused(Bal::out_of_bounds);
  const Fixed18 amount = std::visit(
      [&](const auto& pool) { return pool.in_for_shares(draft.pool, kind); }, mathematics_);
  if (!amount.sound()) return refused(amount.fault());
  draft.amounts[kind.token] = amount.raw();
  draft.shares = kind.shares;
  return Done{};
}

Result<Done> VaultPool::weigh_exit(Draft& draft, const OneOut& kind) const {
  if (kind.token >= tokens()) return refused(Bal::out_of_bounds);
  const Fixed18 amount = std::visit(
      [&](const auto& pool) { return pool.out_for_shares(draft.pool, kind); }, mathematics_);
  if (!amount.sound()) return refused(amount.fault());
  draft.amounts[kind.token] = amount.raw();
  draft.shares = kind.shares;
  return Done{};
}

Result<Done> VaultPool::weigh_exit(Draft& draft, const ShareOut& kind) {
  const Fixed18 part = ratio_down(kind.shares, draft.pool.supply);
  const auto amounts =
      each(draft.pool.balances, draft.amounts,
           [&](const Fixed18& balance, const Fixed18&) { return mul_down(balance, part); });
  if (!amounts) return amounts.error();
  draft.amounts = *amounts;
  draft.shares = kind.shares;
  return Done{};
}

Result<Done> VaultPool::weigh_exit(Draft& draft, const TokensOut& kind) const {
  const auto amounts = scaled(kind.amounts);
  if (!amounts) return amounts.error();
  const Fixed18 burnt = std::visit(
      [&](const auto& pool) { return pool.shares_for_out(draft.pool, *amounts); }, mathematics_);
  if (!burnt.sound()) return refused(burnt.fault());
  if (kind.most_shares && burnt.raw() > *kind.most_shares) return refused(Bal::shares_in_max);
  draft.amounts = *amounts;
  draft.shares = burnt.raw();
  return Done{};
}

Result<Done> VaultPool::remember(Draft& draft, const Result<Coins>& after) const {
  if (!after) return after.error();
  const Fixed18 now = std::visit(
      [&](const auto& pool) { return pool.last_invariant(*after, draft.last); }, mathematics_);
  if (!now.sound()) return refused(now.fault());
  return Done{};
}

Result<VaultPool::Draft> VaultPool::joined(const Join& ask) const {
  auto draft = begun();
  if (!draft) return draft;
  Result<Done> weighed = refused(Bal::unknown_join);
  if (const auto* in = std::get_if<TokensIn>(&ask.kind)) weighed = weigh(*draft, *in);
  if (const auto* one = std::get_if<OneIn>(&ask.kind)) weighed = weigh(*draft, *one);
  if (!weighed) return weighed.error();
  const auto after =
      each(draft->pool.balances, draft->amounts,
           [](const Fixed18& balance, const Fixed18& amount) { return balance + amount; });
  if (const auto kept = remember(*draft, after); !kept) return kept.error();
  return draft;
}

Result<VaultPool::Draft> VaultPool::left(const Exit& ask) const {
  auto draft = begun();
  if (!draft) return draft;
  const Result<Done> weighed =
      std::visit([&](const auto& kind) { return weigh_exit(*draft, kind); }, ask.kind);
  if (!weighed) return weighed.error();
  const auto after =
      each(draft->pool.balances, draft->amounts,
           [](const Fixed18& balance, const Fixed18& amount) { return balance - amount; });
  if (const auto kept = remember(*draft, after); !kept) return kept.error();
  return draft;
}

Result<VaultPool::Moved> VaultPool::in_raw(const Draft& draft, Round round) const {
  Moved moved{Coins(tokens()), draft.shares, Coins(tokens())};
  for (std::size_t i = 0; i < tokens(); ++i) {
    const auto amount = answer(dropped(i, draft.amounts[i], round));
    if (!amount) return amount.error();
    moved.amounts[i] = *amount;
  }
  const auto fee = answer(dropped(draft.due.token, draft.due.amount, Round::down));
  if (!fee) return fee.error();
  moved.protocol_fees[draft.due.token] = *fee;
  return moved;
}

Result<VaultPool::Moved> VaultPool::join(const Join& ask) {
  const bool first = supply_.is_zero();
  const auto draft = first ? opened(ask) : joined(ask);
  if (!draft) return draft.error();
  const Fixed18 owned = Fixed18(shares_of(ask.who)) + draft->shares;
  const Fixed18 supply = Fixed18(supply_) + draft->shares + (first ? minimum_shares : U256{});
  if (!owned.sound() || !supply.sound()) return refused(Bal::add_overflow);
  auto moved = in_raw(*draft, Round::up);
  if (!moved) return moved;

  Coins balances = balances_;
  for (std::size_t i = 0; i < tokens(); ++i) {
    const U256 &paid = moved->amounts[i], &fee = moved->protocol_fees[i];
    if (ask.most && paid > (*ask.most)[i]) return refused(Bal::join_above_max);
    const auto after =
        paid >= fee ? raised(balances[i], paid - fee) : lowered(balances[i], fee - paid);
    if (!after) return after.error();
    balances[i] = *after;
  }
  balances_ = balances;
  supply_ = supply.raw();
  last_ = draft->last;
  if (first) shares_[Address{}] += minimum_shares;
  shares_[ask.who] += draft->shares;
  return moved;
}

Result<VaultPool::Moved> VaultPool::exit(const Exit& ask) {
  const auto draft = left(ask);
  if (!draft) return draft.error();
  if (shares_of(ask.who) < draft->shares) {
    return refused(std::visit([](const auto& pool) { return pool.too_few_shares; }, mathematics_));
  }
  auto moved = in_raw(*draft, Round::down);
  if (!moved) return moved;

  Coins balances = balances_;
  for (std::size_t i = 0; i < tokens(); ++i) {
    const U256& paid = moved->amounts[i];
    if (ask.least && paid < (*ask.least)[i]) return refused(Bal::exit_below_min);
    const auto after = lowered(balances[i], paid + moved->protocol_fees[i]);
    if (!after) return after.error();
    balances[i] = *after;
  }
  balances_ = balances;
  supply_ -= draft->shares;
  last_ = draft->last;
  shares_[ask.who] -= draft->shares;
  return moved;
}

Fixed18 VaultPool::out_of(const Swap& ask) const {
  const auto& [in, out] = ask.tokens;
  const Fixed18 taxed = Fixed18(ask.amount) - mul_up(ask.amount, swap_fee_);
  const Fixed18 amount = lifted(in, taxed);
  if (!amount.sound()) return amount;
  const auto balances = scaled(balances_);
  LEVEE_EXPECT(balances);
  const Fixed18 paid = std::visit(
      [&](const auto& pool) { return pool.out_given_in(*balances, ask.tokens, amount.raw()); },
      mathematics_);
  return dropped(out, paid, Round::down);
}

Fixed18 VaultPool::in_of(const Swap& ask) const {
  const auto& [in, out] = ask.tokens;
  const Fixed18 amount = lifted(out, ask.amount);
  if (!amount.sound()) return amount;
  const auto balances = scaled(balances_);
  LEVEE_EXPECT(balances);
  const Fixed18 paid = std::visit(
      [&](const auto& pool) { return pool.in_given_out(*balances, ask.tokens, amount.raw()); },
      mathematics_);
  return ratio_up(dropped(in, paid, Round::up), Fixed18::one() - swap_fee_);
}

Result<VaultPool::Flow> VaultPool::flow_of(const Swap& ask) const {
  const bool given_in = ask.given == Given::in;
  const auto found = answer(given_in ? out_of(ask) : in_of(ask));
  if (!found) return found.error();
  const Flow flow = given_in ? Flow{ask.amount, *found} : Flow{*found, ask.amount};
  if (const auto in = raised(balances_[ask.tokens.in], flow.in); !in) return in.error();
  if (const auto out = lowered(balances_[ask.tokens.out], flow.out); !out) return out.error();
  return flow;
}

Result<VaultPool::Flow> VaultPool::query(const Swap& ask) const {
  LEVEE_EXPECT(ask.tokens.in < tokens() && ask.tokens.out < tokens());
  if (ask.tokens.in == ask.tokens.out) return refused(Bal::same_token);
  if (ask.amount.is_zero()) return refused(Bal::no_amount);
  return flow_of(ask);
}

Result<VaultPool::Flow> VaultPool::swap(const Swap& ask) {
  LEVEE_EXPECT(ask.tokens.in < tokens() && ask.tokens.out < tokens());
  if (ask.amount.is_zero()) return refused(Bal::no_amount);
  if (ask.tokens.in == ask.tokens.out) return refused(Bal::same_token);
  auto flow = flow_of(ask);
  if (!flow) return flow;
  const bool beyond = ask.given == Given::in ? ask.limit && flow->out < *ask.limit
                                             : ask.limit && flow->in > *ask.limit;
  if (beyond) return refused(Bal::swap_limit);
  balances_[ask.tokens.in] += flow->in;
  balances_[ask.tokens.out] -= flow->out;
  return flow;
}

void VaultPool::advance_to(std::uint64_t time) {
  if (auto* stable = std::get_if<StablePool>(&mathematics_)) stable->advance_to(time);
}

Result<Done> VaultPool::set_protocol_fee(const U256& fee) {
  if (fee > protocol_fee_max) return refused(Bal::protocol_fee_too_high);
  protocol_fee_ = fee;
  return Done{};
}

U256 VaultPool::shares_of(const Address& owner) const {
  const auto found = shares_.find(owner);
  return found == shares_.end() ? U256{} : found->second;
}

Result<U256> VaultPool::invariant() const {
  const auto balances = scaled(balances_);
  if (!balances) return balances.error();
  return answer(
      std::visit([&](const auto& pool) { return pool.invariant(*balances); }, mathematics_));
}

}  // namespace levee::amm
