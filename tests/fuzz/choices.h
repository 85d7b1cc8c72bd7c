// tests/fuzz/choices.h — a fuzzer's bytes as the arguments of a pool's calls.
//
// Most choices lean on what the pool is: its ticks, positions, balances, the exact amount that
// reaches a tick, all give or take a little. The rest is anything a call can be given.
#pragma once
#include "tests/fuzz/naive_pool.h"
#include "tests/support/bytes.h"

#include <utility>

namespace levee::fuzz {

using test::Bytes;

class Choices {
 public:
  Choices(Bytes& from, const naive::Pool& pool) : from_(from), pool_(pool) {}

  naive::Int amount();     ///< Mostly something the pool holds or owes; below 2^256.
  naive::Int liquidity();  ///< Mostly what a mint can take; below 2^128.
  naive::Int price();      ///< Mostly at a tick; below 2^256.
  int tick();
  /// An existing position, or a key that may be new. Mostly in order.
  naive::Key position();
  naive::SwapAsk swap();
  naive::Payment payment();

  Bytes& from() { return from_; }

 private:
  naive::Int part_of(const naive::Int& whole);
  naive::Int to_reach(const naive::SwapAsk& ask, int tick);
  int near_tick(int index);
  naive::Int some_words_away(int way) const;
  naive::Key fresh_position();

  Bytes& from_;
  const naive::Pool& pool_;
};

/// Terms of a pool: a deployed tier, or any the factory would enable.
naive::Terms terms_from(Bytes& from);

}  // namespace levee::fuzz
