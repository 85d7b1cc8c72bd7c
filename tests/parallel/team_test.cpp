#include "levee/parallel/team.h"

#include "levee/base/check.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace levee::parallel {

TEST(Team, DoesEveryItemOnceInBlocksCutAtMultiples) {
  for (const int threads : {1, 2, 3, 8}) {
    const Team team(threads);
    EXPECT_EQ(team.threads(), threads);
    for (const std::size_t size : {0, 1, 6, 7, 8, 70, 71, 1000}) {
      SCOPED_TRACE(std::to_string(threads) + " threads, " + std::to_string(size) + " items");
      std::vector<int> done(size);
      std::atomic<int> crooked = 0;
      team.for_blocks(
          size,
          [&](std::size_t begin, std::size_t end) {
            if (begin % 7 != 0 || (end != begin + 7 && end != size) || begin >= end) ++crooked;
            for (std::size_t i = begin; i < end; ++i) ++done[i];
          },
          7);
      EXPECT_EQ(done, std::vector<int>(size, 1));
      EXPECT_EQ(crooked, 0);
    }
  }
}

TEST(Team, CutsTheSameBlocksUnlessToldOtherwise) {
  std::vector<std::pair<std::size_t, std::size_t>> blocks;
  Team(1).for_blocks(10'000,
                     [&](std::size_t begin, std::size_t end) { blocks.emplace_back(begin, end); });
  EXPECT_EQ(blocks, (std::vector<std::pair<std::size_t, std::size_t>>{
                        {0, 4096}, {4096, 8192}, {8192, 10'000}}));
}

TEST(Team, WorksWithAllItsHands) {
  const Team team(3);
  std::mutex guard;
  std::condition_variable met;
  int arrived = 0;
  bool all = true;
  // Three blocks that wait for each other: with fewer than three hands this times out.
  team.for_blocks(
      3,
      [&](std::size_t, std::size_t) {
        std::unique_lock lock(guard);
        ++arrived;
        met.notify_all();
        if (!met.wait_for(lock, std::chrono::seconds(10), [&] { return arrived == 3; }))
          all = false;
      },
      1);
  EXPECT_TRUE(all);
}

TEST(Team, TellsTheLowestFailureAfterTheOthersHaveFinished) {
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    const Team team(threads);
    std::vector<int> done(50);
    try {
      team.for_blocks(
          50,
          [&](std::size_t begin, std::size_t) {
            done[begin] = 1;
            if (begin % 20 == 11) throw std::runtime_error("block " + std::to_string(begin));
          },
          1);
      ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& failure) {
      EXPECT_STREQ(failure.what(), "block 11");
    }
    EXPECT_EQ(done, std::vector<int>(50, 1));
    std::atomic<int> again = 0;
    team.for_blocks(50, [&](std::size_t, std::size_t) { ++again; }, 1);
    EXPECT_EQ(again, 50);
  }
}

TEST(Team, TellsTheLowestFailureEvenIfItComesLast) {
  const Team team(2);
  std::atomic<bool> later_failed = false;
  try {
    team.for_blocks(
        2,
        [&](std::size_t begin, std::size_t) {
          if (begin == 1) {
            later_failed = true;
            throw std::runtime_error("block 1");
          }
          while (!later_failed) std::this_thread::yield();
          std::this_thread::sleep_for(std::chrono::milliseconds(20));  // until it has been noted
          throw std::runtime_error("block 0");
        },
        1);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "block 0");
  }
}

TEST(Team, TakesOneCallAtATime) {
  for (const int threads : {1, 2}) {
    const Team team(threads);
    const auto inner = [&](std::size_t, std::size_t) {
      team.for_blocks(2, [](std::size_t, std::size_t) {}, 1);
    };
    EXPECT_THROW(team.for_blocks(2, inner, 1), ContractBroken);
  }
}

TEST(Team, NeedsAHandAndABlock) {
  EXPECT_THROW(Team(0), ContractBroken);
  EXPECT_THROW(Team(1).for_blocks(1, [](std::size_t, std::size_t) {}, 0), ContractBroken);
  EXPECT_GE(threads_here(), 1);
}

TEST(TeamLaw, GivesTheSameBitsForAnyNumberOfHands) {
  const auto sums = [](int threads) {
    const Team team(threads);
    std::vector<double> sum(64);
    team.for_blocks(
        64 * 1000,
        [&](std::size_t begin, std::size_t end) {
          for (std::size_t i = begin; i < end; ++i) {
            sum[begin / 1000] += std::sin(static_cast<double>(i));
          }
        },
        1000);
    return sum;
  };
  const auto alone = sums(1);
  for (int repeat = 0; repeat < 20; ++repeat) {
    EXPECT_EQ(sums(2), alone);
    EXPECT_EQ(sums(3), alone);
  }
}

}  // namespace levee::parallel
