// levee/vectors/kind/npm_trace.cpp — traces of Uniswap v3's position contract, router and quoter.
#include "levee/amm/nft_positions.h"
#include "levee/amm/router.h"
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
using amm::Direction;
using amm::NftPosition;
using amm::Pool;
using amm::RouteQuote;
using amm::SqrtPriceX96;

constexpr std::string_view schema = "levee-npm-trace/1";

// Tokens go by the header's names; a pool by its tokens and fee.
struct PoolName {
  std::string token0, token1;
  std::uint32_t fee = 0;
  friend bool operator==(const PoolName&, const PoolName&) = default;
};

// What is told of a pool after a call.
struct PoolTold {
  SqrtPriceX96 price;
  std::int32_t tick = 0;
  u128 liquidity = 0;
  amm::FeeGrowth fees;
};

// The contracts, who plays, and the last that was recorded of every pool and token.
struct Stage {
  std::vector<PoolName> names;
  std::vector<Pool> pools;
  amm::NftPositions nfts;
  std::vector<Address> actors;
  std::vector<PoolTold> told;
  std::map<std::uint64_t, NftPosition> tokens;
};

struct Call {
  Value& line;
  Value args;
  Address who;
  std::uint32_t time = 0;
};

Error reverted(const char* why = "") { return fail(Reason::refused, why); }

Address actor_in(const Value& index, const std::vector<Address>& actors) {
  const auto at = index.number<std::uint32_t>();
  if (at < actors.size()) return actors[at];
  index.complain("is nobody's index");
  return {};
}

std::optional<std::size_t> place_of(const Stage& stage, const PoolName& name) {
  const auto found = std::ranges::find(stage.names, name);
  if (found == stage.names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - stage.names.begin());
}

// The pool that trades one token for another, whichever comes first.
std::optional<amm::Hop> hop_of(const Stage& stage, const PoolName& in_and_out) {
  const auto& [in, out, fee] = in_and_out;
  if (const auto pool = place_of(stage, {in, out, fee})) return {{*pool, Direction::zero_for_one}};
  if (const auto pool = place_of(stage, {out, in, fee})) return {{*pool, Direction::one_for_zero}};
  return std::nullopt;
}

PoolName pool_name_in(Value& from, const char* first, const char* second) {
  std::string token0 = from.take(first).text(), token1 = from.take(second).text();
  return {std::move(token0), std::move(token1), from.take("fee").number<std::uint32_t>(24)};
}

Amounts amounts_in(Value& from, const char* first, const char* second) {
  return {from.take(first).number<U256>(), from.take(second).number<U256>()};
}

void expect_amounts(Trial& trial, Value& from, const Amounts& got) {
  expect_number(trial, from.take("amount0"), got.token0);
  expect_number(trial, from.take("amount1"), got.token1);
}

void expect_added(Trial& trial, Call& call, const Result<amm::NftAdded>& got) {
  expect_outcome(trial, call.line, got, [&trial](Value ret, const amm::NftAdded& added) {
    if (ret.has("tokenId")) expect_number(trial, ret.take("tokenId"), added.id);
    expect_number(trial, ret.take("liquidity"), added.liquidity);
    expect_amounts(trial, ret, added.paid);
    ret.finish();
  });
}

void expect_paid(Trial& trial, Call& call, const Result<Amounts>& got) {
  expect_outcome(trial, call.line, got, [&trial](Value ret, const Amounts& paid) {
    expect_amounts(trial, ret, paid);
    ret.finish();
  });
}

void expect_traded(Trial& trial, Call& call, const char* what, const Result<U256>& got) {
  expect_outcome(trial, call.line, got, [&trial, what](Value ret, const U256& amount) {
    expect_number(trial, ret.take(what), amount);
    ret.finish();
  });
}

using Play = void (*)(Stage& stage, Call& call, Trial& trial);

void mint(Stage& stage, Call& call, Trial& trial) {
  const auto pool = place_of(stage, pool_name_in(call.args, "token0", "token1"));
  const amm::NftMintAsk ask{pool.value_or(0),
                            {call.args.take("tickLower").number<std::int32_t>(24),
                             call.args.take("tickUpper").number<std::int32_t>(24)},
                            amounts_in(call.args, "amount0Desired", "amount1Desired"),
                            amounts_in(call.args, "amount0Min", "amount1Min"),
                            actor_in(call.args.take("recipient"), stage.actors)};
  if (!call.args.sound()) return;
  expect_added(
      trial, call,
      pool ? stage.nfts.mint(stage.pools, ask, call.time) : Result<amm::NftAdded>(reverted()));
}

