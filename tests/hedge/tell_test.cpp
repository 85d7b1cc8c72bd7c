// tests/hedge/tell_test.cpp — a plan as it is told, every number recomputed from its trades.
#include "levee/hedge/tell.h"

#include "levee/base/json.h"
#include "tests/hedge/desk.h"

#include <numeric>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;
using testing::Not;

// A hand-made plan on a hand-made desk: puts bought, a call spread, a short perp.
struct Story {
  test::Desk desk;
  Program program;
  Choice choice;
  std::vector<double> lots;

  explicit Story(Policy policy = {}, double fees_usd_per_day = 0)
      : desk(test::small_market(), test::small_book(), policy, 400), program(desk.program()) {
    if (fees_usd_per_day > 0) desk.position.total.fees_usd_per_day = fees_usd_per_day;
    lots.assign(program.columns.size(), 0.0);
    choice.status = solve::Status::optimal;
    choice.x = lots;
    choice.objective = choice.bound = objective_of(program, desk.policy, lots);
    choice.row_price.assign(program.rows.size(), 0.0);
  }

  void trade(const std::string& name, double quantity) {
    lots[test::column_of(program, name, quantity > 0 ? 1 : -1)] = std::abs(quantity);
    choice.x = lots;
    choice.objective = objective_of(program, desk.policy, lots);
    choice.bound = choice.objective - 0.25;
  }

  void trade_a_little_of_everything() {
    trade("ETH-30-1800-P", 40);
    trade("ETH-110-1600-P", 25);
    trade("ETH-30-2300-C", 30);
    trade("ETH-30-2500-C", -30);
    trade("ETH-PERP", -12.345);
  }

  PlanTold told() const {
    const Setting setting = desk.setting();
    return hedge::told({setting, desk.from, program, choice, lots, desk.with()});
  }

  const Candidate& candidate(const std::string& name) const {
    for (const Candidate& c : program.candidates) {
      if (c.name == name) return c;
    }
    throw std::runtime_error(name);
  }

  // Trades at the horizon, vols as they are; written out for a flat surface without carry.
  double hedge_worth(double price) const {
    double sum = 0;
    for (std::size_t j = 0; j < lots.size(); ++j) {
      if (lots[j] == 0) continue;
      const Candidate& c = program.candidates[program.candidate_of[j]];
      double worth = (price - 2000) - funding(price);
      if (const auto* contract = std::get_if<option::Contract>(&c.instrument)) {
        const double left = std::max(0.0, (c.tenor_days - 30) / 365);
        worth = option::black_price(contract->type, contract->strike,
                                    {Price{price}, Years{left}, Vol{0.6}})
                    .value();
      }
      sum += program.columns[j].sign * lots[j] * worth - lots[j] * program.columns[j].cost;
    }
    return sum;
  }

  // What a long perp pays: on the notional half way.
  static double funding(double price) { return 0.05 * 30 / 365 * (2000 + price) / 2; }

  double lp_change(double price) const {
    const auto& range = desk.book.positions[0].range;
    return amm::exposure_at(range, Price{price}).value.value() -
           amm::exposure_at(range, Price{2000}).value.value();
  }
};

const Constraint* find(const PlanTold& plan, const std::string& name) {
  const Constraint* found = nullptr;
  for (const Constraint& one : plan.constraints) {
    if (one.name != name) continue;
    EXPECT_EQ(found, nullptr) << name << " is told twice";
    found = &one;
  }
  EXPECT_NE(found, nullptr) << name;
  return found;
}

}  // namespace

TEST(HeldOf, AreSignedUnitsAndTheirCost) {
  Story story;
  story.trade_a_little_of_everything();
  const auto held = held_of(story.program, story.lots);
  ASSERT_EQ(held.size(), 5u);
  double puts = 0, cost = 0;
  for (const Held& one : held) {
    cost += one.cost_usd;
    const bool perp = std::holds_alternative<book::Perp>(one.instrument);
    EXPECT_EQ(perp ? one.quantity : -12.345, -12.345);
    const auto* contract = std::get_if<option::Contract>(&one.instrument);
    if (contract && contract->type == option::Type::put) puts += one.quantity;
  }
  EXPECT_EQ(puts, 65);
  double want = 0;
  for (std::size_t j = 0; j < story.lots.size(); ++j) {
    want += story.lots[j] * story.program.columns[j].cost;
  }
  EXPECT_NEAR(cost, want, 1e-9);
}

