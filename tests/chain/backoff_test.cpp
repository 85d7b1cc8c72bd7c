#include "levee/chain/backoff.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;

TEST(Backoff, WaitsDoubleUpToTheLongestAndAreJitteredByHalf) {
  Backoff backoff({.first_wait_ms = 100, .longest_wait_ms = 1000, .jitter_seed = 7});
  for (const int middle : {100, 200, 400, 800, 1000, 1000}) {
    const int wait = backoff.next();
    EXPECT_GE(wait, middle / 2);
    EXPECT_LE(wait, middle + middle / 2);
  }
}

TEST(Backoff, BeginsAgainAfterAnAnswer) {
  Backoff backoff({.first_wait_ms = 100, .longest_wait_ms = 10'000});
  for (int i = 0; i < 5; ++i) backoff.next();
  backoff.calm();
  EXPECT_LE(backoff.next(), 150);
}

TEST(Backoff, OneSeedGivesTheSameWaitsAndAnotherOthers) {
  const auto waits = [](std::uint64_t seed) {
    Backoff backoff({.jitter_seed = seed});
    std::vector<int> drawn(8);
    std::ranges::generate(drawn, [&] { return backoff.next(); });
    return drawn;
  };
  EXPECT_EQ(waits(1), waits(1));
  EXPECT_NE(waits(1), waits(2));
}

TEST(BackoffLaw, NoWaitIsBelowHalfTheFirstOrAboveHalfAsMuchAgainAsTheLongest) {
  test::for_cases(300, [](test::Gen& gen) {
    Patience patience;
    patience.first_wait_ms = gen.integer(1, 1000);
    patience.longest_wait_ms = patience.first_wait_ms + gen.integer(0, 100'000);
    patience.jitter_seed = gen.bits();
    Backoff backoff(patience);
    for (int i = 0; i < 40; ++i) {
      const int wait = backoff.next();
      EXPECT_GE(2 * wait + 1, patience.first_wait_ms);
      EXPECT_LE(2 * wait, 3 * patience.longest_wait_ms);
    }
  });
}
