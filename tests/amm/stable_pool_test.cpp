#include "levee/amm/stable_pool.h"

#include "tests/support/cases.h"

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

using namespace literal;
using test::for_cases;
using test::Gen;

constexpr std::uint64_t day = 86'400;

Fixed18 whole(std::uint64_t units) { return U256{units} * Fixed18::one().raw(); }

Coins coins(std::initializer_list<std::uint64_t> units) {
  Coins made(units.size());
  std::size_t i = 0;
  for (const std::uint64_t n : units) made[i++] = whole(n).raw();
  return made;
}

StablePool pool_of(std::size_t tokens, std::uint64_t amplification) {
  auto pool = StablePool::of(tokens, amplification);
  EXPECT_TRUE(pool);
  return *pool;
}

double real_of(const Fixed18& n) { return to_double(n.raw()) / 1e18; }

}  // namespace

TEST(StablePool, InvariantOfEvenBalancesIsTheirSum) {
  const Coins even = coins({1000, 1000, 1000});
  EXPECT_EQ(pool_of(3, 200).invariant(even).raw(), whole(3000).raw());
  EXPECT_EQ(stable_invariant({even, 200'000}, Round::down).raw(), whole(3000).raw());
  EXPECT_EQ(stable_invariant({Coins(3), 200'000}, Round::up).raw(), U256{});
}

TEST(StablePool, SolvesTheSameCurveAsTheRealNumbers) {
  // Real numbers for a Curve A of 100 on two coins, which Balancer counts alike: the invariant is
  // 1999587.71255950381 and 10000 bring 9955.93212531299.
  const StablePool pool = pool_of(2, 100);
  const Coins balances = coins({1'200'000, 800'000});
  EXPECT_NEAR(real_of(pool.invariant(balances)), 1999587.71255950381, 1e-9);
  const Fixed18 out = pool.out_given_in(balances, {0, 1}, whole(10'000).raw());
  EXPECT_NEAR(real_of(out), 9955.93212531299, 1e-9);
  const Fixed18 in = pool.in_given_out(balances, {0, 1}, out.raw());
  EXPECT_NEAR(real_of(in), 10'000, 1e-12);
}

TEST(StablePool, ABalanceIsWhatTheInvariantLeaves) {
  const Coins balances = coins({500, 700, 900});
  const StableCurve curve{balances, 50'000};
  const Fixed18 invariant = stable_invariant(curve, Round::up);
  const Fixed18 balance = stable_balance({curve, invariant, 1});
  EXPECT_NEAR(real_of(balance), 700, 1e-15);
  EXPECT_GE(balance.raw(), whole(700).raw());
}

TEST(StablePool, SaysWhyThereIsNoAnswer) {
  const StablePool pool = pool_of(2, 200);
  const Coins balances = coins({1000, 1000});
  EXPECT_EQ(pool.in_given_out(balances, {0, 1}, whole(1001).raw()).fault(), Bal::sub_overflow);
  EXPECT_EQ(pool.out_given_in(Coins(2), {0, 1}, U256{1}).fault(), Bal::zero_division);
  Coins huge(2);
  huge[0] = huge[1] = U256::power_of_two(200);
  EXPECT_EQ(pool.invariant(huge).fault(), Bal::mul_overflow);
  // The deployed pool said BAL#322 to a swap at these balances: 3145241360036991296 at 12 decimals
  // and 2463762453349626321570 at 18.
  Coins uneven(2);
  uneven[0] = U256{3'145'241'360'036'991'296} * 1'000'000;
  uneven[1] = U256{2'463'762'453'349'626'321'570_u256};
  EXPECT_EQ(pool.invariant(uneven).fault(), Bal::no_convergence);
}

TEST(StablePool, RefusesWhatIsNoPool) {
  const auto refusal = [](std::size_t tokens, std::uint64_t amplification) {
    const auto pool = StablePool::of(tokens, amplification);
    return pool ? std::string("a pool") : pool.error().message;
  };
  EXPECT_EQ(refusal(1, 200), "BAL#200");
  EXPECT_EQ(refusal(6, 200), "BAL#303");
  EXPECT_EQ(refusal(2, 0), "BAL#300");
  EXPECT_EQ(refusal(2, 5001), "BAL#301");
  EXPECT_EQ(refusal(5, 5000), "a pool");
}

TEST(StablePool, AmplificationMovesInAStraightLine) {
  StablePool pool = pool_of(2, 100);
  pool.advance_to(1000);
  ASSERT_TRUE(pool.start_ramp(150, 1000 + 2 * day));
  EXPECT_EQ(pool.amplification(), U256{100'000});
  pool.advance_to(1000 + day);
  EXPECT_EQ(pool.amplification(), U256{125'000});
  StablePool stopped = pool;
  ASSERT_TRUE(stopped.stop_ramp());
  stopped.advance_to(1000 + 3 * day);
  EXPECT_EQ(stopped.amplification(), U256{125'000});
  pool.advance_to(1000 + 3 * day);
  EXPECT_EQ(pool.amplification(), U256{150'000});
  ASSERT_TRUE(pool.start_ramp(75, 1000 + 4 * day));
  pool.advance_to(1000 + 3 * day + day / 2);
  EXPECT_EQ(pool.amplification(), U256{112'500});
}

TEST(StablePool, RefusesRampsAsTheContract) {
  StablePool pool = pool_of(2, 100);
  pool.advance_to(1000);
  const auto refusal = [&](std::uint64_t amplification, std::uint64_t end) {
    const auto started = pool.start_ramp(amplification, end);
    return started ? std::string("started") : started.error().message;
  };
  EXPECT_EQ(pool.stop_ramp().error().message, "BAL#320");
  EXPECT_EQ(refusal(0, 1000 + day), "BAL#300");
  EXPECT_EQ(refusal(5001, 1000 + day), "BAL#301");
  EXPECT_EQ(refusal(200, 999), "BAL#001");
  EXPECT_EQ(refusal(200, 999 + day), "BAL#317");
  EXPECT_EQ(refusal(201, 1000 + day), "BAL#319");
  EXPECT_EQ(refusal(200, 1000 + day), "started");
  EXPECT_EQ(refusal(150, 1000 + 2 * day), "BAL#318");
}

TEST(StablePool, TheProtocolsShareIsPaidInTheLargestBalance) {
  const StablePool pool = pool_of(2, 200);
  const Coins before = coins({1000, 1000}), after = coins({1000, 1010});
  LastInvariant last;
  ASSERT_TRUE(pool.last_invariant(before, last).sound());
  const DueFee due = StablePool::due_fee(after, last, whole(1).raw() / 2);
  EXPECT_EQ(due.token, 1U);
  EXPECT_NEAR(real_of(due.amount), 5, 1e-12);
  EXPECT_EQ(StablePool::due_fee(after, last, {}).amount.raw(), U256{});
  EXPECT_EQ(StablePool::due_fee(before, last, whole(1).raw()).amount.raw(), U256{});
}

TEST(StablePoolLaw, ASwapNeverLowersTheInvariant) {
  int judged = 0;
  for_cases(1500, [&judged](Gen& gen) {
    const std::size_t tokens = gen.size(2, 5);
    const StablePool pool = pool_of(tokens, 1 + gen.bits() % 5000);
    Coins balances(tokens);
    for (std::size_t i = 0; i < tokens; ++i) {
      balances[i] = whole(1000 + gen.bits() % 9000).raw() + gen.bits() % 1'000'000;
    }
    const std::size_t in = gen.size(0, tokens - 1), out = (in + 1) % tokens;
    const U256 amount = balances[in] * (1 + gen.bits() % 1000) / 2000;
    const Fixed18 paid = pool.out_given_in(balances, {in, out}, amount);
    ASSERT_TRUE(paid.sound());
    Coins after = balances;
    after[in] += amount;
    after[out] -= paid.raw();
    const Fixed18 before = pool.invariant(balances), now = pool.invariant(after);
    // The loop may end up swinging between two neighbours: the contract refuses there too.
    if (!before.sound() || !now.sound()) return;
    ASSERT_GE(now.raw(), before.raw());
    ++judged;
  });
  EXPECT_GT(judged, 1400);
}

}  // namespace levee::amm
