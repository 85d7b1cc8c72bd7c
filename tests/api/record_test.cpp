// tests/api/record_test.cpp — what an answer was made from, and where two answers differ.
#include "levee/api/record.h"

#include "tests/feed/scratch.h"

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view document =
    "{\n  \"plan\": {\n    \"x\": 1.5\n  },\n  \"list\": [1, 2]\n}";

}  // namespace

TEST(Record, IsOfWhatWasAskedAndOfItsFilesButNotOfWhereToWrite) {
  const std::string book = test::written("book.toml", "a");
  const std::string one = test::written("one.csv", "1"), two = test::written("two.csv", "2");
  const std::vector<Given> given{
      {"book", book}, {"tvl", one + ":sector," + two}, {"report", "plan.html"}, {"paths", "2000"}};
  const auto record = record_of("plan-hedge", given, document);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->given.size(), 3u);
  ASSERT_EQ(record->files.size(), 3u);
  EXPECT_EQ(record->files[1].path, one);
  EXPECT_EQ(record->files[2].path, two);
  // Keccak-256 of "a", as every node has it.
  EXPECT_EQ(record->files[0].keccak256,
            "0x3ac225168df54212a25c1c01fd35bebfea408fdac2e31ddd6f80a4bbf9a5f1cb");
}

TEST(Record, TravelsWithItsDocumentAndLeavesItsDigest) {
  const auto record = record_of("plan-hedge", {}, document);
  ASSERT_TRUE(record);
  const std::string whole = with_record(document, *record);
  EXPECT_EQ(*document_digest(whole), record->keccak256);
  const auto read = record_in(whole);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->verb, "plan-hedge");
  EXPECT_EQ(read->keccak256, record->keccak256);
  std::string changed = whole;
  changed.replace(changed.find("1.5"), 3, "1.6");
  EXPECT_NE(*document_digest(changed), record->keccak256);
}

TEST(Record, RefusesWhatIsNone) {
  EXPECT_THAT(record_in("{}").error().message, HasSubstr("holds no record"));
  EXPECT_THAT(record_in("[1]").error().message, HasSubstr("no JSON object"));
  EXPECT_THAT(record_in("{\"record\": {\"verb\": 3}}").error().message, HasSubstr("damaged"));
  // Escaped quotes and brackets in text do not nest.
  EXPECT_THAT(
      record_in(R"({"a": "\"[[[{{{", "b": ")" + std::string(200, '[') + "\"}").error().message,
      HasSubstr("holds no record"));
  const std::string deep = "{\"a\": " + std::string(3'000'000, '[') + std::string(3'000'000, ']');
  EXPECT_THAT(document_digest(deep + "}").error().message, HasSubstr("nests more than 100 deep"));
}

TEST(Differences, AreNamedByTheirPath) {
  EXPECT_TRUE(differences(document, document, 5)->empty());
  const auto found =
      differences(document, "{\"plan\": {\"x\": 1.6, \"y\": 2}, \"list\": [1, 2, 3]}", 5);
  ASSERT_TRUE(found);
  EXPECT_THAT(*found,
              ElementsAre("plan.x: 1.5 is 1.6 now", "plan.y is new", "list: [1,2] is [1,2,3] now"));
  EXPECT_EQ(differences(document, "{}", 1)->size(), 1u);
}

}  // namespace levee::api
