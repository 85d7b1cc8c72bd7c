// tests/hedge/lots_test.cpp — whole lots that keep every limit and are worth making.
#include "levee/hedge/lots.h"

#include "tests/hedge/desk.h"
#include "tests/support/cases.h"

namespace levee::hedge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_multiple(double quantity, double lot) {
  return std::abs(quantity / lot - std::round(quantity / lot)) < 1e-9;
}

double objective_at(const Program& program, const Policy& policy, const std::vector<double>& x) {
  const auto loss = test::hedged_losses(program, x);
  const double mean = test::plain_mean(loss);
  if (policy.tail_limit_usd) return mean;
  return mean + policy.price_of_tail * test::plain_cvar(loss, policy.confidence);
}

// Three calls, bought or sold, on a handful of paths; a cover row that knows their order.
Program three_calls(double lot) {
  test::Gen gen(3, 1);
  Program program = test::tiny_program(gen, 3, 50);
  for (Candidate& c : program.candidates) c.lot = Tokens{lot};
  program.rows = {{"call_cover", {1, -1, 1, -1, 1, -1}, 0, infinity}};
  program.notes = {{"net calls", false}};
  std::fill(program.lp_loss.begin(), program.lp_loss.end(), -1.0);  // coverage asks nothing
  return program;
}

test::Desk tied_desk(const std::string& mode) {
  Policy policy;
  policy.mode = mode;
  policy.price_of_tail = 3;
  policy.carry_usd_per_year = 1e8;
  return test::Desk(test::small_market(), test::small_book(), policy, 1000);
}

}  // namespace

TEST(LotSlack, IsHalfALotOfWhatIsTradedForATie) {
  Program program = three_calls(0.2);
  program.rows.push_back({"contract_ratio_30_110", {0.25, 0, -0.25, 0, 2, 0}, 0, 0});
  program.notes.push_back({"a tie", true});
  const std::vector<double> x{3, 1, 2, 0, 0, 0};
  EXPECT_NEAR(lot_slack(program, 1, x), 0.5 * 0.2 * (0.25 + 0.25), 1e-9);
  EXPECT_LT(lot_slack(program, 0, x), 1e-6);
}

TEST(WithinLimits, RefusesABrokenRow) {
  const Program program = three_calls(1);
  EXPECT_TRUE(within_limits(program, {}, std::vector<double>{1, 0, 0, 1, 0, 0}));
  EXPECT_FALSE(within_limits(program, {}, std::vector<double>{1, 0, 0, 2, 0, 0}));
}

TEST(WithinLimits, ForgivesTheRoundingOfSums) {
  // In tenths: 0.3 bought stands for 0.1 + 0.2 sold, whatever binary makes of it.
  const Program program = three_calls(0.1);
  EXPECT_TRUE(within_limits(program, {}, std::vector<double>{0.3, 0, 0, 0.1, 0, 0.2}));
  EXPECT_TRUE(within_limits(program, {}, std::vector<double>{0.1, 0, 0.2, 0, 0, 0.3}));
  EXPECT_TRUE(within_limits(program, {}, std::vector<double>{0.7, 0, 0.1, 0, 0, 0.8}));
  EXPECT_FALSE(within_limits(program, {}, std::vector<double>{0.3, 0, 0, 0.2, 0, 0.2}));
}

TEST(WithinLimits, RefusesMoreCoverThanLoss) {
  Program program = three_calls(1);
  const double gain = 50;
  test::own_values(program, *program.value).row(0)[7] = program.candidates[0].mid.value() + gain;
  Policy policy;
  policy.coverage_tolerance = 0.01;  // ten dollars of a thousand
  const std::vector<double> one{1, 0, 0, 0, 0, 0};
  program.lp_loss[7] = 41;
  EXPECT_TRUE(within_limits(program, policy, one));
  program.lp_loss[7] = 39;
  EXPECT_FALSE(within_limits(program, policy, one));
  program.lp_loss[7] = 0;  // nothing lost: nothing to cover
  EXPECT_TRUE(within_limits(program, policy, one));
}

TEST(WithinLimits, RefusesATailBeyondTheLimit) {
  const Program program = three_calls(1);
  Policy policy;
  const std::vector<double> none(6, 0.0);
  const double cvar = test::plain_cvar(program.base_loss, 0.95);
  policy.tail_limit_usd = cvar * 1.001;
  EXPECT_TRUE(within_limits(program, policy, none));
  policy.tail_limit_usd = cvar * 0.999;
  EXPECT_FALSE(within_limits(program, policy, none));
}

