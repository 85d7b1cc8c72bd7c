// tests/story/known_answers_test.cpp — books and programmes whose right answer is known.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "levee/base/json.h"
#include "levee/hedge/decide.h"
#include "levee/hedge/lots.h"
#include "levee/num/normal.h"
#include "tests/story/instance.h"
#include "tests/story/row_judge.h"

namespace levee::story {
namespace {

hedge::Plan plan_for(const Stage& stage, int threads = 2) {
  Silence silence;
  const parallel::Team team(threads);
  auto plan = hedge::decide({stage.snapshot, stage.book, stage.policy}, team, silence);
  EXPECT_TRUE(plan) << plan.error().message;
  return std::move(*plan);
}

// A market in which an option costs twice its worth to buy and brings half of it when sold.
Stage dear_stage() {
  FlatMarket flat;
  flat.bid_share = 0.5;
  flat.ask_share = 2;
  flat.open_interest = 10'000;
  flat.tenors_days = {30, 110};
  for (double strike = 1400; strike <= 2600; strike += 100) flat.strikes.push_back(strike);
  Stage stage{snapshot_of(flat), book_of(1e6, 1500, 2500, 2000, 150'000), {}};
  stage.policy.paths_choose = stage.policy.paths_score = 4000;
  stage.policy.price_of_tail = 0.02;
  return stage;
}

TEST(NoHedge, WinsWhereEveryDollarOfTailCostsMoreThanItsPrice) {
  const Stage stage = dear_stage();
  const auto program = programme_on(stage);
  ASSERT_TRUE(program);
  const auto tail = hedge::tail_program(*program, {1, 0.02}, 0.95);
  const Verdict judge = judged_by_rows(tail);
  const std::vector<double> none(program->columns.size(), 0.0);
  ASSERT_TRUE(judge.sound);
  ASSERT_NEAR(judge.objective, solve::objective_at(tail, none), 1e-6 * program->scale)
      << "the judge, without coverage rows, finds something to trade: the story is not this one";

  const hedge::Plan plan = plan_for(stage);
  EXPECT_EQ(plan.plan.status, "no_hedge");
  EXPECT_TRUE(plan.plan.trades.empty());
  EXPECT_NEAR(plan.plan.objective_usd, plan.plan.objective_unhedged_usd, 1e-9);
  EXPECT_LE(plan.plan.duality_gap_usd, 1e-6 * plan.position.value_usd);
  EXPECT_EQ(plan.plan.premium_usd, 0);
  EXPECT_EQ(plan.tail.hedged.out_of_sample.cvar95_usd, plan.tail.unhedged.out_of_sample.cvar95_usd);
}

TEST(NoHedge, WinsOnTheExampleForWhoeverDoesNotMindTheTail) {
  Stage stage = example_stage(2000);
  stage.policy.price_of_tail = 1e-6;
  for (market::Quote& quote : stage.snapshot.chain) {  // nobody gives anything away
    if (quote.ask) quote.ask = Tokens{3 * quote.ask->value() + 0.01};
    if (quote.bid) quote.bid = Tokens{quote.bid->value() / 3};
  }
  stage.snapshot.funding.reset();
  const hedge::Plan plan = plan_for(stage);
  EXPECT_EQ(plan.plan.status, "no_hedge");
  EXPECT_TRUE(plan.plan.trades.empty());
}

// The least CVaR that any trades within the rows reach, by the judge alone.
double least_cvar(const hedge::Program& program, const hedge::Policy& policy) {
  solve::TailProgram tail = hedge::tail_program(program, {0, 1}, policy.confidence);
  const Outside coverage = [&](const std::vector<double>& x) {
    std::vector<solve::Row> rows;
    for (std::size_t s = 0; s < program.paths(); ++s) {
      if (program.lp_loss[s] <= 0) continue;
      double payoff = 0;
      for (std::size_t j = 0; j < x.size(); ++j) payoff += x[j] * hedge::gain_at(program, j, s);
      const double allowed = hedge::coverage_limit(program, policy, program.scale, s);
      if (payoff <= allowed + 1e-7 * program.scale || rows.size() == 100) continue;
      rows.push_back({"coverage", {}, -std::numeric_limits<double>::infinity(), allowed});
      for (std::size_t j = 0; j < x.size(); ++j) {
        rows.back().coefficient.push_back(hedge::gain_at(program, j, s));
      }
    }
    return rows;
  };
  const Verdict judge = judged_by_rows(tail, coverage);
  EXPECT_TRUE(judge.sound);
  return judge.objective;
}

TEST(TailLimit, ThatCannotBeMetIsNamedWithTheBestReach) {
  Stage stage = example_stage(2000);
  stage.policy.fees_kept_calm_min = 0;  // the programme beside has no such row
  stage.policy.tail_limit_usd = 1000;
  auto program = programme_on(stage);
  ASSERT_TRUE(program);
  const double least = least_cvar(*program, stage.policy);
  const hedge::Choice choice = hedge::choose(*program, stage.policy);
  EXPECT_EQ(choice.status, solve::Status::infeasible);
  EXPECT_EQ(choice.missed, "tail_limit_usd");
  EXPECT_NEAR(choice.best_reach, least, 1e-6 * program->scale);
  EXPECT_NEAR(choice.shortfall, least - 1000, 1e-6 * program->scale);
  fmt::print("least CVaR within the rows: levee {:.6f}, judge {:.6f}\n", choice.best_reach, least);

  const hedge::Plan plan = plan_for(stage);
  EXPECT_EQ(plan.plan.status, "infeasible");
  EXPECT_TRUE(plan.plan.trades.empty());
  EXPECT_NE(plan.plan.sentence.find("CVaR limit of 1000"), std::string::npos) << plan.plan.sentence;
  EXPECT_NE(plan.plan.sentence.find(fmt::format("{:.6g}", choice.best_reach)), std::string::npos)
      << plan.plan.sentence;
}

// A plan without trades may only say that none is needed where the limit is met without any.
TEST(TailLimit, ThatThePlanMissesIsNeverSaidToBeMet) {
  Stage stage = example_stage(2000);
  stage.policy.fees_kept_calm_min = 0;  // the programme beside has no such row
  auto program = programme_on(stage);
  ASSERT_TRUE(program);
  stage.policy.tail_limit_usd = 1;
  const double least = hedge::choose(*program, stage.policy).best_reach;
  ASSERT_GT(least, 1);
  for (const double limit : {least + 1, 45'000.0, 60'000.0}) {
    stage.policy.tail_limit_usd = limit;
    const hedge::Plan plan = plan_for(stage);
    const double reached = plan.tail.hedged.in_sample.cvar95_usd;
    const bool claims = plan.plan.status == "optimal" || plan.plan.status == "no_hedge";
    EXPECT_TRUE(!claims || reached <= limit * (1 + 1e-9) + 1e-6)
        << "limit " << limit << ", CVaR " << reached << ", " << plan.plan.status << ": "
        << plan.plan.sentence;
  }
}

// Whoever finds a single trade in whole lots that beats the plan has found that it is not the best.
void no_single_trade_beats(const hedge::Plan& plan, const Stage& stage) {
  const auto program = programme_on(stage);
  ASSERT_TRUE(program);
  double best = plan.plan.objective_unhedged_usd;
  std::string with = "nothing";
  for (std::size_t j = 0; j < program->columns.size(); ++j) {
    const hedge::Candidate& c = program->candidates[program->candidate_of[j]];
    for (const double share : {0.25, 0.5, 1.0}) {
      std::vector<double> x(program->columns.size(), 0.0);
      x[j] = c.lot.value() * std::floor(share * program->columns[j].upper / c.lot.value());
      if (!hedge::within_limits(*program, stage.policy, x)) continue;
      const double objective = hedge::objective_of(*program, stage.policy, x);
      if (objective < best) best = objective, with = fmt::format("{} of {}", x[j], c.name);
    }
  }
  const double worth = stage.policy.trade_worth_share_min * plan.position.value_usd;
  EXPECT_LE(plan.plan.objective_usd, best + worth)
      << plan.plan.status << " (" << plan.plan.sentence << "), yet " << with << " alone gives "
      << best << " instead of " << plan.plan.objective_usd;
}

TEST(WholeLots, AreNeverBeatenByASingleTrade) {
  for (const double deposit : {2'000.0, 10'000.0, 50'000.0, 200'000.0, 1e6}) {
    SCOPED_TRACE(deposit);
    Stage stage = example_stage(2000);
    const double share = deposit / 1e6;
    amm::Range& range = stage.book.positions[0].range;
    range.liquidity = amm::HumanLiquidity{range.liquidity.value() * share};
    no_single_trade_beats(plan_for(stage), stage);
  }
}

// A flat market of two expiries; what is traded, one contract each, and whether that is allowed.
class Cover : public ::testing::Test {
 protected:
  Cover() {
    FlatMarket flat;
    flat.tenors_days = {10, 30, 60};
    flat.strikes = {1800, 1900, 2000, 2050, 2100, 2200};
    stage_ = {snapshot_of(flat), book_of(1e6, 1500, 2500, 2000, 1e6), {}};
    stage_.policy.paths_choose = 500;
    stage_.policy.coverage_tolerance = 1;
    stage_.policy.strike_z_out_max = stage_.policy.strike_z_in_max = 100;
    stage_.policy.tenor_days_new_min = 0;  // and one tenor, whose options no rule rolls
    stage_.policy.tenors_days = {30}, stage_.policy.z_strikes = {1};
    stage_.policy.carry_usd_per_year = 1e9;
    // Strikes are not listed alike for every expiry: nothing stands at 10 days and 2200.
    std::erase_if(stage_.snapshot.chain, [](const market::Quote& quote) {
      return quote.instrument == "FLAT-10-2200-C" || quote.instrument == "FLAT-30-2200-C";
    });
  }

  bool allows(const std::vector<std::string>& bought, const std::vector<std::string>& sold) const {
    const auto program = programme_on(stage_);
    EXPECT_TRUE(program) << program.error().message;
    std::vector<double> x(program->columns.size(), 0.0);
    const auto trade = [&](const std::string& name, double sign) {
      for (std::size_t j = 0; j < x.size(); ++j) {
        const bool same = program->candidates[program->candidate_of[j]].name == name;
        if (same && program->columns[j].sign == sign) x[j] += 1;
      }
    };
    for (const std::string& name : bought) trade(name, 1);
    for (const std::string& name : sold) trade(name, -1);
    return hedge::within_limits(*program, stage_.policy, x);
  }

  Stage stage_;
  // A put at the money brings gamma, so that nothing but the cover is in question.
  const std::string gamma_ = "FLAT-10-2000-P", call_ = "FLAT-60-2000-C";
};

TEST_F(Cover, LetsACallSpreadOfOneExpiryBe) {
  EXPECT_TRUE(allows({gamma_, call_}, {"FLAT-60-2200-C"}));
  EXPECT_FALSE(allows({gamma_, call_}, {"FLAT-10-2050-C"}));  // another expiry does not cover
  EXPECT_FALSE(allows({gamma_, gamma_}, {"FLAT-60-2200-C"}));
}

// One long call cannot stand behind two short ones, though it covers each of them alone: above
// every strike the hedge would lose a dollar for every dollar that the price rises.
TEST_F(Cover, ByOneLongCallIsOfOneShortCallOnly) {
  EXPECT_FALSE(allows({gamma_, gamma_, call_}, {"FLAT-10-2050-C", "FLAT-60-2200-C"}));
}

// The second long call, 2100 at 30 days, is too dear for the one short and dies before the other.
TEST_F(Cover, IsNotLentByACallThatCoversNeither) {
  EXPECT_FALSE(
      allows({gamma_, gamma_, call_, "FLAT-30-2100-C"}, {"FLAT-10-2050-C", "FLAT-60-2200-C"}));
}

TEST(SameBits, OnOneTwoAndThreeThreads) {
  const Stage stage = example_stage(5000);
  const std::string one = json_of(plan_for(stage, 1));
  EXPECT_EQ(one, json_of(plan_for(stage, 2)));
  EXPECT_EQ(one, json_of(plan_for(stage, 3)));
}

// Rockafellar & Uryasev (2000), section 5: three assets, minimum CVaR for a required return.
struct Table {
  double mean[3] = {.0101110, .0043532, .0137058};
  double covariance[3][3] = {{.00324625, .00022983, .00420395},
                             {.00022983, .00049937, .00019247},
                             {.00420395, .00019247, .00764097}};
  double required = .011;

  double variance(const double* w) const {
    double sum = 0;
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) sum += w[i] * covariance[i][j] * w[j];
    }
    return sum;
  }

  // Two equations leave a line: w = at + t along; the variance is a parabola in t.
  void best(double* w) const {
    const double along[3] = {mean[1] - mean[2], mean[2] - mean[0], mean[0] - mean[1]};
    const double share = (required - mean[1]) / (mean[0] - mean[1]);
    const double at[3] = {share, 1 - share, 0};
    double cross = 0;
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) cross += along[i] * covariance[i][j] * at[j];
    }
    const double t = -cross / variance(along);
    for (int i = 0; i < 3; ++i) w[i] = at[i] + t * along[i];
  }

