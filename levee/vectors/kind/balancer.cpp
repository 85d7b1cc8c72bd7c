// levee/vectors/kind/balancer.cpp — traces of a weighted or stable pool in Balancer's Vault.
#include "levee/amm/balancer_vault.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

using amm::Coins;
using amm::Given;
using amm::VaultPool;

constexpr std::string_view schema = "levee-balancer-trace/1";

Address actor(std::uint8_t index) { return {{1, index}}; }

Coins coins(Value list, std::size_t count) {
  const auto items = list.items();
  if (items.size() != count) list.complain(fmt::format("should hold {} numbers", count));
  Coins read(count);
  for (std::size_t i = 0; i < count && i < items.size(); ++i) read[i] = items[i].natural(256);
  return read;
}

std::string shown(const U256& n) { return decimal_text(n); }
std::string shown(const Coins& list) {
  std::string text;
  for (const U256& n : list) text += (text.empty() ? "" : " ") + decimal_text(n);
  return text;
}
std::string refusal(const Error& error) { return fmt::format("refused \"{}\"", error.message); }

template <class T>
std::string shown(const Result<T>& answer) {
  return answer ? shown(*answer) : refusal(answer.error());
}

Result<VaultPool::Mathematics> mathematics_of(Value& header, std::size_t tokens) {
  const std::string kind = header.take("pool").text();
  if (kind == "weighted") {
    const auto pool = amm::WeightedPool::of(coins(header.take("normalizedWeights"), tokens));
    if (!pool) return pool.error();
    return VaultPool::Mathematics(*pool);
  }
  if (kind != "stable") header.complain("is of a pool that is neither weighted nor stable");
  const auto pool = amm::StablePool::of(tokens, header.take("amplification").natural(64));
  if (!pool) return pool.error();
  return VaultPool::Mathematics(*pool);
}

std::optional<VaultPool> pool_of(Value header) {
  header.take("kind");
  if (header.take("schema").text() != schema) header.complain("is of another schema");
  VaultPool::Terms terms;
  for (const Value& places : header.take("decimals").items()) {
    terms.decimals.push_back(places.number<std::uint8_t>());
    if (terms.decimals.back() > 18) places.complain("is more than 18");
  }
  terms.swap_fee = header.take("swapFee").natural(256);
  terms.protocol_fee = header.take("protocolSwapFee").natural(256);
  if (terms.decimals.size() > Coins::most) header.complain("has more than 8 tokens");
  if (!header.sound()) return std::nullopt;
  const auto mathematics = mathematics_of(header, terms.decimals.size());
  header.finish();
  if (!header.sound()) return std::nullopt;
  const auto pool =
      mathematics ? VaultPool::of(terms, *mathematics) : Result<VaultPool>(mathematics.error());
  if (pool) return *pool;
  header.complain(fmt::format("describes a pool that is refused: {}", pool.error().message));
  return std::nullopt;
}

VaultPool::Swap swap_of(Value& args, const VaultPool& pool) {
  VaultPool::Swap swap;
  const std::string given = args.take("given").text();
  if (given != "in" && given != "out") args.complain("should be given in or out");
  swap.given = given == "in" ? Given::in : Given::out;
  const auto in = args.take("i").number<std::uint8_t>(),
             out = args.take("o").number<std::uint8_t>();
  swap.amount = args.take("amount").natural(256);
  if (in >= pool.tokens() || out >= pool.tokens()) args.complain("swaps a token the pool lacks");
  if (args.sound()) swap.tokens = {in, out};
  return swap;
}

amm::OneToken one_token(Value& args, std::string_view shares) {
  return {args.take("i").number<std::uint8_t>(), args.take(shares).natural(256)};
}

std::string joined(VaultPool& pool, const Address& who, Value& args) {
  const std::string kind = args.take("kind").text();
  VaultPool::Join join{who, VaultPool::FirstIn{}};
  if (kind == "INIT") {
    join.kind = VaultPool::FirstIn{coins(args.take("amountsIn"), pool.tokens())};
  } else if (kind == "EXACT_TOKENS_IN_FOR_BPT_OUT") {
    join.kind = VaultPool::TokensIn{coins(args.take("amountsIn"), pool.tokens())};
  } else if (kind == "TOKEN_IN_FOR_EXACT_BPT_OUT") {
    join.kind = one_token(args, "bptOut");
  } else {
    args.complain(fmt::format("has join \"{}\", which nobody judges", kind));
  }
  if (!args.sound()) return "";
  const auto moved = pool.join(join);
  return moved ? "" : refusal(moved.error());
}

std::string left(VaultPool& pool, const Address& who, Value& args) {
  const std::string kind = args.take("kind").text();
  VaultPool::Exit exit{who, VaultPool::ShareOut{}};
  if (kind == "EXACT_BPT_IN_FOR_ONE_TOKEN_OUT") {
    exit.kind = one_token(args, "bptIn");
  } else if (kind == "EXACT_BPT_IN_FOR_TOKENS_OUT") {
    exit.kind = VaultPool::ShareOut{args.take("bptIn").natural(256)};
  } else if (kind == "BPT_IN_FOR_EXACT_TOKENS_OUT") {
    exit.kind = VaultPool::TokensOut{coins(args.take("amountsOut"), pool.tokens())};
  } else {
    args.complain(fmt::format("has exit \"{}\", which nobody judges", kind));
  }
  if (!args.sound()) return "";
  const auto moved = pool.exit(exit);
  return moved ? "" : refusal(moved.error());
}

