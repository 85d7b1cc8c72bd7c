#include "levee/feed/toml_file.h"

#include "tests/feed/scratch.h"

#include <array>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::written;
using ::testing::HasSubstr;

constexpr Measure dollars{.unit = "USD", .sign = Sign::positive};

std::unique_ptr<TomlDocument> document_of(std::string_view text) {
  auto document = read_toml(written("a.toml", text));
  EXPECT_TRUE(document) << (document ? "" : document.error().message);
  return *std::move(document);
}

TEST(TomlFile, GivesTypedValues) {
  const auto document = document_of(
      "whole = 1_000\nreal = 2.5\nword = \"x\"\nflag = true\nlist = [1, 2.5]\n"
      "day = 2026-01-20\nmoment = 2026-01-20T15:39:50Z\nquoted = \"2026-01-20 15:39\"\n");
  TomlTable root = root_of(*document);
  EXPECT_EQ(root.number("whole", dollars), 1000);
  EXPECT_EQ(root.number("real", dollars), 2.5);
  EXPECT_EQ(root.whole("whole", dollars), 1000);
  EXPECT_EQ(root.text("word", "a word"), "x");
  EXPECT_EQ(root.flag_if("flag", "a flag"), true);
  EXPECT_EQ(root.numbers_if("list", dollars), (std::vector{1, 2.5}));
  EXPECT_EQ(text_of(*root.moment_if("day")), "2026-01-20T00:00:00Z");
  EXPECT_EQ(text_of(*root.moment_if("moment")), "2026-01-20T15:39:50Z");
  EXPECT_EQ(text_of(*root.moment_if("quoted")), "2026-01-20T15:39:00Z");
  EXPECT_EQ(root.number_if("absent", dollars), std::nullopt);
  EXPECT_FALSE(root.fault());
}

TEST(TomlFile, KeepsTheFirstThingWrong) {
  const auto document = document_of("[a]\nx = \"5\"\ny = -1\n");
  TomlTable a = *root_of(*document).table_if("a");
  EXPECT_EQ(a.number("x", dollars), 0);
  a.number("y", dollars);
  EXPECT_THAT(document->fault->message,
              HasSubstr("a.toml:2: x is text (a number is wanted: USD) in [a]"));
}

TEST(TomlFile, SaysWhatIsWrongWithAValue) {
  const auto refusal = [](std::string_view text, auto read) {
    const auto document = document_of(text);
    TomlTable root = root_of(*document);
    read(root);
    return document->fault.value_or(Error{}).message;
  };
  const auto x = [](TomlTable& root) { root.number("x", dollars); };
  EXPECT_THAT(refusal("y = 1", x), HasSubstr("x is missing (USD) in the file"));
  EXPECT_THAT(refusal("x = nan", x), HasSubstr("x nan is not a finite number"));
  EXPECT_THAT(refusal("x = 0", x), HasSubstr("x 0 is zero (USD, must be positive)"));
  EXPECT_THAT(refusal("x = 1.5", [](TomlTable& root) { root.whole("x", dollars); }),
              HasSubstr("1.5 is not a whole number"));
  EXPECT_THAT(refusal("x = [1, \"a\"]", [](TomlTable& root) { root.numbers_if("x", dollars); }),
              HasSubstr("x holds text"));
  EXPECT_THAT(refusal("x = 1", [](TomlTable& root) { root.text("x", "a word"); }),
              HasSubstr("x is a number (text in quotes is wanted: a word)"));
  EXPECT_THAT(refusal("x = \"a\\nb\"", [](TomlTable& root) { root.text("x", "a word"); }),
              HasSubstr("x \"a?b\" holds a control character (a word)"));
  EXPECT_THAT(refusal("x = 2026-01-20T15:00:00+02:00", [](TomlTable& r) { r.moment_if("x"); }),
              HasSubstr("+02:00\" is not a moment"));
  EXPECT_THAT(refusal("x = 1", [](TomlTable& root) { root.table_if("x"); }),
              HasSubstr("x is a number (a table [x] is wanted)"));
  EXPECT_THAT(refusal("[x]\ny = 1", [](TomlTable& root) { root.tables("x"); }),
              HasSubstr("x is a table (tables [[x]] are wanted)"));
}

TEST(TomlFile, NamesTheNearestKnownKey) {
  const auto document = document_of("price_lowr = 1\n");
  constexpr std::array<std::string_view, 3> known{"name", "price_upper", "price_lower"};
  root_of(*document).only(known);
  EXPECT_THAT(document->fault->message,
              HasSubstr("a.toml:1: price_lowr is not a known key (the nearest is price_lower)"));
}

TEST(TomlFile, HeadsTablesByTheirNumber) {
  const auto document = document_of("[[a]]\nx = 1\n[[a]]\nx = \"\"\n");
  auto tables = root_of(*document).tables("a");
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_THAT(tables[1].place(), HasSubstr("a.toml:3"));
  tables[1].text_if("x", "a word");
  EXPECT_THAT(document->fault->message, HasSubstr("a.toml:4: x is empty (a word) in [[a]] 2"));
}

TEST(TomlFile, RefusesWhatIsNotToml) {
  const auto refused = read_toml(written("b.toml", "a = 1\nb = = 2\n"));
  EXPECT_EQ(refused.error().reason, Reason::bad_input);
  EXPECT_THAT(refused.error().message, HasSubstr("b.toml:2: not TOML ("));
  EXPECT_THAT(read_toml(written("c.toml", "a = 1\n[[ = 2\n")).error().message,
              HasSubstr("c.toml:2: not TOML (a table without a name)"));
  EXPECT_FALSE(read_toml(written("deep.toml", "a = " + std::string(10'000, '['))));
}

}  // namespace
}  // namespace levee::feed
