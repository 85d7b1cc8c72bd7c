#include "levee/scenario/block_gas.h"

#include "tests/support/cases.h"

#include <cmath>

namespace levee::scenario {
namespace {

constexpr std::int64_t gwei = 1'000'000'000;

GasTerms quiet_market() { return {.quiet_gwei = 40, .rival_gwei = 2}; }

}  // namespace

// Worked by hand from the rule: an eighth at most, whole wei.
TEST(BaseFee, MovesByAnEighthAtMostAndInWholeWei) {
  EXPECT_EQ(next_base_fee(100 * gwei, {.used = 0}), 87'500'000'000);
  EXPECT_EQ(next_base_fee(100 * gwei, {.used = 7'500'000}), 93'750'000'000);
  EXPECT_EQ(next_base_fee(100 * gwei, {.used = 15'000'000}), 100 * gwei);
  EXPECT_EQ(next_base_fee(100 * gwei, {.used = 20'000'000}), 104'166'666'666);
  EXPECT_EQ(next_base_fee(100 * gwei, {.used = 30'000'000}), 112'500'000'000);
}

TEST(BaseFee, TenFullBlocksTripleItButForWhatIsCutOff) {
  std::int64_t fee = 100 * gwei;
  for (int i = 0; i < 10; ++i) fee = next_base_fee(fee, {.used = 30'000'000});
  EXPECT_EQ(fee, 324'732'102'543);
}

TEST(BaseFee, RisesByAtLeastOneWeiAndFallsByNothingWhereAnEighthIsLess) {
  EXPECT_EQ(next_base_fee(7, {.used = 30'000'000}), 8);
  EXPECT_EQ(next_base_fee(7, {.used = 0}), 7);
  EXPECT_EQ(next_base_fee(8, {.used = 0}), 7);
  EXPECT_EQ(next_base_fee(0, {.used = 30'000'000}), 1);
}

TEST(BaseFee, BlocksFullerThanFullAreABug) {
  EXPECT_THROW(next_base_fee(gwei, {.used = 30'000'001}), ContractBroken);
  EXPECT_THROW(next_base_fee(gwei, {.used = -1}), ContractBroken);
  EXPECT_THROW(next_base_fee(gwei, {.used = 1, .target = 0}), ContractBroken);
}

TEST(BaseFeeLaw, IsBetweenSevenAndNineEighthsAndRisesWithUse) {
  test::for_cases(1000, [](test::Gen& gen) {
    const std::int64_t base = static_cast<std::int64_t>(gen.scale(1, 1e14));
    const std::int64_t target = gen.integer(1, 50'000'000);
    std::int64_t last = -1;
    for (int i = 0; i <= 8; ++i) {
      const std::int64_t fee = next_base_fee(base, {.used = target * i / 4, .target = target});
      EXPECT_GE(fee, base - base / 8);
      EXPECT_LE(fee, base + std::max<std::int64_t>(base / 8, 1));
      EXPECT_GE(fee, last);
      last = fee;
    }
  });
}

TEST(BlockGas, StandsStillInQuietTimes) {
  BlockGas gas(quiet_market());
  gas.pass(7200, 0);
  EXPECT_EQ(gas.base_wei(), 40 * gwei);
}

TEST(BlockGas, ACrowdOfHalfABlockDoublesItBecauseOthersGiveWay) {
  BlockGas gas(quiet_market());
  gas.pass(300, 7'500'000);
  EXPECT_NEAR(gas.base_gwei(), 80, 0.1);
  gas.pass(300, 0);
  EXPECT_NEAR(gas.base_gwei(), 40, 0.1);
}

TEST(BlockGas, ACrowdThatPaysAnythingRaisesItByAnEighthABlock) {
  BlockGas gas(quiet_market());
  gas.pass(10, 1e9);
  EXPECT_NEAR(gas.base_gwei(), 40 * std::pow(1.125, 10), 1e-6);
}

TEST(BlockGas, ABidBelowTheBaseFeeNeverGetsIn) {
  const BlockGas gas(quiet_market());
  EXPECT_EQ(gas.chance(39.999).value(), 0);
  EXPECT_EQ(gas.chance(40).value(), 0);
  EXPECT_DOUBLE_EQ(gas.chance(42).value(), 0.5);
  EXPECT_DOUBLE_EQ(gas.chance(58).value(), 0.9);
}

TEST(BlockGas, RivalsBidMoreInACrowd) {
  BlockGas gas(quiet_market());
  gas.pass(300, 7'500'000);
  EXPECT_NEAR(gas.chance(gas.base_gwei() + 3).value(), 0.5, 1e-12);
}

TEST(BlockGasLaw, ChanceRisesWithTheBidAndFallsWithTheCrowd) {
  test::for_cases(500, [](test::Gen& gen) {
    BlockGas gas({.quiet_gwei = gen.scale(1, 500), .rival_gwei = gen.real(0, 10)});
    double before = 1;
    const double bid = gen.scale(1, 3000);
    for (int crowd = 0; crowd < 4; ++crowd) {
      gas.pass(300, crowd * 4e6);
      const double chance = gas.chance(bid).value();
      EXPECT_LE(chance, before + 1e-9);
      EXPECT_GE(gas.chance(bid * 1.1).value(), chance);
      before = chance;
    }
  });
}

}  // namespace levee::scenario
