// tests/hedge/effect_test.cpp — what layers do, and what would change the plan.
#include "levee/hedge/effect.h"

#include "levee/hedge/ground.h"
#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

struct Chosen {
  test::Desk desk;
  Offer offer;
  std::vector<LayerStance> stances;
  Program program;
  Choice choice;

  explicit Chosen(Policy policy = {})
      : desk(test::small_market(), test::small_book(), policy, 600) {
    Candidates found = desk.candidates();
    offer.list = std::move(found.list);
    stances = arrange({desk.setting(), {}}, offer);
    program = *desk.program(offer.list);
    choice = choose(program, desk.policy);
  }
  EffectAsk ask() const { return {program, desk.policy, choice.x, stances, desk.orders}; }
};

Policy keen() {
  Policy policy;
  policy.price_of_tail = 0.5;
  return policy;
}

const WhatIf& of(const std::vector<WhatIf>& list, const std::string& part) {
  for (const WhatIf& one : list) {
    if (one.change.find(part) != std::string::npos) return one;
  }
  throw std::runtime_error(part);
}

}  // namespace

TEST(LayersTold, AreThePlanWithAndWithoutTheirTrades) {
  Chosen chosen(keen());
  const auto layers = layers_told(chosen.ask());
  ASSERT_EQ(layers.size(), shelf().size());
  int trades = 0, told = 0;
  for (const double x : chosen.choice.x) trades += x > 0;
  for (const LayerTold& layer : layers) {
    told += layer.trades;
    if (layer.trades == 0) {
      EXPECT_NE(layer.state, "trades");
      EXPECT_FALSE(layer.cvar_removed_usd);
      continue;
    }
    std::vector<double> without = chosen.choice.x;
    for (std::size_t j = 0; j < without.size(); ++j) {
      const Candidate& one = chosen.program.candidates[chosen.program.candidate_of[j]];
      if (layer_of(one.instrument, chosen.program.columns[j].sign) == layer.layer) without[j] = 0;
    }
    const auto with_losses = test::hedged_losses(chosen.program, chosen.choice.x);
    const auto losses = test::hedged_losses(chosen.program, without);
    EXPECT_NEAR(*layer.mean_cost_usd, test::plain_mean(with_losses) - test::plain_mean(losses),
                1e-3);
    EXPECT_NEAR(*layer.cvar_removed_usd,
                test::plain_cvar(losses, 0.95) - test::plain_cvar(with_losses, 0.95), 1e-2);
  }
  EXPECT_EQ(told, trades);
  EXPECT_GT(trades, 0);
}

TEST(LayersTold, WhatARollSellsIsNoSpread) {
  Chosen chosen(keen());
  const auto& sold = std::get<option::Contract>(chosen.offer.list[0].instrument);
  chosen.desk.orders.committed = {{sold, -1, 5}};
  EXPECT_EQ(layer_in(chosen.desk.orders, sold, -1), "roll");
  EXPECT_NE(layer_in(chosen.desk.orders, sold, 1), "roll");
}

TEST(LayersTold, OneThatStandsWithoutATradeSaysThatNothingEarnsItsCost) {
  Policy careless;
  careless.price_of_tail = 1e-6;
  Chosen chosen(careless);
  chosen.choice.x.assign(chosen.program.columns.size(), 0.0);
  for (const LayerTold& layer : layers_told(chosen.ask())) {
    EXPECT_NE(layer.state, "trades");
    if (layer.state != "stands") continue;
    EXPECT_THAT(layer.why, HasSubstr("earns its cost"));
  }
}

