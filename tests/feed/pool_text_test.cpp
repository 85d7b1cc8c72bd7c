#include "levee/feed/pool_text.h"

#include "levee/feed/pool_file.h"
#include "tests/support/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace levee::feed {
namespace {

using ::testing::HasSubstr;

PoolOut sample(const amm::Pool::Found& found) {
  return {.pool = "0x01",
          .protocol = "uniswap-v3",
          .token0 = {"0xaa", "WETH", 18},
          .token1 = {"0xbb", "USDC", 6},
          .state = {1, 17'000'000, "0xcc", UnixSeconds{1'700'000'000}},
          .found = &found,
          .notes = {"a \"note\""}};
}

amm::Pool::Found sample_found() {
  amm::Pool::Found found;
  found.numbers.price = *amm::sqrt_price_at(Tick{-200'000});
  found.numbers.tick = -200'000;
  found.numbers.liquidity = ~u128{0} >> 1;
  found.numbers.fees.token0 = U256::max();
  amm::TickState tick;
  tick.liquidity_gross = 5;
  tick.liquidity_net = -5;
  found.ticks.emplace_back(-60, tick);
  return found;
}

TEST(PoolText, IsReadBackAsAPoolState) {
  const amm::Pool::Found found = sample_found();
  const TextFile file{"pool.json", pool_text(sample(found))};
  const auto state = pool_from_json(file, {.at = UnixSeconds{1'700'000'000}});
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(state->at, UnixSeconds{1'700'000'000});
  EXPECT_CLOSE(state->price.value(), std::pow(1.0001, -200'000) * 1e12, 1e-9);
  ASSERT_TRUE(state->active_liquidity);
  EXPECT_CLOSE(state->active_liquidity->value(), std::ldexp(1, 127) / 1e12, 1e-12);
}

TEST(PoolText, KeepsEveryDigit) {
  const amm::Pool::Found found = sample_found();
  const std::string text = pool_text(sample(found));
  EXPECT_THAT(text, HasSubstr("\"feeGrowthGlobal0X128\": \"" + decimal_text(U256::max()) + "\""));
  EXPECT_THAT(text, HasSubstr(R"("liquidityNet": "-5")"));
  EXPECT_THAT(text, HasSubstr(R"(a \"note\")"));
}

TEST(PoolText, HoldsAnEmptyListWhereThereIsNothing) {
  amm::Pool::Found found = sample_found();
  found.ticks.clear();
  EXPECT_THAT(pool_text(sample(found)), HasSubstr("\"ticks\": []"));
}

}  // namespace
}  // namespace levee::feed
