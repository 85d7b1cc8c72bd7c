#include "levee/chain/uniswap_v3_reader.h"

#include "levee/chain/abi.h"
#include "levee/chain/answered.h"

#include <array>
#include <string_view>

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr std::array<std::string_view, 11> head_calls{"factory()",
                                                      "token0()",
                                                      "token1()",
                                                      "fee()",
                                                      "tickSpacing()",
                                                      "slot0()",
                                                      "liquidity()",
                                                      "feeGrowthGlobal0X128()",
                                                      "feeGrowthGlobal1X128()",
                                                      "protocolFees()",
                                                      "maxLiquidityPerTick()"};

// One pool's head: everything but tokens' words, balances and ticks.
struct Head {
  Address factory, token0, token1;
  U256 liquidity_per_tick_max;
  std::uint16_t observation = 0, observations = 0, observations_next = 0;
};

i128 small_of(const I256& number) { return static_cast<i128>(number.bits().low128()); }

void read_slot0(AbiReader& reader, PoolReading& pool, Head& head) {
  amm::PoolNumbers& now = pool.found.numbers;
  now.price = amm::SqrtPriceX96{reader.number(160)};
  now.tick = reader.small(24);
  head.observation = static_cast<std::uint16_t>(reader.count(16));
  head.observations = static_cast<std::uint16_t>(reader.count(16));
  head.observations_next = static_cast<std::uint16_t>(reader.count(16));
  // Both tokens' shares in one number: Uniswap's in 4 bits each, PancakeSwap's in 16.
  const bool wide = pool.found.terms.share == amm::ProtocolShare::per_ten_thousand;
  const std::uint64_t shares = reader.count(wide ? 32 : 8);
  now.protocol_share0 = static_cast<std::uint16_t>(wide ? shares & 0xFFFF : shares & 0xF);
  now.protocol_share1 = static_cast<std::uint16_t>(wide ? shares >> 16 : shares >> 4);
  reader.flag();
}

void read_field(std::size_t field, AbiReader& reader, PoolReading& pool, Head& head) {
  amm::PoolNumbers& now = pool.found.numbers;
  switch (field) {
    case 0:
      head.factory = reader.address();
      break;
    case 1:
      head.token0 = reader.address();
      break;
    case 2:
      head.token1 = reader.address();
      break;
    case 3:
      pool.found.terms.fee = FeePips{static_cast<std::uint32_t>(reader.count(24))};
      break;
    case 4:
      pool.found.terms.spacing = TickSpacing{reader.small(24)};
      break;
    case 5:
      read_slot0(reader, pool, head);
      break;
    case 6:
      now.liquidity = reader.number(128).low128();
      break;
    case 7:
      now.fees.token0 = reader.number();
      break;
    case 8:
      now.fees.token1 = reader.number();
      break;
    case 9:
      now.protocol_fees0 = reader.number(128).low128();
      now.protocol_fees1 = reader.number(128).low128();
      break;
    default:
      head.liquidity_per_tick_max = reader.number(128);
  }
}

Result<Head> head_in(std::span<const Returned> returned, PoolReading& pool) {
  Head head;
  for (std::size_t field = 0; field < head_calls.size(); ++field) {
    const auto what = fmt::format("{} of pool {}", head_calls.at(field), pool.name);
    auto reader = answered(returned[field], what);
    if (!reader && field == 0) {
      return fail(Reason::bad_input, fmt::format("{} is not a {} pool ({})", pool.name,
                                                 name_of(pool.family), reader.error().message));
    }
    if (!reader) return reader.error();
    read_field(field, *reader, pool, head);
    if (const auto done = reader->finish(); !done) return done.error();
  }
  const std::int32_t spacing = pool.found.terms.spacing.value();
  if (spacing < 1 || spacing > 16383) {
    return fail(Reason::corrupt,
                fmt::format("pool {}: tick spacing {} (no pool has one)", pool.name, spacing));
  }
  // The contract works this out of its spacing as levee does: a cheap proof that it is such a pool.
  if (head.liquidity_per_tick_max != U256{amm::liquidity_per_tick_max(pool.found.terms.spacing)}) {
    return fail(
        Reason::not_supported,
        fmt::format("pool {}: at most {} of liquidity a tick (not what a {} pool of spacing "
                    "{} allows; a fork levee does not know)",
                    pool.name, decimal_text(head.liquidity_per_tick_max), name_of(pool.family),
                    spacing));
  }
  if (pool.found.numbers.price.value().is_zero()) {
    return fail(Reason::missing_data,
                fmt::format("pool {} was never initialised (it has no price)", pool.name));
  }
  if (const auto fine = require_price(pool); !fine) return fine.error();
  return head;
}