TEST(Trades, SayWhatToDoAtWhichPrice) {
  Story story;
  story.trade_a_little_of_everything();
  const auto plan = story.told();
  ASSERT_EQ(plan.trades.size(), 5u);
  std::vector<std::string> told;
  for (const Trade& t : plan.trades) told.push_back(t.layer + " " + t.side + " " + t.instrument);
  EXPECT_THAT(told,
              testing::ElementsAre("call_spread sell ETH-30-2500-C", "call_wing buy ETH-30-2300-C",
                                   "perp_delta sell ETH-PERP", "put_shield buy ETH-30-1800-P",
                                   "put_shield buy ETH-110-1600-P"));
  const Trade& put = plan.trades[3];
  const Candidate& c = story.candidate("ETH-30-1800-P");
  EXPECT_EQ(put.quantity, 40);
  EXPECT_EQ(put.price, c.ask->value());
  EXPECT_EQ(put.price_coin, c.ask_coin->value());
  EXPECT_NEAR(put.fee_usd, 40 * c.fee_buy.value(), 1e-9);
  EXPECT_NEAR(put.cost_usd, 40 * (c.ask->value() + c.fee_buy.value()), 1e-9);
  EXPECT_NEAR(put.carry_usd_per_year, 40 * c.carry_per_year.value(), 1e-9);
  EXPECT_EQ(put.margin_usd, 0);
  EXPECT_EQ(put.tenor_days, 30);
  EXPECT_EQ(put.bucket_days, 30);
  EXPECT_NEAR(put.delta, 40 * c.delta, 1e-12);
  EXPECT_NEAR(put.gamma, 40 * c.gamma, 1e-12);
  EXPECT_NEAR(put.theta_usd_per_day, 40 * c.theta_per_day, 1e-9);

  const Trade& call = plan.trades[0];
  const Candidate& sold = story.candidate("ETH-30-2500-C");
  EXPECT_EQ(call.price, sold.bid->value());
  EXPECT_NEAR(call.cost_usd, 30 * (sold.fee_sell.value() - sold.bid->value()), 1e-9);
  EXPECT_LT(call.cost_usd, 0);  // received
  EXPECT_NEAR(call.margin_usd, 30 * sold.margin_sell.value(), 1e-9);
  EXPECT_LT(call.vega, 0);

  const Trade& perp = plan.trades[2];
  EXPECT_NEAR(perp.price, 2000 * (1 - 0.0002), 1e-9);
  EXPECT_NEAR(perp.cost_usd, 12.345 * 2000 * (0.0002 + 0.0005), 1e-9);
  EXPECT_NEAR(perp.delta, -12.345, 1e-12);
  EXPECT_EQ(perp.bucket_days, 0);
}

TEST(Trades, SayWhereTheAssumedDepthStopsThem) {
  Story story;
  const double depth = story.candidate("ETH-30-1800-P").depth_buy.value();
  story.trade("ETH-30-1800-P", depth);
  story.trade("ETH-110-1600-P", depth - 1);
  const auto plan = story.told();
  EXPECT_EQ(plan.trades[0].depth, depth);
  EXPECT_TRUE(plan.trades[0].depth_binds);
  EXPECT_FALSE(plan.trades[1].depth_binds);
}

TEST(Told, TotalsAreSumsOfTheTradesAndStandInTheConstraints) {
  Story story;
  story.trade_a_little_of_everything();
  const auto plan = story.told();
  double premium = 0, fees = 0, carry = 0, margin = 0, cost = 0, gamma = 0, delta = 0;
  for (const Trade& t : plan.trades) {
    fees += t.fee_usd, carry += t.carry_usd_per_year, margin += t.margin_usd, cost += t.cost_usd;
    gamma += t.gamma, delta += t.delta;
    if (t.bucket_days > 0) premium += (t.side == "buy" ? 1 : -1) * t.quantity * t.price;
  }
  EXPECT_NEAR(plan.premium_usd, premium, 1e-8);
  EXPECT_NEAR(plan.fees_usd, fees, 1e-9);
  EXPECT_NEAR(plan.carry_usd_per_year, carry, 1e-7);
  EXPECT_NEAR(plan.margin_usd, margin, 1e-8);
  EXPECT_NEAR(find(plan, "carry")->value, carry, 1e-7);
  EXPECT_NEAR(find(plan, "margin")->value, margin, 1e-8);
  EXPECT_NEAR(find(plan, "cash")->value, cost + margin, 1e-7);
  EXPECT_NEAR(find(plan, "net_delta")->value, delta, 1e-9);
  EXPECT_EQ(find(plan, "call_cover")->value, 0);  // thirty on thirty
  EXPECT_EQ(find(plan, "carry")->upper, plan.budget_usd_per_year);
  EXPECT_NEAR(plan.coverage_gamma, gamma / -story.desk.position.total.gamma, 1e-12);
  EXPECT_FALSE(plan.budget_rule.empty());
}

