// tests/hedge/decide_test.cpp — the whole decision: the same bytes, honest sums, honest gaps.
#include "levee/hedge/decide.h"

#include "levee/base/json.h"
#include "levee/hedge/target.h"
#include "tests/hedge/desk.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

Policy quick(double price_of_tail = 0.8) {
  Policy policy;
  policy.paths_choose = 1000;
  policy.paths_score = 2000;
  policy.price_of_tail = price_of_tail;
  return policy;
}

market::Snapshot bare_market(double open_interest = 20'000) {
  return test::small_market({.open_interest = open_interest,
                             .tenors = {30, 110, 220},
                             .strikes = {1400, 1600, 1800, 2000, 2200, 2500}});
}

// With four hundred days of prices and of a volatility index, and fees of a pool.
market::Snapshot known_market(double open_interest = 20'000) {
  market::Snapshot snapshot = bare_market(open_interest);
  const auto walk = test::walk(3, 400, 0.03, -0.7);
  snapshot.history = test::series_until(snapshot.at, days(1), walk.price);
  snapshot.iv_index = test::series_until(snapshot.at, days(1), walk.vol);
  const double liquidity = test::small_book().positions[0].range.liquidity.value();
  snapshot.pool.emplace();
  snapshot.pool->price = snapshot.spot;
  snapshot.pool->fees = {Usd{700 / liquidity}, Usd{40 / liquidity}, 28, "pool.csv"};
  return snapshot;
}

Result<Plan> decided(const market::Snapshot& snapshot, const Policy& policy,
                     const book::Book& book = test::small_book(), int threads = 1) {
  const parallel::Team team(threads);
  Silence silence;
  return decide({snapshot, book, policy}, team, silence);
}

bool knows_not(const Plan& plan, const std::string& field) {
  for (const Unknown& one : plan.unknown) {
    EXPECT_FALSE(one.reason.empty());
    EXPECT_FALSE(one.why.empty()) << one.field;
    if (one.field.find(field) != std::string::npos) return true;
  }
  return false;
}

class Stages final : public Progress {
 public:
  void enter(std::string_view stage) override { seen.emplace_back(stage); }
  std::vector<std::string> seen;
};

}  // namespace

TEST(Decide, GivesTheSameBytesOnAnyTeamAndEveryTime) {
  const auto snapshot = known_market();
  Policy policy = quick();
  policy.paths_choose = 4500, policy.paths_score = 9000;  // more than one block of paths each
  const std::string alone = json_of(*decided(snapshot, policy));
  EXPECT_EQ(json_of(*decided(snapshot, policy, test::small_book(), 2)), alone);
  EXPECT_EQ(json_of(*decided(snapshot, policy)), alone);
  policy.seed = 2;
  EXPECT_NE(json_of(*decided(snapshot, policy)), alone);
}

// What was read of the past reaches what is told beside the programme, and the call wing.
TEST(Decide, SaysWhichTokenIsTheMoreVolatileByAllThatIsKnown) {
  const auto snapshot = known_market();
  const parallel::Team team(1);
  Silence silence;
  signal::History past{.at = snapshot.at,
                       .base = snapshot.base,
                       .quote = snapshot.quote,
                       .series = {},
                       .panels = {},
                       .governance = {}};
  past.series["iv_quote"] = {
      .at = {snapshot.at}, .value = {2.5}, .step = days(1), .source = "iv.csv"};
  past.series["borrow_rate"] =
      test::series_until(snapshot.at, days(1), test::walk(3, 400, 0.03, 0).vol);
  const auto wing = [](const Plan& plan) {
    return std::ranges::find(plan.layers, "call_wing", &LayerTold::layer)->why;
  };
  const auto plain = decided(snapshot, quick());
  const auto told = decide({snapshot, test::small_book(), quick(), {}, &past}, team, silence);
  ASSERT_TRUE(plain && told);
  EXPECT_EQ(plain->market.by_volatility.at(0).token, snapshot.base);
  EXPECT_THAT(wing(*plain), HasSubstr("calls on it are what the wing buys"));
  EXPECT_EQ(told->market.by_volatility.at(0).token, snapshot.quote);
  EXPECT_THAT(wing(*told), HasSubstr("has no options here"));
  EXPECT_NE(told->beside.rate_swap.why, plain->beside.rate_swap.why);
}