TEST(WhatIf, MovesAsItShould) {
  Chosen chosen(keen());
  const auto rows = chosen.program.rows.size();
  const double carry_limit = chosen.program.rows[0].upper;
  const double cost = chosen.program.columns[3].cost;
  const test::Desk& desk = chosen.desk;
  const risk::Repricing with = desk.with();
  const auto list =
      what_ifs(chosen.ask(), {desk.setting(), desk.from, with}, chosen.choice, parallel::Team(2));
  EXPECT_EQ(chosen.program.rows.size(), rows);
  EXPECT_EQ(chosen.program.rows[0].upper, carry_limit);
  EXPECT_EQ(chosen.program.columns[3].cost, cost);
  EXPECT_NEAR(choose(chosen.program, desk.policy).objective, chosen.choice.objective,
              2e-6 * chosen.program.scale);

  const auto losses = test::hedged_losses(chosen.program, chosen.choice.x);
  const double cvar = test::plain_cvar(losses, 0.95), mean = test::plain_mean(losses);
  EXPECT_GE(*of(list, "of 0.25").cvar_usd, cvar - 1);  // a tail worth less is hedged less
  EXPECT_LE(*of(list, "of 0.25").mean_usd, mean + 1);
  EXPECT_LE(*of(list, "of 1 ").cvar_usd, cvar + 1);
  const WhatIf& dear = of(list, "dearer");
  EXPECT_GT(*dear.mean_usd + 0.5 * *dear.cvar_usd, mean + 0.5 * cvar + 50);
}

TEST(WhatIf, AsksWhatItCostsThatFeesOfCalmTimesAreKeptWhereThatBinds) {
  Chosen chosen(keen());
  const auto asked = [&] {
    const auto list =
        what_ifs(chosen.ask(), {chosen.desk.setting(), chosen.desk.from, chosen.desk.with()},
                 chosen.choice, test::alone);
    const auto found = std::ranges::find_if(list, [](const WhatIf& one) {
      return one.change.find("fees of calm times") != std::string::npos;
    });
    return found == list.end() ? std::nullopt : std::optional(*found);
  };
  EXPECT_FALSE(asked());  // there is no such limit
  const Choice free = chosen.choice;
  solve::Row row{"calm", {}, 0, std::numeric_limits<double>::infinity()};
  for (const solve::Column& column : chosen.program.columns) {
    row.coefficient.push_back(-std::abs(column.cost));
  }
  for (std::size_t j = 0; j < free.x.size(); ++j) row.lower += row.coefficient[j] * free.x[j];
  const double used = row.lower;
  chosen.program.rows.push_back(row);
  chosen.program.notes.push_back({"calm", false});
  chosen.program.rows.back().lower = 2 * used;
  chosen.choice = choose(chosen.program, chosen.desk.policy);
  EXPECT_FALSE(asked());  // it does not bind
  chosen.program.rows.back().lower = 0.5 * used;
  chosen.choice = choose(chosen.program, chosen.desk.policy);
  const auto told = asked();
  ASSERT_TRUE(told);
  EXPECT_NEAR(*told->mean_usd + 0.5 * *told->cvar_usd, free.objective, 2e-6 * chosen.program.scale);
}

// A row of the hedge's profit has the dearer price in it too.
TEST(WhatIf, DearerOptionsEarnLessOnCalmPaths) {
  Chosen chosen(keen());
  solve::Row row{"calm", {}, -2000, std::numeric_limits<double>::infinity()};
  for (const solve::Column& column : chosen.program.columns) {
    row.coefficient.push_back(
        0.9 * column.sign * chosen.program.candidates[column.instrument].mid.value() - column.cost);
  }
  chosen.program.rows.push_back(row);
  chosen.program.notes.push_back({"calm", false});
  chosen.choice = choose(chosen.program, chosen.desk.policy);
  const auto list =
      what_ifs(chosen.ask(), {chosen.desk.setting(), chosen.desk.from, chosen.desk.with()},
               chosen.choice, test::alone);
  Program dear = chosen.program;
  for (std::size_t j = 0; j < dear.columns.size(); ++j) {
    const Candidate& c = dear.candidates[dear.candidate_of[j]];
    if (dear.columns[j].sign < 0 || !std::holds_alternative<option::Contract>(c.instrument))
      continue;
    const double more = 0.2 * c.ask->value();
    dear.columns[j].cost += more;
    for (solve::Row& one : dear.rows) {
      if (one.name == "cash") one.coefficient[j] += more;
      if (one.name == "calm") one.coefficient[j] -= more;
    }
  }
  const double objective = choose(dear, chosen.desk.policy).objective;
  const WhatIf& told = of(list, "dearer");
  EXPECT_NEAR(*told.mean_usd + 0.5 * *told.cvar_usd, objective, 2e-6 * dear.scale);
}

