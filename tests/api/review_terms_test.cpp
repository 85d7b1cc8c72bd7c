// tests/api/review_terms_test.cpp — from what was read to the terms of a decision.
#include "levee/api/review_terms.h"

#include "tests/support/cases.h"

#include <cmath>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

using ::testing::HasSubstr;

// The example's ground, measured once.
struct Kept {
  CapitalGround ground;
  BookLosses losses;
};

const Kept& kept() {
  static const Kept made = [] {
    MarketFlags market;
    market.book = std::string(LEVEE_SOURCE) + "/examples/eth-usdc.toml";
    market.market = std::string(LEVEE_SOURCE) + "/examples/market";
    CapitalFlags flags;
    flags.paths = 4000;
    auto ground = *ground_from(market, flags);
    auto losses = *losses_of(ground, ground.calibration, parallel::Team(1));
    return Kept{std::move(ground), std::move(losses)};
  }();
  return made;
}

ReviewGround review(const ReviewFlags& flags = {}) {
  const auto tail = risk::tail_bound(kept().losses.total);
  return {.ground = kept().ground,
          .losses = kept().losses,
          .hazard = hazard_met(kept().ground),
          .costs = keeping_costs(kept().ground, flags),
          .cvar95_usd = tail->cvar.value(),
          .cvar95_error_usd = tail->error.value(),
          .cvar95_upper_usd = tail->upper.value()};
}

hedge::ReviewNote note(int day, hedge::Answered answered, double cost = 0) {
  hedge::ReviewNote made;
  made.at = *moment_from("2026-08-01") + days(day);
  made.answered = answered;
  made.cost = Usd{cost};
  return made;
}

const Error no_beta = fail(Reason::missing_data, "none");

}  // namespace

TEST(Holding, AddsUpToTheMeanLoss) {
  const ReviewGround ground = review();
  const hedge::Prospect hold = holding(ground);
  // The scenarios draw few failures: their mean is good to their own error.
  const auto mean = kept().losses.mean(kept().losses.total);
  EXPECT_NEAR(hold.lvr_usd + hold.hazard_usd - *hold.fees_usd, mean.value, 4 * mean.standard_error);
  EXPECT_EQ(hold.hedge_usd, 0);
  EXPECT_GT(hold.error_usd, mean.standard_error) << "fees err beside the draw";
}

TEST(Leaving, EarnsTheRisklessRateAndPaysForTheSwap) {
  ReviewFlags flags;
  flags.gas_usd = 30;
  const hedge::Prospect leave = leaving(review(flags), .045);
  EXPECT_NEAR(leave.elsewhere_usd, 1e6 * std::expm1(.045 * 30 / 365), 1e-3);
  EXPECT_NEAR(leave.switching_usd, 30 + 1e6 * base_share(kept().ground) * .001, 1e-3);
  EXPECT_EQ(leave.cvar95_usd, 0);
}

