// What the contract itself says of all this is in tests/chain_live/v4_pool_live_test.cpp.
#include "levee/amm/tick_math.h"
#include "tests/support/pool_cases.h"

namespace levee::amm {
namespace {

using test::account;
using test::sale;

constexpr std::uint32_t now = 1;

Pool started(FeePips fee = FeePips{3000}) {
  Pool pool({fee, TickSpacing{60}, ProtocolShare::pips});
  EXPECT_TRUE(pool.initialise(SqrtPriceX96{U256::power_of_two(96)}, now));
  return pool;
}

PositionKey wide(unsigned salt = 0) { return {account(1), {-600, 600}, bytes_of(U256{salt})}; }

std::string why(const auto& result) { return result ? "not refused" : result.error().message; }

TEST(PoolV4, FeesArePaidOutWithTheChangeAndNothingStaysOwed) {
  Pool pool = started();
  ASSERT_TRUE(pool.modify(wide(), 1'000'000'000, now));
  ASSERT_TRUE(pool.swap(sale(Direction::zero_for_one, 1'000'000), now));
  const auto poked = pool.modify(wide(), 0, now);
  ASSERT_TRUE(poked);
  EXPECT_EQ(poked->fees, (Amounts{U256{2999}, U256{0}})) << "3000 less the part of a unit";
  EXPECT_EQ(poked->principal, Flows{});
  EXPECT_EQ(pool.position(wide()).owed0, 0U);
  EXPECT_EQ(pool.modify(wide(), 0, now)->fees, Amounts{});
}

TEST(PoolV4, AnotherSaltIsAnotherPosition) {
  Pool pool = started();
  ASSERT_TRUE(pool.modify(wide(0), 1000, now));
  EXPECT_EQ(why(pool.modify(wide(1), 0, now)), "CannotUpdateEmptyPosition");
  ASSERT_TRUE(pool.modify(wide(1), 500, now));
  EXPECT_EQ(pool.position(wide(0)).liquidity, 1000U);
  EXPECT_EQ(pool.position(wide(1)).liquidity, 500U);
  EXPECT_EQ(pool.ticks().at(-600).liquidity_gross, 1500U);
}

TEST(PoolV4, TheProtocolTakesItsMillionthsOfWhatComesInFirst) {
  Pool pool = started();
  ASSERT_TRUE(pool.modify(wide(), 1'000'000'000, now));
  ASSERT_TRUE(pool.set_protocol_shares(1000, 0));
  ASSERT_TRUE(pool.swap(sale(Direction::zero_for_one, 1'000'000), now));
  ASSERT_TRUE(pool.swap(sale(Direction::one_for_zero, 1'000'000), now));
  EXPECT_EQ(pool.numbers().protocol_fees0, 1000U);
  EXPECT_EQ(pool.numbers().protocol_fees1, 0U);
  // 3997 millionths in all: 0.1 %, and 0.3 % of what is left.
  EXPECT_EQ(pool.modify(wide(), 0, now)->fees.token0, U256{2996});
  EXPECT_EQ(*pool.collect_protocol(400, 0), (Amounts{U256{400}, U256{0}}));
  EXPECT_EQ(*pool.collect_protocol(~u128{0}, 0), (Amounts{U256{600}, U256{0}})) << "to the last";
}

TEST(PoolV4, WithoutAFeeOfItsOwnAllOfTheFeeIsTheProtocols) {
  Pool pool = started(FeePips{0});
  ASSERT_TRUE(pool.modify(wide(), 1'000'000'000, now));
  ASSERT_TRUE(pool.set_protocol_shares(1000, 1000));
  ASSERT_TRUE(pool.swap(sale(Direction::zero_for_one, 1'000'001), now));
  EXPECT_EQ(pool.numbers().protocol_fees0, 1001U) << "rounded up with the fee";
  EXPECT_EQ(pool.modify(wide(), 0, now)->fees, Amounts{});
}

TEST(PoolV4, ADonationIsSharedLikeFees) {
  Pool pool = started();
  EXPECT_EQ(why(pool.donate({U256{1}, U256{1}})), "NoLiquidityToReceiveFees");
  ASSERT_TRUE(pool.modify(wide(0), 3000, now));
  ASSERT_TRUE(pool.modify(wide(1), 1000, now));
  ASSERT_TRUE(pool.donate({U256{4000}, U256{401}}));
  EXPECT_EQ(pool.modify(wide(0), 0, now)->fees, (Amounts{U256{3000}, U256{300}}));
  EXPECT_EQ(pool.modify(wide(1), 0, now)->fees, (Amounts{U256{1000}, U256{100}}));
  EXPECT_EQ(why(pool.donate({U256::power_of_two(127), {}})), "SafeCastOverflow");
}

TEST(PoolV4, AFeeOfEverythingStillMovesThePriceWhereNothingIs) {
  Pool pool = started(FeePips{1'000'000});
  SwapAsk ask = sale(Direction::zero_for_one, 1000);
  ask.limit = *sqrt_price_at(Tick{-60});
  EXPECT_EQ(*pool.swap(ask, now), Flows{});
  EXPECT_EQ(pool.numbers().tick, -60);
  ASSERT_TRUE(pool.modify(wide(), 1'000'000, now));
  EXPECT_EQ(pool.swap(sale(Direction::zero_for_one, 1000), now)->token0, I256{1000});
  EXPECT_EQ(pool.modify(wide(), 0, now)->fees.token0, U256{999});
  EXPECT_EQ(why(pool.swap(sale(Direction::zero_for_one, -1), now)), "InvalidFeeForExactOut");
}

// src: (2^128 - 1) over 29576 ticks; version 3 counts 29575, for its lowest is rounded the other
// way
TEST(PoolV4, ATickCarriesALittleLessThanInVersion3) {
  Pool pool = started();
  const auto most = static_cast<i128>(~u128{0} / 29'576);
  const PositionKey above{account(1), {600, 660}, {}};
  EXPECT_EQ(why(pool.modify(above, most + 1, now)), "TickLiquidityOverflow");
  EXPECT_TRUE(pool.modify(above, most, now));
  EXPECT_EQ(why(pool.modify(above, 1, now)), "TickLiquidityOverflow");
  const i128 largest = static_cast<i128>(~u128{0} >> 1);
  EXPECT_EQ(why(pool.modify(above, largest, now)), "") << "net liquidity overflows before";
}

TEST(PoolV4, RefusalsHaveTheNamesOfTheContract) {
  Pool pool({FeePips{3000}, TickSpacing{60}, ProtocolShare::pips});
  EXPECT_EQ(why(pool.modify(wide(), 1, now)), "PoolNotInitialized");
  EXPECT_EQ(why(pool.donate({})), "PoolNotInitialized");
  EXPECT_EQ(why(pool.set_protocol_shares(1, 1)), "PoolNotInitialized");
  EXPECT_EQ(why(pool.set_protocol_shares(1001, 1)), "ProtocolFeeTooLarge");
  EXPECT_EQ(why(pool.initialise(SqrtPriceX96{U256{1}}, now)), "InvalidSqrtPrice");
  pool = started();
  EXPECT_EQ(why(pool.initialise(SqrtPriceX96{U256{1}}, now)), "PoolAlreadyInitialized");
  EXPECT_EQ(why(pool.modify({account(1), {60, 60}, {}}, 1, now)), "TicksMisordered");
  EXPECT_EQ(why(pool.modify({account(1), {-887'273, 60}, {}}, 1, now)), "TickLowerOutOfBounds");
  EXPECT_EQ(why(pool.modify({account(1), {60, 887'273}, {}}, 1, now)), "TickUpperOutOfBounds");
  EXPECT_EQ(why(pool.modify({account(1), {60, 121}, {}}, 1, now)), "TickMisaligned");
  EXPECT_EQ(why(pool.modify(wide(), -1, now)), "SafeCastOverflow");
  const auto swap = [&](I256 amount, const SqrtPriceX96& limit) {
    return why(pool.swap({Direction::zero_for_one, amount, limit, {}}, now));
  };
  EXPECT_EQ(swap(0, sqrt_price_min), "SwapAmountCannotBeZero");
  EXPECT_EQ(swap(1, pool.numbers().price), "PriceLimitAlreadyExceeded");
  EXPECT_EQ(swap(1, sqrt_price_min), "PriceLimitOutOfBounds");
}

TEST(PoolV4, AmountsBeyondSigned128BitsAreRefused) {
  const auto sold = [](const Pool& pool, const U256& amount) {
    return why(pool.quote(sale(Direction::zero_for_one, I256::positive(amount))));
  };
  Pool pool = started();
  ASSERT_TRUE(pool.modify({account(1), {-887'220, 887'220}, {}}, i128{1} << 100, now));
  EXPECT_EQ(sold(pool, U256::power_of_two(120)), "not refused");
  EXPECT_EQ(sold(pool, U256::power_of_two(200)), "SafeCastOverflow") << "so much is taken";
  pool = started(FeePips{1'000'000});
  ASSERT_TRUE(pool.modify(wide(), 1000, now));
  ASSERT_TRUE(pool.set_protocol_shares(1000, 1000));
  EXPECT_EQ(sold(pool, U256::power_of_two(254)), "SafeCastOverflow");
  EXPECT_EQ(sold(pool, U256::power_of_two(127) + U256{1}), "SafeCastOverflow");
  EXPECT_EQ(sold(pool, U256::power_of_two(127)), "not refused") << "the least number is one below";
}

}  // namespace
}  // namespace levee::amm