  double cvar(const double* w, double level) const {
    const double z = num::normal_quantile(level);
    double gain = 0;
    for (int i = 0; i < 3; ++i) gain += w[i] * mean[i];
    return -gain + std::sqrt(variance(w)) * num::normal_pdf(z) / (1 - level);
  }
};

struct TableRow {
  double level, var, cvar;
};
constexpr TableRow table_rows[] = {{.90, .06784707702428586, .0969748241705293},
                                   {.95, .09019912776416888, .11590778895299846},
                                   {.99, .13212785762298554, .15297650829486994}};

TEST(RockafellarUryasev, WeightsVarianceVarAndCvarAreThePrintedOnes) {
  const Table table;
  double w[3];
  table.best(w);
  EXPECT_NEAR(w[0], .45201131, 5e-9);
  EXPECT_NEAR(w[1], .11557318, 5e-9);
  EXPECT_NEAR(w[2], .43241551, 5e-9);
  EXPECT_NEAR(table.variance(w), .0037852888463965556, 1e-17);
  for (const TableRow& row : table_rows) {
    const double var =
        -table.required + std::sqrt(table.variance(w)) * num::normal_quantile(row.level);
    EXPECT_NEAR(var, row.var, 1e-15) << row.level;
    EXPECT_NEAR(table.cvar(w, row.level), row.cvar, 1e-15) << row.level;
  }
}