TEST(Protecting, IsWhatAPlanChanges) {
  const hedge::Prospect hold = holding(review());
  hedge::Plan plan;
  plan.plan.sentence = "nothing is worth its price";
  EXPECT_EQ(protecting(hold, plan).error().message, plan.plan.sentence);
  plan.plan.trades.emplace_back();
  plan.plan.fees_usd = 100;
  plan.tail.unhedged.out_of_sample.mean_usd = 5'000;
  plan.tail.hedged.out_of_sample.mean_usd = 7'000;
  plan.tail.unhedged.out_of_sample.cvar95_usd = 90'000;
  plan.tail.hedged.out_of_sample.cvar95_usd = 30'000;
  const auto covered = protecting(hold, plan);
  ASSERT_TRUE(covered);
  EXPECT_EQ(covered->hedge_usd - hold.hedge_usd, 1'900) << "fees stand under switching, once";
  EXPECT_EQ(covered->switching_usd, 100);
  EXPECT_EQ(covered->cvar95_usd - hold.cvar95_usd, -60'000);
  EXPECT_EQ(covered->lvr_usd, hold.lvr_usd) << "whole: what gamma earns is in the hedge's net";
}

TEST(KeepingCosts, GrowWithGas) {
  ReviewFlags flags;
  flags.gas_usd = 40;
  const KeepingCosts once = keeping_costs(kept().ground, flags);
  EXPECT_NEAR(once.recentrings, 365 / *kept().ground.position.each[0].days_in_range, 1e-9);
  EXPECT_NEAR(once.gas_year, 40 * once.recentrings, 1e-9);
  flags.gas_usd = 80;
  EXPECT_EQ(keeping_costs(kept().ground, flags).gas_year, 2 * once.gas_year);
  CapitalGround ground = kept().ground;
  ground.standing.snapshot.gas = market::Series{
      .at = {ground.standing.snapshot.at}, .value = {20}, .step = days(1), .source = "made"};
  EXPECT_CLOSE(keeping_costs(ground, {}).gas_usd,
               20e-9 * 400'000 * ground.standing.snapshot.spot.value(), 1e-12);
}

// S1.41: what entering lost to a token sale's slippage is a cost of capital, year by year.
TEST(KeepingCosts, SpreadWhatEnteringCostOverTheYears) {
  ReviewFlags flags;
  flags.years = 4;
  const KeepingCosts without = keeping_costs(kept().ground, flags);
  flags.entry_cost_usd = 1000;
  const KeepingCosts with = keeping_costs(kept().ground, flags);
  EXPECT_NEAR(with.slippage_year - without.slippage_year, 250, 1e-9);
  EXPECT_EQ(with.leaving, without.leaving) << "leaving does not pay it again";
  EXPECT_NE(with.about.find("Entering cost $1000.00"), std::string::npos);
  flags.friction = "rate";
  const ReviewGround held{.ground = kept().ground,
                          .losses = review().losses,
                          .hazard = review().hazard,
                          .costs = with,
                          .cvar95_usd = 0};
  const auto ask = allocator_ask(held, flags, {}, no_beta);
  auto free = ask;
  free.cash.slippage = Usd{without.slippage_year};
  EXPECT_CLOSE(friction_rate(ask) - friction_rate(free), 250 / ask.value.value(), 1e-9);
}

TEST(AllocatorAsk, IsAYearOfSuchMonths) {
  const auto ask = allocator_ask(review(), {}, {}, no_beta);
  const hedge::Prospect hold = holding(review());
  EXPECT_CLOSE(ask.cash.fees->value, *hold.fees_usd * 365 / 30, 1e-12);
  EXPECT_LT(ask.cash.fees->low, ask.cash.fees->value);
  EXPECT_CLOSE(ask.cash.lvr.value(), hold.lvr_usd * 365 / 30, 1e-12);
  EXPECT_CLOSE(ask.hazard.value, .005, 1e-9);
  EXPECT_CLOSE(ask.capm.beta, base_share(kept().ground), 1e-12) << "one, where none is measured";
  EXPECT_EQ(ask.equity_share, 1);
}

TEST(AllocatorAsk, TakesLoansAndBetas) {
  ReviewGround with = review();
  CapitalGround lent = kept().ground;
  lent.held.loans = {
      {.name = "loan", .quote_owed = Usd{4e5}, .base_owed = Tokens{0}, .rate = Rate{.06}}};
  const ReviewGround owing{.ground = lent,
                           .losses = with.losses,
                           .hazard = with.hazard,
                           .costs = with.costs,
                           .cvar95_usd = 0};
  risk::BetaFit fit;
  fit.beta = {1.7, .1};
  fit.days = 400, fit.market_vol = .9, fit.market_vol_long = .6;
  const auto ask = allocator_ask(owing, {}, {}, fit);
  EXPECT_CLOSE(ask.equity_share, .6, 1e-6);
  EXPECT_CLOSE(ask.debt_cost, .06, 1e-12);
  EXPECT_CLOSE(ask.capm.beta, 1.7 * base_share(lent), 1e-12);
  EXPECT_CLOSE(ask.capm.premium, .055 * 1.5, 1e-12);
}

TEST(StewardAsk, IsReadFromHabits) {
  ReviewFlags flags;
  flags.capital_usd = 2e7;
  hedge::Plan plan;
  plan.plan.budget_usd_per_year = 10'000;
  plan.plan.greeks = {{.of = "LP", .gamma = -2},
                      {.of = "wallet and held lots", .gamma = .5, .theta_usd_per_day = -10}};
  const std::vector<hedge::ReviewNote> notes{note(0, hedge::Answered::nothing),
                                             note(10, hedge::Answered::looked)};
  const std::vector<UnixSeconds> events{notes[1].at - hours(47), notes[1].at + hours(49),
                                        notes[0].at - days(5)};
  const auto ask = steward_ask(review(flags), flags, {notes, events, plan});
  EXPECT_DOUBLE_EQ(ask.coverage->value, .25);
  EXPECT_DOUBLE_EQ(ask.cost->value, 3650);
  EXPECT_EQ(ask.calendar->value, 1);
  EXPECT_EQ(ask.calendar->limit, 2) << "what was before the first note is not counted";
  EXPECT_NEAR(ask.concentration->value, .05, 1e-9);
  EXPECT_NEAR(ask.review_days->value, in_days(kept().ground.standing.snapshot.at - notes[1].at),
              1e-9);
  EXPECT_FALSE(ask.health);
  EXPECT_FALSE(steward_ask(review(), {}, {{}, {}, plan}).calendar);
}

TEST(PaidLately, IsWithinTheSpan) {
  const std::vector<hedge::ReviewNote> notes{note(0, hedge::Answered::protect, 100),
                                             note(20, hedge::Answered::left, 50)};
  EXPECT_EQ(paid_lately(notes, notes[1].at + days(5), days(30)), 150);
  EXPECT_EQ(paid_lately(notes, notes[1].at + days(15), days(30)), 50);
}

TEST(ReviewFlags, NamesWhatIsWrong) {
  const auto message = [](auto change) {
    ReviewFlags flags;
    change(flags);
    const auto found = check(flags);
    return found ? std::string() : found.error().message;
  };
  EXPECT_EQ(message([](ReviewFlags&) {}), "");
  EXPECT_THAT(message([](ReviewFlags& f) { f.years = 51; }), HasSubstr("years = 51"));
  EXPECT_THAT(message([](ReviewFlags& f) { f.gas_usd = -1; }), HasSubstr("gas_usd = -1"));
  EXPECT_THAT(message([](ReviewFlags& f) { f.growth_last = -1; }), HasSubstr("growth_last = -1"));
  EXPECT_THAT(message([](ReviewFlags& f) { f.illiquidity = 2; }), HasSubstr("illiquidity = 2"));
  EXPECT_THAT(message([](ReviewFlags& f) { f.friction = "x"; }), HasSubstr("friction = \"x\""));
}

}  // namespace levee::api
