#include "levee/feed/text_file.h"

#include "tests/feed/scratch.h"
#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::gzipped;
using test::written;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string lines = "time,price\n2026-01-20,3000\n2026-01-21,3010\n";

TEST(TextFile, ReadsPlainAndGzipAlike) {
  EXPECT_EQ(read_text(written("a.csv", lines))->text, lines);
  EXPECT_EQ(read_text(written("a.csv.gz", gzipped(lines)))->text, lines);
  EXPECT_EQ(read_text(written("named_plain.csv", gzipped(lines)))->text, lines);
}

TEST(TextFile, ReadsEveryMemberOfAJoinedGzip) {
  EXPECT_EQ(read_text(written("a.gz", gzipped(lines) + gzipped(lines)))->text, lines + lines);
}

TEST(TextFile, ReadsMoreThanOneChunk) {
  std::string text;
  while (text.size() < 3'000'000) text += lines;
  EXPECT_EQ(read_text(written("a.csv", text))->text, text);
  EXPECT_EQ(read_text(written("a.gz", gzipped(text)))->text, text);
}

TEST(TextFile, DropsAByteOrderMark) {
  EXPECT_EQ(read_text(written("a.csv", "\xEF\xBB\xBF" + lines))->text, lines);
}

TEST(TextFile, TakesUtf8AndNothingElse) {
  const std::string words = "gr\xC3\xBC\xC3\x9F \xE2\x82\xAC \xF0\x9F\x98\x80\n";
  EXPECT_EQ(read_text(written("a.csv", words))->text, words);
  for (const std::string bad : {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\x80",
                                "\xE0\x80\x80", "\xF4\x90\x80\x80"}) {
    const auto refused = read_text(written("b.csv", lines + "name " + bad));
    EXPECT_EQ(refused.error().reason, Reason::bad_input);
    EXPECT_THAT(refused.error().message, HasSubstr("b.csv:4: text is not UTF-8"));
  }
  EXPECT_THAT(read_text(written("c.csv", std::string_view("a\nb\0c", 5))).error().message,
              HasSubstr("c.csv:2: line holds control character 0x00"));
  EXPECT_THAT(read_text(written("d.csv", "a\rb\n")).error().message, HasSubstr("0x0D"));
  EXPECT_EQ(read_text(written("e.csv", "a\tb\r\n"))->text, "a\tb\r\n");
}

TEST(TextFile, HoldsTheLimits) {
  const TextLimits limits{.file_bytes = 100, .line_bytes = 20};
  EXPECT_TRUE(read_text(written("a.csv", std::string(20, 'x') + "\n"), limits));
  EXPECT_THAT(read_text(written("b.csv", "ok\n" + std::string(21, 'x')), limits).error().message,
              HasSubstr("b.csv:2: line is longer than 20 bytes"));
  const std::string many = std::string(101, '\n');
  EXPECT_THAT(read_text(written("c.gz", gzipped(many)), limits).error().message,
              HasSubstr("MiB of text"));
}

TEST(TextFile, StopsACompressedBombAtItsFirstLine) {
  const auto path = written("bomb.gz", gzipped(std::string(50'000'000, 'x')));
  EXPECT_THAT(read_text(path).error().message, HasSubstr(":1: line is longer than 65536 bytes"));
}

TEST(TextFile, SaysWhyAFileCannotBeRead) {
  const auto absent = read_text(test::scratch() + "/absent.csv");
  EXPECT_EQ(absent.error().reason, Reason::unreachable);
  EXPECT_THAT(absent.error().message, HasSubstr("No such file"));
  EXPECT_THAT(read_text("").error().message, HasSubstr("a file without a name"));
  EXPECT_THAT(read_text(test::scratch()).error().message, HasSubstr("is a folder"));
  EXPECT_EQ(read_text(written("a.csv", "")).error().reason, Reason::missing_data);
  EXPECT_EQ(read_text(written("plain.gz", lines)).error().reason, Reason::corrupt);
  EXPECT_EQ(read_text(written("tail.gz", gzipped(lines) + "tail")).error().reason, Reason::corrupt);
}

TEST(TextFileLaw, NoPartOfAGzipPassesForAWhole) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += std::to_string(i * i) + "\n";
  const std::string whole = gzipped(text);
  test::for_cases(100, [&](test::Gen& gen) {
    const auto kept = static_cast<std::size_t>(gen.integer(3, static_cast<int>(whole.size()) - 1));
    const auto cut = read_text(written("cut.gz", whole.substr(0, kept)));
    EXPECT_EQ(cut.error().reason, Reason::corrupt);
  });
}

TEST(TextFileLaw, ADamagedGzipNeverGivesOtherText) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += std::to_string(i * i) + "\n";
  const std::string whole = gzipped(text);
  test::for_cases(100, [&](test::Gen& gen) {
    std::string damaged = whole;
    const auto at = static_cast<std::size_t>(gen.integer(10, static_cast<int>(whole.size()) - 1));
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << gen.integer(0, 7)));
    const auto read = read_text(written("damaged.gz", damaged));
    EXPECT_TRUE(!read || read->text == text);
  });
}

}  // namespace
}  // namespace levee::feed
