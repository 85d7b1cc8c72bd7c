#include "tests/fuzz/pool_agreement.h"

#include "tests/support/big_numbers.h"

#include <set>

#include <fmt/core.h>

namespace levee::fuzz {
namespace {

using naive::Int;
using naive::Two;

std::string text_of(const Two& two) { return two.token0.str() + ", " + two.token1.str(); }

std::string text_of(const naive::Tick& tick) {
  return fmt::format("gross {} net {} fees outside {} sums outside {}, {}, {}{}", tick.gross.str(),
                     tick.net.str(), text_of(tick.fees_outside), tick.tick_seconds_outside.str(),
                     tick.per_liquidity_outside.str(), tick.seconds_outside.str(),
                     tick.initialised ? "" : " not initialised");
}

std::string text_of(const naive::Position& position) {
  return fmt::format("liquidity {} inside {} owed {}", position.liquidity.str(),
                     text_of(position.inside_last), text_of(position.owed));
}

std::string text_of(const naive::Observation& seen) {
  return fmt::format("at {}: {}, {}{}", seen.time.str(), seen.tick_seconds.str(),
                     seen.per_liquidity.str(), seen.initialised ? "" : " not initialised");
}

void same_numbers(const amm::PoolNumbers& ours, const naive::State& theirs) {
  same("price", plain(ours.price.value()), theirs.price);
  same("tick", Int(ours.tick), Int(theirs.tick));
  same("liquidity", plain(U256{ours.liquidity}), theirs.liquidity);
  same("fee growth", plain(ours.fees), theirs.fees);
  same("protocol fees", {plain(U256{ours.protocol_fees0}), plain(U256{ours.protocol_fees1})},
       theirs.protocol_fees);
  same("protocol share 0", Int(ours.protocol_share0), Int(theirs.share0));
  same("protocol share 1", Int(ours.protocol_share1), Int(theirs.share1));
  same("balances", {plain(ours.balance0), plain(ours.balance1)}, theirs.balances);
}

void same_ticks(const amm::TickTable& ours, const naive::Pool& theirs) {
  const std::vector<std::int32_t> kept = ours.ticks();
  std::set<int> all(kept.begin(), kept.end());
  for (const auto& [index, tick] : theirs.state().ticks) all.insert(index);
  for (const int index : all) {
    const naive::Tick tick = plain(ours.at(index)), want = theirs.tick(index);
    if (tick != want) disagree(fmt::format("tick {}", index), text_of(tick), text_of(want));
  }
  const std::vector<std::int32_t> marked = ours.words();
  std::set<int> words(marked.begin(), marked.end());
  for (const auto& [word, bits] : theirs.state().bitmap) {
    words.erase(word);
    if (plain(ours.word(word)) != bits) {
      disagree(fmt::format("word {}", word), plain(ours.word(word)).str(), bits.str());
    }
  }
  for (const int word : words) disagree("words", fmt::format("word {}", word), "no such word");
}

void same_positions(const amm::Pool& ours, const naive::Pool& theirs) {
  std::set<naive::Key> all;
  for (const auto& [key, position] : theirs.state().positions) all.insert(key);
  for (const amm::PositionKey& key : ours.positions()) {
    all.insert({key.owner.bytes[19], key.range.lower, key.range.upper});
  }
  for (const naive::Key& key : all) {
    const auto [owner, lower, upper] = key;
    const naive::Position held = plain(ours.position({address_of(owner), {lower, upper}, {}}));
    const naive::Position want = theirs.position(key);
    if (held == want) continue;
    disagree(fmt::format("position {} [{}, {})", owner, lower, upper), text_of(held),
             text_of(want));
  }
}

void same_oracle(const amm::Oracle& ours, const naive::Oracle& theirs) {
  same("observation index", Int(ours.index()), Int(theirs.index));
  same("observations", Int(ours.cardinality()), Int(theirs.cardinality));
  same("observations to be", Int(ours.cardinality_next()), Int(theirs.cardinality_next));
  const auto slots = ours.slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    same("observation", plain(slots[i]), theirs.slot(static_cast<int>(i)));
  }
  for (const auto& [index, seen] : theirs.slots) {
    const bool kept = static_cast<std::size_t>(index) < slots.size();
    if (!kept) disagree("observation", "no such slot", text_of(seen));
  }
}

}  // namespace

void disagree(const std::string& what, const std::string& ours, const std::string& theirs) {
  throw Disagreement(fmt::format("{}: levee has {}, the model {}", what, ours, theirs));
}

Int plain(const U256& n) { return test::big_of<Int>(n); }
Int plain(const I256& n) { return test::big_of<Int>(n); }
Two plain(const amm::Amounts& amounts) { return {plain(amounts.token0), plain(amounts.token1)}; }
Two plain(const amm::Flows& flows) { return {plain(flows.token0), plain(flows.token1)}; }

Two plain(const amm::FeeGrowth& fees) { return {plain(fees.token0), plain(fees.token1)}; }

naive::Tick plain(const amm::TickState& tick) {
  return {.gross = plain(U256{tick.liquidity_gross}),
          .net = plain(I256{tick.liquidity_net}),
          .fees_outside = plain(tick.fees_outside),
          .tick_seconds_outside = tick.tick_seconds_outside,
          .per_liquidity_outside = plain(tick.seconds_per_liquidity_outside),
          .seconds_outside = tick.seconds_outside,
          .initialised = tick.initialised};
}

naive::Position plain(const amm::PositionState& position) {
  return {.liquidity = plain(U256{position.liquidity}),
          .inside_last = plain(position.fees_inside_last),
          .owed = {plain(U256{position.owed0}), plain(U256{position.owed1})}};
}

naive::Observation plain(const amm::Observation& seen) {
  return {seen.time, seen.tick_seconds, plain(seen.seconds_per_liquidity), seen.initialised};
}

void same(const char* what, const Int& ours, const Int& theirs) {
  if (ours != theirs) disagree(what, ours.str(), theirs.str());
}

void same(const char* what, const Two& ours, const Two& theirs) {
  if (ours != theirs) disagree(what, text_of(ours), text_of(theirs));
}

void same(const char* what, const naive::Observation& ours, const naive::Observation& theirs) {
  if (ours != theirs) disagree(what, text_of(ours), text_of(theirs));
}

Address address_of(int owner) {
  Address address;
  address.bytes[19] = static_cast<std::uint8_t>(owner);
  return address;
}

void same_state(const amm::Pool& ours, const naive::Pool& theirs) {
  same_numbers(ours.numbers(), theirs.state());
  same_ticks(ours.ticks(), theirs);
  same_positions(ours, theirs);
  same_oracle(ours.oracle(), theirs.state().oracle);
}

}  // namespace levee::fuzz