TEST(WholeLots, OfARealHedgeAreWholeAllowedAndCloseToTheOptimum) {
  Policy policy;
  policy.price_of_tail = 0.8;
  test::Desk desk(test::small_market(), test::small_book(), policy, 1000);
  Program program = desk.program();
  const Choice choice = choose(program, policy);
  ASSERT_EQ(choice.status, solve::Status::optimal);
  const auto lots = whole_lots(program, policy, choice.x);
  double traded = 0;
  for (std::size_t j = 0; j < lots.size(); ++j) {
    const double lot = program.candidates[program.candidate_of[j]].lot.value();
    EXPECT_TRUE(is_multiple(lots[j], lot)) << lots[j] << " of " << lot;
    EXPECT_LE(lots[j], program.columns[j].upper * (1 + 1e-12));
    EXPECT_GE(lots[j], 0);
    traded += lots[j];
  }
  EXPECT_GT(traded, 0);
  EXPECT_TRUE(within_limits(program, policy, lots));
  const double none = objective_at(program, policy, std::vector<double>(lots.size(), 0.0));
  const double whole = objective_at(program, policy, lots);
  EXPECT_GE(whole, choice.bound - 1e-9 * program.scale);
  EXPECT_LE(whole - choice.objective, 0.05 * (none - choice.objective));
}

TEST(WholeLots, KeepTheTailLimitOrTradeNothing) {
  Policy policy;
  test::Desk desk(test::small_market(), test::small_book(), policy, 1000);
  Program program = desk.program();
  policy.tail_limit_usd = 0.7 * test::plain_cvar(program.base_loss, 0.95);
  const Choice choice = choose(program, policy);
  ASSERT_EQ(choice.status, solve::Status::optimal);
  const auto lots = whole_lots(program, policy, choice.x);
  const auto loss = test::hedged_losses(program, lots);
  EXPECT_LE(test::plain_cvar(loss, 0.95), *policy.tail_limit_usd + 1e-5);
  EXPECT_GT(test::plain_mean(lots), 0);
}

TEST(WholeLots, OfATieAreWithinHalfALotOfEveryOption) {
  for (const std::string mode : {"contracts_442", "budget_40_40_20"}) {
    test::Desk desk = tied_desk(mode);
    const auto ladder = ladder_of(desk.candidates(), desk.snapshot, desk.surface, desk.policy,
                                  Price{1600}, Price{2500});
    Program program = *desk.program(ladder.list);
    const Choice choice = choose(program, desk.policy);
    ASSERT_EQ(choice.status, solve::Status::optimal) << mode;
    const auto lots = whole_lots(program, desk.policy, choice.x);
    double amount[3]{}, half_lots[3]{};
    for (std::size_t j = 0; j < lots.size(); ++j) {
      const Candidate& c = program.candidates[program.candidate_of[j]];
      if (c.name == "ETH-PERP" || lots[j] == 0) continue;
      EXPECT_TRUE(is_multiple(lots[j], 1));
      const double unit = mode == "contracts_442" ? 1 : c.ask->value();
      amount[c.bucket] += lots[j] * unit, half_lots[c.bucket] += 0.5 * unit;
    }
    ASSERT_GT(amount[0], 0) << mode;
    EXPECT_NEAR(amount[0], amount[1], half_lots[0] + half_lots[1] + 1e-6) << mode;
    EXPECT_NEAR(amount[1], 2 * amount[2], half_lots[1] + 2 * half_lots[2] + 1e-6) << mode;
  }
}

TEST(WholeLots, LeaveOutATradeThatIsHardlyWorthMaking) {
  Policy policy;
  policy.price_of_tail = 0.8;
  test::Desk desk(test::small_market(), test::small_book(), policy, 1000);
  Program program = desk.program();
  const Choice choice = choose(program, policy);
  const auto count = [](const std::vector<double>& x) {
    return std::count_if(x.begin(), x.end(), [](double quantity) { return quantity > 0; });
  };
  policy.trade_worth_share_min = 0;
  const auto all = whole_lots(program, policy, choice.x);
  policy.trade_worth_share_min = 0.003;
  const auto few = whole_lots(program, policy, choice.x);
  EXPECT_LT(count(few), count(all));
  ASSERT_GT(count(few), 0);
  const double kept = objective_at(program, policy, few);
  for (std::size_t j = 0; j < few.size(); ++j) {
    if (few[j] == 0) continue;
    auto without = few;
    without[j] = 0;
    if (!within_limits(program, policy, without)) continue;
    EXPECT_GT(objective_at(program, policy, without) - kept, 0.003 * program.scale);
  }
}