TEST(Told, ObjectivesAreRecomputedAtWholeLots) {
  Policy policy;
  policy.price_of_tail = 0.5;
  Story story(policy);
  story.trade_a_little_of_everything();
  story.choice.objective -= 3;  // as if lots had cost three dollars
  story.choice.bound = story.choice.objective - 0.25;
  const auto plan = story.told();
  const auto loss = test::hedged_losses(story.program, story.lots);
  const double objective = test::plain_mean(loss) + 0.5 * test::plain_cvar(loss, 0.95);
  EXPECT_NEAR(plan.objective_usd, objective, 1e-6);
  EXPECT_NEAR(plan.rounding_cost_usd, 3, 1e-6);
  EXPECT_NEAR(plan.duality_gap_usd, 0.25, 1e-9);
  EXPECT_NEAR(plan.bound_usd, plan.optimum_usd - 0.25, 1e-9);
  EXPECT_NEAR(plan.objective_unhedged_usd,
              test::plain_mean(story.program.base_loss) +
                  0.5 * test::plain_cvar(story.program.base_loss, 0.95),
              1e-6);
}

TEST(Told, ProfileIsTheBookAndTheTradesAtEachPrice) {
  Story story;
  story.trade_a_little_of_everything();
  const auto plan = story.told();
  const Profile& f = plan.profile;
  ASSERT_GT(f.price.size(), 50u);
  EXPECT_LT(f.price.front(), 1600);  // beyond both edges of the range
  EXPECT_GT(f.price.back(), 2500);
  EXPECT_TRUE(std::is_sorted(f.price.begin(), f.price.end()));
  for (std::size_t i = 0; i < f.price.size(); ++i) {
    EXPECT_NEAR(f.lp_usd[i], story.lp_change(f.price[i]), 1e-6);
    EXPECT_NEAR(f.hedge_usd[i], story.hedge_worth(f.price[i]), 1e-3) << f.price[i];
    EXPECT_NEAR(f.sum_usd[i], f.lp_usd[i] + f.hedge_usd[i], 1e-9);
    double expiry = -12.345 * (f.price[i] - 2000 - Story::funding(f.price[i]));
    expiry += 40 * std::max(0.0, 1800 - f.price[i]) + 25 * std::max(0.0, 1600 - f.price[i]);
    expiry += 30 * (std::max(0.0, f.price[i] - 2300) - std::max(0.0, f.price[i] - 2500));
    for (std::size_t j = 0; j < story.lots.size(); ++j) {
      expiry -= story.lots[j] * story.program.columns[j].cost;
    }
    EXPECT_NEAR(f.hedge_expiry_usd[i], expiry, 1e-6);
    EXPECT_NEAR(f.sum_expiry_usd[i], f.lp_usd[i] + expiry, 1e-6);
  }
}

TEST(Told, BreakEvensAreAllTheRootsOfTheWholeProfit) {
  for (const double fees : {0.0, 700.0, 3000.0}) {
    for (const bool hedged : {false, true}) {
      Story story({}, fees);
      if (hedged) story.trade_a_little_of_everything();
      const auto plan = story.told();
      const auto profit = [&](double log_price) {
        const double price = 2000 * std::exp(log_price);
        return story.lp_change(price) + (hedged ? story.hedge_worth(price) : 0) + fees * 30;
      };
      std::vector<double> roots;  // signs on a grid fifty times as fine
      const double step = 2e-4, offset = 1e-5;
      for (double at = -3 + offset; at < 3; at += step) {
        if ((profit(at) > 0) != (profit(at + step) > 0)) roots.push_back(at + step / 2);
      }
      ASSERT_EQ(plan.z_break_even.size(), roots.size()) << fees << hedged;
      const double sigma = story.desk.from.lead().implied.value() * std::sqrt(30 / 365.0);
      for (std::size_t i = 0; i < roots.size(); ++i) {
        EXPECT_NEAR(plan.z_break_even[i] * sigma, roots[i], step) << fees << hedged;
        EXPECT_NEAR(plan.break_even_usd[i], 2000 * std::exp(plan.z_break_even[i] * sigma), 1e-6);
        const double log_price = plan.z_break_even[i] * sigma;
        EXPECT_NEAR(profit(log_price), 0, 1e-2) << fees << hedged;
      }
    }
  }
}

