#include "tests/chain_live/v3_game.h"

#include "levee/amm/tick_math.h"
#include "levee/chain/uniswap_v3_reader.h"

#include <algorithm>

namespace levee::test {
namespace {

using chain::AbiReader;
using chain::call_of;

amm::PoolTerms terms_of(const V3Game::Start& start) {
  return {.fee = FeePips{start.fee}, .spacing = TickSpacing{start.spacing}};
}

// The two amounts a call gives, after `before` other words.
amm::Amounts amounts_in(const Outcome& told, int before = 0) {
  AbiReader reader(told.output, "two amounts");
  for (int i = 0; i < before; ++i) reader.word();
  const U256 token0 = reader.number();
  return {token0, reader.number()};
}

U256 token_amount(Gen& gen, int decimals) {
  U256 unit{1};
  for (int i = 0; i < decimals; ++i) unit = unit * U256{10};
  // Four decades around one token, odd to the last digit.
  return unit * U256{static_cast<std::uint64_t>(gen.scale(1, 10'000))} / U256{100} +
         U256{gen.bits() % 1000};
}

}  // namespace

Line::Line(const LocalNode& node)
    : transport_(*chain::http_to(node.url())), node_(*transport_, pause_, {}) {}

chain::Block newest(chain::Node& node) {
  const auto block = node.latest();
  EXPECT_TRUE(block) << (block ? "" : block.error().message);
  return block ? *block : chain::Block{};
}

V3Game::V3Game(World& world, V3World& contracts, const Start& start)
    : world_(&world), contracts_(&contracts), start_(start), twin_(terms_of(start)) {
  token0_ = token_made(world, start.symbol0, start.decimals0);
  token1_ = token_made(world, start.symbol1, start.decimals1);
  if (token1_ < token0_) {
    std::swap(token0_, token1_);
    std::swap(start_.decimals0, start_.decimals1);
    std::swap(start_.symbol0, start_.symbol1);
  }
  // The tick is of the pair as it was named: turned with the tokens.
  if (start_.symbol0 != start.symbol0) start_.tick = -start.tick;
  const amm::SqrtPriceX96 price = *amm::sqrt_price_at(Tick{start_.tick});
  pool_ = contracts.pool_made({token0_, token1_, start.fee, price});
  // Allowances were mined after the pool was initialised: the time that counts is its own.
  const chain::Bytes ask = call_of("observations(uint256)", {U256{0}});
  const Outcome first = world.call({world.account(0), pool_, ask, {}});
  AbiReader first_seen(first.output, "observations");
  const auto time = static_cast<std::uint32_t>(first_seen.count(32));
  EXPECT_TRUE(twin_.initialise(price, time));
  add_base();
}

// Liquidity everywhere, so that no swap runs dry.
void V3Game::add_base() {
  const std::int32_t edge = amm::tick_max.value() / start_.spacing * start_.spacing;
  Gen gen(1, 1);
  const amm::TickRange range{-edge, edge};
  minted(contracts_->mint({world_->account(1), token0_, token1_, start_.fee, range,
                           token_amount(gen, start_.decimals0) * U256{1000},
                           token_amount(gen, start_.decimals1) * U256{1000}}),
         range);
}

chain::V3Home V3Game::home() const {
  return {31337, chain::Family::uniswap_v3, contracts_->positions, contracts_->factory};
}

amm::TickRange V3Game::drawn_range(Gen& gen) const {
  const std::int32_t edge = amm::tick_max.value() / start_.spacing;
  const std::int32_t middle = twin_.numbers().tick / start_.spacing;
  const auto within = [&](std::int32_t tick) { return std::clamp(tick, -edge, edge - 1); };
  const std::int32_t lower = within(middle + gen.integer(-30, 30));
  return {lower * start_.spacing, std::min(edge, lower + gen.integer(1, 40)) * start_.spacing};
}

void V3Game::minted(const Deed& deed, const amm::TickRange& range) {
  const Outcome told = world_->call(deed);
  ++moves_;
  if (told.reverted) {
    ++refusals_;  // Too little to make one unit of liquidity.
    return;
  }
  AbiReader reader(told.output, "mint");
  const U256 nft = reader.number();
  const u128 liquidity = reader.number(128).low128();
  const amm::Amounts paid = amounts_in(told, 2);
  const Outcome done = world_->must(deed);
  const auto same =
      twin_.mint({contracts_->positions, range, liquidity}, static_cast<std::uint32_t>(done.time));
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(*same, paid);
  nfts_.push_back(nft);
  ranges_.push_back(range);
  owners_.push_back(deed.from);
}

void V3Game::mint(Gen& gen) {
  const amm::TickRange range = drawn_range(gen);
  const Address owner = world_->account(static_cast<std::size_t>(gen.integer(1, 3)));
  minted(
      contracts_->mint({owner, token0_, token1_, start_.fee, range,
                        token_amount(gen, start_.decimals0), token_amount(gen, start_.decimals1)}),
      range);
}

void V3Game::increase(Gen& gen) {
  const auto i = static_cast<std::size_t>(gen.integer(0, static_cast<int>(nfts_.size()) - 1));
  const Deed deed = contracts_->increase(
      owners_[i], nfts_[i],
      {token_amount(gen, start_.decimals0), token_amount(gen, start_.decimals1)});
  const Outcome told = world_->call(deed);
  if (told.reverted) return;
  AbiReader reader(told.output, "increaseLiquidity");
  const u128 liquidity = reader.number(128).low128();
  const amm::Amounts paid = amounts_in(told, 1);
  const Outcome done = world_->must(deed);
  const auto same = twin_.mint({contracts_->positions, ranges_[i], liquidity},
                               static_cast<std::uint32_t>(done.time));
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(*same, paid);
}

void V3Game::decrease(Gen& gen) {
  const auto i = static_cast<std::size_t>(gen.integer(0, static_cast<int>(nfts_.size()) - 1));
  const Outcome state = world_->call(
      {owners_[i], contracts_->positions, call_of("positions(uint256)", {nfts_[i]}), {}});
  AbiReader kept(state.output, "positions");
  for (int field = 0; field < 7; ++field) kept.word();
  const u128 all = kept.number(128).low128();
  // All of it at times; never of the base position.
  const u128 liquidity = i > 0 && gen.coin() ? all : all / static_cast<u128>(gen.integer(2, 9));
  if (liquidity == 0) return;
  const Deed deed = contracts_->decrease(owners_[i], nfts_[i], liquidity);
  const Outcome told = world_->call(deed);
  ASSERT_FALSE(told.reverted) << told.reason;
  const amm::Amounts paid = amounts_in(told);
  const Outcome done = world_->must(deed);
  const auto same = twin_.burn({contracts_->positions, ranges_[i], liquidity},
                               static_cast<std::uint32_t>(done.time));
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(*same, paid);
}

void V3Game::collect(Gen& gen) {
  const auto i = static_cast<std::size_t>(gen.integer(0, static_cast<int>(nfts_.size()) - 1));
  const Deed deed = contracts_->collect(owners_[i], nfts_[i]);
  const Outcome told = world_->call(deed);
  ASSERT_FALSE(told.reverted) << told.reason;
  const amm::Amounts paid = amounts_in(told);
  const Outcome done = world_->must(deed);
  // The contract of positions first has the fees of all its liquidity in the range reckoned.
  const bool touched = std::any_of(done.logs.begin(), done.logs.end(), [&](const Json& log) {
    return log["topics"][0] ==
           text_of(chain::topic_of("Burn(address,int24,int24,uint128,uint256,uint256)"));
  });
  if (touched) {
    ASSERT_TRUE(
        twin_.burn({contracts_->positions, ranges_[i], 0}, static_cast<std::uint32_t>(done.time)));
  }
  const auto same = twin_.collect(
      {contracts_->positions, ranges_[i], paid.token0.low128(), paid.token1.low128()});
  ASSERT_TRUE(same) << same.error().message;
  EXPECT_EQ(*same, paid);
}

V3Swap V3Game::drawn_swap(Gen& gen) const {
  const bool down = gen.coin(), exact_in = gen.coin();
  const int decimals = down == exact_in ? start_.decimals0 : start_.decimals1;
  const U256 amount = token_amount(gen, decimals) * U256{static_cast<unsigned>(gen.integer(1, 50))};
  V3Swap swap{world_->account(4),
              down ? token0_ : token1_,
              down ? token1_ : token0_,
              start_.fee,
              exact_in ? I256::positive(amount) : I256::negative(amount),
              U256{0}};
  if (gen.integer(0, 2) == 0) {
    // A limit some ticks on; on the wrong side at times.
    const int far = gen.integer(-3, 300) * (down ? -1 : 1);
    swap.limit = amm::sqrt_price_at(Tick{twin_.numbers().tick + far})->value();
  }
  return swap;
}

amm::SwapAsk V3Game::ask_of(const V3Swap& swap) const {
  const auto way = swap.in == token0_ ? amm::Direction::zero_for_one : amm::Direction::one_for_zero;
  return {.direction = way,
          .amount = swap.amount,
          .limit = swap.limit.is_zero() ? amm::no_limit(way) : amm::SqrtPriceX96{swap.limit},
          .fee = {}};
}

void V3Game::swap(Gen& gen) {
  const V3Swap swap = drawn_swap(gen);
  const Deed deed = contracts_->swap(swap);
  const Outcome told = world_->call(deed);
  amm::Pool next = twin_;
  ++moves_;
  if (told.reverted) {
    const auto same = next.swap(ask_of(swap), static_cast<std::uint32_t>(world_->time() + 1));
    ++refusals_;
    if (!same) {
      EXPECT_EQ(same.error().message, told.reason);
    }
    // Not the pool's refusal: the router takes no part of an exact output, and nothing for nothing.
    const bool partly = same && swap.amount.is_negative();
    const bool nothing = same && (same->token0.is_zero() || same->token1.is_zero());
    EXPECT_TRUE(!same || partly || nothing) << "only the contract refuses: " << told.reason;
    return;
  }
  const Outcome done = world_->must(deed);
  const auto same = next.swap(ask_of(swap), static_cast<std::uint32_t>(done.time));
  ASSERT_TRUE(same) << same.error().message;
  const bool down = swap.in == token0_;
  AbiReader reader(told.output, "swap");
  const U256 amount = reader.number();  // Out of an exact input, in of an exact output.
  const I256& other = down == !swap.amount.is_negative() ? same->token1 : same->token0;
  EXPECT_EQ(other.magnitude(), amount);
  twin_ = std::move(next);
}

void V3Game::grow(Gen& gen) {
  const auto room = static_cast<std::uint16_t>(gen.integer(1, 12));
  world_->must({world_->account(4),
                pool_,
                call_of("increaseObservationCardinalityNext(uint16)", {U256{room}}),
                {}});
  EXPECT_TRUE(twin_.grow_oracle(room));
}

void V3Game::share(Gen& gen) {
  const auto share0 = static_cast<std::uint16_t>(gen.pick({0, 4, 5, 10}));
  const auto share1 = static_cast<std::uint16_t>(gen.pick({0, 4, 7, 10}));
  world_->must({world_->account(0),
                pool_,
                call_of("setFeeProtocol(uint8,uint8)", {U256{share0}, U256{share1}}),
                {}});
  EXPECT_TRUE(twin_.set_protocol_shares(share0, share1));
  const u128 most = gen.coin() ? ~u128{0} : u128{1000};
  const Deed take{world_->account(0),
                  pool_,
                  call_of("collectProtocol(address,uint128,uint128)",
                          {world_->account(0), U256{most}, U256{most}}),
                  {}};
  const amm::Amounts paid = amounts_in(world_->call(take));
  world_->must(take);
  const auto same = twin_.collect_protocol(most, most);
  ASSERT_TRUE(same);
  EXPECT_EQ(*same, paid);
}

void V3Game::give(Gen& gen) {
  const U256 amount{gen.bits() % 1'000'000};
  world_->must(
      {world_->account(4), token0_, call_of("transfer(address,uint256)", {pool_, amount}), {}});
  twin_.receive({amount, U256{0}});
}

// What a pool refuses, asked for by an account without positions.
void V3Game::refused(Gen& gen) {
  const Address who = world_->account(4);
  const auto burn = [&](std::int32_t lower, std::int32_t upper, unsigned liquidity) {
    const Outcome told = world_->call(
        {who,
         pool_,
         call_of("burn(int24,int24,uint128)", {I256{lower}, I256{upper}, U256{liquidity}}),
         {}});
    amm::Pool copy = twin_;
    const auto same =
        copy.burn({who, {lower, upper}, liquidity}, static_cast<std::uint32_t>(world_->time() + 1));
    EXPECT_EQ(told.reverted, !same) << lower << " " << upper << " " << liquidity;
    if (!same) {
      EXPECT_EQ(same.error().message, told.reason);
    }
    refusals_ += told.reverted ? 1 : 0;
  };
  const std::int32_t edge = amm::tick_max.value() / start_.spacing * start_.spacing;
  const amm::TickRange range = drawn_range(gen);
  burn(range.lower, range.upper, 0);
  burn(range.lower, range.upper, 1);
  burn(range.upper, range.lower, 0);
  burn(-edge - start_.spacing, range.upper, 0);
  burn(range.lower, edge + start_.spacing, 0);
  const Outcome again =
      world_->call({who, pool_, call_of("initialize(uint160)", {U256::power_of_two(96)}), {}});
  const auto same = amm::Pool(twin_).initialise(amm::SqrtPriceX96{U256::power_of_two(96)}, 1);
  ASSERT_FALSE(same);
  EXPECT_EQ(same.error().message, again.reason);
  ++refusals_;
}

void V3Game::move(Gen& gen) {
  const int dice = gen.integer(0, 99);
  if (dice < 45) return swap(gen);
  if (dice < 60) return mint(gen);
  ++moves_;
  if (dice < 70) return increase(gen);
  if (dice < 82) return decrease(gen);
  if (dice < 90) return collect(gen);
  if (dice < 93) return grow(gen);
  if (dice < 95) return share(gen);
  if (dice < 97) return give(gen);
  refused(gen);
}

void V3Game::compare(chain::Node& node) {
  const auto read = chain::read_v3_pools(
      node,
      {31337, chain::Family::uniswap_v3, contracts_->factory, {pool_}, chain::Depth::observations},
      newest(node));
  ASSERT_TRUE(read) << read.error().message;
  const amm::Pool::Found& found = read->front().found;
  EXPECT_EQ(read->front().token0.decimals, start_.decimals0);
  EXPECT_EQ(read->front().token1.decimals, start_.decimals1);
  EXPECT_EQ(found.numbers, twin_.numbers());
  EXPECT_EQ(found.terms.spacing, twin_.terms().spacing);
  EXPECT_EQ(found.terms.fee, twin_.terms().fee);
  const auto pool = amm::Pool::from(found);
  ASSERT_TRUE(pool) << pool.error().message;
  ASSERT_EQ(pool->ticks().ticks(), twin_.ticks().ticks());
  EXPECT_EQ(pool->ticks().words(), twin_.ticks().words());
  for (const std::int32_t tick : twin_.ticks().ticks()) {
    EXPECT_EQ(pool->ticks().at(tick), twin_.ticks().at(tick)) << "tick " << tick;
  }
  EXPECT_EQ(found.oracle.index(), twin_.oracle().index());
  EXPECT_EQ(found.oracle.cardinality(), twin_.oracle().cardinality());
  EXPECT_EQ(found.oracle.cardinality_next(), twin_.oracle().cardinality_next());
  const auto ours = twin_.oracle().slots(), theirs = found.oracle.slots();
  EXPECT_TRUE(std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end()));
}

void V3Game::compare_nfts(chain::Node& node) {
  chain::Reading reading;
  reading.chain = 31337;
  reading.block = newest(node);
  const auto done = chain::read_v3_positions(node, home(), {nfts_, chain::Depth::numbers}, reading);
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(reading.positions.size(), nfts_.size());
  for (std::size_t i = 0; i < nfts_.size(); ++i) {
    const chain::PositionReading& position = reading.positions[i];
    EXPECT_EQ(position.owner, owners_[i]);
    EXPECT_EQ(position.range, ranges_[i]);
    // Asked here once more, by another client: fees, and what decreasing to nothing would pay.
    const Outcome paid = world_->call(contracts_->collect(owners_[i], nfts_[i]));
    EXPECT_EQ(position.fees, amounts_in(paid)) << "NFT " << i;
    if (position.liquidity == 0) continue;
    const Outcome out =
        world_->call(contracts_->decrease(owners_[i], nfts_[i], position.liquidity));
    EXPECT_EQ(position.principal, amounts_in(out)) << "NFT " << i;
  }
}

void V3Game::compare_quotes(chain::Node& node, Gen& gen) {
  const auto read = chain::read_v3_pools(
      node, {31337, chain::Family::uniswap_v3, contracts_->factory, {pool_}, chain::Depth::ticks},
      newest(node));
  ASSERT_TRUE(read) << read.error().message;
  const auto pool = amm::Pool::from(read->front().found);
  ASSERT_TRUE(pool);
  for (int i = 0; i < 4; ++i) {
    const V3Swap swap = drawn_swap(gen);
    const Outcome told = world_->call(contracts_->quote(swap));
    const auto ours = pool->quote(ask_of(swap));
    if (told.reverted) {
      ++refusals_;
      continue;
    }
    ASSERT_TRUE(ours) << ours.error().message;
    AbiReader reader(told.output, "quote");
    const U256 amount = reader.number();
    const bool down = swap.in == token0_;
    const I256& other =
        down == !swap.amount.is_negative() ? ours->flows.token1 : ours->flows.token0;
    EXPECT_EQ(other.magnitude(), amount);
    EXPECT_EQ(ours->price.value(), reader.number(160));
  }
}

}  // namespace levee::test
