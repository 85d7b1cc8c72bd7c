#include "levee/amm/constant_product.h"

#include "levee/base/wide.h"
#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::amm {
namespace {

using namespace literal;
using test::for_cases;
using test::Gen;

constexpr Address alice{{1}}, bob{{2}}, setter{{3}}, pair_self{{9}};
constexpr Address token0{{10}}, token1{{11}};
constexpr ConstantProduct::Terms terms{pair_self, token0, token1, setter};

U256 drawn(Gen& gen, unsigned bits) {
  return U256{gen.bits()} << static_cast<unsigned>(gen.size(0, bits - 64));
}

ConstantProduct pair_with(const U256& amount0, const U256& amount1) {
  ConstantProduct pair(terms);
  EXPECT_TRUE(pair.mint({alice, {amount0, amount1}}, 1000));
  return pair;
}

template <class T>
std::string refusal(const Result<T>& answer) {
  if (answer) return "answered";
  EXPECT_EQ(answer.error().reason, Reason::refused);
  return answer.error().message;
}

}  // namespace

TEST(V2Library, PricesAsTheFormulaSays) {
  // 997 * 100 * 1000 / (1000 * 1000 + 997 * 100) = 90.66
  EXPECT_EQ(*amount_out_of(100, {1000, 1000}), U256{90});
  // 1000 * 90 * 1000 / ((1000 - 90) * 997) = 99.2, and one more
  EXPECT_EQ(*amount_in_for(90, {1000, 1000}), U256{100});
  EXPECT_EQ(*equal_value_of(10, {1000, 3000}), U256{30});
}

TEST(V2Library, RefusesInTheContractsWords) {
  EXPECT_EQ(refusal(amount_out_of(0, {1, 1})), "UniswapV2Library: INSUFFICIENT_INPUT_AMOUNT");
  EXPECT_EQ(refusal(amount_in_for(0, {1, 1})), "UniswapV2Library: INSUFFICIENT_OUTPUT_AMOUNT");
  EXPECT_EQ(refusal(equal_value_of(0, {1, 1})), "UniswapV2Library: INSUFFICIENT_AMOUNT");
  EXPECT_EQ(refusal(amount_out_of(1, {0, 1})), "UniswapV2Library: INSUFFICIENT_LIQUIDITY");
  EXPECT_EQ(refusal(amount_out_of(U256::max(), {1, 1})), "ds-math-mul-overflow");
  EXPECT_EQ(refusal(amount_in_for(2, {5, 1})), "ds-math-sub-underflow");
  EXPECT_EQ(refusal(amount_in_for(1, {5, 1})), "");
}

