// tests/api/hazard_ask_test.cpp — incidents of several files, and what became of their rows.
#include "levee/api/hazard_ask.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace levee::api {
namespace {

const UnixSeconds end = *moment_from("2022-12-31");

std::string written(const std::string& name, const std::string& text) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "levee_hazard_ask";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / name).string();
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace

TEST(Gathered, TakesEachEventOnceAndTellsOfEveryRow) {
  const std::string one = written("one.csv",
                                  "date_utc,name,description,loss_usd,attack_method\n"
                                  "2021-05-01,Alpha,x,100,Reentrancy\n"
                                  "2021-06-01,Beta,x,-1,Reentrancy\n"
                                  "2023-06-01,Gamma,x,5,Reentrancy\n"
                                  "2023-07-01,Delta,x,5,Reentrancy\n");
  const std::string two = written("two.csv",
                                  "date_utc,project,loss_usd,rescued_usd,chain_ids,root_cause,"
                                  "n_transactions\n"
                                  "2021-05-02,Alpha Finance,300,0,1,Reentrancy,1\n");
  const auto all = gathered_from({one, two}, end);
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->files.size(), 2);
  EXPECT_EQ(all->files[0].rows, 4);
  EXPECT_EQ(all->files[0].used, 1);
  EXPECT_EQ(all->files[0].left_out,
            (std::vector<std::string>{"2 disclosed later", "1 negative amount"}));
  EXPECT_EQ(all->events.used.size(), 1);
  EXPECT_EQ(all->events.duplicates.size(), 1);
  EXPECT_EQ(all->events.conflicts.size(), 1);
  EXPECT_EQ(all->events.used[0].loss, Usd{100});
}

TEST(Gathered, NeedsAFileThatIsThere) {
  EXPECT_EQ(gathered_from({}, end).error().reason, Reason::missing_data);
  EXPECT_EQ(gathered_from({"/nowhere.csv"}, end).error().reason, Reason::unreachable);
}

TEST(Reasons, AreCountedMostFrequentFirst) {
  const std::vector<hazard::LeftOut> rows{
      {"a", "b", "late"}, {"a", "b", "blank"}, {"a", "b", "late"}};
  EXPECT_EQ(reasons_of(rows), (std::vector<std::string>{"2 late", "1 blank"}));
  EXPECT_TRUE(reasons_of({}).empty());
}

}  // namespace levee::api
