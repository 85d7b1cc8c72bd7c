// tests/amm/router_test.cpp — swaps through one pool and many, and what the quoter says before.
#include "levee/amm/router.h"

#include "tests/support/cases.h"

#include <vector>

#include <gtest/gtest.h>

namespace levee::amm {
namespace {

constexpr Address owner{{0x01}};
constexpr auto down = Direction::zero_for_one, up = Direction::one_for_zero;
const U256 many{1'000'000'000'000};

// A pool of the 0.3 % tier at a price of 1, with liquidity 10^18 in each of these ranges.
Pool pool_of(const std::vector<TickRange>& ranges) {
  Pool pool{PoolTerms{}};
  EXPECT_TRUE(pool.initialise(SqrtPriceX96{U256::power_of_two(96)}, 1));
  for (const TickRange& range : ranges) {
    EXPECT_TRUE(pool.mint({owner, range, 1'000'000'000'000'000'000}, 1));
  }
  return pool;
}

template <class T>
std::string refusal(const Result<T>& answer) {
  if (answer) return "(no refusal)";
  EXPECT_EQ(answer.error().reason, Reason::refused);
  return answer.error().message;
}

std::uint32_t crossed(const Pool& pool, const RouteAsk& ask) {
  const auto quote = quote_exact_input_single(pool, ask);
  EXPECT_TRUE(quote) << quote.error().message;
  return quote ? quote->ticks_crossed : 99;
}

SqrtPriceX96 at(int tick) { return sqrt_price_at_valid(Tick{tick}); }

}  // namespace

TEST(Router, AnExactInputGivesTheInputLessFeeAtAPriceOfOne) {
  Pool pool = pool_of({{-600, 600}});
  // 10^12 less 0.3 %, less what the price moves by: 10^12 / 10^18 of it.
  EXPECT_EQ(*exact_input_single(pool, {down, many, {}}, {}, 2), U256{996'999'005'991});
}

TEST(Router, AnExactOutputTakesWhatAnExactInputOfItWouldGive) {
  Pool pool = pool_of({{-600, 600}}), same = pool;
  const auto in = exact_output_single(pool, {up, many, {}}, U256::max(), 2);
  ASSERT_TRUE(in);
  EXPECT_EQ(*exact_input_single(same, {up, *in, {}}, {}, 2), many);
}

TEST(Router, HoldsTheBoundOnTheOtherAmount) {
  Pool pool = pool_of({{-600, 600}});
  const PoolNumbers before = pool.numbers();
  const U256 out = quote_exact_input_single(pool, {down, many, {}})->amount;
  const U256 in = quote_exact_output_single(pool, {down, many, {}})->amount;
  EXPECT_EQ(refusal(exact_input_single(pool, {down, many, {}}, out + U256{1}, 2)),
            "Too little received");
  EXPECT_EQ(refusal(exact_output_single(pool, {down, many, {}}, in - U256{1}, 2)),
            "Too much requested");
  EXPECT_EQ(pool.numbers(), before);
  Pool other = pool;
  EXPECT_TRUE(exact_input_single(pool, {down, many, {}}, out, 2));
  EXPECT_TRUE(exact_output_single(other, {down, many, {}}, in, 2));
}

TEST(Router, RefusesAsThePoolDoes) {
  Pool pool = pool_of({{-600, 600}});
  EXPECT_EQ(refusal(exact_input_single(pool, {down, {}, {}}, {}, 2)), "AS");
  EXPECT_EQ(refusal(exact_input_single(pool, {down, many, at(60)}, {}, 2)), "SPL");
  EXPECT_EQ(refusal(exact_input_single(pool, {down, U256::power_of_two(255), {}}, {}, 2)), "");
  EXPECT_EQ(refusal(exact_output_single(pool, {down, U256::power_of_two(255), {}}, {}, 2)), "");
  EXPECT_EQ(refusal(quote_exact_input_single(pool, {down, many, at(60)})), "SPL");
}

TEST(Router, AnOutputThatThePoolDoesNotHaveIsRefusedUnlessAPriceLimitWasAsked) {
  Pool pool = pool_of({{-600, 600}});
  const U256 much = U256::power_of_two(100);
  EXPECT_EQ(refusal(exact_output_single(pool, {down, much, {}}, U256::max(), 2)), "");
  EXPECT_EQ(refusal(quote_exact_output_single(pool, {down, much, {}})), "Unexpected error");
  EXPECT_TRUE(exact_output_single(pool, {down, much, at(-660)}, U256::max(), 2));
}

TEST(Router, ASwapThatMovesNothingIsRefused) {
  Pool pool = pool_of({});
  EXPECT_EQ(refusal(exact_input_single(pool, {down, many, at(-60)}, {}, 2)), "");
  EXPECT_EQ(refusal(quote_exact_input_single(pool, {down, many, at(-60)})), "Unexpected error");
  EXPECT_EQ(pool.numbers().tick, 0);
}

TEST(Router, APathIsItsHopsOneAfterTheOther) {
  std::vector<Pool> pools{pool_of({{-600, 600}}), pool_of({{-60, 120}})};
  std::vector<Pool> singly = pools;
  const std::vector<Hop> path{{0, down}, {1, up}};
  const U256 middle = *exact_input_single(singly[0], {down, many, {}}, {}, 2);
  const U256 last = *exact_input_single(singly[1], {up, middle, {}}, {}, 2);
  const auto quotes = quote_exact_input(pools, path, many);
  ASSERT_TRUE(quotes);
  EXPECT_EQ((*quotes)[0].amount, middle);
  EXPECT_EQ((*quotes)[1].amount, last);
  EXPECT_EQ(*exact_input(pools, {path, many, last}, 2), last);
  for (int i : {0, 1}) {
    EXPECT_EQ(pools[static_cast<std::size_t>(i)].numbers(),
              singly[static_cast<std::size_t>(i)].numbers());
  }
  EXPECT_EQ((*quotes)[1].price_after, pools[1].numbers().price);
}

TEST(Router, APathThatFailsAtItsEndChangesNoPool) {
  std::vector<Pool> pools{pool_of({{-600, 600}}), pool_of({})};
  const PoolNumbers before = pools[0].numbers();
  const std::vector<Hop> path{{0, down}, {1, up}}, back{{0, down}, {0, up}};
  EXPECT_EQ(refusal(exact_input(pools, {path, many, {}}, 2)), "");
  EXPECT_EQ(refusal(exact_input(pools, {back, many, many}, 2)), "Too little received");
  EXPECT_EQ(pools[0].numbers(), before);
}

TEST(Router, APathThroughOnePoolTwiceFindsItAsTheFirstHopLeftIt) {
  std::vector<Pool> pools{pool_of({{-600, 600}})}, singly = pools;
  const std::vector<Hop> back{{0, down}, {0, up}};
  const U256 middle = *exact_input_single(singly[0], {down, many, {}}, {}, 2);
  const U256 last = *exact_input_single(singly[0], {up, middle, {}}, {}, 2);
  EXPECT_EQ(*exact_input(pools, {back, many, {}}, 2), last);
  EXPECT_EQ(pools[0].numbers(), singly[0].numbers());
  // The quoter asks each hop of the pool as it stands.
  std::vector<Pool> fresh{pool_of({{-600, 600}})};
  const auto quotes = quote_exact_input(fresh, back, many);
  EXPECT_EQ(quotes->back().amount, quote_exact_input_single(fresh[0], {up, middle, {}})->amount);
}

TEST(Quoter, CountsTheTicksBetweenTwoPrices) {
  const Pool pool = pool_of({{-600, 600}, {-120, 60}, {-180, 180}});
  const U256 much = U256::power_of_two(100);
  EXPECT_EQ(crossed(pool, {down, much, at(-50)}), 0U);
  EXPECT_EQ(crossed(pool, {down, much, at(-130)}), 1U);
  EXPECT_EQ(crossed(pool, {down, much, at(-190)}), 2U);
  EXPECT_EQ(crossed(pool, {up, much, at(59)}), 0U);
  EXPECT_EQ(crossed(pool, {up, much, at(60)}), 1U);
  EXPECT_EQ(crossed(pool, {up, much, at(200)}), 2U);
}

TEST(Quoter, ATickOnWhichThePriceRestsIsNotCountedGoingDownFromItOrOntoIt) {
  const Pool pool = pool_of({{-600, 600}, {-120, 0}});
  const U256 much = U256::power_of_two(100);
  EXPECT_EQ(crossed(pool, {down, much, at(-10)}), 1U) << "tick 0, on which the price rests";
  EXPECT_EQ(crossed(pool, {up, much, at(10)}), 0U) << "tick 0 lies behind";
}

TEST(Quoter, DividesNegativeTicksTowardsZeroAndSoSeesATickItHasNotReached) {
  // From tick 0 to -59 the quotient by 60 is 0 throughout, to -61 it is -1: tick -60 counts.
  const Pool pool = pool_of({{-600, 600}, {-60, 60}});
  const U256 much = U256::power_of_two(100);
  EXPECT_EQ(crossed(pool, {down, much, at(-59)}), 0U);
  EXPECT_EQ(crossed(pool, {down, much, at(-61)}), 1U);
  // Coming up from -61 the quotient starts at -1, so -60 is counted once more, and rightly.
  Pool below = pool;
  ASSERT_TRUE(exact_input_single(below, {down, much, at(-61)}, {}, 2));
  EXPECT_EQ(crossed(below, {up, much, at(-30)}), 1U);
  // Between -119 and -61 nothing is crossed; the quotient of both is -1, where tick -60 is.
  EXPECT_EQ(crossed(below, {down, much, at(-119)}), 1U);
}

TEST(QuoterLaw, IsWhatTheRouterThenDoes) {
  test::for_cases(500, [](test::Gen& gen) {
    Pool pool = pool_of({{-6000, 6000}, {-120, 60}, {-600, -60}, {0, 1200}, {-60, 60}});
    const Direction direction = gen.coin() ? down : up;
    const RouteAsk ask{direction, U256{gen.bits() >> gen.integer(4, 40)}, {}};
    if (gen.coin()) {
      const auto quote = quote_exact_input_single(pool, ask);
      const auto out = exact_input_single(pool, ask, {}, 2);
      ASSERT_EQ(bool(quote), bool(out));
      if (!out) return;
      EXPECT_EQ(quote->amount, *out);
      EXPECT_EQ(quote->price_after, pool.numbers().price);
    } else {
      const auto quote = quote_exact_output_single(pool, ask);
      const auto in = exact_output_single(pool, ask, U256::max(), 2);
      ASSERT_EQ(bool(quote), bool(in));
      if (!in) return;
      EXPECT_EQ(quote->amount, *in);
      EXPECT_EQ(quote->price_after, pool.numbers().price);
    }
  });
}

}  // namespace levee::amm
