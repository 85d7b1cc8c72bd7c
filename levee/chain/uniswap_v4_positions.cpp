#include "levee/chain/uniswap_v4_positions.h"

#include "levee/chain/abi.h"
#include "levee/chain/answered.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr std::size_t position_words = 3, tick_words = 3;
constexpr std::size_t words_each = position_words + 2 * tick_words;
constexpr std::int32_t spacing_most = 32767;
constexpr std::uint32_t fee_most = 1'000'000;  // Millionths.

std::string nft_text(const U256& nft) { return "NFT " + decimal_text(nft); }

amm::V4Key key_in(AbiReader& reader) {
  amm::V4Key key;
  key.currency0 = reader.address();
  key.currency1 = reader.address();
  key.fee = static_cast<std::uint32_t>(reader.count(24));
  key.spacing = reader.small(24);
  key.hooks = reader.address();
  return key;
}

bool is_possible(const amm::V4Key& key) {
  return key.spacing >= 1 && key.spacing <= spacing_most && key.currency0 < key.currency1 &&
         (key.fee <= fee_most || key.fee == amm::v4_dynamic_fee);
}

// What belongs to one NFT while it is read.
struct Draft {
  PositionReading position;
  amm::V4Key key;
};

Result<Draft> draft_in(const U256& nft, std::span<const Returned> returned, const V4Home& home,
                       const Block& at) {
  const Returned &placed = returned[0], &liquid = returned[1], &owner = returned[2];
  if (owner.reverted) {
    return fail(Reason::missing_data,
                fmt::format("{} does not exist at block {} (contract {} refuses: {})",
                            nft_text(nft), at.number, text_of(home.positions), owner.reason));
  }
  const auto what = nft_text(nft) + " of " + text_of(home.positions);
  auto reader = answered(placed, what);
  if (!reader) return reader.error();
  Draft draft;
  draft.position.nft = nft;
  draft.key = key_in(*reader);
  // The high 200 bits are the pool's name cut short, then come the upper and the lower tick.
  const U256 place = reader->number();
  const auto tick = [&](unsigned from) {
    return static_cast<std::int32_t>((place >> from).low64() << 8 & 0xFFFFFF00U) >> 8;
  };
  draft.position.range = {tick(8), tick(32)};
  if (const auto done = reader->finish(); !done) return done.error();
  const bool same_pool = place >> 56 == number_of(amm::id_of(draft.key)) >> 56;
  if (!is_possible(draft.key) || !same_pool) {
    return fail(Reason::corrupt, fmt::format("{}: its pool's key and name do not belong together "
                                             "(is it another contract?)",
                                             what));
  }
  auto liquidity = answered(liquid, what);
  if (!liquidity) return liquidity.error();
  draft.position.liquidity = liquidity->number(128).low128();
  if (const auto done = liquidity->finish(); !done) return done.error();
  auto holder = answered(owner, what);
  if (!holder) return holder.error();
  draft.position.owner = holder->address();
  if (const auto done = holder->finish(); !done) return done.error();
  return draft;
}

