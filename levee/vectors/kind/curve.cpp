// levee/vectors/kind/curve.cpp — traces of Curve's plain stableswap pools.
#include "levee/amm/stableswap.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

using amm::Coins;
using amm::StableSwap;
using amm::Way;

constexpr std::string_view schema = "levee-curve-trace/1";

Address actor(std::uint8_t index) { return {{index}}; }

std::vector<U256> numbers(Value list, std::size_t count) {
  std::vector<U256> read;
  for (const Value& item : list.items()) read.push_back(item.natural(256));
  if (read.size() != count) list.complain(fmt::format("should hold {} numbers", count));
  read.resize(count);
  return read;
}

std::string shown(const U256& n) { return decimal_text(n); }

template <class List>
std::string shown(const List& list) {
  std::string text;
  for (const U256& n : list) text += (text.empty() ? "" : " ") + decimal_text(n);
  return text;
}

template <class T>
std::string shown(const Result<T>& answer) {
  return answer ? shown(*answer) : fmt::format("refused \"{}\"", answer.error().message);
}

std::optional<StableSwap> pool_of(Value header) {
  header.take("kind");
  header.take("contract");
  header.take("version");
  if (header.take("schema").text() != schema) header.complain("is of another schema");
  amm::StableTerms terms;
  const auto decimals = header.take("decimals").items();
  terms.rates = numbers(header.take("rateMultipliers"), decimals.size());
  terms.amplification = header.take("A").natural(64);
  terms.fee = header.take("fee").natural(64);
  terms.admin_fee = header.take("adminFee").natural(64);
  header.finish();
  const U256 all{10'000'000'000};
  if (terms.rates.size() < 2 || terms.rates.size() > Coins::most || terms.fee > all ||
      terms.admin_fee > all || terms.amplification.is_zero()) {
    header.complain("describes no pool (2 to 8 coins, A above 0, fees at most 10^10)");
  }
  for (std::size_t k = 0; k < decimals.size(); ++k) {
    U256 rate{1};
    const auto places = decimals[k].number<std::uint8_t>();
    for (unsigned place = 36; place > places; --place) rate = rate * 10;
    if (rate != terms.rates[k]) header.complain("has rates that are not 10^(36 - decimals)");
  }
  if (!header.sound()) return std::nullopt;
  return StableSwap(terms);
}

// The pool's answer to one operation, as the record would put it: ret's numbers or err's text.
Result<std::vector<U256>> answer_of(StableSwap& pool, const std::string& op, Value& line) {
  using List = std::vector<U256>;
  const auto one = [](const Result<U256>& answer) -> Result<List> {
    if (!answer) return answer.error();
    return List{*answer};
  };
  const Address who = actor(line.take("who").number<std::uint8_t>());
  Value args = line.take("args");
  Result<List> answer = List{};
  if (op == "exchange") {
    const auto in = args.take("i").number<std::uint8_t>(),
               out = args.take("j").number<std::uint8_t>();
    answer = one(pool.exchange({in, out, args.take("dx").natural(256)}));
  } else if (op == "add_liquidity") {
    const List amounts = numbers(args.take("amounts"), pool.coins());
    answer = one(pool.add_liquidity({who, amounts, U256{}}));
  } else if (op == "remove_liquidity") {
    const auto paid = pool.remove_liquidity({who, args.take("burn").natural(256)});
    answer = paid ? Result<List>(List(paid->begin(), paid->end())) : Result<List>(paid.error());
  } else if (op == "remove_liquidity_imbalance") {
    const List amounts = numbers(args.take("amounts"), pool.coins());
    answer =
        one(pool.remove_liquidity_imbalance({who, amounts, args.take("maxBurn").natural(256)}));
  } else if (op == "remove_liquidity_one_coin") {
    const U256 burn = args.take("burn").natural(256);
    const auto coin = args.take("i").number<std::uint8_t>();
    answer = one(pool.remove_liquidity_one_coin({who, burn, coin}));
  } else {
    line.complain(fmt::format("has operation \"{}\", which nobody judges", op));
  }
  args.finish();
  return answer;
}

Result<U256> answer_of(const StableSwap& pool, const std::string& view, std::vector<Value> in,
                       const Value& whole) {
  const auto number = [&](std::size_t i) { return in[i].natural(256); };
  const auto coin = [&](std::size_t i) -> std::size_t { return in[i].number<std::uint8_t>(); };
  if (view == "get_dy" && in.size() == 3) return pool.quote({coin(0), coin(1), number(2)});
  if (view == "calc_withdraw_one_coin" && in.size() == 2) {
    const auto quoted = pool.one_coin_for(number(0), coin(1));
    if (!quoted) return quoted.error();
    return quoted->amount;
  }
  if (view == "calc_token_amount" && in.size() == 2) {
    const Way way = in[1].flag() ? Way::in : Way::out;
    return pool.tokens_for(numbers(std::move(in[0]), pool.coins()), way);
  }
  whole.complain(fmt::format("asks \"{}\" of {} things, which nobody judges", view, in.size()));
  return U256{};
}

// A view of the state: null where the contract would not say.
void expect_price(Trial& trial, const StableSwap& pool, const Value& recorded) {
  const auto price = pool.virtual_price();
  const bool silent = recorded.is_null();
  trial.expect("virtualPrice answered", static_cast<bool>(price), !silent);
  if (price && !silent) {
    trial.expect("virtualPrice", shown(*price), shown(recorded.natural(256)));
  }
}

void judge_state(const StableSwap& pool, Value& line, Trial& trial) {
  Coins admins(pool.coins());
  for (std::size_t k = 0; k < pool.coins(); ++k) admins[k] = pool.held()[k] - pool.balances()[k];
  trial.expect("balances", shown(pool.balances()),
               shown(numbers(line.take("balances"), pool.coins())));
  trial.expect("adminBalances", shown(admins),
               shown(numbers(line.take("adminBalances"), pool.coins())));
  trial.expect("totalSupply", shown(pool.supply()), shown(line.take("totalSupply").natural(256)));
  U256 all;
  std::uint8_t index = 0;
  for (const Value& tokens : line.take("lp").items()) {
    const U256 owned = pool.tokens_of(actor(index++));
    trial.expect(tokens.name(), shown(owned), shown(tokens.natural(256)));
    all += owned;
  }
  trial.expect("sum of lp", shown(all), shown(pool.supply()));
  expect_price(trial, pool, line.take("virtualPrice"));
}

void judge_line(StableSwap& pool, Value& line, Trial& trial) {
  const std::string op = line.take("op").text();
  const auto answer = answer_of(pool, op, line);
  const bool ok = line.take("ok").flag();
  const auto recorded = ok ? Result<std::vector<U256>>(numbers(
                                 line.take("ret"), op == "remove_liquidity" ? pool.coins() : 1))
                           : fail(Reason::refused, line.take("err").text());
  trial.expect("answer", shown(answer), shown(recorded));
  judge_state(pool, line, trial);
}

void judge_views(const StableSwap& pool, std::size_t number, Value views, Trial& trial) {
  for (Value& view : views.items()) {
    const std::string name = view.take("fn").text();
    trial.begin(number, fmt::format("{} {}", view.name(), name));
    const auto answer = answer_of(pool, name, view.take("in").items(), view);
    trial.expect(name, shown(answer), shown(view.take("out").natural(256)));
    view.finish();
  }
}

bool knows(std::string_view first_line) {
  return first_line.find(schema) != std::string_view::npos;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  std::optional<StableSwap> pool;
  std::uint64_t now = 0;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    Reading reading(file.path, i + 1);
    Value line(file.lines[i], reading);
    if (!pool) {
      pool = pool_of(std::move(line));
    } else {
      trial.begin(i + 1, file.lines[i]);
      line.take("i");
      const std::uint64_t before = std::exchange(now, line.take("t").number<std::uint64_t>());
      if (now < before) line.complain("goes back in time");
      if (!line.sound()) return reading.outcome();
      pool->advance_to(now);
      judge_line(*pool, line, trial);
      if (line.has("views")) judge_views(*pool, i + 1, line.take("views"), trial);
      line.finish();
    }
    if (!reading.sound()) return reading.outcome();
  }
  return Done{};
}

}  // namespace

namespace kind {
Entry curve() {
  return {"curve", "Curve plain stableswap: operations, state, views", knows, judge};
}
}  // namespace kind

}  // namespace levee::vectors
