// tests/parallel/ranks_alone_test.cpp — without anybody else, what is gathered is one's own.
#include "levee/parallel/ranks.h"

#include <gtest/gtest.h>

namespace levee::parallel {

TEST(RanksAlone, AreOneThatSpeaksAndDoesEverything) {
  const Ranks ranks;
  EXPECT_EQ(ranks.rank(), 0u);
  EXPECT_EQ(ranks.size(), 1u);
  EXPECT_TRUE(ranks.speaks());
  EXPECT_EQ(ranks.share(100, 7), (Stretch{0, 100}));
  const std::vector<double> mine = {1e16, 1, -1e16};
  EXPECT_EQ(ranks.gathered(mine), mine);
  EXPECT_EQ(ranks.sum(mine), 0);  // from the first to the last: 1 is lost in 1e16
  EXPECT_TRUE(ranks.gathered({}).empty());
}

}  // namespace levee::parallel
