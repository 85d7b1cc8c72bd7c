// tests/hedge/choose_test.cpp — the chosen hedge against its own proof, brute force and its limits.
#include "levee/hedge/choose.h"

#include "levee/risk/asymmetry.h"
#include "tests/hedge/desk.h"
#include "tests/support/cases.h"

#include <numeric>

namespace levee::hedge {
namespace {

// A price of tail at which the small market's options are worth buying.
Policy keen() {
  Policy policy;
  policy.price_of_tail = 0.8;
  return policy;
}

test::Shape few_options() {
  return {.tenors = {30, 110, 220}, .strikes = {1400, 1600, 1800, 2000, 2200, 2500, 2800}};
}

test::Desk desk_with(const Policy& policy) {
  return test::Desk(test::small_market(few_options()), test::small_book(), policy, 1000);
}

Policy limited_to(double cvar) {
  Policy policy;
  policy.tail_limit_usd = cvar;
  return policy;
}

// Every instrument at the mean of what it brings, a small spread about it.
void make_fair(Program& program, double half_spread) {
  for (std::size_t j = 0; j < program.columns.size(); ++j) {
    const std::size_t i = program.candidate_of[j];
    auto& column = program.columns[j];
    column.cost = column.sign * program.value_mean[i] + half_spread;
    program.candidates[i].mid = Usd{program.value_mean[i]};
  }
}

double gamma_of(const Program& program, const std::vector<double>& x) {
  double gamma = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    gamma += program.columns[j].sign * x[j] * program.candidates[program.candidate_of[j]].gamma;
  }
  return gamma;
}

// The most that hedge payoff exceeds coverage_max * loss + tolerance by, over paths with a loss.
double uncovered_excess(const Program& program, const Policy& policy,
                        const std::vector<double>& x) {
  double worst = -1e300;
  for (std::size_t s = 0; s < program.paths(); ++s) {
    if (program.lp_loss[s] <= 0) continue;
    double payoff = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const std::size_t i = program.candidate_of[j];
      payoff += program.columns[j].sign * x[j] *
                (program.value->row(i)[s] - program.candidates[i].mid.value());
    }
    worst = std::max(worst, payoff - policy.coverage_max * program.lp_loss[s] -
                                policy.coverage_tolerance * program.scale);
  }
  return worst;
}

void expect_within_rows(const Program& program, const std::vector<double>& x) {
  for (std::size_t j = 0; j < x.size(); ++j) {
    EXPECT_GE(x[j], 0);
    EXPECT_LE(x[j], program.columns[j].upper * (1 + 1e-8));
  }
  for (const solve::Row& row : program.rows) {
    double value = 0, size = 1;
    for (std::size_t j = 0; j < x.size(); ++j) {
      value += row.coefficient[j] * x[j];
      size = std::max(size, std::abs(row.coefficient[j] * x[j]));
    }
    EXPECT_LE(value, row.upper + 1e-6 * size) << row.name;
    EXPECT_GE(value, row.lower - 1e-6 * size) << row.name;
  }
}

bool trades_nothing(const Choice& choice) {
  return std::all_of(choice.x.begin(), choice.x.end(), [](double x) { return x < 1e-6; });
}

// Least CVaR that the rows of a programme allow, from a solve of its own.
double least_cvar(const Program& program, double level) {
  const auto tail = tail_program(program, {0, 1}, level);
  const auto out = solve::solve_tail(tail, 1e-7);
  EXPECT_EQ(out.status, solve::Status::optimal);
  return out.objective;
}

}  // namespace

// What is chosen is asymmetric: the tail is cut by more than the mean is lowered, within budget,
// and the skew turns.
TEST(Choose, CutsTheTailFarMoreThanTheMeanAndTurnsTheSkew) {
  test::Desk desk = desk_with(keen());
  Program program = desk.program();
  const Choice choice = choose(program, desk.policy);
  std::vector<double> before = program.base_loss, after = test::hedged_losses(program, choice.x);
  for (double& x : before) x = -x;
  for (double& x : after) x = -x;
  const double budget = program.budget.per_year.value() * desk.policy.horizon_days / 365;
  risk::HedgeAim aim{.shortfall_cut_least = 0.25, .give_up_most = Usd{budget}};
  const auto verdict = risk::judge_hedge({after, before}, aim, test::alone);
  ASSERT_TRUE(verdict);
  EXPECT_TRUE(verdict->holds) << verdict->told;
  EXPECT_GT(verdict->shortfall_cut.lower, 0.25) << verdict->told;
  EXPECT_GT(verdict->skewness_gain.lower, 0) << verdict->told;
}

