#include "levee/amm/stable_leap.h"

#include "levee/base/wide.h"
#include "tests/amm/stable_cases.h"

namespace levee::amm {
namespace {

using literal::operator""_u256;

U256 amplification(test::Gen& gen) {
  const auto whole = static_cast<std::uint64_t>(gen.scale(1, 1e5));
  return U256{100 * whole + (gen.coin() ? 0 : gen.bits() % 100)};
}

}  // namespace

TEST(Leap, LandsWhereTheContractWalks) {
  const U256 million = 1'000'000'000'000'000'000'000'000_u256;
  const Coins pool = test::coins({150 * million, 160 * million, 120 * million});
  const U256 a{200'000};
  const auto leapt = leap_to_invariant(pool, a);
  ASSERT_TRUE(leapt);
  EXPECT_EQ(leapt, invariant_of(pool, a));
  const LastBalance last{1, pool, *leapt, a};
  ASSERT_TRUE(leap_to_balance(last));
  EXPECT_EQ(leap_to_balance(last), balance_of(last));
}

TEST(Leap, IsNotTakenWhereTheContractReverts) {
  const U256 much = U256::power_of_two(96);
  EXPECT_EQ(leap_to_invariant(test::coins({much, 0}), U256{10'000}), std::nullopt);
  EXPECT_EQ(leap_to_invariant(test::coins({U256::max(), much}), U256{10'000}), std::nullopt);
  // The first products of an uneven pool pass 2^256 though those at the root do not.
  const U256 little = U256::power_of_two(62);
  const Coins uneven = test::coins({much, little, little, little, little, little});
  EXPECT_EQ(invariant_of(uneven, U256{10'000}), std::nullopt);
  EXPECT_EQ(leap_to_invariant(uneven, U256{10'000}), std::nullopt);
}

TEST(Leap, IsTakenInMostPoolsThatLive) {
  int invariants = 0, balances = 0;
  test::for_cases(1000, [&](test::Gen& gen) {
    const Coins pool = test::balances(gen, test::Shape::tame);
    const U256 a{static_cast<std::uint64_t>(gen.integer(10'000, 300'000))};
    const auto leapt = leap_to_invariant(pool, a);
    invariants += leapt.has_value() ? 1 : 0;
    const auto walked = invariant_of(pool, a);
    ASSERT_TRUE(walked);
    balances += leap_to_balance({0, pool, *walked, a}).has_value() ? 1 : 0;
  });
  EXPECT_GE(invariants, 850);
  EXPECT_GE(balances, 950);
}

TEST(LeapLaw, NeverDiffersFromTheWalk) {
  test::for_cases(4000, [](test::Gen& gen) {
    const Coins pool = test::balances(gen, gen.coin() ? test::Shape::tame : test::Shape::wild);
    const U256 a = amplification(gen);
    const auto walked = invariant_of(pool, a), leapt = leap_to_invariant(pool, a);
    if (leapt) {
      ASSERT_EQ(leapt, walked);
    }
    if (!walked) return;
    Coins traded = pool;
    const std::size_t out = gen.size(0, pool.size() - 1), in = (out + 1) % pool.size();
    traded[in] = traded[in] + whole_near(gen, to_double(pool[in]) * gen.scale(1e-15, 1e3));
    const auto kept = balance_of({out, traded, *walked, a});
    const auto leapt_to = leap_to_balance({out, traded, *walked, a});
    if (leapt_to) {
      ASSERT_EQ(leapt_to, kept);
    }
  });
}

}  // namespace levee::amm
