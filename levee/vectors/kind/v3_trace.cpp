// levee/vectors/kind/v3_trace.cpp — traces of a Uniswap v3 pool, its full state after every call.
#include "levee/amm/pool.h"
#include "levee/vectors/compare.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors::kind {
namespace {

using amm::Amounts;
using amm::Observation;
using amm::Pool;
using amm::PositionKey;
using amm::PositionState;
using amm::SqrtPriceX96;
using amm::TickState;

constexpr std::string_view schema = "levee-v3-trace/1";

// What the header tells of the pool and who plays.
struct Stage {
  Pool pool;
  std::vector<Address> actors;
  std::size_t factory_owner = 0;
};

// The last that was recorded of every tick, position, word and observation.
struct Record {
  std::map<std::int32_t, TickState> ticks;
  std::map<PositionKey, PositionState> positions;
};

// One call: the line without what was read of it, and who calls when.
struct Call {
  Value& line;
  Value args;
  std::size_t who = 0;
  std::uint32_t time = 0;
};

Address actor_in(const Value& index, const Stage& stage) {
  const auto at = index.number<std::uint32_t>();
  if (at < stage.actors.size()) return stage.actors[at];
  index.complain("is nobody's index");
  return {};
}

amm::TickRange range_in(Value& args) {
  return {args.take("tickLower").number<std::int32_t>(24),
          args.take("tickUpper").number<std::int32_t>(24)};
}

amm::Payment payment_in(Value& line) {
  amm::Payment payment;
  if (line.has("pay")) {
    Value pay = line.take("pay");
    payment.over0 = pay.take("delta0").number<I256>();
    payment.over1 = pay.take("delta1").number<I256>();
    pay.finish();
  }
  if (line.has("reenter")) payment.reenters = line.take("reenter").flag();
  return payment;
}

// Answers of a call: a list of two numbers, or an empty list.
template <class T>
void expect_pair(Trial& trial, Value ret, const T& first, const T& second) {
  const std::vector<Value> items = ret.items();
  if (items.size() != 2) return ret.complain("is not a pair");
  expect_number(trial, items[0], first);
  expect_number(trial, items[1], second);
}

void expect_amounts(Trial& trial, Call& call, const Result<Amounts>& got) {
  expect_outcome(trial, call.line, got, [&trial](Value ret, const Amounts& amounts) {
    expect_pair(trial, std::move(ret), amounts.token0, amounts.token1);
  });
}

void expect_done(Trial& trial, Call& call, const Result<Done>& got) {
  expect_outcome(trial, call.line, got, [](Value ret, Done) {
    if (!ret.items().empty()) ret.complain("is not empty");
  });
}

// What every function below does: read the arguments, stop if they cannot be read, call, compare.
using Play = void (*)(Stage& stage, Call& call, Trial& trial);

void initialise(Stage& stage, Call& call, Trial& trial) {
  const SqrtPriceX96 price{call.args.take("sqrtPriceX96").natural(160)};
  if (!call.args.sound()) return;
  expect_done(trial, call, stage.pool.initialise(price, call.time));
}

void mint(Stage& stage, Call& call, Trial& trial) {
  const amm::Payment payment = payment_in(call.line);
  const amm::ChangeAsk ask{actor_in(call.args.take("owner"), stage), range_in(call.args),
                           call.args.take("amount").number<u128>()};
  if (!call.args.sound()) return;
  expect_amounts(trial, call, stage.pool.mint(ask, call.time, payment));
}

void burn(Stage& stage, Call& call, Trial& trial) {
  const amm::ChangeAsk ask{stage.actors[call.who], range_in(call.args),
                           call.args.take("amount").number<u128>()};
  if (!call.args.sound()) return;
  expect_amounts(trial, call, stage.pool.burn(ask, call.time));
}

void collect(Stage& stage, Call& call, Trial& trial) {
  actor_in(call.args.take("recipient"), stage);
  const amm::CollectAsk ask{stage.actors[call.who], range_in(call.args),
                            call.args.take("amount0Requested").number<u128>(),
                            call.args.take("amount1Requested").number<u128>()};
  if (!call.args.sound()) return;
  expect_amounts(trial, call, stage.pool.collect(ask));
}

void swap(Stage& stage, Call& call, Trial& trial) {
  const amm::Payment payment = payment_in(call.line);
  const bool down = call.args.take("zeroForOne").flag();
  const amm::SwapAsk ask{
      .direction = down ? amm::Direction::zero_for_one : amm::Direction::one_for_zero,
      .amount = call.args.take("amountSpecified").number<I256>(),
      .limit = SqrtPriceX96{call.args.take("sqrtPriceLimitX96").natural(160)},
      .fee = {}};
  if (!call.args.sound()) return;
  const auto got = stage.pool.swap(ask, call.time, payment);
  expect_outcome(trial, call.line, got, [&trial](Value ret, const amm::Flows& flows) {
    expect_pair(trial, std::move(ret), flows.token0, flows.token1);
  });
}

void flash(Stage& stage, Call& call, Trial& trial) {
  const amm::Payment payment = payment_in(call.line);
  const amm::FlashAsk ask{call.args.take("amount0").number<U256>(),
                          call.args.take("amount1").number<U256>()};
  if (!call.args.sound()) return;
  expect_done(trial, call, stage.pool.flash(ask, payment));
}

// The pool asks its lock before it asks who calls.
Error not_the_owner(const Pool& pool) {
  return fail(Reason::refused, pool.is_initialised() ? "" : "LOK");
}

void set_fee_protocol(Stage& stage, Call& call, Trial& trial) {
  const auto share0 = call.args.take("feeProtocol0").number<std::uint8_t>();
  const auto share1 = call.args.take("feeProtocol1").number<std::uint8_t>();
  if (!call.args.sound()) return;
  expect_done(trial, call,
              call.who == stage.factory_owner ? stage.pool.set_protocol_shares(share0, share1)
                                              : Result<Done>(not_the_owner(stage.pool)));
}

void collect_protocol(Stage& stage, Call& call, Trial& trial) {
  actor_in(call.args.take("recipient"), stage);
  const auto most0 = call.args.take("amount0Requested").number<u128>();
  const auto most1 = call.args.take("amount1Requested").number<u128>();
  if (!call.args.sound()) return;
  expect_amounts(trial, call,
                 call.who == stage.factory_owner ? stage.pool.collect_protocol(most0, most1)
                                                 : Result<Amounts>(not_the_owner(stage.pool)));
}

void grow_oracle(Stage& stage, Call& call, Trial& trial) {
  const auto cardinality = call.args.take("observationCardinalityNext").number<std::uint16_t>();
  if (!call.args.sound()) return;
  expect_done(trial, call, stage.pool.grow_oracle(cardinality));
}

void transfer(Stage& stage, Call& call, Trial& trial) {
  const Amounts amounts{call.args.take("amount0").number<U256>(),
                        call.args.take("amount1").number<U256>()};
  const auto& now = stage.pool.numbers();
  if (!checked_add(now.balance0, amounts.token0) || !checked_add(now.balance1, amounts.token1)) {
    call.args.complain("are more than there can be of a token");
  }
  if (!call.args.sound()) return;
  stage.pool.receive(amounts);
  expect_done(trial, call, Done{});
}

void observe(Stage& stage, Call& call, Trial& trial) {
  std::vector<std::uint32_t> seconds_ago;
  for (const Value& item : call.args.take("secondsAgos").items()) {
    seconds_ago.push_back(item.number<std::uint32_t>());
  }
  if (!call.args.sound()) return;
  const auto got = stage.pool.observe(call.time, seconds_ago);
  expect_outcome(trial, call.line, got, [&](Value ret, const std::vector<Observation>& seen) {
    const auto ticks = ret.take("tickCumulatives").items();
    const auto per_liquidity = ret.take("secondsPerLiquidityCumulativeX128s").items();
    ret.finish();
    if (ticks.size() != seen.size() || per_liquidity.size() != seen.size()) {
      return ret.complain("has another length than secondsAgos");
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
      expect_number(trial, ticks[i], seen[i].tick_seconds);
      expect_number(trial, per_liquidity[i], seen[i].seconds_per_liquidity);
    }
  });
}

void snapshot_inside(Stage& stage, Call& call, Trial& trial) {
  const amm::TickRange range = range_in(call.args);
  if (!call.args.sound()) return;
  const auto got = stage.pool.sums_inside(range, call.time);
  expect_outcome(trial, call.line, got, [&trial](Value ret, const amm::InsideSums& sums) {
    expect_number(trial, ret.take("tickCumulativeInside"), sums.tick_seconds);
    expect_number(trial, ret.take("secondsPerLiquidityInsideX128"), sums.seconds_per_liquidity);
    expect_number(trial, ret.take("secondsInside"), sums.seconds);
    ret.finish();
  });
}

constexpr std::array<std::pair<std::string_view, Play>, 12> plays{{
    {"burn", burn},
    {"collect", collect},
    {"collectProtocol", collect_protocol},
    {"flash", flash},
    {"increaseObservationCardinalityNext", grow_oracle},
    {"initialize", initialise},
    {"mint", mint},
    {"observe", observe},
    {"setFeeProtocol", set_fee_protocol},
    {"snapshotCumulativesInside", snapshot_inside},
    {"swap", swap},
    {"transfer", transfer},
}};

Play play_named(std::string_view name) {
  const auto found = std::ranges::find(plays, name, &std::pair<std::string_view, Play>::first);
  return found == plays.end() ? nullptr : found->second;
}

TickState tick_in(Value& item) {
  TickState state;
  state.liquidity_gross = item.take("liquidityGross").number<u128>();
  state.liquidity_net = item.take("liquidityNet").number<i128>();
  state.fees_outside = {item.take("feeGrowthOutside0X128").number<U256>(),
                        item.take("feeGrowthOutside1X128").number<U256>()};
  state.tick_seconds_outside = item.take("tickCumulativeOutside").number<std::int64_t>(56);
  state.seconds_per_liquidity_outside = item.take("secondsPerLiquidityOutsideX128").natural(160);
  state.seconds_outside = item.take("secondsOutside").number<std::uint32_t>();
  state.initialised = item.take("initialized").flag();
  return state;
}

PositionState position_in(Value& item) {
  return {item.take("liquidity").number<u128>(),
          {item.take("feeGrowthInside0LastX128").number<U256>(),
           item.take("feeGrowthInside1LastX128").number<U256>()},
          item.take("tokensOwed0").number<u128>(),
          item.take("tokensOwed1").number<u128>()};
}

void read_changes(Value& line, const Stage& stage, Record& record) {
  for (Value& item : line.take("ticks").items()) {
    const auto tick = item.take("tick").number<std::int32_t>(24);
    record.ticks[tick] = tick_in(item);
    item.finish();
  }
  for (Value& item : line.take("positions").items()) {
    const Address owner = actor_in(item.take("owner"), stage);
    const PositionKey key{owner, range_in(item), {}};
    record.positions[key] = position_in(item);
    item.finish();
  }
}

void expect_tick(Trial& trial, std::int32_t tick, const TickState& got, const TickState& recorded) {
  if (got == recorded) return;
  const std::string whose = fmt::format("tick {}", tick);
  const auto part = [&](std::string_view what, auto TickState::* field) {
    expect_part(trial, {whose, what}, got.*field, recorded.*field);
  };
  part("liquidityGross", &TickState::liquidity_gross);
  part("liquidityNet", &TickState::liquidity_net);
  expect_part(trial, {whose, "feeGrowthOutside0X128"}, got.fees_outside.token0,
              recorded.fees_outside.token0);
  expect_part(trial, {whose, "feeGrowthOutside1X128"}, got.fees_outside.token1,
              recorded.fees_outside.token1);
  part("tickCumulativeOutside", &TickState::tick_seconds_outside);
  part("secondsPerLiquidityOutsideX128", &TickState::seconds_per_liquidity_outside);
  part("secondsOutside", &TickState::seconds_outside);
  trial.expect(whose + " initialized", got.initialised, recorded.initialised);
}

void expect_position(Trial& trial, const PositionKey& key, const PositionState& got,
                     const PositionState& recorded) {
  if (got == recorded) return;
  const std::string whose =
      fmt::format("position {} [{}, {})", text_of(key.owner), key.range.lower, key.range.upper);
  expect_part(trial, {whose, "liquidity"}, got.liquidity, recorded.liquidity);
  expect_part(trial, {whose, "feeGrowthInside0LastX128"}, got.fees_inside_last.token0,
              recorded.fees_inside_last.token0);
  expect_part(trial, {whose, "feeGrowthInside1LastX128"}, got.fees_inside_last.token1,
              recorded.fees_inside_last.token1);
  expect_part(trial, {whose, "tokensOwed0"}, got.owed0, recorded.owed0);
  expect_part(trial, {whose, "tokensOwed1"}, got.owed1, recorded.owed1);
}

// All ticks and positions, also those that the line does not list: they must not have changed.
void expect_book(Trial& trial, const Pool& pool, const Record& record) {
  const auto ticks = pool.ticks().ticks();
  std::set<std::int32_t> touched(ticks.begin(), ticks.end());
  for (const auto& [tick, state] : record.ticks) touched.insert(tick);
  for (const std::int32_t tick : touched) {
    const auto found = record.ticks.find(tick);
    expect_tick(trial, tick, pool.ticks().at(tick),
                found == record.ticks.end() ? TickState{} : found->second);
  }
  const auto positions = pool.positions();
  std::set<PositionKey> held(positions.begin(), positions.end());
  for (const auto& [key, state] : record.positions) held.insert(key);
  for (const PositionKey& key : held) {
    const auto found = record.positions.find(key);
    expect_position(trial, key, pool.position(key),
                    found == record.positions.end() ? PositionState{} : found->second);
  }
}

Observation slot_at(const Pool& pool, std::size_t index) {
  const auto slots = pool.oracle().slots();
  return index < slots.size() ? slots[index] : Observation{};
}

void expect_observation(Trial& trial, Value item, const Observation& got) {
  expect_number(trial, item.take("blockTimestamp"), got.time);
  expect_number(trial, item.take("tickCumulative"), got.tick_seconds);
  expect_number(trial, item.take("secondsPerLiquidityCumulativeX128"), got.seconds_per_liquidity);
  trial.expect(item.name() + ".initialized", got.initialised, item.take("initialized").flag());
  item.finish();
}

void expect_numbers(Trial& trial, Value& line, const Pool& pool) {
  const amm::PoolNumbers& now = pool.numbers();
  Value slot0 = line.take("slot0");
  expect_number(trial, slot0.take("sqrtPriceX96"), now.price.value());
  expect_number(trial, slot0.take("tick"), now.tick);
  expect_number(trial, slot0.take("observationIndex"), pool.oracle().index());
  expect_number(trial, slot0.take("observationCardinality"), pool.oracle().cardinality());
  expect_number(trial, slot0.take("observationCardinalityNext"), pool.oracle().cardinality_next());
  // Both shares in one byte, the second token's in the upper half.
  expect_number(trial, slot0.take("feeProtocol"), now.protocol_share0 + now.protocol_share1 * 16);
  trial.expect("slot0.unlocked", pool.is_initialised(), slot0.take("unlocked").flag());
  slot0.finish();
  expect_number(trial, line.take("liquidity"), now.liquidity);
  expect_number(trial, line.take("feeGrowthGlobal0X128"), now.fees.token0);
  expect_number(trial, line.take("feeGrowthGlobal1X128"), now.fees.token1);
  expect_number(trial, line.take("protocolFees0"), now.protocol_fees0);
  expect_number(trial, line.take("protocolFees1"), now.protocol_fees1);
  expect_number(trial, line.take("balance0"), now.balance0);
  expect_number(trial, line.take("balance1"), now.balance1);
  expect_observation(trial, line.take("observation"), slot_at(pool, pool.oracle().index()));
}

void play_line(Value& line, std::size_t number, Stage& stage, Record& record, Trial& trial) {
  if (line.take("i").number<std::uint32_t>() != number) line.complain("is out of order: see i");
  const std::string name = line.take("op").text();
  const Play play = play_named(name);
  if (play == nullptr) return line.complain(fmt::format("op {:.40} is not known", name));
  Call call{line, line.take("args"), line.take("who").number<std::uint32_t>(),
            static_cast<std::uint32_t>(line.take("t").number<std::uint64_t>())};
  if (call.who >= stage.actors.size()) line.complain("who is nobody's index");
  if (!line.sound()) return;
  play(stage, call, trial);
  call.args.finish();
  if (!line.sound()) return;
  expect_numbers(trial, line, stage.pool);
  read_changes(line, stage, record);
  expect_book(trial, stage.pool, record);
  line.finish();
}

// The last line lists everything, so what it leaves out must be nothing.
void expect_final(Value& line, const Stage& stage, Trial& trial) {
  const Pool& pool = stage.pool;
  line.take("scenario");
  Record all;
  read_changes(line, stage, all);
  expect_book(trial, pool, all);

  std::set<std::int32_t> listed;
  for (Value& item : line.take("tickBitmap").items()) {
    const auto word = item.take("word").number<std::int16_t>();
    listed.insert(word);
    expect_number(trial, item.take("bits"), pool.ticks().word(word));
    item.finish();
  }
  for (const std::int32_t word : pool.ticks().words()) {
    const std::string name = fmt::format("tickBitmap lists word {}", word);
    trial.expect(name, true, listed.contains(word));
  }
  auto slots = line.take("observations").items();
  trial.expect("observations", std::to_string(pool.oracle().slots().size()),
               std::to_string(slots.size()));
  for (Value& item : slots) {
    const auto index = item.take("index").number<std::uint16_t>();
    expect_observation(trial, std::move(item), slot_at(pool, index));
  }
  line.finish();
}

std::optional<Stage> stage_in(Value& header, Trial& trial) {
  for (const auto* told : {"kind", "scenario", "pool", "token0", "token1"}) header.take(told);
  if (header.take("schema").text() != schema) header.complain("is of another schema");
  const Value fee = header.take("fee"), spacing = header.take("tickSpacing");
  const amm::PoolTerms terms{.fee = FeePips{fee.number<std::uint32_t>(24)},
                             .spacing = TickSpacing{spacing.number<std::int32_t>(24)}};
  if (terms.fee.value() >= 1'000'000) fee.complain("is the whole amount or more");
  if (terms.spacing.value() <= 0 || terms.spacing.value() > 16383) {
    spacing.complain("is no tick spacing (1 ... 16383)");
  }
  std::vector<Address> actors;
  for (const Value& item : header.take("actors").items()) actors.push_back(item.address());
  const Value owner = header.take("factoryOwner"), most = header.take("maxLiquidityPerTick");
  const auto factory_owner = owner.number<std::uint32_t>();
  if (factory_owner >= actors.size()) owner.complain("is nobody's index");
  header.finish();
  if (!header.sound()) return std::nullopt;
  Stage stage{Pool(terms), std::move(actors), factory_owner};
  expect_number(trial, most, stage.pool.liquidity_per_tick_max());
  if (!header.sound()) return std::nullopt;
  return stage;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  if (file.lines.size() < 2) {
    return fail(Reason::corrupt, fmt::format("{}: is cut short (a final line is due)", file.path));
  }
  std::optional<Stage> stage;
  Record record;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const bool is_header = i == 0, is_final = i + 1 == file.lines.size();
    Reading reading(file.path, i + 1);
    Value line(file.lines[i], reading);
    trial.begin(i + 1, file.lines[i], is_header || is_final ? 0 : 1);
    if (is_header) {
      stage = stage_in(line, trial);
    } else if (is_final) {
      if (line.take("kind").text() != "final") line.complain("is not the final one (is one lost?)");
      if (line.sound()) expect_final(line, *stage, trial);
    } else {
      play_line(line, i - 1, *stage, record, trial);
    }
    if (!reading.sound()) return reading.outcome();
  }
  return Done{};
}

bool knows(std::string_view first_line) {
  return first_line.find(schema) != std::string_view::npos;
}

}  // namespace

Entry v3_trace() {
  return {.name = "v3_trace",
          .about = "Traces of a Uniswap v3 pool: every call, every number after it.",
          .knows = knows,
          .judge = judge};
}

}  // namespace levee::vectors::kind