TEST(WhatIf, WithoutFundingAShortEarnsNothingButItsMove) {
  Policy policy = keen();
  policy.carry_usd_per_year = 1e9;  // what funding pays towards the budget is another matter
  Chosen chosen(policy);
  Program& program = chosen.program;
  const std::size_t sold = test::column_of(program, "ETH-PERP", -1);
  const std::size_t perp = program.candidate_of[sold];
  constexpr double paid = 7;  // by a long, on every path
  program.gain.resize(program.candidates.size());
  const auto value = program.value->row(perp);
  program.gain[perp].assign(value.begin(), value.end());
  for (double& one : program.gain[perp]) one += paid;
  chosen.choice = choose(program, chosen.desk.policy);
  ASSERT_GT(chosen.choice.x[sold], 0);
  const auto list =
      what_ifs(chosen.ask(), {chosen.desk.setting(), chosen.desk.from, chosen.desk.with()},
               chosen.choice, test::alone);
  const WhatIf& then = of(list, "no funding");
  const double rho = chosen.desk.policy.price_of_tail;
  const double objective = *then.mean_usd + rho * *then.cvar_usd;
  // The old plan would earn so much less; the best one then is better, and no better than now.
  const double lost = (1 + rho) * paid * chosen.choice.x[sold];
  EXPECT_GT(objective, chosen.choice.objective - 1e-3);
  EXPECT_LT(objective, chosen.choice.objective + lost + 1e-3);
  EXPECT_GT(objective, chosen.choice.objective + 0.2 * lost);
}

TEST(WhatIf, WithoutFundingAShortEarnsNoneOnCalmPathsEither) {
  Policy policy = keen();
  policy.carry_usd_per_year = 1e9;
  Chosen chosen(policy);
  Program& program = chosen.program;
  const std::size_t perp = program.candidate_of[test::column_of(program, "ETH-PERP", -1)];
  constexpr double paid = 7;
  program.gain.resize(program.candidates.size());
  const auto value = program.value->row(perp);
  program.gain[perp].assign(value.begin(), value.end());
  for (double& one : program.gain[perp]) one += paid;
  solve::Row row{"calm", {}, 0, std::numeric_limits<double>::infinity()};
  for (const solve::Column& column : program.columns) {
    const Candidate& c = program.candidates[column.instrument];
    const double worth = column.instrument == perp ? -paid : 0.98 * c.mid.value();
    row.coefficient.push_back(column.sign * worth - column.cost);
  }
  program.rows.push_back(row);
  program.notes.push_back({"calm", false});
  chosen.choice = choose(program, chosen.desk.policy);
  const auto list =
      what_ifs(chosen.ask(), {chosen.desk.setting(), chosen.desk.from, chosen.desk.with()},
               chosen.choice, test::alone);
  Program other = program;
  for (std::size_t j = 0; j < other.columns.size(); ++j) {
    if (other.candidate_of[j] != perp) continue;
    other.columns[j].cost -= other.columns[j].sign * paid;
    for (solve::Row& one : other.rows) {
      if (one.name == "calm") one.coefficient[j] += other.columns[j].sign * paid;
    }
  }
  const double objective = choose(other, chosen.desk.policy).objective;
  EXPECT_GT(objective, chosen.choice.objective + 10);
  const WhatIf& told = of(list, "no funding");
  EXPECT_NEAR(*told.mean_usd + 0.5 * *told.cvar_usd, objective, 2e-6 * other.scale);
}

