// tests/vectors/kind_test.cpp — the count of cases, the first that differs, and who judges what.
#include "levee/vectors/kind.h"

#include "tests/vectors/traces.h"

#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>

namespace levee::vectors {
namespace {

using test::complaint;
using test::judged;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* sixty = R"({"f":"FullMath.mulDiv","in":["6","7","4"],"out":["10"]})";

}  // namespace

TEST(Trial, CountsACaseOnceHoweverManyThingsDiffer) {
  Trial trial;
  trial.begin(1, "first");
  trial.expect("a", "1", "1");
  trial.begin(2, "second");
  trial.expect("a", "1", "2");
  trial.expect("b", true, false);
  trial.begin(3, "third");
  trial.expect("a", "5", "6");
  EXPECT_EQ(trial.cases(), 3U);
  EXPECT_EQ(trial.mismatches(), 2U);
  EXPECT_EQ(trial.first(),
            "line 2: second\n  a: levee 1, recorded 2\n  b: levee true, recorded false");
}

TEST(Trial, ComparesWhatIsNoCaseAndCountsManyAtOnce) {
  Trial trial;
  trial.begin(1, "header", 0);
  trial.expect("cap", "1", "2");
  trial.begin(2, "chunk", 10'000);
  EXPECT_EQ(trial.cases(), 10'000U);
  EXPECT_EQ(trial.mismatches(), 1U);
  EXPECT_THAT(trial.first(), StartsWith("line 1: header"));
}

TEST(Shelf, StandsInNameOrderAndEveryJudgeSaysWhatItJudges) {
  std::vector<std::string_view> names;
  for (const Entry& entry : shelf()) {
    names.push_back(entry.name);
    EXPECT_FALSE(entry.about.empty()) << entry.name;
    EXPECT_FALSE(entry.knows("")) << entry.name;
    EXPECT_FALSE(entry.knows("{}")) << entry.name;
  }
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(VerdictOf, NamesTheJudgeAndCountsTheCases) {
  const auto verdict = judged(test::joined({sixty, sixty}));
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->judge, "lib");
  EXPECT_EQ(verdict->cases, 2U);
  EXPECT_EQ(verdict->mismatches, 0U);
  EXPECT_EQ(verdict->first, "");
}

TEST(VerdictOf, NumbersLinesAsAnEditorDoes) {
  EXPECT_THAT(complaint(test::joined({sixty, "", sixty})), StartsWith("hand.jsonl:2: "));
  EXPECT_THAT(complaint(test::joined({sixty, sixty, "{"})), StartsWith("hand.jsonl:3: "));
  EXPECT_TRUE(judged(std::string(sixty) + "\r\n" + sixty + "\n\n\n"));
}

TEST(VerdictOf, RefusesWhatNobodyKnows) {
  for (const char* text : {R"({"f":"NoLib.noFunction","in":[],"out":[]})", "{}", "hello", "[]",
                           R"({"kind":"header","schema":"levee-v9-trace/1"})"}) {
    const auto verdict = judged(text);
    ASSERT_FALSE(verdict) << text;
    EXPECT_EQ(verdict.error().reason, Reason::not_supported) << text;
    EXPECT_THAT(verdict.error().message, AllOf(StartsWith("hand.jsonl"), HasSubstr("no judge")));
  }
}

TEST(VerdictOf, RefusesARecordingWithoutACase) {
  std::string final = test::v3_final();
  final = final.substr(0, final.find("{\"index\"")) + "]}";
  EXPECT_THAT(complaint(test::joined({test::v3_header(), final})), HasSubstr("holds no case"));
}

TEST(VerdictOn, ReadsAFileAndSaysWhyItCannot) {
  const std::string path = testing::TempDir() + "/levee_vectors_verdict_on.jsonl";
  std::ofstream(path) << sixty << "\n";
  const auto verdict = verdict_on(path);
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->path, path);
  EXPECT_EQ(verdict->cases, 1U);
  const auto missing = verdict_on(path + ".not-there");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason, Reason::unreachable);
  EXPECT_THAT(missing.error().message, Not(HasSubstr("judge")));
}

}  // namespace levee::vectors