TEST(Told, AProfitThatIsZeroAllAlongCrossesItNowhere) {
  Story story;  // all in quote far above its range: worth the same at any price above 800
  auto& position = story.desk.book.positions[0];
  position.range.bounds = {Price{500}, Price{800}};
  const auto plan = story.told();
  EXPECT_LE(plan.break_even_usd.size(), 1u);
  EXPECT_EQ(plan.break_even_usd.size(), plan.z_break_even.size());
}

TEST(Told, IsFiniteWhereNoScenarioCostsThePosition) {
  Story story;
  std::fill(story.program.lp_loss.begin(), story.program.lp_loss.end(), 0.0);
  EXPECT_NO_THROW((void)json_of(story.told()));
  story.trade_a_little_of_everything();
  EXPECT_NO_THROW((void)json_of(story.told()));
  EXPECT_EQ(story.told().coverage, 0);
}

TEST(Told, GreeksAddUp) {
  Story story;
  story.desk.book.wallet = Tokens{7};
  story.desk.book.lots = {
      {"held", *instrument_of(story.candidate("ETH-110-1800-P").instrument), Tokens{3}}};
  story.trade_a_little_of_everything();
  const auto plan = story.told();
  const GreekRow *lp = nullptr, *held = nullptr, *hedge = nullptr, *total = nullptr;
  for (const GreekRow& row : plan.greeks) {
    if (row.of == "LP") lp = &row;
    if (row.of == "hedge") hedge = &row;
    if (row.of == "total") total = &row;
    if (row.of.find("held") != std::string::npos) held = &row;
  }
  ASSERT_TRUE(lp && held && hedge && total);
  const auto& position = story.desk.position.total;
  EXPECT_EQ(lp->delta, position.delta);
  EXPECT_EQ(lp->gamma, position.gamma);
  EXPECT_NEAR(lp->theta_usd_per_day, -position.lvr_usd_per_day, 1e-9);
  const Candidate& c = story.candidate("ETH-110-1800-P");
  EXPECT_NEAR(held->delta, 7 + 3 * c.delta, 1e-12);
  EXPECT_NEAR(held->vega, 3 * c.vega, 1e-12);
  double vega = 0;
  for (const Trade& trade : plan.trades) vega += trade.vega;
  EXPECT_NEAR(hedge->vega, vega, 1e-9);
  EXPECT_NEAR(total->delta, lp->delta + held->delta + hedge->delta, 1e-12);
  EXPECT_NEAR(total->gamma, lp->gamma + held->gamma + hedge->gamma, 1e-12);
  EXPECT_NEAR(total->theta_usd_per_day,
              lp->theta_usd_per_day + held->theta_usd_per_day + hedge->theta_usd_per_day, 1e-9);
}

TEST(Told, FeesHaveToPayTheCarryAndTheLvrThatIsNotBoughtBack) {
  Story story;
  const double lvr = 365 * story.desk.position.total.lvr_usd_per_day;
  story.desk.position.total.fees_usd_per_day.reset();
  const auto idle = story.told();
  EXPECT_NEAR(*idle.fees_needed_usd_per_year, lvr, 1e-6);
  EXPECT_FALSE(idle.fee_capture);

  story.trade("ETH-30-1800-P", 40);
  story.desk.position.total.fees_usd_per_day = 800;
  const auto plan = story.told();
  EXPECT_GT(plan.coverage_gamma, 0.01);
  EXPECT_NEAR(*plan.fees_needed_usd_per_year,
              plan.carry_usd_per_year + (1 - plan.coverage_gamma) * lvr, 1e-6);
  EXPECT_NEAR(*plan.fee_capture, 1 - plan.carry_usd_per_year / (365 * 800.0), 1e-12);
}

