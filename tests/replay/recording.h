// tests/replay/recording.h — a small pool's seeded life, and the events it would have logged.
#pragma once
#include "levee/replay/replay.h"
#include "tests/support/cases.h"

#include <utility>
#include <vector>

namespace levee::test {

/// Records what is done to a pool as a chain would.
class Recorder {
 public:
  explicit Recorder(amm::Pool made) : pool(std::move(made)) {}

  void swap(const amm::SwapAsk& ask) {
    const auto flows = pool.swap(ask, now());
    if (!flows) return;
    const auto& after = pool.numbers();
    add(replay::SwapSeen{*flows, after.price, after.liquidity, after.tick});
  }
  void sell(amm::Direction direction, const I256& amount) {
    swap({direction, amount, amm::no_limit(direction), {}});
  }
  void mint(const amm::ChangeAsk& ask) {
    if (const auto paid = pool.mint(ask, now())) change(replay::Change::mint, ask, *paid);
  }
  void burn(const amm::ChangeAsk& ask) {
    if (const auto freed = pool.burn(ask, now())) change(replay::Change::burn, ask, *freed);
  }
  void collect(const Address& owner, const amm::TickRange& range) {
    constexpr u128 all = ~static_cast<u128>(0);
    if (const auto paid = pool.collect({owner, range, all, all})) {
      add(replay::CollectSeen{owner, range, *paid});
    }
  }

  amm::Pool pool;
  std::vector<replay::PoolEvent> events;

 private:
  std::uint32_t now() const { return 1000 + static_cast<std::uint32_t>(events.size()); }
  void change(replay::Change which, const amm::ChangeAsk& ask, const amm::Amounts& amounts) {
    add(replay::ChangeSeen{which, ask.owner, ask.range, ask.liquidity, amounts});
  }
  template <class Seen>
  void add(const Seen& seen) {
    replay::PoolEvent event;
    event.block = 7;
    event.log = events.size();
    event.time = now();
    event.what = seen;
    events.push_back(event);
  }
};

inline Address owner(std::uint8_t number) {
  Address address;
  address.bytes[19] = number;
  return address;
}

inline constexpr u128 unit_liquidity = 1'000'000'000'000'000;

/// A pool at tick 5 with a 0.3 % fee, spacing 10, and one wide position of owner 1.
inline amm::Pool wide_pool() {
  amm::PoolTerms terms;
  terms.spacing = TickSpacing{10};
  amm::Pool pool(terms);
  EXPECT_TRUE(pool.initialise(amm::sqrt_price_at_valid(Tick{5}), 500));
  EXPECT_TRUE(pool.mint({owner(1), {-2000, 2000}, 20 * unit_liquidity}, 500));
  return pool;
}

/// A seeded stretch of the pool's life: small swaps both ways, positions near the price.
inline void live(Recorder& recorder, Gen& gen, int actions) {
  using amm::Direction;
  for (int i = 0; i < actions; ++i) {
    const auto who = static_cast<std::uint8_t>(gen.integer(1, 3));
    const std::int32_t lower = 10 * gen.integer(-4, 2);
    const amm::TickRange range{lower, lower + 10 * gen.integer(1, 3)};
    const auto liquidity = static_cast<u128>(gen.integer(1, 9)) * unit_liquidity / 3;
    switch (gen.integer(0, 7)) {
      case 0:
        recorder.mint({owner(who), range, liquidity});
        break;
      case 1:
        recorder.burn({owner(who), range, gen.coin() ? liquidity : 0});
        break;
      case 2:
        recorder.collect(owner(who), range);
        break;
      default: {
        const auto direction =
            gen.coin() ? amm::Direction::zero_for_one : amm::Direction::one_for_zero;
        const auto size = I256{static_cast<std::int64_t>(gen.scale(1e3, 1e13))};
        recorder.sell(direction, gen.coin() ? size : wrapping_negate(size));
      }
    }
  }
}

}  // namespace levee::test
