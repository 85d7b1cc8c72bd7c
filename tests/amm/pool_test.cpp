#include "levee/amm/pool.h"

#include "tests/support/pool_cases.h"

namespace levee::amm {
namespace {

using test::account;
using test::sale;

constexpr u128 everything = ~u128{0};
const SqrtPriceX96 one{U256::power_of_two(96)};
constexpr TickRange wide{-600, 600};

Pool started() {
  Pool pool({FeePips{3000}, TickSpacing{60}, ProtocolShare::one_in});
  EXPECT_TRUE(pool.initialise(one, 1000));
  return pool;
}

Error why(const char* text) { return fail(Reason::refused, text); }

TEST(Pool, RefusesEverythingBeforeItIsInitialised) {
  Pool pool({});
  EXPECT_EQ(pool.mint({account(1), wide, 1}, 1).error(), why("LOK"));
  EXPECT_EQ(pool.burn({account(1), wide, 1}, 1).error(), why("LOK"));
  EXPECT_EQ(pool.swap(sale(Direction::zero_for_one, 1), 1).error(), why("LOK"));
  EXPECT_EQ(pool.collect({account(1), wide, 1, 1}).error(), why("LOK"));
  EXPECT_EQ(pool.flash({}, {}).error(), why("LOK"));
  EXPECT_EQ(pool.initialise(SqrtPriceX96{U256{1}}, 1).error(), why("R"));
}

TEST(Pool, IsInitialisedOnce) { EXPECT_EQ(started().initialise(one, 1).error(), why("AI")); }

TEST(Pool, MintAsksTheContractsQuestionsInItsOrder) {
  Pool pool = started();
  const auto refusal = [&pool](const ChangeAsk& ask, const Payment& payment = {}) {
    return pool.mint(ask, 1000, payment).error();
  };
  EXPECT_EQ(refusal({account(1), wide, 0}), why(""));
  EXPECT_EQ(refusal({account(1), wide, u128{1} << 127}), why("")) << "not an int128";
  EXPECT_EQ(refusal({account(1), {60, 60}, 1}), why("TLU"));
  EXPECT_EQ(refusal({account(1), {-887280, 60}, 1}), why("TLM"));
  EXPECT_EQ(refusal({account(1), {60, 887280}, 1}), why("TUM"));
  EXPECT_EQ(refusal({account(1), {-601, 600}, 1}), why("")) << "off the spacing";
  EXPECT_EQ(refusal({account(1), wide, pool.liquidity_per_tick_max() + 1}), why("LO"));
  EXPECT_EQ(refusal({account(1), wide, 1000}, {.over0 = -1}), why("M0"));
  EXPECT_EQ(refusal({account(1), wide, 1000}, {.over1 = -1}), why("M1"));
  EXPECT_EQ(refusal({account(1), wide, 1000}, {.reenters = true}), why("LOK"));
  EXPECT_EQ(pool.numbers(), started().numbers()) << "a refusal changes nothing";
  EXPECT_TRUE(pool.ticks().ticks().empty());
}

TEST(Pool, BurningMoreThanIsThereIsRefused) {
  Pool pool = started();
  ASSERT_TRUE(pool.mint({account(1), wide, 1000}, 1000));
  EXPECT_EQ(pool.burn({account(1), wide, 1001}, 1000).error(), why("LS"));
  EXPECT_EQ(pool.burn({account(2), wide, 0}, 1000).error(), why("NP"));
}

TEST(Pool, ABurnedPositionLeavesNoTickBehind) {
  Pool pool = started();
  ASSERT_TRUE(pool.mint({account(1), wide, 1000}, 1000));
  EXPECT_EQ(pool.ticks().ticks().size(), 2);
  ASSERT_TRUE(pool.burn({account(1), wide, 1000}, 1000));
  EXPECT_TRUE(pool.ticks().ticks().empty());
  EXPECT_TRUE(pool.ticks().words().empty());
  EXPECT_EQ(pool.numbers().liquidity, 0);
}

TEST(Pool, CollectPaysWhatIsOwedAndNoMore) {
  Pool pool = started();
  ASSERT_TRUE(pool.mint({account(1), wide, 1'000'000'000}, 1000));
  const auto freed = pool.burn({account(1), wide, 1'000'000'000}, 1000);
  const auto some = pool.collect({account(1), wide, 7, 0});
  EXPECT_EQ(*some, (Amounts{U256{7}, U256{}}));
  const auto rest = pool.collect({account(1), wide, everything, everything});
  EXPECT_EQ(rest->token0 + U256{7}, freed->token0);
  EXPECT_EQ(rest->token1, freed->token1);
  EXPECT_EQ(*pool.collect({account(1), wide, everything, everything}), Amounts{});
}

TEST(Pool, FeesReachThePositionThatWasInRange) {
  Pool pool = started();
  ASSERT_TRUE(pool.mint({account(1), wide, 1'000'000'000'000}, 1000));
  ASSERT_TRUE(pool.mint({account(2), {6000, 6060}, 1'000'000'000'000}, 1000));
  ASSERT_TRUE(pool.swap(sale(Direction::zero_for_one, 1'000'000), 1001));
  // 0.3 % of a million, less the floors of growth and share.
  EXPECT_EQ(pool.collectable({account(1), wide, {}}).token0, U256{2999});
  EXPECT_EQ(pool.collectable({account(2), {6000, 6060}, {}}), Amounts{});
}

TEST(Pool, AFlashLoanPaysItsFeeToTheProviders) {
  Pool pool = started();
  EXPECT_EQ(pool.flash({U256{1}, {}}, {}).error(), why("L"));
  ASSERT_TRUE(pool.mint({account(1), wide, 1'000'000'000'000}, 1000));
  EXPECT_EQ(pool.flash({U256{1000}, {}}, {.over0 = -1}).error(), why("F0"));
  EXPECT_EQ(pool.flash({{}, U256{1000}}, {.over1 = -1}).error(), why("F1"));
  EXPECT_EQ(pool.flash({U256::max(), {}}, {}).error(), why("TF"));
  ASSERT_TRUE(pool.set_protocol_shares(10, 0));
  ASSERT_TRUE(pool.flash({U256{1'000'000}, {}}, {}));
  EXPECT_EQ(pool.numbers().protocol_fees0, 300);
  EXPECT_EQ(pool.collectable({account(1), wide, {}}).token0, U256{2699});
}

TEST(Pool, OneUnitOfTheProtocolsFeesAlwaysStays) {
  Pool pool = started();
  ASSERT_TRUE(pool.mint({account(1), wide, 1'000'000'000'000}, 1000));
  ASSERT_TRUE(pool.set_protocol_shares(4, 4));
  ASSERT_TRUE(pool.swap(sale(Direction::zero_for_one, 1'000'000), 1001));
  EXPECT_EQ(pool.numbers().protocol_fees0, 750);
  EXPECT_EQ(pool.collect_protocol(everything, everything)->token0, U256{749});
  EXPECT_EQ(pool.numbers().protocol_fees0, 1);
}

TEST(Pool, ProtocolSharesOfForksAreTenThousandths) {
  EXPECT_EQ(started().set_protocol_shares(3, 0).error(), why(""));
  Pool fork({FeePips{2500}, TickSpacing{50}, ProtocolShare::per_ten_thousand});
  ASSERT_TRUE(fork.initialise(one, 1000));
  ASSERT_TRUE(fork.mint({account(1), wide, 1'000'000'000'000}, 1000));
  EXPECT_EQ(fork.set_protocol_shares(4, 4).error(), why(""));
  ASSERT_TRUE(fork.set_protocol_shares(3200, 3200));
  ASSERT_TRUE(fork.swap(sale(Direction::one_for_zero, 1'000'000), 1001));
  EXPECT_EQ(fork.numbers().protocol_fees1, 800) << "32 % of a fee of 2,500";
}

TEST(Pool, AnotherFeeMayBeSetForASwap) {
  Pool pool = started();
  ASSERT_TRUE(pool.mint({account(1), wide, 1'000'000'000'000}, 1000));
  SwapAsk ask = sale(Direction::zero_for_one, 1'000'000);
  ask.fee = FeePips{10'000};
  ASSERT_TRUE(pool.swap(ask, 1001));
  EXPECT_EQ(pool.collectable({account(1), wide, {}}).token0, U256{9999});
}

TEST(PoolLaw, MintThenBurnNeverProfits) {
  test::for_cases(1000, [](test::Gen& gen) {
    Pool pool = test::busy_pool(gen);
    const std::int32_t spacing = pool.terms().spacing.value();
    const std::int32_t lower = gen.integer(-100, 100) * spacing;
    const ChangeAsk ask{
        account(8), {lower, lower + gen.integer(1, 200) * spacing}, u128{gen.bits()} + 1};
    const auto paid = pool.mint(ask, 2000);
    ASSERT_TRUE(paid);
    const auto freed = pool.burn(ask, 2000);
    EXPECT_LE(freed->token0, paid->token0);
    EXPECT_LE(freed->token1, paid->token1);
    EXPECT_EQ(pool.collectable({ask.owner, ask.range, {}}), *freed) << "no fees without a swap";
  });
}

TEST(PoolLaw, AllThatIsOwedIsCoveredByWhatThePoolHolds) {
  test::for_cases(300, [](test::Gen& gen) {
    Pool pool = test::busy_pool(gen);
    for (int i = 0; i < 20; ++i) {
      const auto amount = static_cast<std::int64_t>(gen.scale(1, 1e15));
      (void)pool.swap(sale(test::random_direction(gen), gen.coin() ? amount : -amount), 2000);
    }
    for (const PositionKey& key : pool.positions()) {
      ASSERT_TRUE(pool.burn({key.owner, key.range, pool.position(key).liquidity}, 3000));
      ASSERT_TRUE(pool.collect({key.owner, key.range, everything, everything}));
    }
    ASSERT_TRUE(pool.collect_protocol(everything, everything));
    EXPECT_EQ(pool.numbers().liquidity, 0);
    EXPECT_TRUE(pool.ticks().ticks().empty());
  });
}

}  // namespace
}  // namespace levee::amm