TEST(V2Pair, IsWhereTheFactoryPutsIt) {
  // USDC / WETH of the mainnet factory.
  const auto factory = address_from("0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f");
  const auto usdc = address_from("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");
  const auto weth = address_from("0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
  EXPECT_EQ(text_of(pair_address_of({*factory, *usdc, *weth})),
            "0xb4e16d0168e52d35cacd2c6185b44281ec28c9dc");
}

TEST(V2Pair, FirstSharesAreTheRootOfTheProductLessAThousand) {
  ConstantProduct pair(terms);
  EXPECT_EQ(*pair.mint({alice, {40'000, 90'000}}, 1000), U256{59'000});
  EXPECT_EQ(pair.shares_of(alice), U256{59'000});
  EXPECT_EQ(pair.shares_of(Address{}), U256{1000});
  EXPECT_EQ(pair.numbers().shares, U256{60'000});
}

TEST(V2Pair, LaterSharesAreForTheScarcerOfTheTwo) {
  ConstantProduct pair = pair_with(40'000, 90'000);
  EXPECT_EQ(*pair.mint({bob, {400, 9000}}, 1001), U256{600});
  EXPECT_EQ(*pair.mint({bob, {4000, 99}}, 1002), U256{60});
}

TEST(V2Pair, BurnPaysTheFloorOfTheShare) {
  ConstantProduct pair = pair_with(40'000, 90'000);
  const auto paid = pair.burn({alice, bob, 7}, 1001);
  ASSERT_TRUE(paid);
  EXPECT_EQ(*paid, (Amounts{4, 10}));  // 7 / 60000 of 40000 and of 90000
  EXPECT_EQ(pair.numbers().reserve0, U256{39'996});
  EXPECT_EQ(pair.shares_of(pair_self), U256{});
}

TEST(V2Pair, SwapAsksForTheFeeToo) {
  ConstantProduct pair = pair_with(1'000'000, 1'000'000);
  const U256 out = *amount_out_of(1000, {1'000'000, 1'000'000});
  EXPECT_EQ(refusal(pair.swap({bob, {{}, out + 1}, {1000, {}}}, 1001)), "UniswapV2: K");
  EXPECT_TRUE(pair.swap({bob, {{}, out}, {1000, {}}}, 1001));
  EXPECT_EQ(pair.numbers().balance1, U256{1'000'000} - out);
}

TEST(V2Pair, AFlashSwapMayPayBackWhatItTook) {
  ConstantProduct pair = pair_with(1'000'000, 1'000'000);
  EXPECT_EQ(refusal(pair.swap({bob, {1000, {}}, {1003, {}}}, 1001)), "UniswapV2: K");
  EXPECT_TRUE(pair.swap({bob, {1000, {}}, {1004, {}}}, 1001));
  EXPECT_EQ(refusal(pair.swap({bob, {1000, {}}, {1004, {}}, true}, 1001)), "UniswapV2: LOCKED");
}

TEST(V2Pair, RefusesInTheContractsWordsAndOrder) {
  ConstantProduct pair(terms);
  EXPECT_EQ(refusal(pair.mint({alice, {500, 500}}, 1)), "ds-math-sub-underflow");
  EXPECT_EQ(refusal(pair.mint({alice, {1000, 1000}}, 1)),
            "UniswapV2: INSUFFICIENT_LIQUIDITY_MINTED");
  EXPECT_EQ(refusal(pair.burn({alice, alice, 0}, 1)), "");  // a division by no shares
  EXPECT_EQ(pair.numbers(), PairNumbers{});
  pair = pair_with(40'000, 90'000);
  EXPECT_EQ(refusal(pair.burn({bob, bob, 1}, 1)), "ds-math-sub-underflow");
  EXPECT_EQ(refusal(pair.burn({alice, alice, 0}, 1)), "UniswapV2: INSUFFICIENT_LIQUIDITY_BURNED");
  EXPECT_EQ(refusal(pair.swap({bob, {}, {}}, 1)), "UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT");
  EXPECT_EQ(refusal(pair.swap({token0, {40'000, {}}, {}}, 1)), "UniswapV2: INSUFFICIENT_LIQUIDITY");
  EXPECT_EQ(refusal(pair.swap({token0, {1, {}}, {}}, 1)), "UniswapV2: INVALID_TO");
  EXPECT_EQ(refusal(pair.swap({bob, {1, {}}, {}}, 1)), "UniswapV2: INSUFFICIENT_INPUT_AMOUNT");
  EXPECT_EQ(refusal(pair.mint({alice, {U256{1} << 112, 90}}, 1)), "UniswapV2: OVERFLOW");
  EXPECT_EQ(refusal(pair.receive({U256::max(), {}})), "");
  EXPECT_EQ(refusal(pair.transfer({bob, alice, 1})), "ds-math-sub-underflow");
  EXPECT_EQ(refusal(pair.set_fee_to({alice, alice})), "UniswapV2: FORBIDDEN");
}

TEST(V2Pair, ShareIsPaidToTheProtocolWhenLiquidityMoves) {
  ConstantProduct pair = pair_with(1'000'000, 1'000'000);
  ASSERT_TRUE(pair.set_fee_to({setter, bob}));
  ASSERT_TRUE(pair.mint({alice, {1'000'000, 1'000'000}}, 1001));  // kLast is told from here on
  ASSERT_TRUE(pair.receive({60'000, 60'000}));
  ASSERT_TRUE(pair.sync(1002));
  ASSERT_TRUE(pair.burn({alice, alice, 1000}, 1003));
  // 2000000 shares * (2060000 - 2000000) / (5 * 2060000 + 2000000)
  EXPECT_EQ(pair.shares_of(bob), U256{9756});
  ASSERT_TRUE(pair.set_fee_to({setter, Address{}}));
  ASSERT_TRUE(pair.burn({alice, alice, 1000}, 1004));
  EXPECT_EQ(pair.numbers().k_last, U256{});
}

TEST(V2Pair, PriceTimesSecondsAddsUpOverTheClocksEdge) {
  ConstantProduct pair(terms);
  ASSERT_TRUE(pair.mint({alice, {40'000, 80'000}}, 0xFFFF'FFF0u));
  ASSERT_TRUE(pair.sync(4));
  EXPECT_EQ(pair.numbers().cumulative0, (U256{2} << 112) * 20);
  EXPECT_EQ(pair.numbers().cumulative1, (U256{1} << 111) * 20);
  EXPECT_EQ(pair.numbers().time, 4U);
  ASSERT_TRUE(pair.sync(4));
  EXPECT_EQ(pair.numbers().cumulative0, (U256{2} << 112) * 20);
}

TEST(V2Pair, SkimGivesAwayDonationsAndSyncKeepsThem) {
  ConstantProduct pair = pair_with(40'000, 90'000);
  ASSERT_TRUE(pair.receive({5, 6}));
  ConstantProduct skimmed = pair;
  ASSERT_TRUE(skimmed.skim(bob));
  EXPECT_EQ(skimmed.numbers().balance1, U256{90'000});
  ASSERT_TRUE(pair.skim(pair_self));
  EXPECT_EQ(pair.numbers().balance1, U256{90'006});
  ASSERT_TRUE(pair.sync(1001));
  EXPECT_EQ(pair.numbers().reserve1, U256{90'006});
}

TEST(V2PairLaw, PaysWhatTheLibraryPricesAndNotOneUnitMore) {
  for_cases(2000, [](Gen& gen) {
    ConstantProduct pair = pair_with(drawn(gen, 110) + 2000, drawn(gen, 110) + 2000);
    const U256 in = drawn(gen, 90) + 1;
    const PairReserves reserves{pair.numbers().reserve0, pair.numbers().reserve1};
    const auto out = amount_out_of(in, reserves);
    ASSERT_TRUE(out);
    const ConstantProduct before = pair;
    ASSERT_FALSE(pair.swap({bob, {{}, *out + 1}, {in, {}}}, 1001));
    ASSERT_EQ(pair.numbers(), before.numbers());
    if (out->is_zero()) return;
    ASSERT_TRUE(pair.swap({bob, {{}, *out}, {in, {}}}, 1001));
    const auto priced = amount_in_for(*out, reserves);
    ASSERT_TRUE(priced);
    ASSERT_LE(*priced, in);
  });
}

}  // namespace levee::amm