TEST(TrancheTold, IsThePositionDividedAndItsCarryOverItsWorth) {
  Plan plan;
  plan.position.value_usd = 500'000;
  plan.plan.carry_usd_per_year = 10'000;
  plan.tail.unhedged.out_of_sample.cvar95_usd = 80'000;
  plan.tail.hedged.out_of_sample.cvar95_usd = 30'000;
  EXPECT_FALSE(tranche_told({}, plan)) << "no units were given";
  Policy policy;
  policy.units = 4000;
  const auto told = tranche_told(policy, plan);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->units * told->unit_usd, 500'000);
  EXPECT_EQ(told->unit_usd, 125);
  EXPECT_DOUBLE_EQ(told->expense_ratio, 0.02);
  EXPECT_EQ(told->unit_cvar_before_usd, 20);
  EXPECT_EQ(told->unit_cvar_after_usd, 7.5);
}

TEST(Status, SaysHowThePlanEnded) {
  Story story;
  EXPECT_EQ(story.told().status, "no_hedge");
  EXPECT_FALSE(story.told().coverage);
  story.trade("ETH-30-1800-P", 40);
  EXPECT_EQ(story.told().status, "optimal");
  EXPECT_TRUE(story.told().coverage);
  story.choice.status = solve::Status::stalled;
  EXPECT_EQ(story.told().status, "not_converged");
}

TEST(Status, OfABookWithoutCashDoesNotBlameThePrices) {
  Story story;
  EXPECT_THAT(story.told().sentence, HasSubstr("nothing listed removes a dollar of CVaR"));
  story.desk.book.idle_cash = Usd{0};
  EXPECT_EQ(story.told().status, "no_hedge");
  EXPECT_THAT(story.told().sentence, HasSubstr("No hedge without cash"));
}

TEST(Status, OfALimitThatCannotBeMetNamesItTheBestAndTheShortfall) {
  Policy policy;
  policy.tail_limit_usd = 40'000;
  Story story(policy);
  story.choice.status = solve::Status::infeasible;
  story.choice.missed = "tail_limit_usd";
  story.choice.best_reach = 52'500, story.choice.shortfall = 12'500;
  const auto plan = story.told();
  EXPECT_EQ(plan.status, "infeasible");
  EXPECT_THAT(plan.sentence, HasSubstr("40000"));
  EXPECT_THAT(plan.sentence, HasSubstr("52500"));
  EXPECT_THAT(plan.sentence, HasSubstr("12500"));
  EXPECT_TRUE(plan.trades.empty());
}

TEST(Status, OfAPlanWhoseWholeLotsMissTheTailLimitDoesNotCallItMet) {
  Story probe;
  Policy policy;
  policy.tail_limit_usd = 0.8 * test::plain_cvar(probe.program.base_loss, 0.95);
  Story story(policy);  // an optimum was found, but nothing in whole lots keeps the limit
  const auto plan = story.told();
  EXPECT_NE(plan.status, "no_hedge");
  EXPECT_NE(plan.status, "optimal");
  EXPECT_THAT(plan.sentence, Not(HasSubstr("is within the tail limit")));
}

TEST(Constraints, ATailLimitBindsOnlyWhereItsLastDollarCosts) {
  Policy policy;
  policy.tail_limit_usd = 1e6;
  Story story(policy);
  const auto loose = story.told();
  EXPECT_EQ(find(loose, "tail_limit")->upper, 1e6);
  const double cvar = test::plain_cvar(story.program.base_loss, 0.95);
  EXPECT_NEAR(find(loose, "tail_limit")->value, cvar, 1e-6);
  EXPECT_FALSE(find(loose, "tail_limit")->binds);
  story.choice.tail_price = 0.3;
  const auto tight = story.told();
  EXPECT_TRUE(find(tight, "tail_limit")->binds);
  EXPECT_EQ(find(tight, "tail_limit")->price_usd, 0.3);
}

TEST(Constraints, BindWhereTheyHaveAPrice) {
  Story story;
  story.trade("ETH-30-1800-P", 40);
  for (std::size_t r = 0; r < story.program.rows.size(); ++r) {
    if (story.program.rows[r].name == "carry") story.choice.row_price[r] = 0.02;
  }
  const auto plan = story.told();
  EXPECT_TRUE(find(plan, "carry")->binds);
  EXPECT_EQ(find(plan, "carry")->price_usd, 0.02);
  EXPECT_FALSE(find(plan, "cash")->binds);
  EXPECT_EQ(find(plan, "margin")->price_usd, 0);
  find(plan, "coverage");
}

