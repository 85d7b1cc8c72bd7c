#include "levee/scenario/cascade.h"

#include "tests/scenario/cascade_cases.h"

#include <numeric>

namespace levee::scenario {
namespace {

using test::toy_event;

const parallel::Team& alone() {
  static const parallel::Team team(1);
  return team;
}

CascadeOutcome played(const CascadeEvent& event, std::vector<std::int64_t> lags,
                      std::size_t paths = 1, double bid_gwei = 100) {
  auto outcome = play_cascade({.event = event,
                               .stake = {.worth_usd = 100'000, .bid_gwei = bid_gwei},
                               .lags = std::move(lags),
                               .paths = paths},
                              alone());
  EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().message);
  return outcome ? *std::move(outcome) : CascadeOutcome{};
}

double mean_loss(const LagOutcome& lag) {
  return std::accumulate(lag.loss_usd.begin(), lag.loss_usd.end(), 0.0) /
         static_cast<double>(lag.loss_usd.size());
}

std::string refusal(const CascadeAsk& ask) {
  const auto outcome = play_cascade(ask, alone());
  EXPECT_FALSE(outcome);
  return outcome ? "" : outcome.error().message;
}

}  // namespace

// Two fifths of a pool are stolen at once, half of the rest a hundred blocks later.
TEST(Cascade, TwoDrainsByHand) {
  CascadeEvent event = toy_event();
  event.strikes = {{.block = 0, .kind = Strike::Kind::steal_pool, .amount = 0.4},
                   {.block = 100, .kind = Strike::Kind::steal_pool, .amount = 0.5}};
  const CascadeOutcome outcome = played(event, {0, 99, 100, 5000});
  EXPECT_NEAR(outcome.staked_usd, 100'000, 1e-6);
  EXPECT_NEAR(outcome.booked_usd, 40'000, 1e-5);
  const double early = 70'000 - 29.91 * 570'000 / (570 + 29.91);
  const double late = 85'000 - 14.955 * 285'000 / (285 + 14.955);
  EXPECT_NEAR(outcome.lags[0].loss_usd[0], early, 1e-5);
  EXPECT_NEAR(outcome.lags[1].loss_usd[0], early, 1e-5);
  EXPECT_NEAR(outcome.lags[2].loss_usd[0], late, 1e-5);
  EXPECT_NEAR(outcome.lags[3].loss_usd[0], late, 1e-5);
  for (const LagOutcome& lag : outcome.lags) EXPECT_EQ(lag.out, 1);
  // 100 gwei for 300,000 of gas at 3,000 dollars.
  EXPECT_NEAR(outcome.gas_usd, 90, 1e-6);
}

TEST(Cascade, TheFirstRowIsOfBeforeAndTheBlockOfTheEventIsTold) {
  CascadeEvent event = toy_event();
  event.strikes = {{.block = 0, .kind = Strike::Kind::steal_pool, .amount = 0.4}};
  const CascadeOutcome outcome = played(event, {0});
  EXPECT_EQ(outcome.rows[0].block, -1);
  EXPECT_NEAR(outcome.rows[0].mean.pool_coin, 1000, 1e-9);
  EXPECT_EQ(outcome.rows[1].block, 0);
  EXPECT_NEAR(outcome.rows[1].mean.pool_coin, 600, 1e-6);
  EXPECT_EQ(outcome.rows.back().block, event.blocks);
}

TEST(Cascade, WhoBidsLessThanTheBaseFeeNeverGetsOut) {
  const CascadeOutcome outcome = played(toy_event(), {0, 100}, 20, 39);
  const double slippage = mean_loss(played(toy_event(), {0}).lags[0]);
  EXPECT_GT(slippage, 2'000);
  for (const LagOutcome& lag : outcome.lags) {
    EXPECT_EQ(lag.out, 0);
    EXPECT_NEAR(mean_loss(lag), slippage, 1e-3);
  }
}

// A bid that gets in with one block in two waits one block on average.
TEST(Cascade, ABidThatGetsInWithOneBlockInTwoWaitsForOneMore) {
  CascadeEvent event = toy_event();
  event.gas.rival_gwei = 60;
  const CascadeOutcome outcome = played(event, {0, 777}, 4000);
  for (const LagOutcome& lag : outcome.lags) {
    EXPECT_EQ(lag.out, 4000);
    EXPECT_NEAR(lag.wait_blocks, 1, 4 * std::sqrt(2.0 / 4000));
  }
}

TEST(Cascade, WhoComesAfterAPauseIsStuckAndKeepsTheMark) {
  CascadeEvent event = toy_event();
  event.pauses = {{.place = Place::pool, .from = 50, .to = 100'000}};
  const CascadeOutcome outcome = played(event, {49, 50, 1000}, 10);
  EXPECT_EQ(outcome.lags[0].out, 10);
  EXPECT_EQ(outcome.lags[1].out, 0);
  EXPECT_EQ(outcome.lags[2].out, 0);
  EXPECT_NEAR(outcome.lags[1].loss_usd[0], 0, 1e-5);
  for (const CascadeRow& row : outcome.rows) EXPECT_EQ(row.shut, row.block >= 50 ? 1 : 0);
}

TEST(Cascade, APauseThatEndsLetsThemOut) {
  CascadeEvent event = toy_event();
  event.pauses = {{.place = Place::pool, .from = 50, .to = 700}};
  const CascadeOutcome outcome = played(event, {60});
  EXPECT_EQ(outcome.lags[0].out, 1);
  EXPECT_EQ(outcome.lags[0].wait_blocks, 640);
}

TEST(Cascade, AnEmptyBridgeLeavesLateComersWithTheCoin) {
  CascadeEvent event = test::bridge_event();
  event.strikes = {{.block = 0, .kind = Strike::Kind::take_backing, .amount = 9'500}};
  event.bridge->run.quiet = 2;
  const CascadeOutcome outcome = played(event, {0, 7200}, 50);
  EXPECT_EQ(outcome.lags[0].out, 50);
  EXPECT_NEAR(mean_loss(outcome.lags[0]), 0, 1e-3);
  EXPECT_EQ(outcome.lags[1].out, 0);
  EXPECT_NEAR(mean_loss(outcome.lags[1]), 50'000, 1e-3);
  EXPECT_NEAR(outcome.booked_usd, 47'500, 1e-3);
}

TEST(Cascade, ABridgeThatHoldsLessThanOursPaysThatAndNobodyIsOut) {
  CascadeEvent event = test::bridge_event();
  event.strikes = {{.block = 0, .kind = Strike::Kind::take_backing, .amount = 9'980}};
  const CascadeOutcome outcome = played(event, {0});
  EXPECT_EQ(outcome.lags[0].out, 0);
  // 20 of our 50 coins at par; the rest is worth what backs it: 20 of 10,000.
  EXPECT_NEAR(outcome.lags[0].loss_usd[0], 30 * (1000 - 2.0), 1e-3);
}

TEST(Cascade, WhatALagMeetsDoesNotDependOnTheOthers) {
  CascadeEvent event = toy_event();
  event.gas.rival_gwei = 300;
  const CascadeOutcome few = played(event, {50}, 100), many = played(event, {0, 47, 50, 52}, 100);
  EXPECT_GT(few.lags[0].wait_blocks, 2);
  EXPECT_EQ(few.lags[0].wait_blocks, many.lags[2].wait_blocks);
  EXPECT_EQ(few.lags[0].loss_usd, many.lags[2].loss_usd);
}

TEST(Cascade, AFeedIsWrittenOnTheBlockOfItsHeartbeat) {
  CascadeEvent event = toy_event();
  event.oracle = {.deviation = 0.5, .heartbeat = 137};
  event.path.push_back({.block = 136, .share_of_par = 0.9});
  event.path.push_back({.block = 141, .share_of_par = 0.8});
  event.own_lag = 140;
  const CascadeOutcome outcome = played(event, {0});
  // Nobody else looks at the world on that block.
  const double then = 900 * std::pow(0.8 / 0.9, 1.0 / 5);
  for (const CascadeRow& row : outcome.rows) {
    if (row.block <= 140) {
      EXPECT_NEAR(row.mean.oracle_price, row.block < 137 ? 1000 : then, 1e-9) << row.block;
    }
  }
  EXPECT_NEAR(outcome.rows.back().mean.oracle_price, 800, 1e-9);
}

TEST(Cascade, WhoAsksALenderForADepositTooLateWaitsForThoseWhoAskedBefore) {
  CascadeEvent event = toy_event();
  event.lenders = {{.name = "lender", .asset = Side::quote, .supplied = 1e6, .lent = 0}};
  event.lenders[0].run.quiet = 1;
  event.lenders[0].day_limit = 200'000;
  const auto at = [&](std::vector<std::int64_t> lags) {
    return *play_cascade({.event = event,
                          .stake = {.worth_usd = 10'000, .lender = 0},
                          .lags = std::move(lags),
                          .paths = 20},
                         alone());
  };
  const CascadeOutcome outcome = at({0, 1000, 4500});
  EXPECT_EQ(outcome.lags[0].out, 20);
  EXPECT_EQ(outcome.lags[0].wait_blocks, 0);
  // After 1,000 blocks 13 % have asked and 27,800 are paid: 102,000 at 200,000 a day.
  EXPECT_EQ(outcome.lags[1].out, 20);
  EXPECT_NEAR(outcome.lags[1].wait_blocks, 102'000.0 / 200'000 * 7200, 500);
  EXPECT_EQ(outcome.lags[2].out, 0);
  for (const LagOutcome& lag : outcome.lags) EXPECT_NEAR(mean_loss(lag), 0, 1e-5);
}

TEST(Cascade, ItIsTheSameOnAnyNumberOfThreads) {
  test::Gen gen(5, 1);
  const CascadeEvent event = test::drawn_event(gen);
  const CascadeAsk ask{.event = event,
                       .stake = {.worth_usd = 0.1 * event.pool.worth_usd, .bid_gwei = 300},
                       .lags = {0, 7, 1500},
                       .paths = 100,
                       .seed = 9};
  const auto first = play_cascade(ask, alone());
  for (const int threads : {2, 3}) {
    const auto again = play_cascade(ask, parallel::Team(threads));
    for (std::size_t i = 0; i < first->lags.size(); ++i) {
      EXPECT_EQ(first->lags[i].loss_usd, again->lags[i].loss_usd);
      EXPECT_EQ(first->lags[i].wait_blocks, again->lags[i].wait_blocks);
    }
    for (std::size_t i = 0; i < first->rows.size(); ++i) {
      EXPECT_EQ(first->rows[i].mean.liquidity_left, again->rows[i].mean.liquidity_left);
      EXPECT_EQ(first->rows[i].mean.obtainable_usd, again->rows[i].mean.obtainable_usd);
    }
    EXPECT_EQ(first->booked_usd, again->booked_usd);
  }
  CascadeAsk other = ask;
  other.seed = 10;
  const auto moved = play_cascade(other, alone());
  EXPECT_NE(first->rows.back().mean.liquidity_left, moved->rows.back().mean.liquidity_left);
}

TEST(CascadeLaw, WhereNothingGetsBetterNobodyGainsByReactingLater) {
  test::for_cases(200, [](test::Gen& gen) {
    const CascadeEvent event = test::falling_event(gen);
    Stake stake{.worth_usd = event.pool.worth_usd * gen.scale(1e-4, 0.2),
                .bid_gwei = gen.scale(20, 1000)};
    const bool lends = !event.lenders.empty() && event.lenders.back().asset == Side::quote;
    if (lends && gen.coin()) stake.lender = event.lenders.size() - 1;
    const auto outcome = play_cascade({.event = event,
                                       .stake = stake,
                                       .lags = {0, 1, 5, 20, 100, 700, 1500, 3000},
                                       .paths = 8,
                                       .seed = gen.bits() >> 20},
                                      alone());
    ASSERT_TRUE(outcome) << outcome.error().message;
    const double rounding = 1e-9 * event.pool.worth_usd + 1e-4 * event.par;
    for (std::size_t path = 0; path < 8; ++path) {
      for (std::size_t i = 1; i < outcome->lags.size(); ++i) {
        EXPECT_GE(outcome->lags[i].loss_usd[path], outcome->lags[i - 1].loss_usd[path] - rounding)
            << outcome->lags[i].lag;
      }
    }
  });
}

TEST(Cascade, AsksThatMakeNoSenseAreRefused) {
  const CascadeEvent event = toy_event();
  EXPECT_NE(refusal({.event = event, .stake = {}, .lags = {}}).find("lags"), std::string::npos);
  EXPECT_NE(refusal({.event = event, .stake = {}, .lags = {-1}}).find("lag -1"), std::string::npos);
  EXPECT_NE(refusal({.event = event, .stake = {}, .lags = {7201}}).find("7200 blocks"),
            std::string::npos);
  EXPECT_NE(refusal({.event = event, .stake = {}, .lags = {5, 5}}).find("rise"), std::string::npos);
  EXPECT_NE(refusal({.event = event, .stake = {}, .lags = {0}, .paths = 0}).find("paths"),
            std::string::npos);
  EXPECT_NE(refusal({.event = event, .stake = {.worth_usd = 1.1e6}, .lags = {0}}).find("position"),
            std::string::npos);
  EXPECT_NE(
      refusal({.event = event, .stake = {.worth_usd = std::nan("")}, .lags = {0}}).find("position"),
      std::string::npos);
  CascadeEvent dear = toy_event();
  dear.gas.coin_usd = 1e12;
  EXPECT_NE(refusal({.event = dear, .stake = {.worth_usd = 9}, .lags = {0}}).find("would cost"),
            std::string::npos);
  CascadeEvent twice = test::bridge_event();
  twice.lenders = {{.name = "vault", .supplied = 10}};
  EXPECT_NE(refusal({.event = twice, .stake = {.worth_usd = 9, .lender = 0}, .lags = {0}})
                .find("queue twice"),
            std::string::npos);
  EXPECT_NE(refusal({.event = event, .stake = {.worth_usd = 9, .bid_gwei = 0}, .lags = {0}})
                .find("gas_bid"),
            std::string::npos);
}

TEST(Cascade, PricesOfNextToNothingAreCountedToo) {
  for (const Curve curve : {Curve::product, Curve::range, Curve::stable}) {
    CascadeEvent event = test::loan_event();
    event.par = 1;
    event.pool = {.curve = curve, .worth_usd = 1e9, .amplification = 100, .lower = 0.5, .upper = 2};
    event.path = {{.block = 0, .share_of_par = 1},
                  {.block = 3000, .share_of_par = 1e-30},
                  {.block = 6000, .share_of_par = 1e30}};
    event.depth_deviation = 1;
    event.pool_users = 1e8;
    event.pool_run = {.quiet = 10};
    event.gas.coin_usd = 1e6;
    const CascadeOutcome outcome = played(event, {0, 3000, 7000}, 5, 1e3);
    for (const LagOutcome& lag : outcome.lags) {
      for (const double loss : lag.loss_usd) EXPECT_TRUE(std::isfinite(loss));
    }
  }
}

TEST(Cascade, EventsWhosePartsDoNotGoTogetherAreRefused) {
  const auto why = [](auto change) {
    CascadeEvent event = toy_event();
    change(event);
    const auto fit = fit_to_play(event);
    EXPECT_FALSE(fit);
    return fit ? std::string() : fit.error().message;
  };
  const auto says = [](const std::string& text, std::string_view word) {
    EXPECT_NE(text.find(word), std::string::npos) << text;
  };
  says(why([](auto& event) { event.path.clear(); }), "[[path]]");
  says(why([](auto& event) { event.path[0].block = 1; }), "[[path]]");
  says(why([](auto& event) { event.path.push_back(event.path[0]); }), "two prices");
  says(why([](auto& event) { event.way = Way::hand_in; }), "[bridge]");
  says(why([](auto& event) { event.bridge = BridgeTerms{.backing = 1, .minted = 999}; }), "minted");
  says(why([](auto& event) { event.pool.curve = Curve::stable; }), "stable");
  says(why([](auto& event) { event.pauses = {{.from = 5, .to = 5}}; }), "[[pause]]");
  says(why([](auto& event) { event.blocks = 0; }), "blocks");
  says(why([](auto& event) { event.own_lag = 7201; }), "reacted");
  says(why([](auto& event) { event.par = 1e-9; }), "can be counted");
  says(why([](auto& event) { event.strikes = {{.block = 0, .amount = 2e12}}; }), "can be counted");
  says(why([](auto& event) { event.lenders.resize(3); }), "[[lender]]");
  says(why([](auto& event) { event.lenders = {{.supplied = 1, .lent = 2}}; }), "lent");
  says(why([](auto& event) {
         event = test::loan_event();
         event.lenders[0].threshold = 0.7;
       }),
       "threshold");
}

}  // namespace levee::scenario