// Returns of the three assets on evenly spread points and their mirror images.
num::Matrix<Usd> normal_returns(const Table& table, std::size_t pairs) {
  double root[3][3] = {};  // Cholesky
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j <= i; ++j) {
      double sum = table.covariance[i][j];
      for (int k = 0; k < j; ++k) sum -= root[i][k] * root[j][k];
      root[i][j] = i == j ? std::sqrt(sum) : sum / root[j][j];
    }
  }
  constexpr double plastic = 1.2207440846057596;  // x^4 = x + 1: Roberts's R3 sequence
  num::Matrix<Usd> returns(3, 2 * pairs);
  for (std::size_t s = 0; s < pairs; ++s) {
    double z[3];
    for (int k = 0; k < 3; ++k) {
      const double place = 0.5 + (static_cast<double>(s) + 1) * std::pow(plastic, -k - 1);
      z[k] = num::normal_quantile(place - std::floor(place));
    }
    for (std::size_t i = 0; i < 3; ++i) {
      double move = 0;
      for (std::size_t k = 0; k <= i; ++k) move += root[i][k] * z[k];
      returns.row(i)[2 * s] = table.mean[i] + move;
      returns.row(i)[2 * s + 1] = table.mean[i] - move;
    }
  }
  return returns;
}

// Three standard errors of a CVaR from as many independent draws, which evenly spread ones beat.
double sampling_error(const Table& table, double level, double paths) {
  double w[3];
  table.best(w);
  const double z = num::normal_quantile(level), tail = 1 - level;
  const double excess = num::normal_pdf(z) - tail * z;                // E (Z-z)+
  const double square = tail * (1 + z * z) - z * num::normal_pdf(z);  // E (Z-z)+^2
  return 3 * std::sqrt(table.variance(w) * (square - excess * excess) / paths) / tail;
}