// The factory must name this very contract as the pool of its tokens and fee.
Result<Done> require_factory(Node& node, std::span<const PoolReading> pools,
                             std::span<const Head> heads, const Block& at) {
  std::vector<Call> calls;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    calls.push_back({heads[i].factory, call_of("getPool(address,address,uint24)",
                                               {heads[i].token0, heads[i].token1,
                                                U256{pools[i].found.terms.fee.value()}})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const auto what = "getPool of factory " + text_of(heads[i].factory);
    auto reader = answered((*returned)[i], what);
    if (!reader) return reader.error();
    if (reader->address() == pools[i].address && reader->finish()) continue;
    return fail(
        Reason::bad_input,
        fmt::format("{} is not a pool of factory {} (the factory names another contract for "
                    "its tokens and fee)",
                    pools[i].name, text_of(heads[i].factory)));
  }
  return Done{};
}

Result<Done> read_sides(Node& node, const V3PoolAsk& ask, const Block& at,
                        std::span<const Head> heads, std::vector<PoolReading>& pools) {
  std::vector<Address> addresses;
  std::vector<Holding> holdings;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    for (const Address& token : {heads[i].token0, heads[i].token1}) {
      addresses.push_back(token);
      holdings.push_back({token, pools[i].address});
    }
  }
  const auto tokens = read_tokens(node, {ask.chain, addresses}, at);
  if (!tokens) return tokens.error();
  const auto balances = read_balances(node, holdings, at);
  if (!balances) return balances.error();
  for (std::size_t i = 0; i < pools.size(); ++i) {
    pools[i].token0 = (*tokens)[2 * i];
    pools[i].token1 = (*tokens)[2 * i + 1];
    pools[i].found.numbers.balance0 = (*balances)[2 * i];
    pools[i].found.numbers.balance1 = (*balances)[2 * i + 1];
  }
  return Done{};
}