void increase(Stage& stage, Call& call, Trial& trial) {
  const amm::NftIncreaseAsk ask{call.args.take("tokenId").number<std::uint64_t>(),
                                amounts_in(call.args, "amount0Desired", "amount1Desired"),
                                amounts_in(call.args, "amount0Min", "amount1Min")};
  if (!call.args.sound()) return;
  expect_added(trial, call, stage.nfts.increase(stage.pools, ask, call.time));
}

void decrease(Stage& stage, Call& call, Trial& trial) {
  const amm::NftDecreaseAsk ask{call.args.take("tokenId").number<std::uint64_t>(), call.who,
                                call.args.take("liquidity").number<u128>(),
                                amounts_in(call.args, "amount0Min", "amount1Min")};
  if (!call.args.sound()) return;
  expect_paid(trial, call, stage.nfts.decrease(stage.pools, ask, call.time));
}

void collect(Stage& stage, Call& call, Trial& trial) {
  actor_in(call.args.take("recipient"), stage.actors);
  const amm::NftCollectAsk ask{call.args.take("tokenId").number<std::uint64_t>(), call.who,
                               call.args.take("amount0Max").number<u128>(),
                               call.args.take("amount1Max").number<u128>()};
  if (!call.args.sound()) return;
  expect_paid(trial, call, stage.nfts.collect(stage.pools, ask, call.time));
}

void burn(Stage& stage, Call& call, Trial& trial) {
  const auto id = call.args.take("tokenId").number<std::uint64_t>();
  if (!call.args.sound()) return;
  expect_outcome(trial, call.line, stage.nfts.burn(id, call.who), [](const Value&, Done) {});
}

// Whether the quoter gave an answer before the swap, and was to give one.
template <class T>
bool expect_answered(Trial& trial, Value& quote, const Result<T>& got) {
  const std::string why = got ? "(answered)" : got.error().message;
  if (quote.has("err")) {
    trial.expect("quote.err", why, quote.take("err").text());
    return false;
  }
  trial.expect("quote", why, "(answered)");
  return bool(got);
}

// `amount` is the field that holds what was asked for.
void expect_quote(Trial& trial, Call& call, const char* amount, const Result<RouteQuote>& got) {
  Value quote = call.line.take("quote");
  if (!expect_answered(trial, quote, got)) return;
  expect_number(trial, quote.take(amount), got->amount);
  expect_number(trial, quote.take("sqrtPriceX96After"), got->price_after.value());
  expect_number(trial, quote.take("initializedTicksCrossed"), got->ticks_crossed);
  quote.finish();
}

void exact_input_single(Stage& stage, Call& call, Trial& trial) {
  const auto hop = hop_of(stage, pool_name_in(call.args, "tokenIn", "tokenOut"));
  const auto amount = call.args.take("amountIn").number<U256>();
  const SqrtPriceX96 limit{call.args.take("sqrtPriceLimitX96").natural(160)};
  if (!call.args.sound()) return;
  if (!hop) return expect_traded(trial, call, "amountOut", reverted());
  Pool& pool = stage.pools[hop->pool];
  const amm::RouteAsk ask{hop->direction, amount, limit};
  if (call.line.has("quote")) {
    expect_quote(trial, call, "amountOut", amm::quote_exact_input_single(pool, ask));
  }
  expect_traded(trial, call, "amountOut", amm::exact_input_single(pool, ask, {}, call.time));
}

void exact_output_single(Stage& stage, Call& call, Trial& trial) {
  const auto hop = hop_of(stage, pool_name_in(call.args, "tokenIn", "tokenOut"));
  const auto amount = call.args.take("amountOut").number<U256>();
  const SqrtPriceX96 limit{call.args.take("sqrtPriceLimitX96").natural(160)};
  if (!call.args.sound()) return;
  if (!hop) return expect_traded(trial, call, "amountIn", reverted());
  Pool& pool = stage.pools[hop->pool];
  const amm::RouteAsk ask{hop->direction, amount, limit};
  if (call.line.has("quote")) {
    expect_quote(trial, call, "amountIn", amm::quote_exact_output_single(pool, ask));
  }
  expect_traded(trial, call, "amountIn",
                amm::exact_output_single(pool, ask, U256::max(), call.time));
}