// The middle of what is best would hold a little of many things; a corner holds as many as it has
// scenarios on the tail's edge and rows at their limits.
TEST(Choose, ComesToACornerFromWhichItNeedNotMove) {
  test::Desk desk = desk_with(keen());
  Program program = desk.program();
  const Choice choice = choose(program, desk.policy);
  const double cap = *std::ranges::max_element(choice.price);
  const auto edge = std::ranges::count_if(
      choice.price, [&](double q) { return q > 1e-9 * cap && q < (1 - 1e-9) * cap; });
  std::ptrdiff_t between = 0;
  for (std::size_t j = 0; j < choice.x.size(); ++j) {
    const double upper = program.columns[j].upper;
    between += choice.x[j] > 1e-9 * upper && choice.x[j] < (1 - 1e-9) * upper ? 1 : 0;
  }
  EXPECT_GT(edge, 0);
  EXPECT_LE(edge, between + 1);
  const Choice again = choose(program, desk.policy, start_at(choice));
  for (std::size_t j = 0; j < choice.x.size(); ++j) {
    EXPECT_NEAR(again.x[j], choice.x[j], 1e-9 * std::max(1.0, program.columns[j].upper));
  }
}

TEST(Choose, IsOptimalWithItsProofAndWithinEveryRow) {
  test::Desk desk = desk_with(keen());
  Program program = desk.program();
  const Choice choice = choose(program, desk.policy);
  ASSERT_EQ(choice.status, solve::Status::optimal);
  EXPECT_FALSE(trades_nothing(choice));
  EXPECT_LE(choice.objective - choice.bound, 1e-6 * program.scale);
  EXPECT_GE(choice.objective - choice.bound, -1e-9 * program.scale);
  expect_within_rows(program, choice.x);
  EXPECT_EQ(choice.tail_price, 0.8);
  EXPECT_GE(choice.solves, 1);
}

TEST(Choose, ItsObjectiveIsMeanPlusPricedCvarOfTheHedgedBook) {
  test::Desk desk = desk_with(keen());
  Program program = desk.program();
  const Choice choice = choose(program, desk.policy);
  const auto loss = test::hedged_losses(program, choice.x);
  const double cvar = test::plain_cvar(loss, 0.95);
  const double want = test::plain_mean(loss) + 0.8 * cvar;
  EXPECT_NEAR(choice.objective, want, 1e-8 * program.scale);
  EXPECT_NEAR(objective_of(program, desk.policy, choice.x), want, 1e-8 * program.scale);
  EXPECT_NEAR(cvar_of(program, desk.policy, choice.x), cvar, 1e-8 * program.scale);
  const double unhedged =
      test::plain_mean(program.base_loss) + 0.8 * test::plain_cvar(program.base_loss, 0.95);
  EXPECT_LT(choice.objective, unhedged - 1e-3 * program.scale);
}

TEST(Choose, BuysNothingWhereTailIsHardlyPricedAndOptionsAreFair) {
  Policy policy;
  policy.price_of_tail = 1e-5;
  test::Desk desk = desk_with(policy);
  Program program = desk.program();
  make_fair(program, 2);
  const Choice choice = choose(program, policy);
  EXPECT_EQ(choice.status, solve::Status::optimal);
  EXPECT_TRUE(trades_nothing(choice));
  policy.price_of_tail = 1;  // the same prices are worth it to someone who minds the tail
  EXPECT_FALSE(trades_nothing(choose(program, policy)));
}

TEST(Choose, NeverPaysOutMoreThanTheLossItCovers) {
  Policy policy = keen();
  policy.price_of_tail = 3;
  policy.coverage_max = 0.3, policy.coverage_tolerance = 0.002;
  policy.carry_usd_per_year = 1e8;
  test::Desk desk = desk_with(policy);
  Program program = desk.program();

  Policy careless = policy;
  careless.coverage_max = 1, careless.coverage_tolerance = 1;
  Program free = program;
  const Choice uncovered = choose(free, careless);
  ASSERT_GT(uncovered_excess(program, policy, uncovered.x), 0.01 * program.scale);

  const Choice choice = choose(program, policy);
  ASSERT_EQ(choice.status, solve::Status::optimal);
  EXPECT_GT(choice.coverage_rows, 0);
  EXPECT_LE(uncovered_excess(program, policy, choice.x), 2e-7 * program.scale);
  EXPECT_GT(choice.objective, uncovered.objective);  // it costs something
  const Coverage told = coverage_of(program, policy, choice.x);
  EXPECT_NEAR(told.excess_usd, uncovered_excess(program, policy, choice.x), 1e-6);
}

