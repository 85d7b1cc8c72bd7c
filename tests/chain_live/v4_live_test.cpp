// The real version 4 contracts against levee's reader.
#include "levee/chain/position_reader.h"
#include "levee/chain/uniswap_v4_positions.h"
#include "tests/chain_live/v3_game.h"
#include "tests/chain_live/v4_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace levee::test {
namespace {

using amm::V4Key;
using chain::AbiReader;
using chain::call_of;

struct Held {
  U256 nft;
  Address owner;
  V4Key key;
  amm::TickRange range;
};

class V4Live : public ::testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (!is_installed(GetParam())) GTEST_SKIP() << "no node installed (./dev test installs it)";
    node_ = std::make_unique<LocalNode>(GetParam());
    world_ = std::make_unique<World>(*node_);
    contracts_ = std::make_unique<V4World>(*world_);
    line_ = std::make_unique<Line>(*node_);
    token0_ = token_made(*world_, "USDC", 6);
    token1_ = token_made(*world_, "DAI", 18);
    if (token1_ < token0_) std::swap(token0_, token1_);
    contracts_->stock(token0_);
    contracts_->stock(token1_);
  }

  chain::V4Home home() const { return {31337, contracts_->positions, {}}; }

  void mint(const V4Mint& ask) {
    const Outcome next =
        world_->call({ask.owner, contracts_->positions, call_of("nextTokenId()", {}), {}});
    AbiReader reader(next.output, "nextTokenId");
    world_->must(contracts_->mint(ask));
    held_.push_back({reader.number(), ask.owner, ask.key, ask.range});
  }

  chain::Reading read(std::vector<U256> nfts) {
    chain::Reading reading;
    reading.chain = 31337;
    reading.block = newest(line_->node());
    const auto done = chain::read_v4_positions(line_->node(), home(),
                                               {std::move(nfts), chain::Depth::ticks}, reading);
    EXPECT_TRUE(done) << (done ? "" : done.error().message);
    return reading;
  }

  // What the contract's own view says of a position's growth inside its range.
  amm::FeeGrowth viewed_inside(const Held& held) {
    const Outcome told = world_->call(
        {held.owner,
         contracts_->view,
         call_of("getFeeGrowthInside(bytes32,int24,int24)",
                 {amm::id_of(held.key), I256{held.range.lower}, I256{held.range.upper}}),
         {}});
    AbiReader reader(told.output, "getFeeGrowthInside");
    const U256 growth0 = reader.number();
    return {growth0, reader.number()};
  }

  U256 balance(const Address& token, const Address& account) {
    if (token.is_zero()) {
      return *u256_from(world_->ask("eth_getBalance", Json::array({text_of(account), "latest"}))
                            .get<std::string>());
    }
    const Outcome told =
        world_->call({account, token, call_of("balanceOf(address)", {account}), {}});
    AbiReader reader(told.output, "balanceOf");
    return reader.number();
  }

  // Takes out `liquidity` for real, sees what came, and puts the chain back.
  amm::Amounts paid(const Held& held, u128 liquidity) {
    Address nobody;  // Pays for no gas, and had nothing before.
    nobody.bytes.fill(0x5a);
    const std::string before = world_->snapshot();
    world_->must(contracts_->decrease({held.owner, held.nft, held.key, liquidity, nobody}));
    const amm::Amounts got{balance(held.key.currency0, nobody),
                           balance(held.key.currency1, nobody)};
    world_->revert(before);
    return got;
  }

  void compare_all() {
    std::vector<U256> nfts;
    for (const Held& held : held_) nfts.push_back(held.nft);
    const chain::Reading reading = read(nfts);
    ASSERT_EQ(reading.positions.size(), held_.size());
    for (std::size_t i = 0; i < held_.size(); ++i) {
      SCOPED_TRACE("NFT " + decimal_text(held_[i].nft));
      const chain::PositionReading& position = reading.positions[i];
      EXPECT_EQ(position.owner, held_[i].owner);
      EXPECT_EQ(position.range, held_[i].range);
      ASSERT_TRUE(position.fees && position.principal);
      const amm::Amounts everything = paid(held_[i], position.liquidity);
      EXPECT_EQ(*position.fees, paid(held_[i], 0));
      EXPECT_EQ(position.fees->token0 + position.principal->token0, everything.token0);
      EXPECT_EQ(position.fees->token1 + position.principal->token1, everything.token1);
    }
  }

  std::unique_ptr<LocalNode> node_;
  std::unique_ptr<World> world_;
  std::unique_ptr<V4World> contracts_;
  std::unique_ptr<Line> line_;
  Address token0_, token1_;
  std::vector<Held> held_;
};

