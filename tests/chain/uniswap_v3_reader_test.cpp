#include "levee/chain/uniswap_v3_reader.h"

#include "tests/chain/fake_v3.h"

#include <map>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

using namespace levee::test;  // NOLINT(google-build-using-namespace): a fake chain's vocabulary

Result<std::vector<PoolReading>> read(FakeChain& chain, const Address& factory = v3_factory) {
  return read_v3_pools(chain.node(), {31337, Family::uniswap_v3, factory, {v3_pool}, Depth::ticks},
                       FakeChain::block());
}

TEST(V3Reader, ReadsAPoolWhole) {
  FakeChain chain;
  put_v3(chain);
  const auto pools = read(chain);
  ASSERT_TRUE(pools) << pools.error().message;
  const PoolReading& pool = pools->front();
  EXPECT_EQ(pool.token0.symbol, "WETH");
  EXPECT_EQ(pool.token1.decimals, 6);
  EXPECT_EQ(pool.found.numbers.tick, 7);
  EXPECT_EQ(pool.found.numbers.protocol_share0, 4);
  EXPECT_EQ(pool.found.numbers.protocol_share1, 5);
  EXPECT_EQ(pool.found.numbers.protocol_fees1, u128{9});
  ASSERT_EQ(pool.found.ticks.size(), 2U);
  EXPECT_EQ(pool.found.ticks[0].first, -120);
  EXPECT_EQ(pool.found.ticks[1].second.liquidity_net, -static_cast<i128>(v3_liquidity));
  EXPECT_TRUE(pool.notes.empty());
}

TEST(V3Reader, APancakePoolsSharesAreWider) {
  FakeChain chain;
  put_v3(chain);
  chain.answer(v3_pool, call_of("slot0()", {}),
               {amm::sqrt_price_at(Tick{7})->value(), U256{7}, U256{0}, U256{1}, U256{1},
                U256{3200U << 16 | 3400U}, U256{1}});
  EXPECT_FALSE(read(chain)) << "a Uniswap pool's shares fit 8 bits";
  const auto pools =
      read_v3_pools(chain.node(), {56, Family::pancake_v3, v3_factory, {v3_pool}, Depth::numbers},
                    FakeChain::block());
  ASSERT_TRUE(pools) << pools.error().message;
  EXPECT_EQ(pools->front().found.numbers.protocol_share0, 3400);
  EXPECT_EQ(pools->front().found.numbers.protocol_share1, 3200);
}

TEST(V3Reader, WithoutAKnownFactoryThePoolsOwnWordIsTakenAndSaid) {
  FakeChain chain;
  put_v3(chain);
  const auto pools = read(chain, Address{});
  ASSERT_TRUE(pools) << pools.error().message;
  EXPECT_EQ(pools->front().notes.size(), 1U);
}

TEST(V3Reader, RefusesAPoolOfAnotherFactory) {
  FakeChain chain;
  put_v3(chain);
  EXPECT_EQ(read(chain, address_numbered(99)).error().reason, Reason::bad_input);
  chain.answer(v3_factory,
               call_of("getPool(address,address,uint24)", {v3_token0, v3_token1, U256{3000}}),
               {number_of(word_of(address_numbered(98)))});
  EXPECT_EQ(read(chain).error().reason, Reason::bad_input);
}

TEST(V3Reader, RefusesTicksThatDoNotAddUpToTheLiquidity) {
  FakeChain chain;
  put_v3(chain);
  chain.answer(v3_pool, call_of("liquidity()", {}), {U256{v3_liquidity + 1}});
  EXPECT_EQ(read(chain).error().reason, Reason::corrupt);
}

TEST(V3Reader, RefusesABitWithoutATickAndATickWithoutAPlace) {
  FakeChain chain;
  put_v3(chain);
  chain.answer(v3_pool, call_of("ticks(int24)", {I256{-120}}),
               {U256{0}, U256{0}, U256{0}, U256{0}, U256{0}, U256{0}, U256{0}, U256{0}});
  EXPECT_EQ(read(chain).error().reason, Reason::corrupt);
}

// Every call of a read, answered with a byte too few, a word too many, and nothing at all.
TEST(V3Reader, RefusesEveryAnswerThatIsShorterOrLongerThanItsFunctionGives) {
  std::map<std::string, std::pair<Call, std::size_t>> asked;
  for (const char* name :
       {"factory()", "token0()", "token1()", "fee()", "tickSpacing()", "liquidity()",
        "feeGrowthGlobal0X128()", "feeGrowthGlobal1X128()", "maxLiquidityPerTick()"}) {
    asked[name] = {{v3_pool, call_of(name, {})}, 1};
  }
  asked["slot0()"] = {{v3_pool, call_of("slot0()", {})}, 7};
  asked["protocolFees()"] = {{v3_pool, call_of("protocolFees()", {})}, 2};
  asked["tickBitmap"] = {{v3_pool, call_of("tickBitmap(int16)", {I256{0}})}, 1};
  asked["ticks"] = {{v3_pool, call_of("ticks(int24)", {I256{-120}})}, 8};
  asked["decimals"] = {{v3_token0, call_of("decimals()", {})}, 1};
  asked["balanceOf"] = {{v3_token1, call_of("balanceOf(address)", {v3_pool})}, 1};
  for (const auto& [name, known] : asked) {
    const auto& [call, words] = known;
    for (const std::size_t size : {32 * words - 1, 32 * words + 32, std::size_t{0}}) {
      FakeChain chain;
      put_v3(chain);
      chain.answer(call.to, call.input, Bytes(size));
      const auto pools = read(chain);
      ASSERT_FALSE(pools) << name << " of " << size << " bytes";
      EXPECT_NE(pools.error().message.find(name), std::string::npos) << pools.error().message;
    }
  }
}

TEST(V3Reader, AContractThatIsNoPoolIsNotTakenForOne) {
  FakeChain chain;
  put_v3(chain);
  chain.answer(v3_pool, call_of("factory()", {}), Bytes{});
  const Error error = read(chain).error();
  EXPECT_EQ(error.reason, Reason::bad_input);
  EXPECT_NE(error.message.find("is not a uniswap-v3 pool"), std::string::npos) << error.message;
}

TEST(V3Reader, RefusesAForkWhoseTicksCarryAnotherLiquidity) {
  FakeChain chain;
  put_v3(chain);
  chain.answer(v3_pool, call_of("maxLiquidityPerTick()", {}), {U256{17}});
  EXPECT_EQ(read(chain).error().reason, Reason::not_supported);
}

TEST(V3Reader, APoolWithoutAPriceWasNeverInitialised) {
  FakeChain chain;
  put_v3(chain);
  chain.answer(v3_pool, call_of("slot0()", {}),
               {U256{0}, U256{0}, U256{0}, U256{0}, U256{0}, U256{0}, U256{1}});
  EXPECT_EQ(read(chain).error().reason, Reason::missing_data);
}

TEST(V3Reader, ReadsTheOraclesMemoryWhereAsked) {
  FakeChain chain;
  put_v3(chain);
  chain.answer(v3_pool, call_of("observations(uint256)", {U256{0}}),
               {U256{1'699'999'999}, I256{-5}.bits(), U256{77}, U256{1}});
  const auto pools = read_v3_pools(
      chain.node(), {31337, Family::uniswap_v3, v3_factory, {v3_pool}, Depth::observations},
      FakeChain::block());
  ASSERT_TRUE(pools) << pools.error().message;
  const auto slots = pools->front().found.oracle.slots();
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_EQ(slots[0], (amm::Observation{1'699'999'999, -5, U256{77}, true}));
}

}  // namespace
}  // namespace levee::chain