TEST(Decide, TellsUnitsWhereThePolicySaysHowMany) {
  Policy policy = quick();
  EXPECT_FALSE(decided(known_market(), policy)->tranche);
  policy.units = 1000;
  const auto plan = decided(known_market(), policy);
  ASSERT_TRUE(plan && plan->tranche);
  EXPECT_DOUBLE_EQ(1000 * plan->tranche->unit_usd, plan->position.value_usd);
  EXPECT_DOUBLE_EQ(plan->tranche->expense_ratio * plan->position.value_usd,
                   plan->plan.carry_usd_per_year);
  EXPECT_DOUBLE_EQ(1000 * plan->tranche->unit_cvar_after_usd,
                   plan->tail.hedged.out_of_sample.cvar95_usd);
}

TEST(Decide, ItsObjectiveIsWhatItsOwnTailSays) {
  Policy policy = quick();
  policy.paths_score = policy.paths_choose;
  const auto plan = decided(known_market(), policy);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->plan.status, "optimal");
  const auto &before = plan->tail.unhedged.in_sample, &after = plan->tail.hedged.in_sample;
  EXPECT_NEAR(plan->plan.objective_usd, after.mean_usd + 0.8 * after.cvar95_usd, 1e-3);
  EXPECT_NEAR(plan->plan.objective_unhedged_usd, before.mean_usd + 0.8 * before.cvar95_usd, 1e-3);
  EXPECT_LT(plan->plan.objective_usd, plan->plan.objective_unhedged_usd);
  EXPECT_GE(plan->plan.objective_usd, plan->plan.bound_usd - 1e-3);
  EXPECT_LE(plan->plan.duality_gap_usd, 1e-6 * plan->position.value_usd);
  EXPECT_LT(after.cvar95_usd, before.cvar95_usd);
  EXPECT_EQ(before.paths, 1000);
  // As many fresh scenarios say nearly, and not exactly, the same.
  const auto& fresh = plan->tail.unhedged.out_of_sample;
  EXPECT_EQ(fresh.paths, 1000);
  EXPECT_NE(fresh.cvar95_usd, before.cvar95_usd);
  EXPECT_NEAR(fresh.cvar95_usd, before.cvar95_usd,
              5 * std::hypot(fresh.cvar95_usd_se, before.cvar95_usd_se));
}

TEST(Decide, StaysWithinEveryLimitItTells) {
  Policy policy = quick(2);
  policy.coverage_max = 0.5;
  const auto plan = decided(known_market(), policy);
  ASSERT_TRUE(plan);
  ASSERT_FALSE(plan->plan.trades.empty());
  for (const Constraint& c : plan->plan.constraints) {
    const double size = std::max({1.0, std::abs(c.value), std::abs(c.upper.value_or(0))});
    EXPECT_LE(c.value, c.upper.value_or(1e300) + 1e-6 * size) << c.name;
    EXPECT_GE(c.value, c.lower.value_or(-1e300) - 1e-6 * size) << c.name;
  }
  EXPECT_LE(plan->plan.carry_usd_per_year, plan->plan.budget_usd_per_year + 1e-6);
  // Fees are known: whatever else it may cost, the hedge leaves seven tenths of them.
  EXPECT_GE(*plan->plan.fee_capture, 0.7 - 1e-9);
  EXPECT_LT(*plan->plan.fee_capture, 1);
  EXPECT_LE(*plan->plan.coverage, 0.5 + 1e-6);
  for (const Trade& trade : plan->plan.trades) {
    EXPECT_LE(trade.quantity, trade.depth * (1 + 1e-12)) << trade.instrument;
    const double lot = trade.layer == "perp_delta" ? 0.001 : 1;
    EXPECT_NEAR(std::remainder(trade.quantity, lot), 0, 1e-9) << trade.instrument;
  }
}

TEST(Decide, HedgesNothingWhereTheTailIsHardlyPriced) {
  // No history: the forecast is implied. No funding to earn, no volatility to bet on.
  market::Snapshot fair = bare_market();
  fair.funding.reset();
  Policy policy = quick(1e-5);
  policy.iv_beta_assumed = policy.iv_residual_assumed = 0;
  const auto plan = decided(fair, policy);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->plan.status, "no_hedge");
  EXPECT_TRUE(plan->plan.trades.empty());
  EXPECT_EQ(plan->plan.objective_usd, plan->plan.objective_unhedged_usd);
  EXPECT_EQ(plan->tail.hedged.in_sample.cvar95_usd, plan->tail.unhedged.in_sample.cvar95_usd);
  EXPECT_FALSE(plan->plan.variance_premium_usd);
  EXPECT_THAT(plan->plan.sentence, HasSubstr("No hedge"));
}

