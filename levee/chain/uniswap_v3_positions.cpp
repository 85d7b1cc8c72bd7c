#include "levee/chain/uniswap_v3_positions.h"

#include "levee/base/keccak.h"
#include "levee/chain/abi.h"
#include "levee/chain/answered.h"
#include "levee/chain/uniswap_v3_reader.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr std::string_view positions_contract = "a contract of positions";

// An NFT as its contract keeps it.
struct Kept {
  Address token0, token1;
  U256 fee;
  amm::PositionState state;
};

// What belongs to one NFT while it is read.
struct Draft {
  PositionReading position;
  Kept kept;
  amm::FeeGrowth inside;
  amm::Amounts paid;  // What collect would pay, says the contract.
};

std::string nft_text(const U256& nft) { return "NFT " + decimal_text(nft); }

Result<Draft> draft_in(const U256& nft, const Returned& kept, const Returned& owner,
                       const V3Home& home, const Block& at) {
  if (kept.reverted || owner.reverted) {
    return fail(Reason::missing_data,
                fmt::format("{} does not exist at block {} (contract {} refuses: {})",
                            nft_text(nft), at.number, text_of(home.positions),
                            kept.reverted ? kept.reason : owner.reason));
  }
  const auto what = fmt::format("positions({}) of {}", decimal_text(nft), text_of(home.positions));
  auto reader = answered(kept, what);
  if (!reader) return reader.error();
  Draft draft;
  draft.position.nft = nft;
  reader->number(96);
  reader->address();
  draft.kept.token0 = reader->address();
  draft.kept.token1 = reader->address();
  draft.kept.fee = reader->number(24);
  draft.position.range.lower = reader->small(24);
  draft.position.range.upper = reader->small(24);
  amm::PositionState& state = draft.kept.state;
  state.liquidity = draft.position.liquidity = reader->number(128).low128();
  state.fees_inside_last = {reader->number(), reader->number()};
  state.owed0 = reader->number(128).low128();
  state.owed1 = reader->number(128).low128();
  if (const auto done = reader->finish(); !done) return done.error();
  auto holder = answered(owner, "ownerOf of " + nft_text(nft));
  if (!holder) return holder.error();
  draft.position.owner = holder->address();
  if (const auto done = holder->finish(); !done) return done.error();
  return draft;
}

