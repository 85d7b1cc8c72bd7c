#include "levee/book/lp_account.h"

#include "levee/base/wide.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::book {
namespace {

using amm::Amounts;

constexpr u128 largest_change = ~static_cast<u128>(0) >> 1;  // int128's
constexpr unsigned worth_bits = 250;

I256 difference(const U256& a, const U256& b) {
  return wrapping_sub(I256::positive(a), I256::positive(b));
}

// The part of n that belongs to `part` of `whole`, rounded down.
U256 share_of(const U256& n, u128 part, u128 whole) {
  return *mul_div(n, U256{part}, U256{whole}, Round::down);
}

Amounts sum(const Amounts& a, const Amounts& b) {
  return {a.token0 + b.token0, a.token1 + b.token1};
}

Amounts less(const Amounts& a, const Amounts& b) {
  return {a.token0 - b.token0, a.token1 - b.token1};
}

}  // namespace

std::string_view name_of(LpAction action) {
  switch (action) {
    case LpAction::mint:
      return "mint";
    case LpAction::top_up:
      return "top-up";
    case LpAction::partial_burn:
      return "partial burn";
    case LpAction::close:
      return "close";
    case LpAction::reckon:
      return "reckon";
    case LpAction::collect:
      return "collect";
  }
  return "";
}

Result<U256> worth_of(const WorthAsk& ask) {
  const U256& root = ask.price.value();
  // Price times 2^192, or 2^128 where that does not fit: the bits cut off are less than a unit.
  const bool fits = root.fits(128);
  const std::optional<U256> price =
      fits ? checked_mul(root, root) : mul_div(root, root, U256::power_of_two(64), Round::down);
  const U256 one = U256::power_of_two(fits ? 192 : 128);
  const bool in_token1 = ask.worth == Worth::in_token1;
  std::optional<U256> worth =
      in_token1 ? mul_div(ask.amounts.token0, price.value_or(U256{}), one, Round::down)
                : mul_div(ask.amounts.token1, one, price.value_or(U256{}), Round::down);
  if (worth) worth = checked_add(*worth, in_token1 ? ask.amounts.token1 : ask.amounts.token0);
  if (price && worth && worth->fits(worth_bits)) return *worth;
  return fail(Reason::out_of_range, fmt::format("worth at sqrt price {} (does not fit {} bits)",
                                                decimal_text(root), worth_bits));
}

std::optional<ImpermanentLoss> impermanent_loss(const LpStanding& standing) {
  if (standing.hold_worth.is_zero() || standing.cost.is_zero()) return std::nullopt;
  const double value = to_double(standing.principal_worth);
  const double hold = to_double(standing.hold_worth), entry = to_double(standing.cost);
  // Exact differences first: the losses are small beside what they compare.
  const double to_hold = to_double(difference(standing.principal_worth, standing.hold_worth));
  return ImpermanentLoss{to_hold / hold, to_hold / entry, (value - entry) / entry};
}

Result<LpAccount> LpAccount::open(const amm::TickRange& range, Worth worth) {
  const bool sane = amm::tick_min.value() <= range.lower && range.lower < range.upper &&
                    range.upper <= amm::tick_max.value();
  if (!sane) {
    return fail(Reason::out_of_range,
                fmt::format("ticks {} ... {} (the lower comes first, both within +-{})",
                            range.lower, range.upper, amm::tick_max.value()));
  }
  return LpAccount(range, worth);
}

Result<Amounts> LpAccount::principal(u128 liquidity, const LpMoment& now) const {
  const auto flows =
      amm::principal_of({now.price, now.tick, range_, -static_cast<i128>(liquidity)});
  if (!flows) return flows.error();
  return Amounts{flows->token0.magnitude(), flows->token1.magnitude()};
}

Result<LpAccount::Worths> LpAccount::worths(const LpLine& line, const LpMoment& now) const {
  const auto left = principal(line.liquidity, now);
  if (!left) return left.error();
  Worths worths;
  for (const auto& [amounts, worth] : {std::pair{line.paid, &worths.paid},
                                       {line.freed, &worths.freed},
                                       {line.fees, &worths.fees},
                                       {*left, &worths.kept}}) {
    const auto each = worth_of({amounts, now.price, worth_});
    if (!each) return each.error();
    *worth = *each;
  }
  return worths;
}

