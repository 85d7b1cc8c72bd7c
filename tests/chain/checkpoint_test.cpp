#include "levee/chain/checkpoint.h"

#include "tests/chain/model_node.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;
using levee::test::ModelChain;

namespace {

const LogAsk ask{.addresses = {ModelChain::emitter(1), ModelChain::emitter(2)},
                 .topics = {},
                 .from = 0,
                 .to = 100};

std::string file_named(const std::string& name) {
  auto path = (std::filesystem::path(::testing::TempDir()) / ("levee_checkpoint_" + name)).string();
  std::filesystem::remove(path);
  return path;
}
std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void put(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

Stretch stretch(std::uint64_t from, std::uint64_t to) {
  const ModelChain chain(100);
  Stretch made{.from = from, .last = chain.block(to), .logs = {}};
  for (std::uint64_t number = from; number <= to; ++number) {
    for (const Log& log : chain.logs(number)) made.logs.push_back(log);
  }
  return made;
}

std::string filled(const std::string& name) {
  const std::string path = file_named(name);
  auto opened = Checkpoint::open(path, ask, 1);
  EXPECT_TRUE(opened->checkpoint.append(stretch(0, 30)));
  EXPECT_TRUE(opened->checkpoint.append(stretch(31, 60)));
  return path;
}

void expect_refused(const Result<Checkpoint::Opened>& opened, Reason reason,
                    std::string_view part) {
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, reason) << opened.error().message;
  EXPECT_NE(opened.error().message.find(part), std::string::npos) << opened.error().message;
}

}  // namespace

TEST(Checkpoint, GivesBackWhatWasAppended) {
  const auto opened = Checkpoint::open(filled("back"), ask, 1);
  ASSERT_TRUE(opened) << opened.error().message;
  ASSERT_EQ(opened->stretches.size(), 2U);
  for (const auto& [got, want] : {std::pair(opened->stretches[0], stretch(0, 30)),
                                  std::pair(opened->stretches[1], stretch(31, 60))}) {
    EXPECT_EQ(got.from, want.from);
    EXPECT_EQ(json_of(got.last), json_of(want.last));
    ASSERT_EQ(got.logs.size(), want.logs.size());
    for (std::size_t i = 0; i < got.logs.size(); ++i) {
      EXPECT_EQ(json_of(got.logs[i]), json_of(want.logs[i]));
    }
  }
}

TEST(Checkpoint, BeginsAFileWhereThereIsNone) {
  const std::string path = file_named("begun");
  EXPECT_TRUE(Checkpoint::open(path, ask, 1)->stretches.empty());
  EXPECT_TRUE(Checkpoint::open(path, ask, 1)->stretches.empty());
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(Checkpoint, HoldsWhatItIsToldToHold) {
  const std::string path = filled("held");
  auto opened = Checkpoint::open(path, ask, 1);
  ASSERT_TRUE(opened->checkpoint.rewrite(std::vector{stretch(0, 30)}));
  ASSERT_TRUE(opened->checkpoint.append(stretch(31, 40)));
  const auto again = Checkpoint::open(path, ask, 1);
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(again->stretches.size(), 2U);
  EXPECT_EQ(again->stretches[1].last.number, 40U);
}

TEST(Checkpoint, DropsALastLineThatWasNotFinished) {
  const std::string path = filled("unfinished");
  const std::string whole = content(path);
  for (const std::string& tail : {std::string("0x12"), std::string(500, '\0'), std::string("{")}) {
    put(path, whole + tail);
    const auto opened = Checkpoint::open(path, ask, 1);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->stretches.size(), 2U);
    EXPECT_EQ(content(path), whole);
  }
}

TEST(Checkpoint, RefusesAFileOfAnotherQuestion) {
  const std::string path = filled("foreign");
  expect_refused(Checkpoint::open(path, ask, 2), Reason::bad_input, "another question");
  LogAsk other = ask;
  other.addresses = {ModelChain::emitter(1)};
  expect_refused(Checkpoint::open(path, other, 1), Reason::bad_input, "another question");
  other = ask;
  other.topics = {{Bytes32{}}};
  expect_refused(Checkpoint::open(path, other, 1), Reason::bad_input, "another question");
  other = ask;
  other.from = 1;
  expect_refused(Checkpoint::open(path, other, 1), Reason::bad_input, "another question");
  other = ask;
  other.to = 200;
  EXPECT_TRUE(Checkpoint::open(path, other, 1));
}

TEST(Checkpoint, RefusesAFileThatIsNoCheckpointAndLeavesItAlone) {
  const std::string path = file_named("letter");
  for (const std::string& text :
       {std::string("Dear Ada,\n"), std::string(), std::string(200, 'x')}) {
    put(path, text);
    expect_refused(Checkpoint::open(path, ask, 1), Reason::bad_input, "another kind of file");
    EXPECT_EQ(content(path), text);
  }
}

TEST(Checkpoint, RefusesAFileThatWasChangedAnywhere) {
  const std::string path = filled("changed");
  const std::string whole = content(path);
  for (std::size_t at = 0; at + 1 < whole.size(); at += 101) {
    std::string text = whole;
    text[at] = text[at] == '7' ? '8' : '7';
    if (text == whole) continue;
    put(path, text);
    const auto opened = Checkpoint::open(path, ask, 1);
    ASSERT_FALSE(opened) << at;
  }
}

TEST(Checkpoint, RefusesAFileWithALineLostOrMoved) {
  const std::string path = filled("lines");
  const std::string whole = content(path);
  const std::size_t second = whole.find('\n') + 1, third = whole.find('\n', second) + 1;
  const std::string header = whole.substr(0, second), one = whole.substr(second, third - second),
                    two = whole.substr(third);
  for (const std::string& text : {header + two, header + two + one, header + one + one + two}) {
    put(path, text);
    expect_refused(Checkpoint::open(path, ask, 1), Reason::corrupt, "delete it");
  }
}

TEST(Checkpoint, SaysThatItCannotBeWrittenOrRead) {
  expect_refused(Checkpoint::open("no/such/folder/checkpoint", ask, 1), Reason::unreachable,
                 "cannot be written");
  expect_refused(Checkpoint::open(::testing::TempDir(), ask, 1), Reason::unreachable,
                 "cannot be read");
}
