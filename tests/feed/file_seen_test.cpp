// tests/feed/file_seen_test.cpp — files that flags name, and their digests.
#include "levee/feed/file_seen.h"

#include "tests/feed/scratch.h"

#include <gmock/gmock.h>

namespace levee::feed {

using testing::ElementsAre;

TEST(FileSeen, FolderStandsForEveryFileInIt) {
  const std::string b = test::written("b.csv", "2"), a = test::written("a.csv", "1");
  const std::string folder = a.substr(0, a.rfind('/'));
  EXPECT_THAT(files_named(folder), ElementsAre(a, b));
  EXPECT_TRUE(files_named("scenario_match").empty());
  EXPECT_TRUE(files_named("").empty());
}

TEST(FileSeen, HoldsSizeAndDigest) {
  const auto seen = file_seen(test::written("a.txt", "a"));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->bytes, 1);
  // Keccak-256 of "a", as every node has it.
  EXPECT_EQ(seen->keccak256, "0x3ac225168df54212a25c1c01fd35bebfea408fdac2e31ddd6f80a4bbf9a5f1cb");
  EXPECT_EQ(file_seen(test::scratch()).error().reason, Reason::unreachable) << "a folder";
  EXPECT_EQ(file_seen("/nowhere/at/all").error().reason, Reason::unreachable);
}

}  // namespace levee::feed
