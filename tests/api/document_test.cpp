// tests/api/document_test.cpp — an answer read back, and text that only looks like one.
#include "levee/api/document.h"

#include <string>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using testing::HasSubstr;

std::string nested(std::size_t depth) {
  return R"({"a": )" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

}  // namespace

TEST(DocumentIn, KeepsNamesInTheirOrder) {
  const auto document = document_in(R"( {"b": 1, "a": {"c": "[[{"}} )");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->dump(), R"({"b":1,"a":{"c":"[[{"}})");
}

TEST(DocumentIn, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "7", "{", "{} {}", R"({"a": nan})"}) {
    const auto document = document_in(text);
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error().reason, Reason::bad_input);
  }
}

// Text made to nest without end would exhaust the stack; brackets within words are none.
TEST(DocumentIn, RefusesWhatNestsWithoutEnd) {
  EXPECT_TRUE(document_in(nested(90)));
  EXPECT_TRUE(document_in(R"({"a": ")" + std::string(10'000, '[') + R"(\"["})"));
  const auto deep = document_in(nested(1'000'000));
  ASSERT_FALSE(deep);
  EXPECT_THAT(deep.error().message, HasSubstr("nests more than 100 deep"));
}

}  // namespace levee::api