// Books a mint, burn or reckoning whose amounts are known.
Result<LpLine> LpAccount::change(LpLine line, i128 by, const LpMoment& now) {
  const u128 before = state_.liquidity;
  auto next = amm::reckoned(state_, by, now.inside);
  if (!next) return next.error();
  line.liquidity = next->liquidity;
  line.fees = amm::fees_since(state_, now.inside);
  const auto worths = this->worths(line, now);
  if (!worths) return worths.error();

  const u128 removed = by < 0 ? -static_cast<u128>(by) : 0;
  Amounts tokens_released;
  if (removed > 0) {
    line.cost_released = share_of(cost_, removed, before);
    tokens_released = {share_of(cost_tokens_.token0, removed, before),
                       share_of(cost_tokens_.token1, removed, before)};
  }
  line.paid_worth = worths->paid;
  line.freed_worth = worths->freed;
  line.fees_worth = worths->fees;
  const U256 out = worths->freed + worths->fees;
  line.realised = difference(out, line.cost_released);
  line.marked = difference(worths->kept + out, marked_worth_ + worths->paid);

  next->owed0 += line.freed.token0.low128();
  next->owed1 += line.freed.token1.low128();
  state_ = *next;
  cost_ = cost_ + worths->paid - line.cost_released;
  cost_tokens_ = less(sum(cost_tokens_, line.paid), tokens_released);
  marked_worth_ = worths->kept;
  realised_ = wrapping_add(realised_, line.realised);
  marked_ = wrapping_add(marked_, line.marked);
  lines_.push_back(line);
  return line;
}

Result<LpLine> LpAccount::add(u128 liquidity, const LpMoment& now) {
  // Held below 2^127, so that all of it can be removed at once.
  if (liquidity == 0 || liquidity > largest_change - state_.liquidity) {
    return fail(Reason::out_of_range, "liquidity to add (above 0; all of it stays below 2^127)");
  }
  const auto by = static_cast<i128>(liquidity);
  const auto flows = amm::principal_of({now.price, now.tick, range_, by});
  if (!flows) return flows.error();
  LpLine line;
  line.action = state_.liquidity == 0 ? LpAction::mint : LpAction::top_up;
  line.paid = {flows->token0.bits(), flows->token1.bits()};
  return change(line, by, now);
}

Result<LpLine> LpAccount::remove(u128 liquidity, const LpMoment& now) {
  if (liquidity > state_.liquidity) return fail(Reason::refused, "LS");
  const auto freed = principal(liquidity, now);
  if (!freed) return freed.error();
  LpLine line;
  line.action = liquidity == 0                  ? LpAction::reckon
                : liquidity == state_.liquidity ? LpAction::close
                                                : LpAction::partial_burn;
  line.freed = *freed;
  return change(line, -static_cast<i128>(liquidity), now);
}

Result<LpLine> LpAccount::collect(const Amounts& most) {
  LpLine line;
  line.action = LpAction::collect;
  line.liquidity = state_.liquidity;
  line.collected = {std::min(most.token0, U256{state_.owed0}),
                    std::min(most.token1, U256{state_.owed1})};
  state_.owed0 -= line.collected.token0.low128();
  state_.owed1 -= line.collected.token1.low128();
  lines_.push_back(line);
  return line;
}

Result<LpStanding> LpAccount::standing(const LpMoment& now) const {
  LpStanding standing;
  const auto held = principal(state_.liquidity, now);
  if (!held) return held.error();
  standing.principal = *held;
  standing.fees = amm::fees_since(state_, now.inside);
  standing.owed = {U256{state_.owed0}, U256{state_.owed1}};
  standing.cost_tokens = cost_tokens_;
  standing.cost = cost_;
  for (const auto& [amounts, worth] : {std::pair{standing.principal, &standing.principal_worth},
                                       {standing.fees, &standing.fees_worth},
                                       {standing.cost_tokens, &standing.hold_worth}}) {
    const auto each = worth_of({amounts, now.price, worth_});
    if (!each) return each.error();
    *worth = *each;
  }
  const U256 worth = standing.principal_worth + standing.fees_worth;
  standing.realised = realised_;
  standing.unrealised = difference(worth, cost_);
  standing.marked = wrapping_add(marked_, difference(worth, marked_worth_));
  return standing;
}

}  // namespace levee::book