TEST_P(V4Live, FeesAndPrincipalAreWhatTakingThemOutPays) {
  const V4Key plain{token0_, token1_, 3000, 60, {}};
  const V4Key coin{{}, token0_, 500, 10, {}};
  contracts_->initialise(plain, *amm::sqrt_price_at(Tick{123}));
  contracts_->initialise(coin, *amm::sqrt_price_at(Tick{-7}));
  Gen gen(7, 1);
  const auto account = [&](int index) { return world_->account(static_cast<std::size_t>(index)); };
  for (const V4Key& key : {plain, coin}) {
    const std::int32_t edge = amm::tick_max.value() / key.spacing * key.spacing;
    mint({account(1), key, {-edge, edge}, u128{1'000'000'000'000}});
    for (int i = 0; i < 4; ++i) {
      const std::int32_t lower = gen.integer(-20, 10) * key.spacing;
      mint({account(gen.integer(1, 3)),
            key,
            {lower, lower + gen.integer(1, 15) * key.spacing},
            u128{gen.bits() % 9'000'000'000'000 + 1}});
    }
  }
  const int rounds = GetParam() == Engine::anvil ? 5 : 1;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    for (int i = 0; i < 4; ++i) {
      const U256 amount{gen.bits() % 60'000'000'000};
      world_->must(contracts_->swap(
          {account(4), gen.coin() ? plain : coin,
           gen.coin() ? amm::Direction::zero_for_one : amm::Direction::one_for_zero,
           gen.coin() ? I256::negative(amount) : I256::positive(amount / U256{100})}));
    }
    world_->must(contracts_->donate(account(4), plain, {U256{gen.bits() % 1000}, U256{77}}));
    const Held& some = held_[static_cast<std::size_t>(gen.integer(0, 9))];
    world_->must(contracts_->decrease(
        {some.owner, some.nft, some.key, u128{12345} % static_cast<u128>(round + 1), some.owner}));
    compare_all();
  }
}

