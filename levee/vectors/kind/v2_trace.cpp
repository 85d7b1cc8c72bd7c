// levee/vectors/kind/v2_trace.cpp — the life of one Uniswap v2 pair, state by state.
#include "levee/amm/constant_product.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <array>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

using amm::Amounts;
using amm::ConstantProduct;

constexpr std::string_view schema = "levee-v2-trace/1";

struct Play {
  ConstantProduct pair;
  std::vector<Address> actors;
};

std::string shown(const U256& n) { return decimal_text(n); }
std::string shown(const Amounts& paid) {
  return decimal_text(paid.token0) + " " + decimal_text(paid.token1);
}
std::string shown(Done) { return ""; }

template <class T>
std::string shown(const Result<T>& answer) {
  return answer ? shown(*answer) : fmt::format("refused \"{}\"", answer.error().message);
}

const Address& actor(const std::vector<Address>& actors, const Value& index) {
  static const Address nobody;
  const auto i = index.number<std::uint8_t>();
  if (i < actors.size()) return actors[i];
  index.complain("is no actor of the header");
  return nobody;
}

Address recipient(const Play& play, const Value& to) {
  const std::string text = to.text();
  if (text == "token0") return play.pair.terms().token0;
  if (text == "token1") return play.pair.terms().token1;
  if (text == "pair") return play.pair.terms().self;
  return actor(play.actors, to);
}

Amounts amounts(Value& args, std::string_view name0, std::string_view name1) {
  return {args.take(name0).natural(256), args.take(name1).natural(256)};
}

std::optional<Play> play_of(Value header, Trial& trial) {
  header.take("kind");
  header.take("scenario");
  if (header.take("schema").text() != schema) header.complain("is of another schema");
  ConstantProduct::Terms terms;
  terms.self = header.take("pair").address();
  terms.token0 = header.take("token0").address();
  terms.token1 = header.take("token1").address();
  const Address factory = header.take("factory").address();
  std::vector<Address> actors;
  for (const Value& one : header.take("actors").items()) actors.push_back(one.address());
  terms.fee_setter = actor(actors, header.take("feeToSetter"));
  header.finish();
  trial.expect("pair", text_of(amm::pair_address_of({factory, terms.token0, terms.token1})),
               text_of(terms.self));
  if (!header.sound()) return std::nullopt;
  return Play{ConstantProduct(terms), std::move(actors)};
}

std::string swapped(Play& play, Value& args, const Address& to, std::uint32_t time) {
  const Amounts out = amounts(args, "amount0Out", "amount1Out");
  const Amounts sent = args.has("payback0") ? amounts(args, "payback0", "payback1")
                                            : amounts(args, "amount0In", "amount1In");
  return shown(play.pair.swap({to, out, sent}, time));
}

// The pair's answer to one operation, as text.
std::string answer_of(Play& play, const std::string& op, Value& line, std::uint32_t time) {
  ConstantProduct& pair = play.pair;
  const Address who = actor(play.actors, line.take("who"));
  Value args = line.take("args");
  std::string answer;
  if (op == "mint") {
    const Address to = recipient(play, args.take("to"));
    answer = shown(pair.mint({to, amounts(args, "amount0In", "amount1In")}, time));
  } else if (op == "burn") {
    const Address to = recipient(play, args.take("to"));
    answer = shown(pair.burn({who, to, args.take("liquidityIn").natural(256)}, time));
  } else if (op == "swap") {
    const Address to = recipient(play, args.take("to"));
    answer = swapped(play, args, to, time);
  } else if (op == "flashSwap") {
    // The contract that is called back stands for its owner: it is neither pair nor token.
    answer = swapped(play, args, who, time);
  } else if (op == "skim") {
    answer = shown(pair.skim(recipient(play, args.take("to"))));
  } else if (op == "sync") {
    answer = shown(pair.sync(time));
  } else if (op == "transfer") {
    answer = shown(pair.receive(amounts(args, "amount0", "amount1")));
  } else if (op == "setFeeTo") {
    const Value to = args.take("feeTo");
    answer = shown(pair.set_fee_to({who, to.is_null() ? Address{} : actor(play.actors, to)}));
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
    text += (text.empty() ? "" : " ") + decimal_text(item.natural(256));
  }
  return text;
}

void judge_shares(const Play& play, Value& line, Trial& trial) {
  const auto expect = [&](const Value& recorded, const Address& owner) {
    trial.expect(recorded.name(), shown(play.pair.shares_of(owner)), shown(recorded.natural(256)));
  };
  const auto owned = line.take("lp").items();
  if (owned.size() != play.actors.size()) line.complain("should tell every actor's shares");
  for (std::size_t i = 0; line.sound() && i < owned.size(); ++i) expect(owned[i], play.actors[i]);
  expect(line.take("lpPair"), play.pair.terms().self);
  expect(line.take("lpZero"), Address{});
}

void judge_state(const Play& play, Value& line, Trial& trial) {
  const amm::PairNumbers& now = play.pair.numbers();
  const std::array<std::pair<std::string_view, U256>, 9> numbers{
      {{"reserve0", now.reserve0},
       {"reserve1", now.reserve1},
       {"blockTimestampLast", now.time},
       {"price0CumulativeLast", now.cumulative0},
       {"price1CumulativeLast", now.cumulative1},
       {"kLast", now.k_last},
       {"totalSupply", now.shares},
       {"balance0", now.balance0},
       {"balance1", now.balance1}}};
  for (const auto& [name, number] : numbers) {
    trial.expect(name, shown(number), shown(line.take(name).natural(256)));
  }
  judge_shares(play, line, trial);
  const Value to = line.take("feeTo");
  trial.expect("feeTo", text_of(play.pair.fee_to()),
               text_of(to.is_null() ? Address{} : actor(play.actors, to)));
}

bool knows(std::string_view first_line) {
  return first_line.find(schema) != std::string_view::npos;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  std::optional<Play> play;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    Reading reading(file.path, i + 1);
    Value line(file.lines[i], reading);
    trial.begin(i + 1, file.lines[i], play ? 1 : 0);
    if (!play) {
      play = play_of(std::move(line), trial);
    } else {
      line.take("i");
      const auto time = static_cast<std::uint32_t>(line.take("t").number<std::uint64_t>());
      const std::string op = line.take("op").text();
      const std::string answer = answer_of(*play, op, line, time);
      trial.expect("answer", answer, recorded_of(line));
      judge_state(*play, line, trial);
      line.finish();
    }
    if (!reading.sound()) return reading.outcome();
  }
  return Done{};
}

}  // namespace

namespace kind {
Entry v2_trace() {
  return {"v2_trace", "Uniswap v2 pair: mint, burn, swap, flash swap, skim, sync, fee switch",
          knows, judge};
}
}  // namespace kind

}  // namespace levee::vectors
