#include "levee/report/text.h"

#include "tests/support/cases.h"

namespace levee::report {

TEST(Text, PassesWhatIsPrintable) {
  EXPECT_EQ(printable("ETH-20FEB26-2800-P ± σ√T 以太"), "ETH-20FEB26-2800-P ± σ√T 以太");
}

TEST(Text, TakesTheTeethOutOfControlCharacters) {
  EXPECT_EQ(printable("a\x1b[31mb\nc\x7f"), "a [31mb c ");
  EXPECT_EQ(printable("\u0085"), " ");
}

TEST(Text, ReplacesBrokenBytesAndWhatHidesOrReorders) {
  EXPECT_EQ(printable("a\xff"), "a\uFFFD");
  EXPECT_EQ(printable("\xc0\xaf"), "\uFFFD\uFFFD");            // overlong slash
  EXPECT_EQ(printable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // surrogate
  EXPECT_EQ(printable("\xe2\x82"), "\uFFFD\uFFFD");            // cut off
  EXPECT_EQ(printable("a\u202Eb\u200Bc"), "a\uFFFDb\uFFFDc");
}

TEST(Text, CountsColumnsNotBytes) {
  EXPECT_EQ(columns_of("± σ"), 3u);
  EXPECT_EQ(columns_of("以太"), 4u);
  EXPECT_EQ(columns_of("e\u0301"), 1u);
}

TEST(Text, ShortensWithAnEllipsis) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdef", 4), "abc…");
  EXPECT_EQ(shortened("以太以太", 4), "以…");
  EXPECT_EQ(shortened("ab", 0), "");
}

TEST(Text, WrapsAtSpacesAndCutsWhatIsTooLong) {
  EXPECT_EQ(wrapped("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("abcdefgh", 3), (std::vector<std::string>{"abc", "def", "gh"}));
  EXPECT_EQ(wrapped("", 5), std::vector<std::string>{""});
}

TEST(TextLaw, LinesFitAndNothingIsLost) {
  test::for_cases(1000, [](test::Gen& gen) {
    std::string text;
    for (std::size_t i = gen.size(0, 60); i > 0; --i) {
      text += gen.pick<std::string_view>({"a", "bc", " ", "±", "以", "long", "\xff", "\x1b"});
    }
    const std::string shown = printable(text);
    const auto width = static_cast<std::size_t>(gen.integer(2, 20));
    std::string together, without_spaces;
    for (const std::string& line : wrapped(shown, width)) {
      EXPECT_LE(columns_of(line), width);
      together += line;
    }
    EXPECT_LE(columns_of(shortened(shown, width)), width);
    EXPECT_EQ(printable(shown), shown);
    const auto bare = [](std::string s) {
      std::erase(s, ' ');
      return s;
    };
    EXPECT_EQ(bare(together), bare(shown));
  });
}

}  // namespace levee::report