TEST(Decide, AnImpossibleTailLimitIsAnAnswer) {
  Policy policy = quick();
  policy.tail_limit_usd = 1;
  const auto plan = decided(known_market(), policy);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->plan.status, "infeasible");
  EXPECT_TRUE(plan->plan.trades.empty());
  EXPECT_THAT(plan->plan.sentence, HasSubstr("CVaR limit of 1 USD"));
  EXPECT_THAT(plan->plan.sentence, HasSubstr("short by"));
}

TEST(Decide, AReachableTailLimitIsKeptByTheWholeLots) {
  const auto free = decided(known_market(), quick(1e-5));
  Policy policy = quick();
  policy.tail_limit_usd = 0.8 * free->tail.unhedged.in_sample.cvar95_usd;
  const auto plan = decided(known_market(), policy);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->plan.status, "optimal");
  EXPECT_LE(plan->tail.hedged.in_sample.cvar95_usd, *policy.tail_limit_usd + 1e-3);
  EXPECT_NEAR(plan->plan.objective_usd, plan->tail.hedged.in_sample.mean_usd, 1e-3);
}

TEST(Decide, ListsEverythingItDoesNotKnow) {
  market::Snapshot bare = bare_market();
  bare.funding.reset();
  const auto plan = decided(bare, quick());
  ASSERT_TRUE(plan);
  EXPECT_TRUE(knows_not(*plan, "realised_vol"));
  EXPECT_TRUE(knows_not(*plan, "fees_usd_per_day"));
  EXPECT_TRUE(knows_not(*plan, "bootstrap"));  // needs a history
  EXPECT_FALSE(plan->position.realised_vol);
  EXPECT_FALSE(plan->position.fees_usd_per_day);
  EXPECT_FALSE(plan->market.realised_vol);
  EXPECT_THAT(plan->plan.left_out, testing::Contains(HasSubstr("funding is not known")));
  EXPECT_THAT(plan->assumptions, testing::Contains(HasSubstr("depth is assumed")));
  EXPECT_THAT(plan->assumptions, testing::Contains(HasSubstr("no failure model")));

  const auto known = decided(known_market(), quick());
  ASSERT_TRUE(known);
  EXPECT_FALSE(knows_not(*known, "realised_vol"));
  EXPECT_FALSE(knows_not(*known, "fees_usd_per_day"));
  EXPECT_FALSE(knows_not(*known, "bootstrap"));
  EXPECT_EQ(known->tail.also.size(), 5u);  // the market's own variance, and four other kinds
}

TEST(Decide, SaysWhatTheHedgePaysForVariance) {
  const auto plan = decided(known_market(), quick());
  ASSERT_TRUE(plan);
  ASSERT_FALSE(plan->plan.trades.empty());
  ASSERT_TRUE(plan->plan.variance_premium_usd);
  const auto mean_profit = [](const risk::TailReport& before, const risk::TailReport& after) {
    return before.mean_usd - after.mean_usd;
  };
  const TailPair& implied = plan->tail.also.at(0);
  EXPECT_EQ(implied.measure, "market_implied");
  EXPECT_NEAR(*plan->plan.variance_premium_usd,
              mean_profit(implied.unhedged, implied.hedged) -
                  mean_profit(plan->tail.unhedged.out_of_sample, plan->tail.hedged.out_of_sample),
              1e-6);
}

TEST(Decide, LeavesOutOptionsWithoutOpenInterestInWords) {
  auto snapshot = known_market();
  snapshot.chain[0].open_interest = Tokens{0};
  Policy policy = quick();
  policy.strike_z_in_max = policy.strike_z_out_max = 100;
  const auto plan = decided(snapshot, policy);
  EXPECT_THAT(plan->plan.left_out, testing::Contains(HasSubstr("open interest")));
  EXPECT_EQ(plan->plan.candidates, static_cast<int>(snapshot.chain.size()));  // one less, a perp
}

