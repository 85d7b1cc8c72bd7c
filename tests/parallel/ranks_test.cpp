// tests/parallel/ranks_test.cpp — shares of the work, by any number of ranks.
#include "levee/parallel/ranks.h"

#include "levee/base/check.h"
#include "tests/support/cases.h"

namespace levee::parallel {

using levee::test::for_cases;
using levee::test::Gen;

TEST(Ranks, ShareBlocksInOrderTheFirstTakingOneMore) {
  EXPECT_EQ(share_of({10, 1, 0, 1}), (Stretch{0, 10}));
  EXPECT_EQ(share_of({10, 3, 0, 3}), (Stretch{0, 6}));
  EXPECT_EQ(share_of({10, 3, 1, 3}), (Stretch{6, 3}));
  EXPECT_EQ(share_of({10, 3, 2, 3}), (Stretch{9, 1}));
  EXPECT_EQ(share_of({2, 5, 1, 2}), (Stretch{2, 0}));
  EXPECT_EQ(share_of({0, 5, 1, 2}), (Stretch{0, 0}));
}

TEST(Ranks, RefuseARankThatIsNone) {
  EXPECT_THROW(share_of({10, 0, 0, 1}), ContractBroken);
  EXPECT_THROW(share_of({10, 1, 2, 2}), ContractBroken);
}

TEST(RanksLaw, SharesFollowOneAnotherAndAreEven) {
  for_cases(1000, [](Gen& gen) {
    const std::size_t count = gen.size(0, 10'000), block = gen.size(1, 600), size = gen.size(1, 17);
    std::size_t end = 0, least = count, most = 0;
    for (std::size_t rank = 0; rank < size; ++rank) {
      const Stretch share = share_of({count, block, rank, size});
      EXPECT_EQ(share.first, end);
      EXPECT_TRUE(share.first % block == 0 || share.count == 0);
      end += share.count;
      const std::size_t blocks = (share.count + block - 1) / block;
      least = std::min(least, blocks), most = std::max(most, blocks);
    }
    EXPECT_EQ(end, count);
    EXPECT_LE(most, least + 1);
  });
}

}  // namespace levee::parallel