TEST(Coverage, IsTheLargestShareOfALossThatIsPaidBack) {
  test::Gen gen(1, 1);
  Program program = test::tiny_program(gen, 1, 4);
  program.lp_loss = {-50, 5, 200, 100};
  const std::vector<double> value{90, 80, 60, 70};
  std::ranges::copy(value, test::own_values(program, *program.value).row(0).begin());
  program.candidates[0].mid = Usd{10};
  Policy policy;
  policy.coverage_max = 0.5, policy.coverage_tolerance = 0.01;  // 10 dollars of a thousand
  const auto told = coverage_of(program, policy, std::vector<double>{1, 0});
  // Payoffs 80, 70, 50, 60: the first path has no loss, the second one below the tolerance; of the
  // other two the tolerance comes off.
  EXPECT_DOUBLE_EQ(told.ratio, 0.5);
  EXPECT_DOUBLE_EQ(told.excess_usd, 70 - (0.5 * 5 + 10));
  EXPECT_EQ(told.worst_path, 1u);
}

TEST(TailLimit, IsKeptAndCostsLessTheLooserItIs) {
  test::Desk desk = desk_with(Policy{});
  Program program = desk.program();
  const Choice cheapest = choose(program, limited_to(1e9));
  ASSERT_EQ(cheapest.status, solve::Status::optimal);
  const double most = cvar_of(program, Policy{}, cheapest.x), least = least_cvar(program, 0.95);
  ASSERT_LT(least, 0.8 * most);
  double before = 1e300;
  for (const double share : {0.1, 0.3, 0.5, 0.7, 0.9}) {
    const double limit = least + share * (most - least);
    Program limited = program;
    const Choice choice = choose(limited, limited_to(limit));
    ASSERT_EQ(choice.status, solve::Status::optimal) << share;
    expect_within_rows(limited, choice.x);
    const auto loss = test::hedged_losses(program, choice.x);
    EXPECT_LE(test::plain_cvar(loss, 0.95), limit + 1e-7 * program.scale) << share;
    EXPECT_NEAR(choice.objective, test::plain_mean(loss), 1e-8 * program.scale);
    EXPECT_LE(choice.objective - choice.bound, 1e-6 * program.scale) << share;
    EXPECT_LT(choice.objective, before - 1e-5 * program.scale) << share;  // it binds all the way
    EXPECT_GT(choice.objective, cheapest.objective);
    before = choice.objective;
  }
}

TEST(TailLimit, IsBoughtAtTheTailPriceItNames) {
  test::Desk desk = desk_with(Policy{});
  Program program = desk.program();
  const double most = cvar_of(program, Policy{}, choose(program, limited_to(1e9)).x);
  const double limit = 0.5 * (most + least_cvar(program, 0.95));
  const Choice limited = choose(program, limited_to(limit));
  ASSERT_EQ(limited.status, solve::Status::optimal);
  Policy priced;
  priced.price_of_tail = limited.tail_price;
  ASSERT_GT(limited.tail_price, 1e-3);
  const Choice free = choose(program, priced);
  // Lagrange: the priced objective is the limited mean plus the price of the CVaR it kept.
  EXPECT_NEAR(free.objective, limited.objective + limited.tail_price * limit, 3e-6 * program.scale);
}

TEST(TailLimit, ThatCannotBeMetIsNamedWithItsShortfall) {
  test::Desk desk = desk_with(Policy{});
  Program program = desk.program();
  const double limit = 0.9 * least_cvar(program, 0.95);
  const Choice choice = choose(program, limited_to(limit));
  EXPECT_EQ(choice.status, solve::Status::infeasible);
  EXPECT_EQ(choice.missed, "tail_limit_usd");
  const double least = least_cvar(program, 0.95);  // with the coverage rows found on the way
  EXPECT_NEAR(choice.best_reach, least, 1e-6 * program.scale);
  EXPECT_NEAR(choice.shortfall, least - limit, 1e-6 * program.scale);
}

