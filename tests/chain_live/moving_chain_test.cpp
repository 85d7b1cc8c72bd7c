// A chain that moves, and one that changes its mind, while levee reads it; and the command itself.
#include "levee/chain/position_reader.h"
#include "tests/chain_live/v3_game.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace levee::test {
namespace {

using ::testing::HasSubstr;

// A wire that does something on the chain before one of the posts.
class Meddler final : public chain::Transport {
 public:
  Meddler(const LocalNode& node, int post, std::function<void()> act)
      : wire_(*chain::http_to(node.url())), left_(post), act_(std::move(act)) {}
  Result<chain::HttpAnswer> post(std::string_view body) override {
    if (left_-- == 0) act_();
    return wire_->post(body);
  }
  bool acted() const { return left_ < 0; }

 private:
  std::unique_ptr<chain::Transport> wire_;
  int left_;
  std::function<void()> act_;
};

class MovingChain : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (!is_installed(GetParam())) GTEST_SKIP() << "no node installed (./dev test installs it)";
    node_ = std::make_unique<LocalNode>(GetParam());
    world_ = std::make_unique<World>(*node_);
    contracts_ = std::make_unique<V3World>(*world_);
    game_ = std::make_unique<V3Game>(*world_, *contracts_,
                                     V3Game::Start{.fee = 3000,
                                                   .spacing = 60,
                                                   .tick = -197'000,
                                                   .decimals0 = 18,
                                                   .decimals1 = 6,
                                                   .symbol0 = "WETH",
                                                   .symbol1 = "USDC"});
    Gen gen(3, 1);
    for (int i = 0; i < 12; ++i) game_->move(gen);
  }

  chain::PositionAsk ask() const {
    chain::PositionAsk ask;
    ask.what = chain::OwnerAsk{world_->account(1), 0, {}};
    ask.positions = contracts_->positions;
    ask.depth = chain::Depth::ticks;
    return ask;
  }

  Result<chain::Reading> read(chain::Transport& wire) const {
    chain::Sleep pause;
    chain::Patience patience;
    patience.first_wait_ms = 1;
    chain::Node node(wire, pause, patience);
    Silence silence;
    return chain::read_positions(node, ask(), silence);
  }

  void swap_once() {
    world_->must(contracts_->swap(
        {world_->account(4), game_->token0(), game_->token1(), 3000, I256{1'000'003}, U256{}}));
  }

  static void expect_same(const chain::Reading& a, const chain::Reading& b) {
    ASSERT_EQ(a.positions.size(), b.positions.size());
    for (std::size_t i = 0; i < a.positions.size(); ++i) {
      EXPECT_EQ(a.positions[i].fees, b.positions[i].fees);
      EXPECT_EQ(a.positions[i].principal, b.positions[i].principal);
    }
    ASSERT_EQ(a.pools.size(), b.pools.size());
    EXPECT_EQ(a.pools[0].found.numbers, b.pools[0].found.numbers);
    EXPECT_EQ(a.block.hash, b.block.hash);
  }

  std::unique_ptr<LocalNode> node_;
  std::unique_ptr<World> world_;
  std::unique_ptr<V3World> contracts_;
  std::unique_ptr<V3Game> game_;
};

TEST_P(MovingChain, ABlockMinedAtAnyMomentOfAReadChangesNothingInTheAnswer) {
  Meddler still(*node_, -1, [] {});
  for (int post = 2; post < 12; post += 3) {
    const auto before = read(still);
    ASSERT_TRUE(before) << before.error().message;
    Meddler moving(*node_, post, [&] { swap_once(); });
    const auto during = read(moving);
    ASSERT_TRUE(during) << during.error().message;
    EXPECT_TRUE(moving.acted()) << "the read took fewer posts";
    SCOPED_TRACE(post);
    expect_same(*before, *during);
  }
}

