#include "levee/chain/uniswap_v4_reader.h"

#include "tests/chain/fake_chain.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

using test::address_numbered;
using test::FakeChain;

TEST(V4Reader, ATicksWordHoldsGrossBelowAndNetAbove) {
  const U256 word = (U256{static_cast<u128>(-3)} << 128) | U256{7};
  const std::vector<U256> words{word, U256{1}, U256{2}};
  const amm::TickState state = v4_tick_in(words);
  EXPECT_EQ(state.liquidity_gross, u128{7});
  EXPECT_EQ(state.liquidity_net, i128{-3});
  EXPECT_EQ(state.fees_outside, (amm::FeeGrowth{U256{1}, U256{2}}));
  EXPECT_TRUE(state.initialised);
}

TEST(V4Reader, APoolWithoutAPriceWasNeverInitialised) {
  FakeChain chain;
  const Address contract = address_numbered(9);
  const amm::V4Key key{{}, address_numbered(1), 500, 10, {}};
  chain.token(address_numbered(1), "USDC", 6);
  const U256 state = V4Slots(amm::id_of(key)).state();
  std::vector<U256> slots;
  for (unsigned i = 0; i < 4; ++i) slots.push_back(wrapping_add(state, U256{i}));
  Bytes input = call_of("like(uint256[])", {slots});
  std::ranges::copy(selector_of("extsload(bytes32[])"), input.begin());
  const auto read = [&] {
    return read_v4_pools(chain.node(), {31337, contract, {key}, Depth::numbers},
                         FakeChain::block());
  };
  chain.answer(contract, input, {U256{32}, U256{4}, U256{}, U256{}, U256{}, U256{}});
  EXPECT_EQ(read().error().reason, Reason::missing_data);

  // Price and tick, protocol fees of 1 and 2, a fee of 500, all in one word.
  const U256 word = amm::sqrt_price_at(Tick{-5})->value() | (U256{0xFFFFFBU} << 160) |
                    (U256{2U << 12 | 1U} << 184) | (U256{500} << 208);
  chain.answer(contract, input, {U256{32}, U256{4}, word, U256{11}, U256{12}, U256{13}});
  const auto pools = read();
  ASSERT_TRUE(pools) << pools.error().message;
  const PoolReading& pool = pools->front();
  EXPECT_EQ(pool.token0.symbol, "ETH");
  EXPECT_EQ(pool.found.numbers.tick, -5);
  EXPECT_EQ(pool.found.terms.fee, FeePips{500});
  EXPECT_EQ(pool.v4.protocol0, FeePips{1});
  EXPECT_EQ(pool.v4.protocol1, FeePips{2});
  EXPECT_EQ(pool.found.terms.share, amm::ProtocolShare::pips);
  EXPECT_EQ(pool.found.numbers.protocol_share0, 1);
  EXPECT_EQ(pool.found.numbers.protocol_share1, 2);
  EXPECT_EQ(pool.found.numbers.fees, (amm::FeeGrowth{U256{11}, U256{12}}));
  EXPECT_EQ(pool.found.numbers.liquidity, u128{13});

  chain.answer(contract, input, {U256{32}, U256{3}, word, U256{11}, U256{12}});
  EXPECT_EQ(read().error().reason, Reason::corrupt) << "a word is missing";
}

}  // namespace
}  // namespace levee::chain
