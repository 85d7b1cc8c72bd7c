// The eight-lane engine against swap_step: it may leave a row undecided, never answer otherwise.
#include "levee/amm/verify_swaps.h"
#include "tests/amm/swap_rows.h"

#include <vector>

#include <gtest/gtest.h>

namespace levee::amm {
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

}  // namespace
}  // namespace levee::amm
