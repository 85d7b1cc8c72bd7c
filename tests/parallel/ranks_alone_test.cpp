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
  EXPECT_TRUE(ranks.gathered(std::span<const double>{}).empty());
  EXPECT_EQ(ranks.gathered(std::string_view("said")), "said");
}

TEST(RanksAlone, AgreeWithThemselves) {
  const Ranks ranks;
  EXPECT_TRUE(ranks.agreed(Done{}));
  const Error why = fail(Reason::bad_input, "nothing (was given)");
  EXPECT_EQ(ranks.agreed(why).error(), why);
  EXPECT_EQ(ranks.agreed(fail(Reason::corrupt, "")).error().reason, Reason::corrupt);
}

TEST(RanksAlone, HaveATransportThatEndsNobodyElse) {
  const Transport transport;
  EXPECT_EQ(transport.ranks().size(), 1u);
  EXPECT_EQ(transport.end_all(70), 70);
}

}  // namespace levee::parallel
