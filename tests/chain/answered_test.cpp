#include "levee/chain/answered.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

TEST(Answered, GivesTheBytesToBeRead) {
  const Returned returned{.reverted = false, .output = Bytes(32), .reason = {}};
  auto reader = answered(returned, "a word");
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->number().is_zero());
  EXPECT_TRUE(reader->finish());
}

TEST(Answered, ARevertIsRefusedInTheContractsWords) {
  const auto reader = answered({.reverted = true, .output = {}, .reason = "LOK"}, "slot0");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().reason, Reason::refused);
  EXPECT_EQ(reader.error().message, "slot0 (the contract refuses: LOK)");
}

TEST(Answered, NothingIsNoAnswer) {
  const auto reader = answered({}, "slot0");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().reason, Reason::corrupt);
}

}  // namespace
}  // namespace levee::chain
