#include "levee/amm/nft_positions.h"

#include "levee/amm/liquidity_amounts.h"

#include <algorithm>
#include <utility>

namespace levee::amm {
namespace {

Error refused(const char* why) { return fail(Reason::refused, why); }

// Runs `change` on a pool; what pays or costs less than `least` is undone. The pool's own refusal
// comes before the contract's.
template <class Change>
Result<Amounts> at_least(Pool& pool, const Amounts& least, Change change) {
  if (least == Amounts{}) return change(pool);
  Pool changed = pool;
  auto amounts = change(changed);
  if (!amounts) return amounts;
  if (amounts->token0 < least.token0 || amounts->token1 < least.token1) {
    return refused("Price slippage check");
  }
  pool = std::move(changed);
  return amounts;
}

// The token's share of what its range earned since it was last touched, at the pool's last
// reckoning of the range.
void reckon(PositionState& state, const FeeGrowth& inside) {
  const Amounts fees = fees_since(state, inside);
  state.owed0 += fees.token0.low128();
  state.owed1 += fees.token1.low128();
  state.fees_inside_last = inside;
}

}  // namespace

Result<NftPosition*> NftPositions::held_by(std::uint64_t id, const Address& caller) {
  const auto found = tokens_.find(id);
  if (found == tokens_.end()) return refused("ERC721: operator query for nonexistent token");
  if (found->second.owner != caller) return refused("Not approved");
  return &found->second;
}

Result<NftAdded> NftPositions::add(Pool& pool, const NftMintAsk& ask, std::uint32_t time) {
  const auto lower = sqrt_price_at(Tick{ask.range.lower});
  if (!lower) return lower.error();
  const auto upper = sqrt_price_at(Tick{ask.range.upper});
  if (!upper) return upper.error();
  const auto liquidity = liquidity_for_amounts(pool.numbers().price, {*lower, *upper}, ask.desired);
  if (!liquidity) return refused("");
  const auto paid = at_least(pool, ask.least, [&](Pool& changed) {
    return changed.mint({self_, ask.range, *liquidity}, time);
  });
  if (!paid) return paid.error();
  return NftAdded{0, *liquidity, *paid};
}

Result<NftAdded> NftPositions::mint(std::span<Pool> pools, const NftMintAsk& ask,
                                    std::uint32_t time) {
  LEVEE_EXPECT(ask.pool < pools.size());
  Pool& pool = pools[ask.pool];
  auto added = add(pool, ask, time);
  if (!added) return added;
  NftPosition token{ask.recipient, ask.pool, ask.range, {}};
  token.state.liquidity = added->liquidity;
  token.state.fees_inside_last = pool.position(key_of(token)).fees_inside_last;
  added->id = next_++;
  tokens_.emplace(added->id, token);
  return added;
}

Result<NftAdded> NftPositions::increase(std::span<Pool> pools, const NftIncreaseAsk& ask,
                                        std::uint32_t time) {
  const auto found = tokens_.find(ask.id);
  if (found == tokens_.end()) return refused("");
  NftPosition& token = found->second;
  Pool& pool = pools[token.pool];
  auto added = add(pool, {token.pool, token.range, ask.desired, ask.least, {}}, time);
  if (!added) return added;
  reckon(token.state, pool.position(key_of(token)).fees_inside_last);
  token.state.liquidity += added->liquidity;
  added->id = ask.id;
  return added;
}

Result<Amounts> NftPositions::decrease(std::span<Pool> pools, const NftDecreaseAsk& ask,
                                       std::uint32_t time) {
  const auto held = held_by(ask.id, ask.caller);
  if (!held) return held.error();
  NftPosition& token = **held;
  if (ask.liquidity == 0 || ask.liquidity > token.state.liquidity) return refused("");
  Pool& pool = pools[token.pool];
  const auto freed = at_least(pool, ask.least, [&](Pool& changed) {
    return changed.burn({self_, token.range, ask.liquidity}, time);
  });
  if (!freed) return freed;
  reckon(token.state, pool.position(key_of(token)).fees_inside_last);
  token.state.owed0 += freed->token0.low128();
  token.state.owed1 += freed->token1.low128();
  token.state.liquidity -= ask.liquidity;
  return freed;
}

NftPositions::Due NftPositions::due(std::span<const Pool> pools, const NftPosition& token) const {
  const Pool& pool = pools[token.pool];
  const PositionKey key = key_of(token);
  const PositionState held = pool.position(key);
  Due due{token.state, {U256{held.owed0}, U256{held.owed1}}};
  // The contract pokes the pool only for a token that has liquidity.
  if (token.state.liquidity > 0) {
    const auto& [lower, upper] = token.range;
    reckon(due.state, fees_inside({{lower, &pool.ticks().at(lower)},
                                   {upper, &pool.ticks().at(upper)},
                                   pool.numbers().tick,
                                   pool.numbers().fees}));
    due.payable = pool.collectable(key);
  }
  return due;
}

Result<Amounts> NftPositions::collect(std::span<Pool> pools, const NftCollectAsk& ask,
                                      std::uint32_t time) {
  const auto held = held_by(ask.id, ask.caller);
  if (!held) return held.error();
  if (ask.most0 == 0 && ask.most1 == 0) return refused("");
  NftPosition& token = **held;
  Pool& pool = pools[token.pool];
  Due due = this->due(pools, token);
  const u128 most0 = std::min(ask.most0, due.state.owed0);
  const u128 most1 = std::min(ask.most1, due.state.owed1);
  const PoolNumbers& now = pool.numbers();
  if (std::min(U256{most0}, due.payable.token0) > now.balance0 ||
      std::min(U256{most1}, due.payable.token1) > now.balance1) {
    return refused("TF");
  }
  if (token.state.liquidity > 0) {
    const auto poked = pool.burn({self_, token.range, 0}, time);
    if (!poked) return poked.error();
  }
  const auto paid = pool.collect({self_, token.range, most0, most1});
  LEVEE_ENSURE(bool(paid));
  // The contract takes off what it asked for, which rounding may make a unit more than is paid.
  due.state.owed0 -= most0;
  due.state.owed1 -= most1;
  token.state = due.state;
  return paid;
}

Result<Done> NftPositions::burn(std::uint64_t id, const Address& caller) {
  const auto held = held_by(id, caller);
  if (!held) return held.error();
  const PositionState& state = (*held)->state;
  if (state.liquidity != 0 || state.owed0 != 0 || state.owed1 != 0) return refused("Not cleared");
  tokens_.erase(id);
  return Done{};
}

Amounts NftPositions::collectable(std::span<const Pool> pools, std::uint64_t id) const {
  const auto [state, payable] = due(pools, tokens_.at(id));
  return {std::min(U256{state.owed0}, payable.token0), std::min(U256{state.owed1}, payable.token1)};
}

}  // namespace levee::amm
