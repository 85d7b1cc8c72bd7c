// tests/fuzz/naive_pool.h — the whole concentrated-liquidity pool on wide integers and maps.
//
// Calls either answer or throw Revert and change nothing. Times are the block's, below 2^32.
// src: Uniswap v3 whitepaper (2021) 6 and 7; v3-core 1.0.1 for the order of what is required
#pragma once
#include "tests/fuzz/naive_oracle.h"

#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace levee::naive {

enum class Share { one_in, per_ten_thousand };

/// A fault planted in the model, for the fuzzer to find.
enum class Flaw { none, crossing_keeps_outside };

struct Terms {
  int fee = 3000, spacing = 60;
  Share share = Share::one_in;
  Flaw flaw = Flaw::none;
};

struct Two {
  Int token0, token1;
  friend bool operator==(const Two&, const Two&) = default;
};

/// What is paid beyond what is asked; a payment is never below nothing.
struct Payment {
  Two over;
  bool reenters = false;
};

struct Tick {
  Int gross, net;
  Two fees_outside;
  Int tick_seconds_outside, per_liquidity_outside, seconds_outside;
  bool initialised = false;
  friend bool operator==(const Tick&, const Tick&) = default;
};

struct Position {
  Int liquidity;
  Two inside_last, owed;
  friend bool operator==(const Position&, const Position&) = default;
};

/// Owner, lower tick, upper tick.
using Key = std::tuple<int, int, int>;

/// All that a pool keeps.
struct State {
  Int price;  ///< 0 before initialise.
  int tick = 0;
  Int liquidity;
  Two fees, protocol_fees, balances;
  int share0 = 0, share1 = 0;
  std::map<int, Tick> ticks;
  std::map<int, Int> bitmap;
  std::map<Key, Position> positions;
  Oracle oracle;
};

struct SwapAsk {
  Sells sells = Sells::token0;
  Int amount, limit;
  std::optional<int> fee;
};

struct Inside {
  Int tick_seconds, per_liquidity, seconds;
};

class Pool {
 public:
  explicit Pool(const Terms& terms) : terms_(terms) {}

  void initialise(const Int& price, const Int& time);
  Two mint(const Key& key, const Int& amount, const Int& time, const Payment& payment);
  Two burn(const Key& key, const Int& amount, const Int& time);
  Two collect(const Key& key, const Two& most);
  Two swap(const SwapAsk& ask, const Int& time, const Payment& payment);
  void flash(const Two& amounts, const Payment& payment);
  void set_shares(int share0, int share1);
  Two collect_protocol(const Two& most);
  void grow_oracle(int next);
  void receive(const Two& amounts);

  std::vector<Observation> observe(const Int& time, const std::vector<Int>& seconds_ago) const;
  Inside sums_inside(int lower, int upper, const Int& time) const;

  const Terms& terms() const { return terms_; }
  const State& state() const { return state_; }
  State& state() { return state_; }
  Int liquidity_per_tick_max() const;
  Tick tick(int index) const;
  Position position(const Key& key) const;
  int crossed() const { return crossed_; }  ///< Initialised ticks crossed by the last swap.

 private:
  struct Walk;
  struct Target {
    int tick = 0;
    bool initialised = false;
  };
  struct Update {
    int tick = 0;
    bool is_upper = false;
  };
  template <class Call>
  auto whole(const Call& call);
  Two change(const Key& key, const Int& by, const Int& time);
  Two principal(const Key& key, const Int& by, const Int& time);
  bool update_tick(const Update& which, const Int& by, const Observation& now);
  void update_position(const Key& key, const Int& by, const Int& time);
  void flip(int index);
  void reckon(const Key& key, const Int& by);
  Two fees_inside(int lower, int upper) const;
  Target next_tick(int from, Sells sells) const;
  void walk(const SwapAsk& ask, Walk& on);
  void step(const SwapAsk& ask, Walk& on);
  void arrive(const Target& target, const SwapAsk& ask, Walk& on);
  void cross(int index, const SwapAsk& ask, Walk& on);
  void take_step_fee(const Int& fee, Walk& on) const;
  Int protocol_part(const Int& fee, int share) const;
  void keep_flash_fee(Int& fees, Int& protocol_fees, const Int& paid, int share) const;
  void check_unlocked() const { require(state_.price != 0, "LOK"); }

  Terms terms_;
  State state_;
  int crossed_ = 0;
};

}  // namespace levee::naive