using Quotes = std::vector<RouteQuote>;

void expect_quotes(Trial& trial, Call& call, const Result<Quotes>& got) {
  Value quote = call.line.take("quote");
  if (!expect_answered(trial, quote, got)) return;
  const auto prices = quote.take("sqrtPriceX96After").items();
  const auto crossed = quote.take("initializedTicksCrossed").items();
  if (prices.size() != got->size() || crossed.size() != got->size()) {
    return quote.complain("has another length than the path");
  }
  for (std::size_t i = 0; i < got->size(); ++i) {
    expect_number(trial, prices[i], (*got)[i].price_after.value());
    expect_number(trial, crossed[i], (*got)[i].ticks_crossed);
  }
  expect_number(trial, quote.take("amountOut"), got->back().amount);
  quote.finish();
}

// A path names tokens and fees by turns; a pool that is not there ends it.
std::optional<std::vector<amm::Hop>> path_in(const Stage& stage, Value path) {
  const auto items = path.items();
  if (items.size() < 3 || items.size() % 2 == 0) path.complain("is not token, fee, token, ...");
  std::vector<amm::Hop> hops;
  bool whole = true;
  for (std::size_t i = 0; i + 2 < items.size(); i += 2) {
    const auto hop = hop_of(
        stage, {items[i].text(), items[i + 2].text(), items[i + 1].number<std::uint32_t>(24)});
    whole = whole && hop;
    if (hop) hops.push_back(*hop);
  }
  return whole ? std::optional(hops) : std::nullopt;
}

void exact_input(Stage& stage, Call& call, Trial& trial) {
  const auto path = path_in(stage, call.args.take("path"));
  const auto amount = call.args.take("amountIn").number<U256>();
  if (!call.args.sound()) return;
  if (!path) return expect_traded(trial, call, "amountOut", reverted());
  if (call.line.has("quote")) {
    expect_quotes(trial, call, amm::quote_exact_input(stage.pools, *path, amount));
  }
  expect_traded(trial, call, "amountOut",
                amm::exact_input(stage.pools, {*path, amount, {}}, call.time));
}

constexpr std::array<std::pair<std::string_view, Play>, 8> plays{{
    {"burn", burn},
    {"collect", collect},
    {"decreaseLiquidity", decrease},
    {"exactInput", exact_input},
    {"exactInputSingle", exact_input_single},
    {"exactOutputSingle", exact_output_single},
    {"increaseLiquidity", increase},
    {"mint", mint},
}};

Play play_named(std::string_view name) {
  const auto found = std::ranges::find(plays, name, &std::pair<std::string_view, Play>::first);
  return found == plays.end() ? nullptr : found->second;
}

void read_pools(Value& line, Stage& stage) {
  for (Value& item : line.take("pools").items()) {
    const Value place = item.take("pool");
    const auto pool = place.number<std::uint32_t>();
    if (pool >= stage.told.size()) return place.complain("is no pool's index");
    stage.told[pool] = {SqrtPriceX96{item.take("sqrtPriceX96").natural(160)},
                        item.take("tick").number<std::int32_t>(24),
                        item.take("liquidity").number<u128>(),
                        {item.take("feeGrowthGlobal0X128").number<U256>(),
                         item.take("feeGrowthGlobal1X128").number<U256>()}};
    item.finish();
  }
}

NftPosition token_in(Value& item, const Stage& stage) {
  NftPosition token;
  token.owner = actor_in(item.take("owner"), stage.actors);
  const auto pool = place_of(stage, pool_name_in(item, "token0", "token1"));
  if (!pool) item.complain("stands in no pool of the header");
  token.pool = pool.value_or(0);
  token.range = {item.take("tickLower").number<std::int32_t>(24),
                 item.take("tickUpper").number<std::int32_t>(24)};
  token.state.liquidity = item.take("liquidity").number<u128>();
  token.state.fees_inside_last = {item.take("feeGrowthInside0LastX128").number<U256>(),
                                  item.take("feeGrowthInside1LastX128").number<U256>()};
  token.state.owed0 = item.take("tokensOwed0").number<u128>();
  token.state.owed1 = item.take("tokensOwed1").number<u128>();
  return token;
}

