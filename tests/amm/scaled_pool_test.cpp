#include "levee/amm/scaled_pool.h"

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

// A number with three decimals, at eighteen.
Fixed18 milli(std::uint64_t thousandths) { return U256{thousandths} * U256{1'000'000'000'000'000}; }

const U256 tenth = milli(100).raw();

}  // namespace

TEST(ScaledPool, OnlyWhatIsBeyondTheIdealRatioPaysTheFee) {
  // 100 grows by 60 where all grow by a fifth: 20 are free, 40 pay a tenth.
  EXPECT_EQ(less_fee({milli(100'000), milli(60'000), milli(1600), milli(1200), tenth}).raw(),
            milli(56'000).raw());
  EXPECT_EQ(less_fee({milli(100'000), milli(20'000), milli(1200), milli(1200), tenth}).raw(),
            milli(20'000).raw());
  // 100 shrinks by 65 where all shrink by a fifth: 20 are free, 45 cost 45 / 0.9.
  EXPECT_EQ(with_fee({milli(100'000), milli(65'000), milli(350), milli(800), tenth}).raw(),
            milli(70'000).raw());
  EXPECT_EQ(with_fee({milli(100'000), milli(10'000), milli(900), milli(800), tenth}).raw(),
            milli(10'000).raw());
}

TEST(ScaledPool, ASingleTokenPaysOnTheOthersPart) {
  // 90 for a token that is half the pool: 45 are free, 45 cost 50 on the way in.
  EXPECT_EQ(single_with_fee({milli(90'000), milli(500), tenth}).raw(), milli(95'000).raw());
  EXPECT_EQ(single_less_fee({milli(90'000), milli(500), tenth}).raw(), milli(85'500).raw());
}

TEST(ScaledPool, FaultsComeThrough) {
  EXPECT_EQ(less_fee({milli(1), milli(1), milli(1001), milli(1), tenth}).fault(),
            Bal::sub_overflow);
  EXPECT_EQ(single_with_fee({Fixed18::faulty(Bal::no_convergence), milli(1), tenth}).fault(),
            Bal::no_convergence);
  Coins balances(2);
  balances[0] = balances[1] = U256::max();
  EXPECT_EQ(sum_of(balances).fault(), Bal::add_overflow);
}

}  // namespace levee::amm