TEST(Explained, RepeatsTheHeadlineNumbersWithTheirWorking) {
  Story story;
  story.trade_a_little_of_everything();
  const auto plan = story.told();
  TailsTold tails;
  tails.unhedged.in_sample.cvar95_usd = 123;
  tails.hedged.in_sample.cvar95_usd = 45;
  const Setting setting = story.desk.setting();
  const Explain tree = explained(
      {setting, story.desk.from, story.program, story.choice, story.lots, story.desk.with()}, plan,
      tails);
  const auto said = [&](std::string_view name) -> std::optional<double> {
    for (const Explain& one : tree.inputs) {
      if (one.name == name) return one.value;
    }
    ADD_FAILURE() << name;
    return std::nullopt;
  };
  EXPECT_EQ(said("plan.objective_usd"), plan.objective_usd);
  EXPECT_EQ(said("plan.premium_usd"), plan.premium_usd);
  EXPECT_EQ(said("plan.carry_usd_per_year"), plan.carry_usd_per_year);
  EXPECT_EQ(said("plan.budget_usd_per_year"), plan.budget_usd_per_year);
  EXPECT_EQ(said("plan.coverage"), plan.coverage);
  EXPECT_EQ(said("tail.unhedged.cvar95_usd"), 123);
  EXPECT_EQ(said("tail.hedged.cvar95_usd"), 45);
  EXPECT_NO_THROW((void)json_of(tree));
}

TEST(Histogram, CountsEveryPathOnceOnCommonEdges) {
  std::vector<double> before(10'000), after(10'000);
  std::iota(before.begin(), before.end(), 0.0);
  for (std::size_t i = 0; i < after.size(); ++i) after[i] = before[i] / 2;
  const Histogram h = histogram_of(before, after);
  ASSERT_EQ(h.edge_usd.size(), h.unhedged.size() + 1);
  ASSERT_EQ(h.unhedged.size(), h.hedged.size());
  EXPECT_NEAR(std::accumulate(h.unhedged.begin(), h.unhedged.end(), 0.0), 1, 1e-9);
  EXPECT_NEAR(std::accumulate(h.hedged.begin(), h.hedged.end(), 0.0), 1, 1e-9);
  EXPECT_TRUE(std::is_sorted(h.edge_usd.begin(), h.edge_usd.end()));
  // 0.1 % and 99.9 % of twenty thousand losses in all.
  EXPECT_NEAR(h.edge_usd.front(), 6.67, 1.5);
  EXPECT_NEAR(h.edge_usd.back(), 9980, 2);
  for (std::size_t bin = 1; bin + 1 < h.unhedged.size(); ++bin) {
    double count = 0;
    for (const double loss : before) {
      count += loss >= h.edge_usd[bin] && loss < h.edge_usd[bin + 1] ? 1e-4 : 0;
    }
    EXPECT_NEAR(h.unhedged[bin], count, 2.1e-4) << bin;
  }
  EXPECT_GT(h.unhedged.back(), h.unhedged[30]);  // what lies beyond is in the last bin
}

TEST(Histogram, OfOneLossIsOneBin) {
  const std::vector<double> same(100, 5.0);
  const Histogram h = histogram_of(same, same);
  EXPECT_EQ(std::count_if(h.hedged.begin(), h.hedged.end(), [](double x) { return x > 0; }), 1);
  EXPECT_NEAR(std::accumulate(h.hedged.begin(), h.hedged.end(), 0.0), 1, 1e-9);
}

TEST(Tell, ARollIsSettledAndHasNoPrice) {
  Story story;
  const auto put = std::get<option::Contract>(story.candidate("ETH-30-1800-P").instrument);
  story.desk.orders.committed = {{put, 1, 5}};
  story.program = story.desk.program();
  story.trade("ETH-30-1800-P", 5);
  story.choice.row_price.assign(story.program.rows.size(), 1e4);
  const PlanTold told = story.told();
  EXPECT_EQ(find(told, "roll")->price_usd, 0);
  EXPECT_FALSE(find(told, "roll")->binds);
  EXPECT_TRUE(find(told, "carry")->binds);
}

}  // namespace levee::hedge