// A token that was burnt is not told of any more, or told of without an owner.
void read_tokens(Value& line, Stage& stage) {
  for (Value& item : line.take("nfts").items()) {
    const auto id = item.take("tokenId").number<std::uint64_t>();
    if (!item.has("owner")) {
      stage.tokens.erase(id);
      item.take_all();
      continue;
    }
    stage.tokens[id] = token_in(item, stage);
    item.finish();
  }
}

void expect_pools(Trial& trial, const Stage& stage) {
  for (std::size_t i = 0; i < stage.pools.size(); ++i) {
    const amm::PoolNumbers& got = stage.pools[i].numbers();
    const PoolTold& told = stage.told[i];
    const std::string whose = fmt::format("pool {}", i);
    expect_part(trial, {whose, "sqrtPriceX96"}, got.price.value(), told.price.value());
    expect_part(trial, {whose, "tick"}, got.tick, told.tick);
    expect_part(trial, {whose, "liquidity"}, got.liquidity, told.liquidity);
    expect_part(trial, {whose, "feeGrowthGlobal0X128"}, got.fees.token0, told.fees.token0);
    expect_part(trial, {whose, "feeGrowthGlobal1X128"}, got.fees.token1, told.fees.token1);
  }
}

void expect_token(Trial& trial, std::uint64_t id, const NftPosition& got, const NftPosition& told) {
  const std::string whose = fmt::format("nft {}", id);
  trial.expect(whose + " owner", text_of(got.owner), text_of(told.owner));
  expect_part(trial, {whose, "pool"}, got.pool, told.pool);
  expect_part(trial, {whose, "tickLower"}, got.range.lower, told.range.lower);
  expect_part(trial, {whose, "tickUpper"}, got.range.upper, told.range.upper);
  expect_part(trial, {whose, "liquidity"}, got.state.liquidity, told.state.liquidity);
  expect_part(trial, {whose, "feeGrowthInside0LastX128"}, got.state.fees_inside_last.token0,
              told.state.fees_inside_last.token0);
  expect_part(trial, {whose, "feeGrowthInside1LastX128"}, got.state.fees_inside_last.token1,
              told.state.fees_inside_last.token1);
  expect_part(trial, {whose, "tokensOwed0"}, got.state.owed0, told.state.owed0);
  expect_part(trial, {whose, "tokensOwed1"}, got.state.owed1, told.state.owed1);
}

// Every token, also those that the line does not list: they must not have changed.
void expect_tokens(Trial& trial, const Stage& stage) {
  for (const auto& [id, got] : stage.nfts.tokens()) {
    const auto told = stage.tokens.find(id);
    if (told != stage.tokens.end()) {
      expect_token(trial, id, got, told->second);
    } else {
      trial.expect(fmt::format("nft {}", id), "exists", "is not told of");
    }
  }
  for (const auto& [id, told] : stage.tokens) {
    const bool exists = stage.nfts.tokens().contains(id);
    trial.expect(fmt::format("nft {}", id), exists, true);
  }
}

void expect_collectable(Trial& trial, Value list, const Stage& stage) {
  std::set<std::uint64_t> listed;
  for (Value& item : list.items()) {
    const auto id = item.take("tokenId").number<std::uint64_t>();
    listed.insert(id);
    if (!stage.nfts.tokens().contains(id)) {
      trial.expect(fmt::format("collectable of nft {}", id), "(no such token)", "(amounts)");
      item.take_all();
      continue;
    }
    expect_amounts(trial, item, stage.nfts.collectable(stage.pools, id));
    item.finish();
  }
  for (const auto& [id, token] : stage.nfts.tokens()) {
    trial.expect(fmt::format("collectable lists nft {}", id), true, listed.contains(id));
  }
}