TEST(Decide, AnswersForAPositionFarOutOfItsRange) {
  book::Book book = test::small_book();
  for (const auto& bounds :
       {amm::Bounds{Price{300}, Price{500}}, amm::Bounds{Price{9000}, Price{12'000}}}) {
    book.positions[0].range.bounds = bounds;
    const auto plan = decided(known_market(), quick(), book);
    ASSERT_TRUE(plan);
    EXPECT_NO_THROW((void)json_of(*plan));
    EXPECT_TRUE(knows_not(*plan, "days_in_range"));
    EXPECT_LE(plan->plan.break_even_usd.size(), 4u);
  }
}

TEST(Decide, GammaMatchReachesItsTargetOrNamesTheShortfall) {
  Policy policy = quick();
  policy.mode = "gamma_match";
  policy.coverage_target = 0.2;
  policy.carry_usd_per_year = 1e8;
  const auto plan = decided(known_market(), policy);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->plan.status, "optimal");
  EXPECT_GE(plan->plan.coverage_gamma, 0.2 * (1 - 1e-6));
  EXPECT_TRUE(plan->day.rules.empty());

  // A small token of a high beta moves the target, and the plan with it.
  Policy risky = policy;
  risky.beta_down = 1.1, risky.smaller_cap_usd = 2e9;
  const auto more = decided(known_market(), risky);
  ASSERT_TRUE(more);
  const double target = 0.2 * 1.1 * std::pow(5, 0.1);
  const auto& rows = more->plan.constraints;
  const auto gamma = std::ranges::find(rows, "gamma", &Constraint::name);
  ASSERT_NE(gamma, rows.end());
  EXPECT_NEAR(*gamma->lower, 100 * target, 1e-9);
  EXPECT_GE(more->plan.coverage_gamma, target * (1 - 1e-6));
  EXPECT_GT(target, 0.25);
  ASSERT_EQ(more->day.rules.size(), 1u);
  EXPECT_EQ(more->day.rules[0].name, moved_rule);
  const auto thin = decided(known_market(100), policy);
  ASSERT_TRUE(thin);
  EXPECT_EQ(thin->plan.status, "infeasible");
  EXPECT_THAT(thin->plan.sentence, HasSubstr("gamma"));
}

TEST(Decide, TiedModesKeepTheirRatioWithinALot) {
  Policy policy = quick(2);
  policy.mode = "contracts_442";
  policy.carry_usd_per_year = 1e8;
  const auto plan = decided(known_market(), policy);
  ASSERT_TRUE(plan);
  double contracts[3]{};
  for (const Trade& trade : plan->plan.trades) {
    if (trade.bucket_days == 0) continue;
    contracts[trade.bucket_days == 30 ? 0 : trade.bucket_days == 110 ? 1 : 2] += trade.quantity;
  }
  ASSERT_GT(contracts[0], 0);
  EXPECT_NEAR(contracts[0], contracts[1], 2);      // half a lot of each of four options
  EXPECT_NEAR(contracts[1], 2 * contracts[2], 3);  // the last counts twice
}

TEST(Decide, KeepsTheFeesOfCalmTimes) {
  Policy free = quick();
  free.fees_kept_calm_min = 0;
  const auto without = decided(known_market(), free), with = decided(known_market(), quick());
  ASSERT_TRUE(without && with);
  const auto limit_of = [](const Plan& plan) {
    const auto& rows = plan.plan.constraints;
    const auto found = std::ranges::find(rows, "calm", &Constraint::name);
    return found == rows.end() ? nullptr : &*found;
  };
  EXPECT_FALSE(limit_of(*without));
  EXPECT_FALSE(without->fees_kept->least_calm);
  EXPECT_THAT(without->fees_kept->why_no_limit, HasSubstr("fees_kept_calm_min"));
  const Constraint* limit = limit_of(*with);
  ASSERT_TRUE(limit);
  EXPECT_TRUE(limit->binds);
  EXPECT_GE(limit->value, *limit->lower * (1 + 1e-6));
  EXPECT_GT(with->plan.objective_usd, without->plan.objective_usd);
  ASSERT_TRUE(with->fees_kept->vol_change);  // known of four hundred days
  ASSERT_EQ(with->fees_kept->rows.size(), 5u);
  EXPECT_EQ(with->fees_kept->least_calm, 0.7);
  const FeesKeptRow &kept = with->fees_kept->rows[1], &before = without->fees_kept->rows[1];
  EXPECT_GT(*kept.kept, *before.kept + 0.02);
  EXPECT_NEAR(*kept.kept, 0.7, 5 * *kept.kept_se);  // on paths that it was not chosen on
}

TEST(Decide, ALimitThatIsOffOrCannotBeChangesNoTrade) {
  Policy off = quick(), other = quick();
  off.fees_kept_calm_min = other.fees_kept_calm_min = 0;
  other.calm_sigma = 1.5;
  EXPECT_EQ(json_of(decided(known_market(), off)->plan),
            json_of(decided(known_market(), other)->plan));
  off.fees_kept_calm_min = 0.99;
  const auto unknown = decided(bare_market(), off), plain = decided(bare_market(), quick());
  EXPECT_EQ(json_of(unknown->plan), json_of(plain->plan));
  EXPECT_FALSE(unknown->fees_kept);
  EXPECT_TRUE(knows_not(*unknown, "fees_kept"));
}

TEST(Decide, RefusesWhatItCannotAnswer) {
  Policy bad = quick();
  bad.confidence = 2;
  EXPECT_EQ(decided(known_market(), bad).error().reason, Reason::out_of_range);
  Policy dream = quick();
  dream.scenarios = "dreams";
  EXPECT_EQ(decided(known_market(), dream).error().reason, Reason::not_supported);
  Policy past = quick();
  past.scenarios = "bootstrap";
  EXPECT_EQ(decided(bare_market(), past).error().reason, Reason::missing_data);
  EXPECT_EQ(decided(known_market(), quick(), book::Book{}).error().reason, Reason::missing_data);
  market::Snapshot empty = known_market();
  empty.chain.clear();
  EXPECT_EQ(decided(empty, quick()).error().reason, Reason::missing_data);
}

TEST(Decide, SignalsThatAreIgnoredChangeNothing) {
  const auto snapshot = known_market();
  const auto book = test::small_book();
  signal::Outlook loud;
  loud.regime.hedge = signal::HedgeAsk::full_target;
  loud.regime.asks = {{.gate = "calendar", .why = "a vote", .ask = loud.regime.hedge}};
  loud.regime.restrictions = {{signal::NewRisk::sell_call, "calendar", "a vote"}};
  const auto with = [&](const signal::Outlook& outlook, const std::string& regime) {
    Policy policy = quick(1e-5);
    policy.coverage_target = 0.9;
    policy.regime = regime;
    Silence silence;
    return json_of(*decide({snapshot, book, policy, outlook}, test::alone, silence));
  };
  const std::string quiet = with({}, "follow");
  EXPECT_EQ(with(loud, "ignore"), quiet);
  EXPECT_NE(with(loud, "follow"), quiet);
}

TEST(Decide, ARollThatPaysStandsInThePlanAndIsSoldAsOne) {
  market::Snapshot snapshot = test::small_market(
      {.tenors = {14, 30, 110, 220}, .strikes = {1400, 1600, 1800, 2000, 2200, 2500}});
  snapshot.model_made = true;
  book::Book book = test::small_book();
  book.lots = {
      {.name = "ETH-14-1600-P",
       .instrument = option::Contract{option::Type::put, Price{1600}, snapshot.at + days(14)},
       .quantity = Tokens{20}}};
  const auto plan = decided(snapshot, quick(), book);
  ASSERT_TRUE(plan) << plan.error().message;
  const RollLine& line = plan->rolls.lines.at(0);
  EXPECT_EQ(line.trigger, "tenor");
  ASSERT_TRUE(line.done) << line.why;
  const auto sold = std::ranges::find(plan->plan.trades, "roll", &Trade::layer);
  ASSERT_NE(sold, plan->plan.trades.end());
  EXPECT_EQ(sold->side, "sell");
  EXPECT_EQ(sold->quantity, 20);
  EXPECT_THAT(plan->assumptions, testing::Contains(HasSubstr("made by a model")));
}

TEST(Decide, TellsHowFarItIs) {
  Stages stages;
  const auto snapshot = known_market();
  const auto book = test::small_book();
  ASSERT_TRUE(decide({snapshot, book, quick()}, test::alone, stages));
  EXPECT_GE(stages.seen.size(), 5u);
  EXPECT_THAT(stages.seen, testing::Contains("programme"));
}

}  // namespace levee::hedge