std::int32_t floor_of(std::int32_t a, std::int32_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Every tick whose bit is set, in order. A pool's usable ticks are the multiples of its spacing.
Result<std::vector<std::int32_t>> ticks_in_use(Node& node, const PoolReading& pool,
                                               const Block& at) {
  const std::int32_t spacing = pool.found.terms.spacing.value();
  const std::int32_t first = floor_of(amm::tick_min.value() / spacing, 256);
  const std::int32_t last = floor_of(amm::tick_max.value() / spacing, 256);
  std::vector<Call> calls;
  for (std::int32_t word = first; word <= last; ++word) {
    calls.push_back({pool.address, call_of("tickBitmap(int16)", {I256{word}})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<std::int32_t> ticks;
  for (std::int32_t word = first; word <= last; ++word) {
    const auto what = fmt::format("tickBitmap({}) of pool {}", word, pool.name);
    auto reader = answered((*returned)[static_cast<std::size_t>(word - first)], what);
    if (!reader) return reader.error();
    const U256 bits = reader->number();
    if (const auto done = reader->finish(); !done) return done.error();
    for (unsigned bit = 0; !bits.is_zero() && bit < 256; ++bit) {
      if (bits.bit(bit)) ticks.push_back((256 * word + static_cast<std::int32_t>(bit)) * spacing);
    }
  }
  return ticks;
}

Result<Done> read_ticks(Node& node, const Block& at, PoolReading& pool) {
  const auto ticks = ticks_in_use(node, pool, at);
  if (!ticks) return ticks.error();
  std::vector<TickPlace> places;
  for (const std::int32_t tick : *ticks) places.push_back({pool.address, tick});
  const auto states = read_v3_ticks(node, places, at);
  if (!states) return states.error();
  for (std::size_t i = 0; i < ticks->size(); ++i) {
    if (!(*states)[i].initialised) {
      return fail(Reason::corrupt, fmt::format("pool {}: tick {} has a bit but no liquidity",
                                               pool.name, (*ticks)[i]));
    }
    pool.found.ticks.emplace_back((*ticks)[i], (*states)[i]);
  }
  return Done{};
}

Result<Done> read_observations(Node& node, const Block& at, const Head& head, PoolReading& pool) {
  std::vector<Call> calls;
  for (std::uint16_t i = 0; i < head.observations; ++i) {
    calls.push_back({pool.address, call_of("observations(uint256)", {U256{i}})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  // Room that was paid for and never used holds a time of 1: that is how the contract buys it.
  std::vector<amm::Observation> slots(head.observations_next, amm::Observation{1, 0, {}, false});
  for (std::uint16_t i = 0; i < head.observations; ++i) {
    const auto what = fmt::format("observations({}) of pool {}", i, pool.name);
    auto reader = answered((*returned)[i], what);
    if (!reader) return reader.error();
    amm::Observation& slot = slots[i];
    slot.time = static_cast<std::uint32_t>(reader->count(32));
    slot.tick_seconds = static_cast<std::int64_t>(small_of(reader->integer(56)));
    slot.seconds_per_liquidity = reader->number(160);
    slot.initialised = reader->flag();
    if (const auto done = reader->finish(); !done) return done.error();
  }
  if (head.observation >= head.observations || head.observations > head.observations_next) {
    return fail(Reason::corrupt,
                fmt::format("pool {}: observation {} of {}, room for {}", pool.name,
                            head.observation, head.observations, head.observations_next));
  }
  pool.found.oracle.restore(std::move(slots), head.observation, head.observations);
  return Done{};
}

PoolReading begun(const V3PoolAsk& ask, const Address& address) {
  PoolReading pool;
  pool.family = ask.family;
  pool.name = text_of(address);
  pool.address = address;
  pool.depth = ask.depth;
  if (ask.family == Family::pancake_v3) {
    pool.found.terms.share = amm::ProtocolShare::per_ten_thousand;
  }
  return pool;
}

Result<Done> read_depths(Node& node, const V3PoolAsk& ask, const Block& at, const Head& head,
                         PoolReading& pool) {
  if (ask.depth == Depth::numbers) return Done{};
  if (const auto done = read_ticks(node, at, pool); !done) return done;
  if (ask.depth == Depth::observations) {
    if (const auto done = read_observations(node, at, head, pool); !done) return done;
  }
  const auto whole = amm::Pool::from(pool.found);
  if (!whole) {
    return fail(whole.error().reason, fmt::format("pool {}: {}", pool.name, whole.error().message));
  }
  return Done{};
}

}  // namespace

Result<std::vector<PoolReading>> read_v3_pools(Node& node, const V3PoolAsk& ask, const Block& at) {
  std::vector<PoolReading> pools;
  std::vector<Standing> contracts;
  std::vector<Call> calls;
  for (const Address& address : ask.pools) {
    pools.push_back(begun(ask, address));
    contracts.push_back({address, "a pool"});
    for (const std::string_view call : head_calls) calls.push_back({address, call_of(call, {})});
  }
  if (const auto there = require_code(node, contracts, at); !there) return there.error();
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<Head> heads;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const std::span<const Returned> answers = *returned;
    const auto head = head_in(answers.subspan(i * head_calls.size(), head_calls.size()), pools[i]);
    if (!head) return head.error();
    if (ask.factory.is_zero()) {
      pools[i].notes.push_back(
          fmt::format("factory {} is the pool's own word: levee knows none on "
                      "this chain and --factory was not given",
                      text_of(head->factory)));
    } else if (head->factory != ask.factory) {
      return fail(Reason::bad_input,
                  fmt::format("pool {} is of factory {}, not {} (give --factory if that is meant)",
                              pools[i].name, text_of(head->factory), text_of(ask.factory)));
    }
    heads.push_back(*head);
  }
  if (const auto done = require_factory(node, pools, heads, at); !done) return done.error();
  if (const auto done = read_sides(node, ask, at, heads, pools); !done) return done.error();
  for (std::size_t i = 0; i < pools.size(); ++i) {
    const auto done = read_depths(node, ask, at, heads[i], pools[i]);
    if (!done) return done.error();
  }
  return pools;
}

Result<std::vector<amm::TickState>> read_v3_ticks(Node& node, std::span<const TickPlace> places,
                                                  const Block& at) {
  std::vector<Call> calls;
  for (const TickPlace& place : places) {
    calls.push_back({place.pool, call_of("ticks(int24)", {I256{place.tick}})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<amm::TickState> states;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto what = fmt::format("ticks({}) of pool {}", places[i].tick, text_of(places[i].pool));
    auto reader = answered((*returned)[i], what);
    if (!reader) return reader.error();
    amm::TickState state;
    state.liquidity_gross = reader->number(128).low128();
    state.liquidity_net = small_of(reader->integer(128));
    state.fees_outside = {reader->number(), reader->number()};
    state.tick_seconds_outside = static_cast<std::int64_t>(small_of(reader->integer(56)));
    state.seconds_per_liquidity_outside = reader->number(160);
    state.seconds_outside = static_cast<std::uint32_t>(reader->count(32));
    state.initialised = reader->flag();
    if (const auto done = reader->finish(); !done) return done.error();
    states.push_back(state);
  }
  return states;
}

}  // namespace levee::chain