void play_line(Value& line, std::size_t number, Stage& stage, Trial& trial) {
  if (line.take("i").number<std::uint32_t>() != number) line.complain("is out of order: see i");
  const std::string name = line.take("op").text();
  const Play play = play_named(name);
  if (play == nullptr) return line.complain(fmt::format("op {:.40} is not known", name));
  Call call{line, line.take("args"), actor_in(line.take("who"), stage.actors),
            static_cast<std::uint32_t>(line.take("t").number<std::uint64_t>())};
  if (!line.sound()) return;
  play(stage, call, trial);
  call.args.finish();
  read_pools(line, stage);
  read_tokens(line, stage);
  if (!line.sound()) return;
  expect_pools(trial, stage);
  // A token that was burnt need not be told of.
  if (name == "burn") {
    std::erase_if(stage.tokens,
                  [&](const auto& told) { return !stage.nfts.tokens().contains(told.first); });
  }
  expect_tokens(trial, stage);
  if (line.has("collectable")) expect_collectable(trial, line.take("collectable"), stage);
  line.finish();
}

void expect_final(Value& line, Stage& stage, Trial& trial) {
  stage.tokens.clear();
  read_tokens(line, stage);
  if (!line.sound()) return;
  expect_tokens(trial, stage);
  expect_collectable(trial, line.take("collectable"), stage);
  line.finish();
}

void read_pool_of_header(Value& item, Stage& stage) {
  const auto index = item.take("index").number<std::uint32_t>();
  if (index != stage.pools.size()) item.complain("is out of order: see index");
  item.take("address");
  PoolName name = pool_name_in(item, "token0", "token1");
  const Value spacing = item.take("tickSpacing"), price = item.take("initialSqrtPriceX96");
  const amm::PoolTerms terms{.fee = FeePips{name.fee},
                             .spacing = TickSpacing{spacing.number<std::int32_t>(24)}};
  if (name.fee >= 1'000'000) item.complain("has a fee of the whole amount or more");
  if (terms.spacing.value() <= 0 || terms.spacing.value() > 16383) {
    spacing.complain("is no tick spacing (1 ... 16383)");
  }
  const SqrtPriceX96 start{price.natural(160)};
  item.finish();
  if (!item.sound()) return;
  Pool pool(terms);
  // When it was made is not told; nothing that is told later depends on it.
  if (!pool.initialise(start, 0)) return price.complain("is no pool's price");
  stage.names.push_back(std::move(name));
  stage.told.push_back({start, pool.numbers().tick, 0, {}});
  stage.pools.push_back(std::move(pool));
}

Stage stage_in(Value& header) {
  for (const auto* told : {"kind", "router", "factory"}) header.take(told);
  if (header.take("schema").text() != schema) header.complain("is of another schema");
  Stage stage{{}, {}, amm::NftPositions(header.take("npm").address()), {}, {}, {}};
  header.take("tokens");
  for (const Value& item : header.take("actors").items()) stage.actors.push_back(item.address());
  for (Value& item : header.take("pools").items()) read_pool_of_header(item, stage);
  header.finish();
  return stage;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  if (file.lines.size() < 2) {
    return fail(Reason::corrupt, fmt::format("{}: is cut short (a final line is due)", file.path));
  }
  Reading opening(file.path, 1);
  Value header(file.lines[0], opening);
  Stage stage = stage_in(header);
  if (!opening.sound()) return opening.outcome();
  for (std::size_t i = 1; i < file.lines.size(); ++i) {
    const bool is_final = i + 1 == file.lines.size();
    Reading reading(file.path, i + 1);
    Value line(file.lines[i], reading);
    trial.begin(i + 1, file.lines[i], is_final ? 0 : 1);
    if (!is_final) {
      play_line(line, i - 1, stage, trial);
    } else if (line.take("kind").text() == "final") {
      expect_final(line, stage, trial);
    } else {
      line.complain("is not the final one (is one lost?)");
    }
    if (!reading.sound()) return reading.outcome();
  }
  return Done{};
}

bool knows(std::string_view first_line) {
  return first_line.find(schema) != std::string_view::npos;
}

}  // namespace

Entry npm_trace() {
  return {.name = "npm_trace",
          .about = "Traces of Uniswap v3's position contract, router and quoter.",
          .knows = knows,
          .judge = judge};
}

}  // namespace levee::vectors::kind