TEST_P(V4Live, StorageReadsAsTheContractsOwnViewSays) {
  const V4Key key{token0_, token1_, 100, 1, {}};
  contracts_->initialise(key, *amm::sqrt_price_at(Tick{-300}));
  mint({world_->account(1), key, {-400, -200}, u128{5'000'000'000}});
  mint({world_->account(2), key, {-310, 50}, u128{7'000'000'000}});
  world_->must(contracts_->swap(
      {world_->account(4), key, amm::Direction::one_for_zero, I256::negative(U256{30'000'000})}));
  const auto pools = chain::read_v4_pools(
      line_->node(), {31337, contracts_->pools, {key}, chain::Depth::ticks}, newest(line_->node()));
  ASSERT_TRUE(pools) << pools.error().message;
  const amm::Pool::Found& found = pools->front().found;
  ASSERT_EQ(found.ticks.size(), 4U);
  const auto at = [&](std::int32_t tick) {
    for (const auto& [place, state] : found.ticks) {
      if (place == tick) return &state;
    }
    return static_cast<const amm::TickState*>(nullptr);
  };
  for (const Held& held : held_) {
    const auto inside = amm::fees_inside({{held.range.lower, at(held.range.lower)},
                                          {held.range.upper, at(held.range.upper)},
                                          found.numbers.tick,
                                          found.numbers.fees});
    EXPECT_EQ(inside, viewed_inside(held));
  }
}

TEST_P(V4Live, APoolAsReadQuotesWhatASwapThenGives) {
  const V4Key key{token0_, token1_, 3000, 60, {}};
  contracts_->initialise(key, *amm::sqrt_price_at(Tick{-300}));
  mint({world_->account(1), key, {-600, 60}, u128{5'000'000'000}});
  mint({world_->account(2), key, {-360, -240}, u128{7'000'000'000}});
  const Address& boss = world_->account(0);
  world_->must({boss, contracts_->pools, call_of("setProtocolFeeController(address)", {boss}), {}});
  world_->must({boss,
                contracts_->pools,
                call_of("setProtocolFee((address,address,uint24,int24,address),uint24)",
                        with_key(key, {U256{700U << 12 | 1000U}})),
                {}});
  for (const auto way : {amm::Direction::zero_for_one, amm::Direction::one_for_zero}) {
    for (const I256& amount : {I256{30'000'000}, I256{-20'000'000}}) {
      const auto pools = chain::read_v4_pools(
          line_->node(), {31337, contracts_->pools, {key}, chain::Depth::ticks},
          newest(line_->node()));
      ASSERT_TRUE(pools) << pools.error().message;
      const auto pool = amm::Pool::from(pools->front().found);
      ASSERT_TRUE(pool) << pool.error().message;
      const auto quote = pool->quote({way, amount, amm::no_limit(way), {}});
      ASSERT_TRUE(quote) << quote.error().message;
      const Deed deed = contracts_->swap({world_->account(4), key, way, wrapping_negate(amount)});
      const Outcome told = world_->call(deed);
      AbiReader reader(told.output, "swap");
      const U256 delta = number_of(reader.word());
      EXPECT_EQ(wrapping_negate(quote->flows.token0), I256{static_cast<i128>(delta.high128())});
      EXPECT_EQ(wrapping_negate(quote->flows.token1), I256{static_cast<i128>(delta.low128())});
      world_->must(deed);
    }
  }
}

TEST_P(V4Live, AnOwnersPositionsAreFoundAmongTheTransfersToThem) {
  const V4Key key{token0_, token1_, 500, 10, {}};
  contracts_->initialise(key, *amm::sqrt_price_at(Tick{0}));
  for (const std::size_t who : {1U, 2U, 1U, 3U}) {
    mint({world_->account(who), key, {-100, 100}, u128{1'000'000}});
  }
  world_->must(contracts_->send_on(world_->account(2), world_->account(1), held_[1].nft));
  world_->must(contracts_->send_on(world_->account(1), world_->account(3), held_[0].nft));
  Silence silence;
  const chain::Block block = newest(line_->node());
  const auto owned =
      chain::read_v4_owned(line_->node(), home(), {world_->account(1), 0, {}}, block, silence);
  ASSERT_TRUE(owned) << owned.error().message;
  EXPECT_THAT(*owned, ::testing::ElementsAre(held_[1].nft, held_[2].nft));
}

TEST_P(V4Live, APoolIsFoundByItsNameAndAnUnknownNameIsAnError) {
  const V4Key key{token0_, token1_, 500, 10, {}};
  contracts_->initialise(key, *amm::sqrt_price_at(Tick{0}));
  mint({world_->account(1), key, {-100, 100}, u128{1'000'000}});
  Silence silence;
  chain::PositionAsk ask;
  ask.family = chain::Family::uniswap_v4;
  ask.positions = contracts_->positions;
  ask.depth = chain::Depth::ticks;
  ask.what = chain::PoolIdAsk{amm::id_of(key)};
  const auto reading = chain::read_positions(line_->node(), ask, silence);
  ASSERT_TRUE(reading) << reading.error().message;
  EXPECT_EQ(reading->pools.front().name, text_of(amm::id_of(key)));
  EXPECT_EQ(reading->pools.front().found.ticks.size(), 2U);

  ask.what = chain::PoolIdAsk{amm::id_of(V4Key{token0_, token1_, 501, 10, {}})};
  const auto none = chain::read_positions(line_->node(), ask, silence);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, Reason::missing_data);

  ask.what = chain::NftAsk{U256{99}};
  const auto nobody = chain::read_positions(line_->node(), ask, silence);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().reason, Reason::missing_data);
}

TEST_P(V4Live, APoolWhoseHooksMayReturnDeltasIsNotValuedAndSaysWhy) {
  Address hooks;
  hooks.bytes[0] = 0x77;
  hooks.bytes[18] = 0x01;  // afterRemoveLiquidity, and what it returns counts
  hooks.bytes[19] = 0x01;
  place_hooks(*world_, hooks);
  const V4Key key{token0_, token1_, amm::v4_dynamic_fee, 60, hooks};
  contracts_->initialise(key, *amm::sqrt_price_at(Tick{0}));
  mint({world_->account(1), key, {-600, 600}, u128{1'000'000}});
  const chain::Reading reading = read({held_[0].nft});
  ASSERT_EQ(reading.positions.size(), 1U);
  EXPECT_FALSE(reading.positions[0].principal);
  EXPECT_FALSE(reading.positions[0].fees);
  EXPECT_EQ(reading.positions[0].liquidity, u128{1'000'000});
  EXPECT_THAT(reading.pools[0].not_valued,
              ::testing::HasSubstr("afterRemoveLiquidityReturnsDelta"));
  EXPECT_TRUE(reading.pools[0].v4.is_dynamic());
}

std::string name_of(const ::testing::TestParamInfo<Engine>& engine) {
  return engine.param == Engine::anvil ? "Anvil" : "Hardhat";
}
INSTANTIATE_TEST_SUITE_P(Engines, V4Live, ::testing::Values(Engine::anvil, Engine::hardhat),
                         name_of);

}  // namespace
}  // namespace levee::test
