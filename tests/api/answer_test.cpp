// tests/api/answer_test.cpp — whatever a verb says leaves with what it takes for granted.
#include "levee/api/answer.h"

#include "levee/report/sentences.h"

#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace levee::api {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

Entry one(std::string_view assumes) {
  return {.name = "tell",
          .about = "Tells.",
          .fields = {},
          .run = [](std::span<const Given>, const Wish&, Progress&) -> Result<Reply> {
            return Reply{.json = "{\n  \"told\": 7\n}", .text = "told 7", .files = {}};
          },
          .assumes = assumes};
}

Reply asked(const Entry& entry) {
  Silence silence;
  return *answered(entry, {}, {}, silence);
}

int times(const std::string& text, std::string_view part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST(Answered, HasTheVerbsAssumptionsInItsDocumentAndItsText) {
  const Reply reply = asked(one("That \"all\" is well."));
  const json told = json::parse(reply.json);
  EXPECT_EQ(told["told"], 7);
  EXPECT_EQ(told["assumptions"], json::array({"That \"all\" is well."}));
  EXPECT_THAT(reply.text, HasSubstr("told 7\n"));
  EXPECT_THAT(reply.text, HasSubstr("Taken for granted: That \"all\" is well."));
  EXPECT_THAT(reply.text, HasSubstr("levee sends no orders and\nholds no keys"));
  EXPECT_EQ(json::parse(completed(one("So."), {.json = "{}", .text = "a b", .files = {}}, {}).json),
            json({{"assumptions", {"So."}}}));
}

TEST(Answered, RepeatsNothingThatTheAnswerSaysItself) {
  Reply own{.json = "{\"assumptions\": [\"mine\"]}",
            .text = std::string(report::disclaimer) + "\n",
            .files = {}};
  const Reply reply = completed(one({}), own, {});
  EXPECT_EQ(reply.json, own.json);
  EXPECT_EQ(reply.text, own.text);
  const Reply bare = completed(one({}), {.json = "{}", .text = "x y", .files = {}}, {});
  EXPECT_EQ(times(bare.text, "For education"), 1);
}

TEST(Answered, LeavesAloneATextOfOneWord) {
  const Reply reply = completed(one("So."), {.json = "{}", .text = "0badcafe\n", .files = {}}, {});
  EXPECT_EQ(reply.text, "0badcafe\n");
  EXPECT_EQ(json::parse(reply.json)["assumptions"].at(0), "So.");
}

TEST(Answered, KeepsWhatWasRefused) {
  Entry entry = one("So.");
  entry.run = [](std::span<const Given>, const Wish&, Progress&) -> Result<Reply> {
    return fail(Reason::missing_data, "nothing");
  };
  Silence silence;
  EXPECT_EQ(answered(entry, {}, {}, silence).error().message, "nothing");
}

// Who says nothing here has a list of its own in every answer: tests/cli/assumptions_test.py.
TEST(AnsweredLaw, EveryVerbOfTheShelfAssumesInWholeSentencesOrListsItItself) {
  const std::set<std::string_view> lists{"fit-hazard",    "measure-tail",    "plan-hedge",
                                         "read-signals",  "review-position", "run-cascade",
                                         "size-position", "stress",          "study-events"};
  for (const Entry& entry : shelf()) {
    EXPECT_EQ(entry.assumes.empty(), lists.contains(entry.name)) << entry.name;
    if (entry.assumes.empty()) continue;
    EXPECT_TRUE(entry.assumes.ends_with('.')) << entry.name;
    const Reply reply = completed(entry, {.json = "{}", .text = "is told", .files = {}}, {});
    EXPECT_EQ(json::parse(reply.json)["assumptions"].at(0), entry.assumes) << entry.name;
    EXPECT_EQ(times(reply.text, "For education and information only"), 1) << entry.name;
  }
}

}  // namespace levee::api
