#include "levee/amm/weighted_pool.h"

#include "tests/support/cases.h"

#include <cmath>

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

using test::for_cases;
using test::Gen;

Fixed18 milli(std::uint64_t thousandths) { return U256{thousandths} * U256{1'000'000'000'000'000}; }

Coins coins(std::initializer_list<std::uint64_t> thousandths) {
  Coins made(thousandths.size());
  std::size_t i = 0;
  for (const std::uint64_t n : thousandths) made[i++] = milli(n).raw();
  return made;
}

WeightedPool pool_of(std::initializer_list<std::uint64_t> weights) {
  auto pool = WeightedPool::of(coins(weights));
  EXPECT_TRUE(pool);
  return *pool;
}

double real_of(const Fixed18& n) { return to_double(n.raw()) / 1e18; }

}  // namespace

TEST(WeightedPool, InvariantIsTheWeightedProduct) {
  // 16^0.75 * 81^0.25 = 8 * 3
  const WeightedPool pool = pool_of({750, 250});
  EXPECT_NEAR(real_of(pool.invariant(coins({16'000, 81'000}))), 24, 1e-12);
  EXPECT_NEAR(real_of(pool.first_shares(milli(24'000))), 48, 0);
  EXPECT_EQ(pool.invariant(coins({0, 1})).fault(), Bal::zero_invariant);
}

TEST(WeightedPool, SwapsAlongTheInvariant) {
  // 80/20: selling 10 of 100 of the heavy token leaves (100 / 110)^4 of the light one.
  const WeightedPool pool = pool_of({800, 200});
  const Coins balances = coins({100'000, 50'000});
  const Fixed18 out = pool.out_given_in(balances, {0, 1}, milli(10'000).raw());
  EXPECT_NEAR(real_of(out), 50 * (1 - std::pow(100.0 / 110, 4)), 1e-11);
  const Fixed18 in = pool.in_given_out(balances, {1, 0}, milli(10'000).raw());
  EXPECT_NEAR(real_of(in), 50 * (std::pow(100.0 / 90, 4) - 1), 1e-11);
}

TEST(WeightedPool, SwapsMoveAtMostThreeTenths) {
  const WeightedPool pool = pool_of({500, 500});
  const Coins balances = coins({100'000, 100'000});
  const U256 most = milli(30'000).raw();
  EXPECT_TRUE(pool.out_given_in(balances, {0, 1}, most).sound());
  EXPECT_EQ(pool.out_given_in(balances, {0, 1}, most + 1).fault(), Bal::max_in_ratio);
  EXPECT_TRUE(pool.in_given_out(balances, {0, 1}, most).sound());
  EXPECT_EQ(pool.in_given_out(balances, {0, 1}, most + 1).fault(), Bal::max_out_ratio);
}

TEST(WeightedPool, SharesForOneTokenAreBounded) {
  const WeightedPool pool = pool_of({500, 500});
  const ScaledPool now{coins({100'000, 100'000}), milli(200'000).raw(), milli(3).raw()};
  const auto in = [&](std::uint64_t shares) {
    return pool.in_for_shares(now, {0, milli(shares).raw()});
  };
  EXPECT_TRUE(in(400'000).sound());
  EXPECT_EQ(in(400'001).fault(), Bal::max_shares_out);
  const auto out = [&](std::uint64_t shares) {
    return pool.out_for_shares(now, {0, milli(shares).raw()});
  };
  EXPECT_TRUE(out(60'000).sound());
  EXPECT_EQ(out(60'001).fault(), Bal::min_shares_in);
  EXPECT_EQ(out(200'001).fault(), Bal::sub_overflow);
}

TEST(WeightedPool, TheProtocolsShareIsPaidInTheHeaviestToken) {
  // Invariant up by a tenth; half of the growth in token 1 of weight a half:
  // 100 * (1 - (1 / 1.1)^2) / 2
  const WeightedPool pool = pool_of({300, 500, 200});
  const Coins balances = coins({100'000, 100'000, 100'000});
  const Fixed18 now = pool.invariant(balances);
  const LastInvariant last{mul_down(now, ratio_down(milli(1000), milli(1100))).raw(), {}};
  const DueFee due = pool.due_fee(balances, last, milli(500).raw());
  EXPECT_EQ(due.token, 1U);
  EXPECT_NEAR(real_of(due.amount), 50 * (1 - std::pow(1 / 1.1, 2)), 1e-9);
  EXPECT_EQ(pool.due_fee(balances, last, {}).amount.raw(), U256{});
  EXPECT_EQ(pool.due_fee(balances, {now.raw(), {}}, milli(500).raw()).amount.raw(), U256{});
  // Growth beyond 1 / 0.7 is not charged.
  const DueFee capped = pool.due_fee(balances, {U256{1}, {}}, milli(500).raw());
  EXPECT_NEAR(real_of(capped.amount), 50 * (1 - 0.49), 1e-9);
}

TEST(WeightedPool, RefusesWeightsThatAreNone) {
  const auto refusal = [](std::initializer_list<std::uint64_t> weights) {
    const auto pool = WeightedPool::of(coins(weights));
    return pool ? std::string("a pool") : pool.error().message;
  };
  EXPECT_EQ(refusal({1000}), "BAL#200");
  EXPECT_EQ(refusal({9, 991}), "BAL#302");
  EXPECT_EQ(refusal({500, 499}), "BAL#308");
  EXPECT_EQ(refusal({10, 990}), "a pool");
}

TEST(WeightedPoolLaw, ASwapNeverLowersTheInvariant) {
  for_cases(2000, [](Gen& gen) {
    const auto heavy = static_cast<std::uint64_t>(gen.integer(10, 990));
    const WeightedPool pool = pool_of({heavy, 1000 - heavy});
    const Coins balances = coins({1 + gen.bits() % 1'000'000'000, 1 + gen.bits() % 1'000'000'000});
    const U256 in = balances[0] * static_cast<std::uint64_t>(gen.integer(1, 300)) / 1000;
    const Fixed18 out = pool.out_given_in(balances, {0, 1}, in);
    ASSERT_TRUE(out.sound());
    // The exact invariant in logarithms: the power's bound leaves room for doubles.
    const double change =
        static_cast<double>(heavy) * std::log1p(to_double(in) / to_double(balances[0])) +
        static_cast<double>(1000 - heavy) *
            std::log(to_double(balances[1] - out.raw()) / to_double(balances[1]));
    ASSERT_GE(change, -1e-9);
  });
}

}  // namespace levee::amm
