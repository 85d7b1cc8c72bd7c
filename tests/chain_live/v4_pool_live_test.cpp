// The real version 4 contract of pools against levee's pool.
#include "tests/chain_live/v4_game.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace levee::test {
namespace {

class V4PoolLive : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (!is_installed(GetParam())) GTEST_SKIP() << "no node installed (./dev test installs it)";
  }

  struct Length {
    std::uint64_t seed = 0;
    int rounds = 30;
  };
  static std::set<std::string> play(const std::vector<V4Game::Start>& starts,
                                    const Length& length) {
    const LocalNode node(GetParam());
    World world(node);
    V4World contracts(world);
    // The second opinion is ten times slower: it is asked less.
    const int rounds =
        GetParam() == Engine::hardhat ? std::max(1, length.rounds / 10) : length.rounds;
    std::size_t moves = 0, refusals = 0, crossings = 0;
    std::set<std::string> reasons;
    for (const V4Game::Start& start : starts) {
      SCOPED_TRACE("fee " + std::to_string(start.fee) + ", spacing " +
                   std::to_string(start.spacing) + ", tick " + std::to_string(start.tick));
      V4Game game(world, contracts, start);
      Gen gen(length.seed, 1);
      game.open(gen);
      for (int round = 0; round < rounds && !HasFailure(); ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        game.play(gen, 12);
      }
      if (!HasFailure()) game.drown();
      moves += game.moves();
      refusals += game.refusals();
      crossings += game.crossings();
      reasons.insert(game.reasons().begin(), game.reasons().end());
      if (HasFailure()) break;
    }
    RecordProperty("moves", static_cast<int>(moves));
    RecordProperty("refusals", static_cast<int>(refusals));
    RecordProperty("crossings", static_cast<int>(crossings));
    return reasons;
  }
};

TEST_P(V4PoolLive, RandomPlayOnUsualPoolsIsMirroredToTheLastUnit) {
  play({{.fee = 3000, .spacing = 60, .tick = -200'000},
        {.fee = 500, .spacing = 10, .tick = 7},
        {.fee = 10'000, .spacing = 200, .tick = 230'000},
        {.fee = 100, .spacing = 1, .tick = -3, .bits = 60}},
       {.seed = 1, .rounds = 60});
}

TEST_P(V4PoolLive, RandomPlayOnTheStrangestPoolsAllowedIsMirroredToTheLastUnit) {
  const std::set<std::string> reasons =
      play({{.fee = 0, .spacing = 10, .tick = 100},
            {.fee = 1'000'000, .spacing = 60, .tick = 0},
            {.fee = 999'999, .spacing = 32'767, .tick = 40'000},
            {.fee = 3000, .spacing = 77, .tick = 887'000, .bits = 54},
            {.fee = 3000, .spacing = 60, .tick = -887'000, .bits = 54},
            {.fee = amm::v4_dynamic_fee, .spacing = 60, .tick = -50},
            {.fee = 1, .spacing = 60, .tick = 0, .bits = 8},
            {.fee = 3000, .spacing = 200, .tick = 0, .bits = 113}},
           {.seed = 2, .rounds = 40});
  if (GetParam() != Engine::anvil) return;
  // Every way to be refused was tried; "" is arithmetic that overflows.
  EXPECT_THAT(
      reasons,
      ::testing::UnorderedElementsAre(
          "", "CannotUpdateEmptyPosition", "InvalidFeeForExactOut", "InvalidSqrtPrice",
          "NoLiquidityToReceiveFees", "PoolAlreadyInitialized", "PoolNotInitialized",
          "PriceLimitAlreadyExceeded", "PriceLimitOutOfBounds", "ProtocolFeeTooLarge",
          "SafeCastOverflow", "SwapAmountCannotBeZero", "TickLiquidityOverflow",
          "TickLowerOutOfBounds", "TickMisaligned", "TickUpperOutOfBounds", "TicksMisordered"));
}

TEST_P(V4PoolLive, RandomPlayIsMirroredAtLength) {
  for (std::uint64_t seed = 10; seed < 20 && !HasFailure(); ++seed) {
    play({{.fee = 3000, .spacing = 60, .tick = 0}, {.fee = 0, .spacing = 10, .tick = 100}},
         {.seed = seed, .rounds = 300});
  }
}

std::string name_of(const ::testing::TestParamInfo<Engine>& engine) {
  return engine.param == Engine::anvil ? "Anvil" : "Hardhat";
}
INSTANTIATE_TEST_SUITE_P(Engines, V4PoolLive, ::testing::Values(Engine::anvil, Engine::hardhat),
                         name_of);

}  // namespace
}  // namespace levee::test
