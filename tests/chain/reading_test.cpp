#include "levee/chain/reading.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

PoolReading pool_at(std::int32_t tick) {
  PoolReading pool;
  pool.found.numbers.price = *amm::sqrt_price_at(Tick{tick});
  pool.found.numbers.tick = tick;
  return pool;
}

TEST(Reading, APoolStandsAtTheTickOfItsPriceOrFellOntoIt) {
  PoolReading pool = pool_at(-77);
  EXPECT_TRUE(require_price(pool));
  pool.found.numbers.tick = -78;
  EXPECT_TRUE(require_price(pool));
  pool.found.numbers.tick = -76;
  EXPECT_FALSE(require_price(pool));
  pool.found.numbers.price = amm::SqrtPriceX96{pool.found.numbers.price.value() + U256{1}};
  pool.found.numbers.tick = -78;
  EXPECT_FALSE(require_price(pool));
}

TEST(Reading, APriceNoPoolCanHaveIsCorrupt) {
  PoolReading pool = pool_at(0);
  pool.found.numbers.price = amm::SqrtPriceX96{U256{17}};
  EXPECT_EQ(require_price(pool).error().reason, Reason::corrupt);
}

TEST(Reading, RangesAreHeldToThePoolsSpacingAndReach) {
  PositionReading position;
  const auto is_fine = [&](std::int32_t lower, std::int32_t upper) {
    position.range = {lower, upper};
    return static_cast<bool>(require_range(position, TickSpacing{60}));
  };
  EXPECT_TRUE(is_fine(-60, 60));
  EXPECT_TRUE(is_fine(-887'220, 887'220));
  EXPECT_FALSE(is_fine(60, 60));
  EXPECT_FALSE(is_fine(60, -60));
  EXPECT_FALSE(is_fine(-61, 60));
  EXPECT_FALSE(is_fine(-887'280, 60));
  position.liquidity = amm::liquidity_per_tick_max(TickSpacing{60});
  EXPECT_TRUE(is_fine(-60, 60));
  position.liquidity += 1;
  EXPECT_FALSE(is_fine(-60, 60));
}

}  // namespace
}  // namespace levee::chain