// The Vault's answer to one operation, as text.
std::string answer_of(VaultPool& pool, Value& line) {
  const std::string op = line.take("op").text();
  const Address who = actor(line.take("who").number<std::uint8_t>());
  Value args = line.take("args");
  std::string answer;
  if (op == "join") {
    answer = joined(pool, who, args);
  } else if (op == "exit") {
    answer = left(pool, who, args);
  } else if (op == "swap") {
    const VaultPool::Swap ask = swap_of(args, pool);
    if (!args.sound()) return "";
    const auto flow = pool.swap(ask);
    answer = !flow                    ? refusal(flow.error())
             : ask.given == Given::in ? shown(flow->out)
                                      : shown(flow->in);
  } else {
    line.complain(fmt::format("has operation \"{}\", which nobody judges", op));
  }
  args.finish();
  return answer;
}

std::string recorded_of(Value& line) {
  if (!line.take("ok").flag()) return fmt::format("refused \"{}\"", line.take("err").text());
  std::string text;
  for (const Value& item : line.take("ret").items()) {
    text += (text.empty() ? "" : " ") + shown(item.natural(256));
  }
  return text;
}

// Not told where the contract would not say: an empty pool has none.
void expect_invariant(Trial& trial, const VaultPool& pool, Value& line) {
  const auto invariant = pool.invariant();
  std::optional<U256> recorded;
  if (line.has("invariant")) {
    const Value told = line.take("invariant");
    if (!told.is_null()) recorded = told.natural(256);
  }
  trial.expect("invariant answered", static_cast<bool>(invariant), recorded.has_value());
  if (invariant && recorded) trial.expect("invariant", shown(*invariant), shown(*recorded));
}

void judge_state(const VaultPool& pool, Value& line, Trial& trial) {
  trial.expect("balances", shown(pool.balances()),
               shown(coins(line.take("balances"), pool.tokens())));
  trial.expect("totalSupply", shown(pool.supply()), shown(line.take("totalSupply").natural(256)));
  U256 all = pool.shares_of(Address{});
  std::uint8_t index = 0;
  for (const Value& shares : line.take("bpt").items()) {
    const U256 owned = pool.shares_of(actor(index++));
    trial.expect(shares.name(), shown(owned), shown(shares.natural(256)));
    all += owned;
  }
  trial.expect("sum of bpt", shown(all), shown(pool.supply()));
  if (std::holds_alternative<amm::StablePool>(pool.mathematics())) return;
  expect_invariant(trial, pool, line);
}

// What the Vault's assets would change by: positive comes in.
std::string deltas_of(const VaultPool& pool, const VaultPool::Swap& ask) {
  const auto flow = pool.query(ask);
  if (!flow) return refusal(flow.error());
  std::string text;
  for (std::size_t i = 0; i < pool.tokens(); ++i) {
    const I256 in = i == ask.tokens.in ? I256::positive(flow->in) : I256{};
    const I256 out = i == ask.tokens.out ? I256::positive(flow->out) : I256{};
    text += (text.empty() ? "" : " ") + decimal_text(wrapping_sub(in, out));
  }
  return text;
}

void judge_query(const VaultPool& pool, Value& query, Trial& trial) {
  const VaultPool::Swap ask = swap_of(query, pool);
  if (!query.sound()) return;
  std::string recorded;
  if (query.has("err")) {
    recorded = fmt::format("refused \"{}\"", query.take("err").text());
  } else {
    for (const Value& delta : query.take("deltas").items()) {
      recorded += (recorded.empty() ? "" : " ") + decimal_text(delta.whole(256));
    }
  }
  query.finish();
  trial.expect("deltas", deltas_of(pool, ask), recorded);
}

void judge_line(VaultPool& pool, std::size_t number, Value& line, Trial& trial) {
  line.take("i");
  pool.advance_to(line.take("t").number<std::uint64_t>());
  const std::string answer = answer_of(pool, line);
  if (!line.sound()) return;
  trial.expect("answer", answer, recorded_of(line));
  judge_state(pool, line, trial);
  if (line.has("queries")) {
    for (Value& query : line.take("queries").items()) {
      trial.begin(number, query.name());
      judge_query(pool, query, trial);
    }
  }
  line.finish();
}

bool knows(std::string_view first_line) {
  return first_line.find(schema) != std::string_view::npos;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  std::optional<VaultPool> pool;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    Reading reading(file.path, i + 1);
    Value line(file.lines[i], reading);
    if (!pool) {
      pool = pool_of(std::move(line));
    } else {
      trial.begin(i + 1, file.lines[i]);
      judge_line(*pool, i + 1, line, trial);
    }
    if (!reading.sound()) return reading.outcome();
  }
  return Done{};
}

}  // namespace

namespace kind {
Entry balancer() {
  return {"balancer",
          "Balancer v2 Vault with a weighted or stable pool: joins, exits, swaps, queries", knows,
          judge};
}
}  // namespace kind

}  // namespace levee::vectors
