#include "levee/feed/shown.h"

#include <gtest/gtest.h>

namespace levee::feed {
namespace {

TEST(Shown, CutsLongTextAtACharacterAndMasksControls) {
  EXPECT_EQ(shown("a\tb\x7F"), "\"a?b?\"");
  const std::string long_text = std::string(39, 'x') + "\xC3\xA9 and more";
  EXPECT_EQ(shown(long_text), "\"" + std::string(39, 'x') + "...\"");
  EXPECT_EQ(shown(std::string(40, 'x')), "\"" + std::string(40, 'x') + "\"");
}

TEST(Shown, LeavesWordsAsTheyAre) {
  EXPECT_EQ(shown(""), "\"\"");
  EXPECT_EQ(shown("gr\xC3\xBCn"), "\"gr\xC3\xBCn\"");
  EXPECT_EQ(on_one_line("a\nb\r\n"), "a?b??");
  EXPECT_TRUE(holds_control("a\n"));
  EXPECT_FALSE(holds_control("gr\xC3\xBCn"));
}

}  // namespace
}  // namespace levee::feed