Result<std::vector<Draft>> read_kept(Node& node, const V3Home& home, const std::vector<U256>& nfts,
                                     const Block& at) {
  std::vector<Call> calls;
  for (const U256& nft : nfts) {
    calls.push_back({home.positions, call_of("positions(uint256)", {nft})});
    calls.push_back({home.positions, call_of("ownerOf(uint256)", {nft})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < nfts.size(); ++i) {
    auto draft = draft_in(nfts[i], (*returned)[2 * i], (*returned)[2 * i + 1], home, at);
    if (!draft) return draft.error();
    drafts.push_back(*std::move(draft));
  }
  return drafts;
}

Result<Address> factory_of(Node& node, const V3Home& home, const Block& at) {
  if (!home.factory.is_zero()) return home.factory;
  const Call call{home.positions, call_of("factory()", {})};
  const auto returned = node.calls(std::span(&call, 1), at);
  if (!returned) return returned.error();
  const auto what = "factory of " + text_of(home.positions);
  auto reader = answered(returned->front(), what);
  if (!reader) return reader.error();
  const Address factory = reader->address();
  if (const auto done = reader->finish(); !done) return done.error();
  return factory;
}

// Each NFT's pool, as the factory says; equal ones once.
Result<std::vector<Address>> pools_of(Node& node, const Address& factory, const Block& at,
                                      std::vector<Draft>& drafts) {
  std::vector<Call> calls;
  for (const Draft& draft : drafts) {
    calls.push_back({factory, call_of("getPool(address,address,uint24)",
                                      {draft.kept.token0, draft.kept.token1, draft.kept.fee})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<Address> pools;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto what = "getPool of factory " + text_of(factory);
    auto reader = answered((*returned)[i], what);
    if (!reader) return reader.error();
    const Address pool = reader->address();
    if (const auto done = reader->finish(); !done) return done.error();
    if (pool.is_zero()) {
      return fail(Reason::bad_input,
                  fmt::format("{}: factory {} has no pool of its tokens and fee (give --factory)",
                              nft_text(drafts[i].position.nft), text_of(factory)));
    }
    const auto found = std::find(pools.begin(), pools.end(), pool);
    drafts[i].position.pool = static_cast<std::size_t>(found - pools.begin());
    if (found == pools.end()) pools.push_back(pool);
  }
  return pools;
}

Result<Done> read_inside(Node& node, std::span<const PoolReading> pools, const Block& at,
                         std::vector<Draft>& drafts) {
  std::vector<TickPlace> places;
  for (const Draft& draft : drafts) {
    const PoolReading& pool = pools[draft.position.pool];
    const auto fine = require_range(draft.position, pool.found.terms.spacing);
    if (!fine) return fine.error();
    places.push_back({pool.address, draft.position.range.lower});
    places.push_back({pool.address, draft.position.range.upper});
  }
  const auto states = read_v3_ticks(node, places, at);
  if (!states) return states.error();
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const amm::PoolNumbers& now = pools[drafts[i].position.pool].found.numbers;
    drafts[i].inside = amm::fees_inside({.lower = {places[2 * i].tick, &(*states)[2 * i]},
                                         .upper = {places[2 * i + 1].tick, &(*states)[2 * i + 1]},
                                         .current = now.tick,
                                         .global = now.fees});
  }
  return Done{};
}

// What the contract would pay each owner.
Result<Done> read_paid(Node& node, const V3Home& home, const Block& at,
                       std::vector<Draft>& drafts) {
  constexpr u128 all = ~u128{0};
  std::vector<Call> calls;
  for (const Draft& draft : drafts) {
    const Address& owner = draft.position.owner;
    calls.push_back({home.positions,
                     call_of("collect((uint256,address,uint128,uint128))",
                             {draft.position.nft, owner, U256{all}, U256{all}}),
                     owner});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto what = "collect of " + nft_text(drafts[i].position.nft);
    auto reader = answered((*returned)[i], what);
    if (!reader) return reader.error();
    drafts[i].paid = {reader->number(), reader->number()};
    if (const auto done = reader->finish(); !done) return done.error();
  }
  return Done{};
}

std::array<std::uint8_t, 3> packed(std::int32_t tick) {
  const auto bits = static_cast<std::uint32_t>(tick);
  return {static_cast<std::uint8_t>(bits >> 16), static_cast<std::uint8_t>(bits >> 8),
          static_cast<std::uint8_t>(bits)};
}

// A position's name in its pool: the hash of owner and ticks, without padding.
Bytes32 key_of(const Address& owner, const amm::TickRange& range) {
  Bytes text(owner.bytes.begin(), owner.bytes.end());
  for (const std::int32_t tick : {range.lower, range.upper}) {
    const auto bytes = packed(tick);
    text.insert(text.end(), bytes.begin(), bytes.end());
  }
  return keccak256(text);
}

Result<amm::PositionState> read_shared(Node& node, const V3Home& home, const Address& pool,
                                       const amm::TickRange& range, const Block& at) {
  const Call call{pool, call_of("positions(bytes32)", {key_of(home.positions, range)})};
  const auto returned = node.calls(std::span(&call, 1), at);
  if (!returned) return returned.error();
  const auto what = "positions of pool " + text_of(pool);
  auto reader = answered(returned->front(), what);
  if (!reader) return reader.error();
  amm::PositionState state;
  state.liquidity = reader->number(128).low128();
  state.fees_inside_last = {reader->number(), reader->number()};
  state.owed0 = reader->number(128).low128();
  state.owed1 = reader->number(128).low128();
  if (const auto done = reader->finish(); !done) return done.error();
  return state;
}

// Whether the contract reckons fees before it pays: not for an NFT without liquidity.
enum class Reckoned { anew, before };

Reckoned reckoned_when(const amm::PositionState& nft) {
  return nft.liquidity > 0 ? Reckoned::anew : Reckoned::before;
}

amm::Amounts owed_by(const amm::PositionState& state, const amm::FeeGrowth& inside, Reckoned when) {
  const amm::Amounts since =
      when == Reckoned::anew ? amm::fees_since(state, inside) : amm::Amounts{};
  return {U256{static_cast<u128>(state.owed0 + since.token0.low128())},
          U256{static_cast<u128>(state.owed1 + since.token1.low128())}};
}

// Levee's own reckoning; the pool's side is read only where the NFT's does not explain it.
Result<amm::Amounts> reckoned(Node& node, const V3Home& home, const Draft& draft,
                              const PoolReading& pool, const Block& at) {
  const amm::Amounts owed =
      owed_by(draft.kept.state, draft.inside, reckoned_when(draft.kept.state));
  if (owed == draft.paid) return owed;
  const auto shared = read_shared(node, home, pool.address, draft.position.range, at);
  if (!shared) return shared.error();
  return collectable_of(draft.kept.state, *shared, draft.inside);
}

Result<Done> finish(Node& node, const V3Home& home, std::vector<Draft>& drafts, Reading& reading) {
  for (Draft& draft : drafts) {
    const PoolReading& pool = reading.pools[draft.position.pool];
    const auto fees = reckoned(node, home, draft, pool, reading.block);
    if (!fees) return fees.error();
    if (*fees != draft.paid) {
      return fail(
          Reason::corrupt,
          fmt::format("{}: levee reckons fees of {} and {}, the contract would pay {} and "
                      "{} (units of {} and {}; a token that takes a fee, or a fork)",
                      nft_text(draft.position.nft), decimal_text(fees->token0),
                      decimal_text(fees->token1), decimal_text(draft.paid.token0),
                      decimal_text(draft.paid.token1), pool.token0.symbol, pool.token1.symbol));
    }
    draft.position.fees = *fees;
    const auto principal =
        amm::principal_of({.price = pool.found.numbers.price,
                           .tick = pool.found.numbers.tick,
                           .range = draft.position.range,
                           .change = -static_cast<i128>(draft.position.liquidity)});
    if (!principal) return principal.error();
    draft.position.principal =
        amm::Amounts{principal->token0.magnitude(), principal->token1.magnitude()};
    reading.positions.push_back(draft.position);
  }
  return Done{};
}

}  // namespace

amm::Amounts collectable_of(const amm::PositionState& nft, const amm::PositionState& shared,
                            const amm::FeeGrowth& inside) {
  const amm::Amounts owed = owed_by(nft, inside, reckoned_when(nft));
  const amm::Amounts held = owed_by(shared, inside, reckoned_when(nft));
  return {std::min(owed.token0, held.token0), std::min(owed.token1, held.token1)};
}

Result<std::vector<U256>> read_v3_owned(Node& node, const V3Home& home, const Address& owner,
                                        const Block& at) {
  const Standing contract{home.positions, std::string(positions_contract)};
  if (const auto there = require_code(node, std::span(&contract, 1), at); !there)
    return there.error();
  const Holding holding{home.positions, owner};
  const auto balance = read_balances(node, std::span(&holding, 1), at);
  if (!balance) return balance.error();
  constexpr std::uint64_t most = 100'000;
  if (balance->front() > U256{most}) {
    return fail(Reason::not_supported,
                fmt::format("{} holds {} NFTs (at most {} are read)", text_of(owner),
                            decimal_text(balance->front()), most));
  }
  std::vector<Call> calls;
  for (std::uint64_t i = 0; i < balance->front().low64(); ++i) {
    calls.push_back(
        {home.positions, call_of("tokenOfOwnerByIndex(address,uint256)", {owner, U256{i}})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<U256> nfts;
  for (const Returned& one : *returned) {
    const auto what = "tokenOfOwnerByIndex of " + text_of(owner);
    auto reader = answered(one, what);
    if (!reader) return reader.error();
    nfts.push_back(reader->number());
    if (const auto done = reader->finish(); !done) return done.error();
  }
  return nfts;
}

Result<Done> read_v3_positions(Node& node, const V3Home& home, const V3PositionAsk& ask,
                               Reading& reading) {
  if (ask.nfts.empty()) return Done{};
  const Block& at = reading.block;
  const Standing contract{home.positions, std::string(positions_contract)};
  if (const auto there = require_code(node, std::span(&contract, 1), at); !there) return there;
  auto drafts = read_kept(node, home, ask.nfts, at);
  if (!drafts) return drafts.error();
  const auto factory = factory_of(node, home, at);
  if (!factory) return factory.error();
  const auto addresses = pools_of(node, *factory, at, *drafts);
  if (!addresses) return addresses.error();
  auto pools = read_v3_pools(node, {home.chain, home.family, *factory, *addresses, ask.depth}, at);
  if (!pools) return pools.error();
  reading.pools = *std::move(pools);
  if (const auto done = read_inside(node, reading.pools, at, *drafts); !done) return done;
  if (const auto done = read_paid(node, home, at, *drafts); !done) return done;
  return finish(node, home, *drafts, reading);
}

}  // namespace levee::chain
