// tests/support/pool_cases.h — concentrated-liquidity pools in working order, and life in them.
#pragma once
#include "levee/amm/pool.h"
#include "tests/support/cases.h"

namespace levee::test {

inline Address account(std::uint8_t number) {
  Address address;
  address.bytes[19] = number;
  return address;
}

/// A swap without a limit.
inline amm::SwapAsk sale(amm::Direction direction, const I256& amount) {
  return {direction, amount, amm::no_limit(direction), {}};
}

inline amm::Direction random_direction(Gen& gen) {
  return gen.coin() ? amm::Direction::zero_for_one : amm::Direction::one_for_zero;
}

/// A pool near tick 0 with a dozen ranges of several owners.
inline amm::Pool busy_pool(Gen& gen) {
  const auto [fee, spacing] =
      gen.pick<std::pair<std::uint32_t, std::int32_t>>({{100, 1}, {500, 10}, {3000, 60}});
  amm::Pool pool({FeePips{fee}, TickSpacing{spacing}, amm::ProtocolShare::one_in});
  EXPECT_TRUE(pool.initialise(amm::sqrt_price_at_valid(Tick{gen.integer(-5000, 5000)}), 1000));
  if (gen.coin()) {
    EXPECT_TRUE(pool.set_protocol_shares(4, 10));
  }
  for (std::uint8_t i = 0; i < 12; ++i) {
    const std::int32_t lower = gen.integer(-200, 100) * spacing;
    const amm::TickRange range{lower, lower + gen.integer(1, 300) * spacing};
    const u128 liquidity = u128{1} << gen.integer(30, 80);
    EXPECT_TRUE(pool.mint({account(i % 4), range, liquidity}, 1000));
  }
  return pool;
}

}  // namespace levee::test
