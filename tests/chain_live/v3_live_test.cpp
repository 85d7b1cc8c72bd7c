// The real version 3 contracts against levee's pool and levee's reader.
#include "levee/chain/position_reader.h"
#include "tests/chain_live/v3_game.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace levee::test {
namespace {

class V3Live : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (!is_installed(GetParam())) GTEST_SKIP() << "no node installed (./dev test installs it)";
  }

  // `rounds` rounds of some moves and a comparison of everything.
  static void play(const V3Game::Start& start, std::uint64_t seed, int rounds) {
    const LocalNode node(GetParam());
    World world(node);
    V3World contracts(world);
    V3Game game(world, contracts, start);
    Line line(node);
    Gen gen(seed, 1);
    // The second opinion is ten times slower: it is asked less.
    if (GetParam() == Engine::hardhat) rounds = std::max(1, rounds / 7);
    for (int round = 0; round < rounds && !HasFatalFailure() && !HasNonfatalFailure(); ++round) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
      for (int i = 0; i < 6; ++i) game.move(gen);
      game.compare(line.node());
      game.compare_nfts(line.node());
      game.compare_quotes(line.node(), gen);
    }
    EXPECT_GT(game.moves(), static_cast<std::size_t>(4 * rounds));
    RecordProperty("moves", static_cast<int>(game.moves()));
    RecordProperty("refusals", static_cast<int>(game.refusals()));
  }
};

TEST_P(V3Live, RandomPlayOnAMiddlingPoolIsMirroredToTheLastUnit) {
  play({.fee = 3000, .spacing = 60, .tick = -200'000, .decimals0 = 18, .decimals1 = 6}, 1, 20);
}

TEST_P(V3Live, RandomPlayOnAFinePoolIsMirroredToTheLastUnit) {
  play({.fee = 500, .spacing = 10, .tick = 7, .decimals0 = 18, .decimals1 = 18}, 2, 20);
}

TEST_P(V3Live, RandomPlayOnACoarsePoolIsMirroredToTheLastUnit) {
  play({.fee = 10000, .spacing = 200, .tick = 230'000, .decimals0 = 8, .decimals1 = 18}, 3, 20);
}

TEST_P(V3Live, RandomPlayIsMirroredAtLength) {
  for (std::uint64_t seed = 10; seed < 20; ++seed) {
    play({.fee = 3000, .spacing = 60, .tick = 0, .decimals0 = 18, .decimals1 = 6}, seed, 60);
  }
}

std::string name_of(const ::testing::TestParamInfo<Engine>& engine) {
  return engine.param == Engine::anvil ? "Anvil" : "Hardhat";
}
INSTANTIATE_TEST_SUITE_P(Engines, V3Live, ::testing::Values(Engine::anvil, Engine::hardhat),
                         name_of);

}  // namespace
}  // namespace levee::test
