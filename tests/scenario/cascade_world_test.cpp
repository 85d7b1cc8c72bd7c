#include "levee/scenario/cascade_world.h"

#include "tests/scenario/cascade_cases.h"

namespace levee::scenario {
namespace {

using test::toy_event;

World world_of(const CascadeEvent& event) { return World(event, {.worth_usd = 100'000}, 1, 0); }

}  // namespace

// A pool of 1,000 coins and 1,000,000 dollars, a twentieth of it ours; two fifths are stolen.
TEST(World, ADrainByHand) {
  CascadeEvent event = toy_event();
  event.strikes = {{.block = 0, .kind = Strike::Kind::steal_pool, .amount = 0.4, .about = ""}};
  World world = world_of(event);
  EXPECT_NEAR(world.staked_usd(), 100'000, 1e-6);
  world.advance(0);
  EXPECT_NEAR(world.fair_usd(), 60'000, 1e-5);
  EXPECT_EQ(world.ledger().of(Holder::attacker, Asset::coin), units_of(400));
  EXPECT_EQ(world.ledger().of(Holder::attacker, Asset::quote), units_of(400'000));
  // 30 coins and 30,000 come out; 30 less the fee sold to 570 and 570,000 bring 28,418.76.
  const World::Proceeds got = world.leave();
  EXPECT_NEAR(got.usd, 30'000 + 29.91 * 570'000 / (570 + 29.91), 1e-5);
  EXPECT_TRUE(got.whole);
  // Nothing of that has happened in the world itself.
  EXPECT_NEAR(world.fair_usd(), 60'000, 1e-5);
}

TEST(World, ArbitrageTakesThePoolToThePriceOutside) {
  CascadeEvent event = toy_event();
  event.pool.fee = 0;
  event.path = {{.block = 0, .share_of_par = 1}, {.block = 100, .share_of_par = 0.25}};
  World world = world_of(event);
  world.advance(100);
  const World::State state = world.state();
  EXPECT_NEAR(state.pool_price, 250, 1e-3);
  EXPECT_NEAR(state.pool_coin, 2000, 1e-3);
  EXPECT_NEAR(state.pool_quote, 500'000, 1);
  EXPECT_NEAR(world.fair_usd(), 50'000, 0.1);
}

TEST(World, PricesGoStraightInLogarithms) {
  CascadeEvent event = toy_event();
  event.path = {{.block = 0, .share_of_par = 1}, {.block = 100, .share_of_par = 0.25}};
  World world = world_of(event);
  world.advance(50);
  EXPECT_NEAR(world.market_price(), 500, 1e-9);
  world.advance(150);
  EXPECT_NEAR(world.market_price(), 250, 1e-9);
}

TEST(World, WhatIsPausedIsNotLiquidWhateverItsMark) {
  CascadeEvent event = toy_event();
  event.pauses = {{.place = Place::pool, .from = 10, .to = 20}};
  World world(event, {.worth_usd = 1'000}, 1, 0);
  world.advance(9);
  EXPECT_TRUE(world.is_open());
  EXPECT_GT(world.state().obtainable_usd, 990);
  world.advance(10);
  EXPECT_FALSE(world.is_open());
  EXPECT_EQ(world.state().obtainable_usd, 0);
  EXPECT_NEAR(world.state().position_usd, 1'000, 2e-3);
  world.advance(20);
  EXPECT_TRUE(world.is_open());
}

TEST(World, NothingIsSoldToAPoolThatIsPaused) {
  CascadeEvent event = toy_event();
  event.pauses = {{.place = Place::pool, .from = 0, .to = 20}};
  event.strikes = {{.block = 5, .kind = Strike::Kind::sell, .amount = 100}};
  event.path.push_back({.block = 5, .share_of_par = 0.5});
  World world = world_of(event);
  world.advance(5);
  EXPECT_EQ(world.state().pool_coin, 1000);
  EXPECT_EQ(world.state().pool_price, 1000);
  world.advance(20);
  EXPECT_NEAR(world.state().pool_price, 500, 2);
}

TEST(World, ABridgePaysFirstComeFirstServedUntilItIsEmpty) {
  CascadeEvent event = test::bridge_event();
  event.strikes = {{.block = 0, .kind = Strike::Kind::take_backing, .amount = 9'000, .about = ""}};
  event.bridge->run.quiet = 3;
  World world = world_of(event);
  world.advance(0);
  EXPECT_EQ(world.state().backing, 1'000);
  EXPECT_EQ(world.ticket(), 0);
  EXPECT_TRUE(world.is_served(0));
  // At par for those who come first, though every coin is worth a tenth.
  EXPECT_NEAR(world.fair_price(), 100, 1e-9);
  EXPECT_NEAR(world.leave().usd, 100'000, 1e-3);
  for (std::int64_t block = 150; block <= 7200; block += 150) world.advance(block);
  const World::State state = world.state();
  EXPECT_EQ(state.backing, 0);
  EXPECT_GT(state.waiting, 1'000);
  EXPECT_NEAR(state.claims, 9'000, 1e-6);
  EXPECT_FALSE(world.is_served(world.ticket()));
  EXPECT_NEAR(world.leave().usd, 50'000, 1e-3);
  EXPECT_FALSE(world.leave().whole);
}

TEST(World, ADailyLimitMakesAQueueAndTheQueueKeepsItsOrder) {
  CascadeEvent event = test::bridge_event();
  event.bridge->run.quiet = 2;
  event.bridge->day_limit = 500;
  World world = world_of(event);
  for (std::int64_t block = 0; block <= 1500; block += 150) world.advance(block);
  const Units ticket = world.ticket();
  EXPECT_GT(world.state().waiting, 500);
  EXPECT_FALSE(world.is_served(ticket));
  const double waiting = world.state().waiting;
  std::int64_t block = 1500;
  while (!world.is_served(ticket)) world.advance(block += 150);
  // What stood before us, at 500 a day.
  EXPECT_NEAR(static_cast<double>(block - 1500) / 7200, waiting / 500, 0.1);
}

TEST(World, ALenderWhoseEveryUnitIsLentOutKeepsItsDepositorsWaiting) {
  CascadeEvent event = toy_event();
  event.lenders = {{.name = "lender", .asset = Side::coin, .supplied = 1000, .lent = 900}};
  event.lenders[0].run.quiet = 1;
  World world = world_of(event);
  for (std::int64_t block = 0; block <= 7200; block += 150) world.advance(block);
  const World::State state = world.state();
  EXPECT_EQ(state.cash[0], 0);
  EXPECT_EQ(state.used[0], 1);
  EXPECT_NEAR(state.supplied[0], 900, 1e-9);
  EXPECT_GT(state.lender_waiting[0], 400);
}

TEST(World, ADepositIsNotLiquidAtFullUtilisationWhateverItsMark) {
  CascadeEvent event = toy_event();
  event.lenders = {{.name = "lender", .asset = Side::coin, .supplied = 1000, .lent = 900}};
  event.lenders[0].run.quiet = 1;
  World world(event, {.worth_usd = 10'000, .lender = 0}, 1, 0);
  EXPECT_NEAR(world.staked_usd(), 10'000, 1e-6);
  world.advance(0);
  EXPECT_TRUE(world.is_served(world.ticket()));
  // Ten coins less the fee, sold to a pool of 1,000 and 1,000,000.
  EXPECT_NEAR(world.leave().usd, 9.97 * 1'000'000 / (1000 + 9.97), 1e-5);
  for (std::int64_t block = 150; block <= 7200; block += 150) world.advance(block);
  EXPECT_FALSE(world.is_served(world.ticket()));
  EXPECT_EQ(world.state().obtainable_usd, 0);
  EXPECT_NEAR(world.fair_usd(), 10'000, 1e-6);
}

TEST(World, ADepositOfDollarsIsMarkedDownByWhatLoansLack) {
  CascadeEvent event = test::loan_event();
  event.oracle = {.deviation = 0.99, .heartbeat = 100'000};
  event.path = {{.block = 0, .share_of_par = 1}, {.block = 100, .share_of_par = 0.39}};
  World world(event, {.worth_usd = 15'000, .lender = 0}, 1, 0);
  EXPECT_NEAR(world.staked_usd(), 15'000, 1e-6);
  world.advance(100);
  // 50,000 of cash, and loans of 100,000 whose pledge is worth half of that.
  EXPECT_NEAR(world.fair_usd(), 15'000 * (50'000 + 0.39 / 0.78 * 100'000) / 150'000, 1e-3);
  EXPECT_NEAR(world.leave().usd, 15'000, 1e-6);
}

TEST(World, LoansAreLiquidatedWhenTheOracleSaysSoAndNotBefore) {
  CascadeEvent event = test::loan_event();
  World world = world_of(event);
  world.advance(0);
  const double lent = tokens_of(units_of(100'000));
  EXPECT_NEAR(lent, 100'000, 1e-9);
  EXPECT_NEAR(world.state().cash[0], 50'000, 1e-5);
  // A fall of 4 %: the market knows, the feed (5 %) does not.
  world.advance(40);
  EXPECT_EQ(world.state().oracle_price, 1000);
  EXPECT_NEAR(world.state().cash[0], 50'000, 1e-5);
  // 10 %: written, and what was at 78 % of its pledge is above 85 %.
  world.advance(100);
  EXPECT_NEAR(world.state().oracle_price, 900, 1e-9);
  EXPECT_NEAR(world.state().cash[0], 150'000, 0.02);
  // Repaid with 5 % on top: 105,000 dollars' worth of coins at 900.
  const double pledged = 100'000 / 0.78 / 1000;
  EXPECT_NEAR(tokens_of(world.ledger().of(Holder::first_lender, Asset::coin)),
              pledged - 105'000.0 / 900, 1e-4);
}

TEST(World, NobodyLiquidatesByAFeedThatStandsAboveTheMarket) {
  CascadeEvent event = test::loan_event();
  event.oracle = {.deviation = 0.3, .heartbeat = 100};
  event.path.push_back({.block = 101, .share_of_par = 0.65});
  // Shut in the block in which the feed, and the market with it, are at 900.
  event.pauses = {{.place = Place::lender, .from = 100, .to = 101}};
  World world = world_of(event);
  world.advance(100);
  EXPECT_NEAR(world.state().oracle_price, 900, 1e-9);
  world.advance(101);
  EXPECT_NEAR(world.state().oracle_price, 900, 1e-9);
  EXPECT_NEAR(world.market_price(), 650, 1e-9);
  EXPECT_NEAR(world.state().cash[0], 50'000, 1e-5);
  EXPECT_NEAR(world.state().bad_debt[0], 100'000 - 100'000 / 0.78 / 1000 * 650, 1e-2);
}

TEST(World, OthersLeaveOnlyOnceTheyKnow) {
  CascadeEvent event = toy_event();
  event.pool_run = {.quiet = 0, .alarm = 2, .per_loss = 5};
  event.noticed = 1000;
  event.path = {{.block = 0, .share_of_par = 1}, {.block = 100, .share_of_par = 0.5}};
  World world = world_of(event);
  for (std::int64_t block = 0; block <= 999; block += 111) world.advance(block);
  EXPECT_EQ(world.state().liquidity_left, 1);
  for (std::int64_t block = 1000; block <= 3000; block += 100) world.advance(block);
  EXPECT_LT(world.state().liquidity_left, 0.6);
}

// The more is lost, the faster.
TEST(World, OthersLeaveFasterTheMoreIsLost) {
  double before = 2;
  for (const double price : {1.0, 0.8, 0.4}) {
    CascadeEvent event = toy_event();
    event.pool_run = {.quiet = 0.1, .per_loss = 2};
    event.path = {{.block = 0, .share_of_par = price}};
    World world = world_of(event);
    for (std::int64_t block = 0; block <= 7200; block += 150) world.advance(block);
    EXPECT_LT(world.state().liquidity_left, before);
    before = world.state().liquidity_left;
  }
}

TEST(WorldLaw, NothingIsMadeOrLostOnAnyBlock) {
  test::for_cases(300, [](test::Gen& gen) {
    const CascadeEvent event = test::drawn_event(gen);
    Stake stake{.worth_usd = 0.1 * event.pool.worth_usd};
    if (!event.lenders.empty() && gen.coin()) stake.lender = 0;
    World world(event, stake, gen.bits(), 0);
    for (std::int64_t block = 0; block <= event.blocks; block += gen.integer(1, 400)) {
      world.advance(block);
      for (const Asset asset : {Asset::coin, Asset::quote, Asset::backing}) {
        Units sum = 0;
        for (std::size_t holder = 0; holder < holder_count; ++holder) {
          const Units held = world.ledger().of(static_cast<Holder>(holder), asset);
          EXPECT_GE(held, 0);
          sum += held;
        }
        EXPECT_EQ(sum, world.ledger().issued(asset));
      }
      if (world.is_served(world.ticket())) world.leave();
    }
  });
}

}  // namespace levee::scenario
