// tests/vectors/gather_test.cpp — what is named becomes a list of files, in an order of its own.
#include "levee/vectors/gather.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace levee::vectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Gathered : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
  }
  void put(const std::string& name) {
    const std::filesystem::path path = root_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "x";
  }
  // Paths below the root with what is wanted of them: ! to be judged, ? if known, - never.
  std::vector<std::string> told(const std::vector<std::string>& names) const {
    std::vector<std::string> named, list;
    for (const std::string& name : names) named.push_back(root_ + name);
    for (const Candidate& file : gathered(named)) {
      const char mark = file.wanted == Wanted::judged     ? '!'
                        : file.wanted == Wanted::if_known ? '?'
                                                          : '-';
      list.push_back(file.path.substr(root_.size()) + " " + mark + (file.fault ? " fault" : ""));
    }
    return list;
  }

  std::string root_ = testing::TempDir() + "/levee_gather_test";
};

}  // namespace

TEST_F(Gathered, AFolderGivesAllItsFilesInPathOrderByWhatTheirNamesPromise) {
  for (const char* name : {"b/2.jsonl.gz", "a.json", "README.md", "b/1.jsonl.gz", "b/c/0.jsonl",
                           "b/plain.gz", "SUMS"}) {
    put(name);
  }
  EXPECT_THAT(told({""}), ElementsAre("/README.md -", "/SUMS -", "/a.json ?", "/b/1.jsonl.gz !",
                                      "/b/2.jsonl.gz !", "/b/c/0.jsonl !", "/b/plain.gz -"));
}

TEST_F(Gathered, WhatIsNamedIsJudgedWhateverItsName) {
  put("README.md");
  EXPECT_THAT(told({"/README.md", "/not-there"}), ElementsAre("/README.md !", "/not-there !"));
}

TEST_F(Gathered, AFileNamedTwiceIsJudgedOnceAsFirstNamed) {
  put("a.json");
  put("b.jsonl.gz");
  EXPECT_THAT(told({"/a.json", "", "/./b.jsonl.gz"}), ElementsAre("/a.json !", "/b.jsonl.gz !"));
}

TEST_F(Gathered, AFolderWithoutAFileToJudgeIsAFault) {
  EXPECT_THAT(told({""}), ElementsAre(" ! fault"));
  put("only.md");
  EXPECT_THAT(told({""}), ElementsAre("/only.md -", " ! fault"));
  const std::vector<std::string> named{root_};
  EXPECT_THAT(gathered(named).back().fault->message, HasSubstr("no file to judge"));
}

TEST_F(Gathered, NothingNamedIsNothing) { EXPECT_THAT(told({}), ElementsAre()); }

}  // namespace levee::vectors
