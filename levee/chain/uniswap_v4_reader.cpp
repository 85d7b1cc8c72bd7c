#include "levee/chain/uniswap_v4_reader.h"

#include "levee/base/keccak.h"
#include "levee/chain/abi.h"
#include "levee/chain/answered.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr U256 pools_slot{6};  // Where the mapping of all pools lies.
constexpr U256 ticks_offset{4}, bitmap_offset{5}, positions_offset{6};
constexpr std::size_t state_words = 4, tick_words = 3;
constexpr std::size_t slots_per_call = 512;

void append(Bytes& text, const Bytes32& word) {
  text.insert(text.end(), word.bytes.begin(), word.bytes.end());
}

// A mapping's entry: the hash of key and slot.
U256 entry_of(const Bytes32& key, const U256& slot) {
  Bytes text;
  append(text, key);
  append(text, bytes_of(slot));
  return number_of(keccak256(text));
}

Bytes32 word_of_int(std::int32_t number) { return bytes_of(I256{number}.bits()); }

std::int32_t tick_from_bits(std::uint32_t bits) {
  return static_cast<std::int32_t>(bits << 8) >> 8;
}

std::uint32_t field(const U256& word, unsigned from, unsigned bits) {
  return static_cast<std::uint32_t>((word >> from).low64() & ((1ULL << bits) - 1));
}

// Price and tick in the low bits, then the protocol's two fees and the pool's own.
void read_state(std::span<const U256> words, PoolReading& pool) {
  amm::PoolNumbers& now = pool.found.numbers;
  now.price = amm::SqrtPriceX96{words[0] & (U256::power_of_two(160) - U256{1})};
  now.tick = tick_from_bits(field(words[0], 160, 24));
  const std::uint32_t share0 = field(words[0], 184, 12), share1 = field(words[0], 196, 12);
  now.protocol_share0 = static_cast<std::uint16_t>(share0);
  now.protocol_share1 = static_cast<std::uint16_t>(share1);
  pool.v4.protocol0 = FeePips{share0};
  pool.v4.protocol1 = FeePips{share1};
  pool.found.terms.share = amm::ProtocolShare::pips;
  pool.found.terms.fee = FeePips{field(words[0], 208, 24)};
  now.fees = {words[1], words[2]};
  now.liquidity = words[3].low128();
}

void note_terms(const amm::V4Key& key, PoolReading& pool) {
  if (!key.hooks.is_zero()) {
    std::string list;
    for (const std::string& permission : amm::hook_permissions(key.hooks)) {
      list += (list.empty() ? "" : ", ") + permission;
    }
    pool.notes.push_back(
        fmt::format("hooks {} may act: {}", text_of(key.hooks), list.empty() ? "never" : list));
  }
  if (key.fee == amm::v4_dynamic_fee) {
    pool.notes.push_back("the fee is dynamic: the hooks may change it with every swap");
  }
  if (pool.v4.protocol0.value() != 0 || pool.v4.protocol1.value() != 0) {
    pool.notes.push_back(
        fmt::format("the protocol takes {} and {} millionths of token0 and token1 "
                    "coming in, before the pool's fee",
                    pool.v4.protocol0.value(), pool.v4.protocol1.value()));
  }
}

Result<Done> read_heads(Node& node, const V4PoolAsk& ask, const Block& at,
                        std::vector<PoolReading>& pools) {
  std::vector<U256> slots;
  std::vector<Address> currencies;
  for (const amm::V4Key& key : ask.keys) {
    const U256 state = V4Slots(amm::id_of(key)).state();
    for (std::size_t i = 0; i < state_words; ++i) slots.push_back(wrapping_add(state, U256{i}));
    currencies.push_back(key.currency0);
    currencies.push_back(key.currency1);
  }
  const auto words = read_slots(node, ask.pools, slots, at);
  if (!words) return words.error();
  const auto tokens = read_tokens(node, {ask.chain, currencies}, at);
  if (!tokens) return tokens.error();
  for (std::size_t i = 0; i < ask.keys.size(); ++i) {
    const amm::V4Key& key = ask.keys[i];
    PoolReading pool;
    pool.family = Family::uniswap_v4;
    pool.name = text_of(amm::id_of(key));
    pool.address = ask.pools;
    pool.token0 = (*tokens)[2 * i];
    pool.token1 = (*tokens)[2 * i + 1];
    pool.depth = ask.depth;
    pool.v4.hooks = key.hooks;
    pool.v4.fee = key.fee;
    pool.found.terms.spacing = TickSpacing{key.spacing};
    read_state(std::span(*words).subspan(i * state_words, state_words), pool);
    if (pool.found.numbers.price.value().is_zero()) {
      return fail(Reason::missing_data,
                  fmt::format("pool {} was never initialised (it has no price)", pool.name));
    }
    if (const auto fine = require_price(pool); !fine) return fine.error();
    note_terms(key, pool);
    pool.not_valued = amm::not_valued(key);
    pools.push_back(std::move(pool));
  }
  return Done{};
}