TEST(WholeLots, OfALotTooLargeAreNone) {
  test::Gen gen(5, 1);
  Program program = test::tiny_program(gen, 2, 60);
  for (Candidate& c : program.candidates) c.lot = Tokens{50};  // the depth is 6
  const std::vector<double> x{2, 0, 1, 0};
  EXPECT_EQ(whole_lots(program, {}, x), std::vector<double>(4, 0.0));
}

TEST(WholeLots, OfASpreadThatOnlyCostsAreNone) {
  // Bought at 3 and sold at 2, both worth nothing: without the sale it is dearer, without the
  // purchase it is not allowed, and yet not trading is best.
  Program program = three_calls(1);
  num::Matrix<Usd>& values = test::own_values(program, *program.value);
  for (std::size_t i = 0; i < 3; ++i) {
    std::ranges::fill(values.row(i), 0.0);
    program.value_mean[i] = 0;
    program.columns[2 * i].cost = 3, program.columns[2 * i + 1].cost = -2;
  }
  Policy policy;
  policy.trade_worth_share_min = 0;
  const std::vector<double> spread{1, 0, 0, 1, 0, 0}, none(6, 0.0);
  ASSERT_TRUE(within_limits(program, policy, spread));
  EXPECT_EQ(whole_lots(program, policy, spread), none);
}

TEST(WholeLotsLaw, AreAllowedAndNeverWorseThanDoingNothing) {
  test::for_cases(400, [](test::Gen& gen) {
    Program program = test::tiny_program(gen, gen.size(1, 5), 60);
    const double lot = gen.pick({0.1, 0.5, 1.0, 2.0});
    for (Candidate& c : program.candidates) c.lot = Tokens{lot};
    if (gen.coin()) {  // what is sold stands on what is bought
      solve::Row cover{"call_cover", {}, 0, infinity};
      for (const solve::Column& column : program.columns) cover.coefficient.push_back(column.sign);
      program.rows.push_back(cover);
      program.notes.push_back({"net calls", false});
    }
    Policy policy;
    policy.price_of_tail = gen.scale(0.02, 2);
    policy.confidence = gen.real(0.6, 0.97);
    policy.trade_worth_share_min = gen.coin() ? 0 : 0.002;
    policy.coverage_tolerance = gen.real(0, 0.05);
    const Choice choice = choose(program, policy);
    ASSERT_EQ(choice.status, solve::Status::optimal);
    const auto lots = whole_lots(program, policy, choice.x);
    for (std::size_t j = 0; j < lots.size(); ++j) {
      EXPECT_TRUE(is_multiple(lots[j], lot)) << lots[j];
      EXPECT_GE(lots[j], 0);
      EXPECT_LE(lots[j], program.columns[j].upper + 1e-9);
    }
    EXPECT_TRUE(within_limits(program, policy, lots));
    const double whole = objective_at(program, policy, lots);
    const std::vector<double> none(lots.size(), 0.0);
    EXPECT_LE(whole, objective_at(program, policy, none) + 1e-9 * program.scale);
    EXPECT_GE(whole, choice.bound - 1e-9 * program.scale);
  });
}

TEST(WholeLotsLaw, NoStepOfOneLotOfATradeImprovesThem) {
  test::for_cases(200, [](test::Gen& gen) {
    Program program = test::tiny_program(gen, gen.size(1, 4), 60);
    Policy policy;
    policy.price_of_tail = gen.scale(0.05, 2);
    policy.trade_worth_share_min = 0;
    const Choice choice = choose(program, policy);
    ASSERT_EQ(choice.status, solve::Status::optimal);
    const auto lots = whole_lots(program, policy, choice.x);
    const double whole = objective_at(program, policy, lots);
    for (std::size_t j = 0; j < lots.size(); ++j) {
      if (lots[j] == 0) continue;
      for (const double step : {1.0, -1.0}) {
        auto moved = lots;
        moved[j] += step;
        if (moved[j] > program.columns[j].upper) continue;
        if (!within_limits(program, policy, moved)) continue;
        EXPECT_GE(objective_at(program, policy, moved), whole - 1.001e-6 * program.scale);
      }
    }
  });
}

}  // namespace levee::hedge