TEST(TailLimit, ThatIsMetAnywayNeedsNoTrade) {
  test::Desk desk = desk_with(Policy{});
  Program program = desk.program();
  make_fair(program, 2);
  const double unhedged = test::plain_cvar(program.base_loss, 0.95);
  const Choice choice = choose(program, limited_to(1.01 * unhedged));
  EXPECT_EQ(choice.status, solve::Status::optimal);
  EXPECT_TRUE(trades_nothing(choice));
  EXPECT_NEAR(choice.objective, test::plain_mean(program.base_loss), 1e-8 * program.scale);
  EXPECT_EQ(choice.tail_price, 0);  // its last dollar costs nothing
}

TEST(GammaMatch, ReachesItsTarget) {
  Policy policy;
  policy.mode = "gamma_match";
  policy.coverage_target = 0.2;
  policy.carry_usd_per_year = 1e8;
  test::Desk desk = desk_with(policy);
  Program program = desk.program();
  const Choice choice = choose(program, policy);
  ASSERT_EQ(choice.status, solve::Status::optimal);
  EXPECT_GE(gamma_of(program, choice.x), 0.2 * -desk.position.total.gamma * (1 - 1e-6));
}

TEST(GammaMatch, NamesTheShortfallWhereOpenInterestIsTooSmall) {
  Policy policy;
  policy.mode = "gamma_match";
  policy.carry_usd_per_year = 1e9;
  policy.net_delta_share_max = 10;
  test::Desk desk(test::small_market({.open_interest = 100}), test::small_book(), policy, 300);
  desk.book.idle_cash = Usd{1e9};
  Program program = desk.program();
  double most = 0;  // everything that can be bought, two contracts of each
  for (std::size_t j = 0; j < program.columns.size(); ++j) {
    const Candidate& c = program.candidates[program.candidate_of[j]];
    if (program.columns[j].sign > 0) most += c.gamma * program.columns[j].upper;
  }
  most /= gamma_unit(desk.position.total);  // in % of the short gamma
  const double target = 35;
  ASSERT_LT(most, target);
  const Choice choice = choose(program, policy);
  EXPECT_EQ(choice.status, solve::Status::infeasible);
  EXPECT_EQ(choice.missed, "gamma");
  EXPECT_NEAR(choice.shortfall, target - most, 1e-5 * target);
  EXPECT_NEAR(choice.best_reach, most, 1e-5 * target);
}

TEST(Modes, KeepTheirRatiosInTheChoice) {
  for (const std::string mode : {"contracts_442", "budget_40_40_20"}) {
    Policy policy = keen();
    policy.price_of_tail = 3;
    policy.mode = mode;
    policy.carry_usd_per_year = 1e8;
    test::Desk desk = desk_with(policy);
    const auto ladder =
        ladder_of(desk.candidates(), desk.snapshot, desk.surface, policy, Price{1600}, Price{2500});
    Program program = *desk.program(ladder.list);
    const Choice choice = choose(program, policy);
    ASSERT_EQ(choice.status, solve::Status::optimal) << mode;
    double amount[3]{};
    for (std::size_t j = 0; j < choice.x.size(); ++j) {
      const Candidate& c = program.candidates[program.candidate_of[j]];
      if (!std::holds_alternative<option::Contract>(c.instrument)) continue;
      amount[c.bucket] += choice.x[j] * (mode == "contracts_442" ? 1 : c.ask->value());
    }
    ASSERT_GT(amount[0], 0) << mode;
    EXPECT_CLOSE(amount[1], amount[0], 1e-5);
    EXPECT_CLOSE(amount[2], amount[0] / 2, 1e-5);
  }
}

TEST(Modes, TiedToATenorThatIsNotListedTradeNoOption) {
  Policy policy = keen();
  policy.mode = "contracts_442";
  test::Desk desk(test::small_market({.tenors = {30, 110}}), test::small_book(), policy, 500);
  const auto ladder =
      ladder_of(desk.candidates(), desk.snapshot, desk.surface, policy, Price{1600}, Price{2500});
  Program program = *desk.program(ladder.list);
  const Choice choice = choose(program, policy);
  ASSERT_EQ(choice.status, solve::Status::optimal);
  for (std::size_t j = 0; j < choice.x.size(); ++j) {
    const Candidate& c = program.candidates[program.candidate_of[j]];
    EXPECT_NEAR(c.name == "ETH-PERP" ? 0 : choice.x[j], 0, 1e-4) << c.name;
  }
}

