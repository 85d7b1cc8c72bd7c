// The eight-lane engine against swap_step: it may leave a row undecided, never answer otherwise.
#include "levee/replay/verify_swaps.h"
#include "tests/replay/swap_rows.h"

#include <vector>

#include <gtest/gtest.h>

namespace levee::replay {

using namespace amm;
namespace {

using test::Gen;
using test::Wild;

// How many rows some reading reproduces, and how many of these the lanes confirmed alone.
struct Compared {
  std::size_t confirmed = 0, by_lanes = 0;
};

Compared compared(const SwapHistory& history, std::size_t first) {
  std::vector<Verdict> fast(history.size() - first), plain(fast.size());
  const Verified got = verify_swaps(history, {.first = first}, fast);
  const Verified want = verify_swaps(history, {.first = first, .engine = Engine::plain}, plain);
  EXPECT_EQ(got.rows, want.rows);
  EXPECT_EQ(got.fees, want.fees);
  EXPECT_EQ(want.stepped, fast.size());
  for (std::size_t i = 0; i < fast.size(); ++i) {
    EXPECT_EQ(fast[i], plain[i]) << "row " << first + i;
    if (fast[i] != plain[i]) break;
  }
  return {fast.size() - want.count(Verdict::differs), fast.size() - got.stepped};
}

TEST(EightLanesLaw, AnswerAsSwapStepDoesWherePoolsLive) {
  if (!has_fast_engine()) GTEST_SKIP() << "this processor has no AVX-512 IFMA";
  Compared sum;
  test::for_cases(400, [&](Gen& gen) {
    const Compared more = compared(test::history_of(gen, 1 + gen.size(7, 2500), Wild::no), 0);
    sum.confirmed += more.confirmed;
    sum.by_lanes += more.by_lanes;
  });
  EXPECT_GT(sum.by_lanes, sum.confirmed * 2 / 3) << "of " << sum.confirmed;
}

TEST(EightLanesLaw, AnswerAsSwapStepDoesAtTheEdgesOfEveryType) {
  if (!has_fast_engine()) GTEST_SKIP() << "this processor has no AVX-512 IFMA";
  test::for_cases(300, [](Gen& gen) {
    const SwapHistory history = test::history_of(gen, 1 + gen.size(7, 2500), Wild::yes);
    compared(history, gen.size(0, 9));
  });
}

// Bought is all that is left above the last price, a unit of it being worth more than the rest of
// the way: the contract would go on to the last price, though the formula stops before.
TEST(EightLanes, DoNotConfirmASwapThatWouldHaveGoneOnToTheLastPrice) {
  const SqrtPriceX96 from{U256::power_of_two(100) + U256::power_of_two(90)};
  const SqrtPriceX96 to{U256::power_of_two(90)};
  const U256 in = *amount0_between({from, to}, 1, Round::up);
  SwapHistory history({from, tick_at_valid(from).value()});
  for (int i = 0; i < 8; ++i) {
    history.push({.price = to,
                  .tick = tick_at_valid(to).value(),
                  .liquidity = 1,
                  .flows = {I256::positive(in), I256{-16}},
                  .liquidity_before = 1});
  }
  std::vector<Verdict> verdicts(8);
  verify_swaps(history, {}, verdicts);
  EXPECT_EQ(verdicts[0], Verdict::to_limit);
  compared(history, 0);
}

}  // namespace
}  // namespace levee::replay