TEST_P(MovingChain, AReorgInTheMiddleOfAReadIsNoticedAndReadAgain) {
  Meddler still(*node_, -1, [] {});
  for (int post = 3; post < 12; post += 4) {
    const std::string root = world_->snapshot();
    swap_once();
    Meddler shaken(*node_, post, [&] {
      world_->revert(root);  // The newest block was never mined; another stands in its place.
      world_->mine(1);
      swap_once();
      swap_once();
    });
    const auto during = read(shaken);
    ASSERT_TRUE(during) << during.error().message;
    ASSERT_TRUE(shaken.acted());
    const auto after = read(still);
    ASSERT_TRUE(after) << after.error().message;
    SCOPED_TRACE(post);
    expect_same(*during, *after);
  }
}

// The program itself: what it prints, and how it ended.
struct Ran {
  int code = 0;
  std::string text;
};
Ran run(const std::string& words) {
  const char* binary = std::getenv("LEVEE_BINARY");  // NOLINT(concurrency-mt-unsafe)
  const std::string command =
      std::string(binary == nullptr ? "levee" : binary) + " " + words + " 2>&1";
  Ran ran;
  FILE* pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c): our own program
  std::array<char, 4096> chunk{};
  for (std::size_t n = 0; (n = fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) {
    ran.text.append(chunk.data(), n);
  }
  const int status = pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

TEST_P(MovingChain, TheCommandWritesABookAndAPoolThatValuePositionTakes) {
  if (std::getenv("LEVEE_BINARY") == nullptr) GTEST_SKIP();  // NOLINT(concurrency-mt-unsafe)
  const auto folder = std::filesystem::path(LEVEE_BINARY_DIR) / "chain_live" / "command";
  std::filesystem::create_directories(folder);
  const std::string book = folder / "book.toml", pool = folder / "pool.json";
  const std::string from = "read-position --quiet --confirmations 0 --rpc " + node_->url() +
                           " --position-manager " + text_of(contracts_->positions);
  const Ran read = run(from + " --nft 1 --book-out " + book + " --pool-out " + pool);
  ASSERT_EQ(read.code, 0) << read.text;
  EXPECT_THAT(read.text, HasSubstr("chain id 31337"));
  EXPECT_THAT(read.text, HasSubstr("full range"));
  // The example market is of another moment: what counts is that both files are read as they are.
  const Ran valued = run("value-position --book " + book + " --market " +
                         LEVEE_SOURCE "/examples/market --pool " + pool);
  EXPECT_THAT(valued.text, HasSubstr("not yet known at")) << valued.text;
  const Ran alone = run("value-position --json --book " + book + " --chain " +
                        LEVEE_SOURCE "/examples/market/chain.csv");
  EXPECT_EQ(alone.code, 0) << alone.text;
  EXPECT_THAT(alone.text, ::testing::AnyOf(HasSubstr("USDC NFT 1"), HasSubstr("WETH NFT 1")));
}

TEST_P(MovingChain, TheCommandRefusesAnotherChainAnUnknownNftAndABlockThatIsNone) {
  if (std::getenv("LEVEE_BINARY") == nullptr) GTEST_SKIP();  // NOLINT(concurrency-mt-unsafe)
  const std::string from = "read-position --quiet --rpc " + node_->url() + " --position-manager " +
                           text_of(contracts_->positions);
  const Ran chain = run(from + " --nft 1 --chain 1");
  EXPECT_EQ(chain.code, 2) << chain.text;
  const Ran nft = run(from + " --nft 4711");
  EXPECT_EQ(nft.code, 4) << nft.text;
  EXPECT_THAT(nft.text, HasSubstr("NFT 4711 does not exist"));
  const Ran block = run(from + " --nft 1 --block 999999");
  EXPECT_EQ(block.code, 4) << block.text;
  const Ran pool = run("read-position --quiet --rpc " + node_->url() + " --pool " +
                       text_of(game_->token0()) + " --factory " + text_of(contracts_->factory));
  EXPECT_NE(pool.code, 0) << pool.text;
}

std::string name_of(const ::testing::TestParamInfo<Engine>& engine) {
  return engine.param == Engine::anvil ? "Anvil" : "Hardhat";
}
INSTANTIATE_TEST_SUITE_P(Engines, MovingChain, ::testing::Values(Engine::anvil, Engine::hardhat),
                         name_of);

}  // namespace
}  // namespace levee::test