TEST(RockafellarUryasev, TheTailProgrammeReachesThePrintedCvarOnNormalScenarios) {
  const Table table;
  const num::Matrix<Usd> returns = normal_returns(table, 10'000);
  const std::vector<double> no_loss(returns.columns(), 0.0);
  for (const TableRow& row : table_rows) {
    solve::TailProgram program;
    program.value = &returns;
    program.base_loss = no_loss;
    program.level = row.level;
    program.columns = {{0, 1, 0, 1}, {1, 1, 0, 1}, {2, 1, 0, 1}};
    const std::vector<double> mean(table.mean, table.mean + 3);
    program.rows = {{"weights", {1, 1, 1}, 1, 1}, {"return", mean, table.required, table.required}};
    const solve::Outcome out = solve::solve_tail(program, 1e-8);
    ASSERT_EQ(out.status, solve::Status::optimal) << row.level;
    const double allowed = sampling_error(table, row.level, 20'000);
    fmt::print(
        "CVaR {:.2f}: {:.8f}, printed {:.8f}, allowed {:.8f}; weights {:.4f} {:.4f} {:.4f}\n",
        row.level, out.objective, row.cvar, allowed, out.x[0], out.x[1], out.x[2]);
    EXPECT_NEAR(out.objective, row.cvar, allowed) << row.level;
    EXPECT_NEAR(out.threshold, row.var, 2 * allowed) << row.level;
    EXPECT_NEAR(table.cvar(out.x.data(), row.level), row.cvar, allowed) << "of its weights";
    const Verdict judge = judged_by_rows(program);
    ASSERT_TRUE(judge.sound);
    EXPECT_NEAR(out.objective, judge.objective, 1e-7) << row.level;
  }
}

}  // namespace
}  // namespace levee::story