TEST(ChooseLaw, NoFeasiblePointThatIsTriedIsBelowTheBound) {
  test::for_cases(150, [](test::Gen& gen) {
    Program program = test::tiny_program(gen, gen.size(1, 4), 60);
    Policy policy;
    policy.confidence = gen.real(0.6, 0.97);
    policy.price_of_tail = gen.scale(0.01, 3);
    policy.coverage_max = gen.real(0.2, 1), policy.coverage_tolerance = gen.real(0, 0.02);
    const Choice choice = choose(program, policy);
    ASSERT_EQ(choice.status, solve::Status::optimal);
    EXPECT_LE(choice.objective - choice.bound, 1e-6 * program.scale);
    EXPECT_LE(uncovered_excess(program, policy, choice.x), 2e-7 * program.scale);
    for (int attempt = 0; attempt < 200; ++attempt) {
      auto x = gen.reals(program.columns.size(), 0, attempt % 2 ? 6 : 1.5);
      for (double& quantity : x) quantity = gen.coin() ? 0 : quantity;
      const double size = std::accumulate(x.begin(), x.end(), 0.0);
      if (size > 12 || uncovered_excess(program, policy, x) > 0) continue;
      const auto loss = test::hedged_losses(program, x);
      EXPECT_GE(
          test::plain_mean(loss) + policy.price_of_tail * test::plain_cvar(loss, policy.confidence),
          choice.bound - 1e-9 * program.scale);
    }
  });
}

TEST(TailLimitLaw, NoPointWithinTheLimitThatIsTriedIsBelowTheBound) {
  test::for_cases(150, [](test::Gen& gen) {
    Program program = test::tiny_program(gen, gen.size(1, 4), 60);
    Policy policy;
    policy.confidence = gen.real(0.6, 0.97);
    policy.coverage_tolerance = 1;
    const double unhedged = test::plain_cvar(program.base_loss, policy.confidence);
    policy.tail_limit_usd = unhedged * gen.real(0.7, 1.5);
    const Choice choice = choose(program, policy);
    if (choice.status == solve::Status::infeasible) {
      EXPECT_NEAR(choice.best_reach, least_cvar(program, policy.confidence), 1e-5 * program.scale);
      return;
    }
    ASSERT_EQ(choice.status, solve::Status::optimal);
    EXPECT_LE(cvar_of(program, policy, choice.x), *policy.tail_limit_usd + 1e-6 * program.scale);
    EXPECT_LE(choice.objective - choice.bound, 1e-6 * program.scale);
    for (int attempt = 0; attempt < 200; ++attempt) {
      auto x = gen.reals(program.columns.size(), 0, attempt % 2 ? 6 : 1.5);
      for (double& quantity : x) quantity = gen.coin() ? 0 : quantity;
      if (std::accumulate(x.begin(), x.end(), 0.0) > 12) continue;
      const auto loss = test::hedged_losses(program, x);
      if (test::plain_cvar(loss, policy.confidence) > *policy.tail_limit_usd) continue;
      EXPECT_GE(test::plain_mean(loss), choice.bound - 1e-9 * program.scale);
    }
  });
}

TEST(TailLimit, ItsBoundHoldsForTradesThatGainLittleAndRiskMuch) {
  // One unit gains a dollar on 98 paths of 100 and loses 48.999 on the rest: hardly a mean profit
  // for its tail, but the limit is far and allows ten thousand.
  test::Gen gen(1, 1);
  Program program = test::tiny_program(gen, 1, 100);
  std::fill(program.base_loss.begin(), program.base_loss.end(), 0.0);
  program.lp_loss = program.base_loss;
  const auto gains = test::own_values(program, *program.value).row(0);
  for (std::size_t s = 0; s < 100; ++s) gains[s] = s < 2 ? -48.999 : 1;
  program.value_mean = {test::plain_mean({gains.begin(), gains.end()})};
  program.columns = {{0, 1, 0, 1e4}};
  program.candidate_of = {0};
  program.rows[0] = {"size", {1}, -1e300, 1e4};
  Policy policy = limited_to(1e6);
  const Choice choice = choose(program, policy);
  const auto loss = test::hedged_losses(program, {1e4});
  ASSERT_LT(test::plain_cvar(loss, 0.95), 1e6);
  EXPECT_GE(test::plain_mean(loss), choice.bound - 1e-6 * program.scale);
}

}  // namespace levee::hedge