Result<std::vector<Draft>> read_placed(Node& node, const V4Home& home,
                                       const std::vector<U256>& nfts, const Block& at) {
  std::vector<Call> calls;
  for (const U256& nft : nfts) {
    calls.push_back({home.positions, call_of("getPoolAndPositionInfo(uint256)", {nft})});
    calls.push_back({home.positions, call_of("getPositionLiquidity(uint256)", {nft})});
    calls.push_back({home.positions, call_of("ownerOf(uint256)", {nft})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < nfts.size(); ++i) {
    auto draft = draft_in(nfts[i], std::span(*returned).subspan(3 * i, 3), home, at);
    if (!draft) return draft.error();
    drafts.push_back(*std::move(draft));
  }
  return drafts;
}

// Each NFT's pool, equal ones once.
std::vector<amm::V4Key> pools_of(std::vector<Draft>& drafts) {
  std::vector<amm::V4Key> keys;
  for (Draft& draft : drafts) {
    const auto found = std::find(keys.begin(), keys.end(), draft.key);
    draft.position.pool = static_cast<std::size_t>(found - keys.begin());
    if (found == keys.end()) keys.push_back(draft.key);
  }
  return keys;
}

std::vector<U256> slots_of(const Draft& draft, const V4Home& home) {
  const V4Slots slots(amm::id_of(draft.key));
  const amm::PositionKey key{home.positions, draft.position.range, bytes_of(draft.position.nft)};
  const U256 position = slots.position(amm::v4_position_id(key));
  const U256 lower = slots.tick(draft.position.range.lower);
  const U256 upper = slots.tick(draft.position.range.upper);
  std::vector<U256> list;
  for (const U256& first : {position, lower, upper}) {
    for (std::size_t i = 0; i < 3; ++i) list.push_back(wrapping_add(first, U256{i}));
  }
  return list;
}

// Principal and fees of one position, from the nine words of slots_of.
Result<Done> value(std::span<const U256> words, const PoolReading& pool, Draft& draft) {
  amm::PositionState state;
  state.liquidity = words[0].low128();
  state.fees_inside_last = {words[1], words[2]};
  if (state.liquidity != draft.position.liquidity) {
    return fail(Reason::corrupt,
                fmt::format("{}: liquidity {} in storage, {} says the contract of positions (is "
                            "--pool-manager another deployment?)",
                            nft_text(draft.position.nft), decimal_text(U256{state.liquidity}),
                            decimal_text(U256{draft.position.liquidity})));
  }
  if (!pool.not_valued.empty()) return Done{};
  const amm::TickRange& range = draft.position.range;
  const amm::PoolNumbers& now = pool.found.numbers;
  const amm::TickState lower = v4_tick_in(words.subspan(position_words, tick_words));
  const amm::TickState upper = v4_tick_in(words.subspan(position_words + tick_words, tick_words));
  const amm::FeeGrowth inside = amm::fees_inside({.lower = {range.lower, &lower},
                                                  .upper = {range.upper, &upper},
                                                  .current = now.tick,
                                                  .global = now.fees});
  draft.position.fees = amm::fees_since(state, inside);
  const auto principal = amm::principal_of({.price = now.price,
                                            .tick = now.tick,
                                            .range = range,
                                            .change = -static_cast<i128>(state.liquidity)});
  if (!principal) return principal.error();
  draft.position.principal =
      amm::Amounts{principal->token0.magnitude(), principal->token1.magnitude()};
  return Done{};
}

// The owners of those NFTs that were ever transferred to one, at a block; burnt ones have none.
Result<std::vector<U256>> still_owned(Node& node, const V4Home& home, const Address& owner,
                                      const std::vector<U256>& nfts, const Block& at) {
  std::vector<Call> calls;
  for (const U256& nft : nfts) {
    calls.push_back({home.positions, call_of("ownerOf(uint256)", {nft})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<U256> owned;
  for (std::size_t i = 0; i < nfts.size(); ++i) {
    if ((*returned)[i].reverted) continue;
    auto reader = answered((*returned)[i], "ownerOf of " + nft_text(nfts[i]));
    if (!reader) return reader.error();
    const Address holder = reader->address();
    if (const auto done = reader->finish(); !done) return done.error();
    if (holder == owner) owned.push_back(nfts[i]);
  }
  return owned;
}

}  // namespace

Result<Address> v4_pools_of(Node& node, const V4Home& home, const Block& at) {
  const Standing contract{home.positions, "a contract of positions"};
  if (const auto there = require_code(node, std::span(&contract, 1), at); !there)
    return there.error();
  if (!home.pools.is_zero()) return home.pools;
  const Call call{home.positions, call_of("poolManager()", {})};
  const auto returned = node.calls(std::span(&call, 1), at);
  if (!returned) return returned.error();
  auto reader = answered(returned->front(), "poolManager of " + text_of(home.positions));
  if (!reader) return reader.error();
  const Address pools = reader->address();
  if (const auto done = reader->finish(); !done) return done.error();
  return pools;
}

Result<amm::V4Key> read_v4_key(Node& node, const V4Home& home, const Bytes32& pool,
                               const Block& at) {
  Bytes32 cut = pool;
  std::fill(cut.bytes.begin() + 25, cut.bytes.end(), std::uint8_t{0});
  const Call call{home.positions, call_of("poolKeys(bytes25)", {cut})};
  const auto returned = node.calls(std::span(&call, 1), at);
  if (!returned) return returned.error();
  const auto what = "poolKeys of " + text_of(home.positions);
  auto reader = answered(returned->front(), what);
  if (!reader) return reader.error();
  const amm::V4Key key = key_in(*reader);
  if (const auto done = reader->finish(); !done) return done.error();
  if (key.spacing == 0) {
    return fail(Reason::missing_data,
                fmt::format("pool {} has no NFT of {} (its tokens cannot be told from its name; "
                            "give an NFT of it)",
                            text_of(pool), text_of(home.positions)));
  }
  if (is_possible(key) && amm::id_of(key) == pool) return key;
  return fail(Reason::corrupt,
              fmt::format("{}: the key it gives is not that of pool {}", what, text_of(pool)));
}

Result<Done> read_v4_positions(Node& node, const V4Home& home, const V4PositionAsk& ask,
                               Reading& reading) {
  if (ask.nfts.empty()) return Done{};
  const auto contract = v4_pools_of(node, home, reading.block);
  if (!contract) return contract.error();
  auto drafts = read_placed(node, home, ask.nfts, reading.block);
  if (!drafts) return drafts.error();
  const std::vector<amm::V4Key> keys = pools_of(*drafts);
  auto pools = read_v4_pools(node, {home.chain, *contract, keys, ask.depth}, reading.block);
  if (!pools) return pools.error();
  reading.pools = *std::move(pools);
  std::vector<U256> slots;
  for (const Draft& draft : *drafts) {
    const auto fine = require_range(draft.position, TickSpacing{draft.key.spacing});
    if (!fine) return fine.error();
    const std::vector<U256> some = slots_of(draft, home);
    slots.insert(slots.end(), some.begin(), some.end());
  }
  const auto words = read_slots(node, *contract, slots, reading.block);
  if (!words) return words.error();
  for (std::size_t i = 0; i < drafts->size(); ++i) {
    Draft& draft = (*drafts)[i];
    const auto done = value(std::span(*words).subspan(i * words_each, words_each),
                            reading.pools[draft.position.pool], draft);
    if (!done) return done.error();
    reading.positions.push_back(draft.position);
  }
  return Done{};
}

Result<std::vector<U256>> read_v4_owned(Node& node, const V4Home& home, const V4OwnerAsk& ask,
                                        const Block& at, Progress& progress) {
  const LogAsk logs{
      .addresses = {home.positions},
      .topics = {{topic_of("Transfer(address,address,uint256)")}, {}, {word_of(ask.owner)}},
      .from = ask.from,
      .to = at.number};
  const auto scanned = scan_logs(node, logs, ask.scan, progress);
  if (!scanned) return scanned.error();
  if (scanned->last.hash != at.hash) {
    return fail(Reason::stale_data, fmt::format("block {} is not the chain's any more (a reorg) "
                                                "read again",
                                                at.number));
  }
  std::vector<U256> nfts;
  for (const Log& log : scanned->logs) {
    if (log.topics.size() != 4) {
      return fail(Reason::corrupt, fmt::format("a transfer of {} without its NFT (is it another "
                                               "contract?)",
                                               text_of(home.positions)));
    }
    nfts.push_back(number_of(log.topics[3]));
  }
  std::sort(nfts.begin(), nfts.end());
  nfts.erase(std::unique(nfts.begin(), nfts.end()), nfts.end());
  return still_owned(node, home, ask.owner, nfts, at);
}

}  // namespace levee::chain