std::int32_t floor_of(std::int32_t a, std::int32_t b) { return a / b - (a % b < 0 ? 1 : 0); }

Result<std::vector<std::int32_t>> ticks_in_use(Node& node, const PoolReading& pool,
                                               const V4Slots& slots, const Block& at) {
  const std::int32_t spacing = pool.found.terms.spacing.value();
  const std::int32_t first = floor_of(amm::tick_min.value() / spacing, 256);
  const std::int32_t last = floor_of(amm::tick_max.value() / spacing, 256);
  std::vector<U256> asked;
  for (std::int32_t word = first; word <= last; ++word) asked.push_back(slots.bits(word));
  const auto words = read_slots(node, pool.address, asked, at);
  if (!words) return words.error();
  std::vector<std::int32_t> ticks;
  for (std::int32_t word = first; word <= last; ++word) {
    const U256& bits = (*words)[static_cast<std::size_t>(word - first)];
    for (unsigned bit = 0; !bits.is_zero() && bit < 256; ++bit) {
      if (bits.bit(bit)) ticks.push_back((256 * word + static_cast<std::int32_t>(bit)) * spacing);
    }
  }
  return ticks;
}

Result<Done> read_ticks(Node& node, const Bytes32& id, const Block& at, PoolReading& pool) {
  const V4Slots slots(id);
  const auto ticks = ticks_in_use(node, pool, slots, at);
  if (!ticks) return ticks.error();
  std::vector<U256> asked;
  for (const std::int32_t tick : *ticks) {
    for (std::size_t i = 0; i < tick_words; ++i) {
      asked.push_back(wrapping_add(slots.tick(tick), U256{i}));
    }
  }
  const auto words = read_slots(node, pool.address, asked, at);
  if (!words) return words.error();
  for (std::size_t i = 0; i < ticks->size(); ++i) {
    pool.found.ticks.emplace_back(
        (*ticks)[i], v4_tick_in(std::span(*words).subspan(i * tick_words, tick_words)));
  }
  const auto whole = amm::Pool::from(pool.found);
  if (whole) return Done{};
  return fail(whole.error().reason, fmt::format("pool {}: {}", pool.name, whole.error().message));
}

}  // namespace

V4Slots::V4Slots(const Bytes32& pool) : state_(entry_of(pool, pools_slot)) {}

U256 V4Slots::tick(std::int32_t tick) const {
  return entry_of(word_of_int(tick), wrapping_add(state_, ticks_offset));
}

U256 V4Slots::bits(std::int32_t word) const {
  return entry_of(word_of_int(word), wrapping_add(state_, bitmap_offset));
}

U256 V4Slots::position(const Bytes32& name) const {
  return entry_of(name, wrapping_add(state_, positions_offset));
}

Result<std::vector<U256>> read_slots(Node& node, const Address& contract,
                                     std::span<const U256> slots, const Block& at) {
  std::vector<Call> calls;
  for (std::size_t from = 0; from < slots.size(); from += slots_per_call) {
    const auto some = slots.subspan(from, std::min(slots_per_call, slots.size() - from));
    std::vector<Bytes32> names;
    names.reserve(some.size());
    for (const U256& slot : some) names.push_back(bytes_of(slot));
    calls.push_back({contract, call_of("extsload(bytes32[])", {names})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<U256> words;
  for (const Returned& one : *returned) {
    const auto what = "extsload of " + text_of(contract);
    auto reader = answered(one, what);
    if (!reader) return reader.error();
    const std::vector<U256> some = reader->numbers();
    if (const auto done = reader->finish(); !done) return done.error();
    words.insert(words.end(), some.begin(), some.end());
  }
  if (words.size() == slots.size()) return words;
  return fail(Reason::corrupt, fmt::format("extsload of {}: {} words for {} (is it another "
                                           "contract?)",
                                           text_of(contract), words.size(), slots.size()));
}

amm::TickState v4_tick_in(std::span<const U256> words) {
  amm::TickState state;
  state.liquidity_gross = words[0].low128();
  state.liquidity_net = static_cast<i128>(words[0].high128());
  state.fees_outside = {words[1], words[2]};
  state.initialised = state.liquidity_gross != 0;
  return state;
}

Result<std::vector<PoolReading>> read_v4_pools(Node& node, const V4PoolAsk& ask, const Block& at) {
  const Standing contract{ask.pools, "the contract of all pools"};
  if (const auto there = require_code(node, std::span(&contract, 1), at); !there)
    return there.error();
  std::vector<PoolReading> pools;
  if (const auto done = read_heads(node, ask, at, pools); !done) return done.error();
  for (std::size_t i = 0; i < pools.size() && ask.depth != Depth::numbers; ++i) {
    const auto done = read_ticks(node, amm::id_of(ask.keys[i]), at, pools[i]);
    if (!done) return done.error();
  }
  return pools;
}

}  // namespace levee::chain