TEST(TradeEffects, AreThePlanWithAndWithoutATrade) {
  Chosen chosen(keen());
  std::vector<Trade> trades;
  std::vector<std::size_t> column;
  for (std::size_t j = 0; j < chosen.choice.x.size(); ++j) {
    if (chosen.choice.x[j] <= 0) continue;
    const bool bought = chosen.program.columns[j].sign > 0;
    trades.emplace_back().instrument =
        chosen.program.candidates[chosen.program.candidate_of[j]].name;
    trades.back().side = bought ? "buy" : "sell";
    column.push_back(j);
  }
  ASSERT_GT(trades.size(), 2u);
  add_effects(chosen.ask(), trades);
  const auto with = test::hedged_losses(chosen.program, chosen.choice.x);
  for (std::size_t t = 0; t < trades.size(); ++t) {
    std::vector<double> x = chosen.choice.x;
    x[column[t]] = 0;
    const auto without = test::hedged_losses(chosen.program, x);
    EXPECT_NEAR(*trades[t].mean_cost_usd, test::plain_mean(with) - test::plain_mean(without), 1e-3);
    EXPECT_NEAR(*trades[t].cvar_removed_usd,
                test::plain_cvar(without, 0.95) - test::plain_cvar(with, 0.95), 1e-2);
  }
}

TEST(WhatIf, AsksForALargerBudgetOnlyWhereItBinds) {
  for (const double budget : {500.0, 1e7}) {
    Policy policy = keen();
    policy.carry_usd_per_year = budget;
    Chosen chosen(policy);
    const risk::Repricing with = chosen.desk.with();
    const auto list = what_ifs(chosen.ask(), {chosen.desk.setting(), chosen.desk.from, with},
                               chosen.choice, parallel::Team(1));
    const bool asked = std::ranges::any_of(list, [](const WhatIf& one) {
      return one.change.find("carry budget") != std::string::npos;
    });
    EXPECT_EQ(asked, budget == 500) << budget;
  }
}

TEST(WhatIf, OfAPlanThatIsNotThereIsNothing) {
  Chosen chosen(keen());
  chosen.choice.status = solve::Status::infeasible;
  const risk::Repricing with = chosen.desk.with();
  EXPECT_TRUE(what_ifs(chosen.ask(), {chosen.desk.setting(), chosen.desk.from, with}, chosen.choice,
                       parallel::Team(1))
                  .empty());
}

TEST(Frontier, IsConvexAndMonotoneAndProvedPointByPoint) {
  Policy policy = keen();
  policy.frontier_points = 9;
  const Chosen chosen(policy);
  const auto points = frontier_of(chosen.ask(), chosen.choice, parallel::Team(2));
  ASSERT_EQ(points.size(), 9u);
  const double noise = 2e-6 * chosen.program.scale;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const FrontierPoint& one = points[k];
    EXPECT_LE(one.objective_usd - one.bound_usd, noise) << k;
    EXPECT_LE(one.carry_usd_per_year, one.budget_usd_per_year * (1 + 1e-6)) << k;
    EXPECT_NEAR(one.objective_usd, one.mean_usd + 0.5 * one.cvar_usd, noise) << k;
    if (k == 0) continue;
    const double step = one.budget_usd_per_year - points[k - 1].budget_usd_per_year;
    const double fall = points[k - 1].objective_usd - one.objective_usd;
    EXPECT_GE(fall, -noise) << k;
    // The price of a dollar lies between what the dollars before and after it save.
    EXPECT_GE(fall, one.saved_per_dollar_of_budget * step - noise) << k;
    EXPECT_LE(fall, points[k - 1].saved_per_dollar_of_budget * step + noise) << k;
  }
  EXPECT_GT(points[0].objective_usd, points[8].objective_usd + 10 * noise);
  EXPECT_GT(points[0].saved_per_dollar_of_budget, 0);
}

TEST(Frontier, IsNotAskedOfItself) {
  Chosen chosen(keen());
  EXPECT_TRUE(frontier_of(chosen.ask(), chosen.choice, parallel::Team(1)).empty());
}

}  // namespace levee::hedge
