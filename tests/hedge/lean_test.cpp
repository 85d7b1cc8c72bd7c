// tests/hedge/lean_test.cpp — fewer trades, each worth its place.
#include "levee/hedge/lean.h"

#include "tests/hedge/desk.h"

namespace levee::hedge {
namespace {

struct Chosen {
  test::Desk desk;
  Program program;
  Choice choice;

  explicit Chosen(double worth)
      : desk(
            test::small_market(), test::small_book(),
            [&] {
              Policy policy;
              policy.price_of_tail = 0.5;
              policy.trade_worth_share_min = worth;
              return policy;
            }(),
            500),
        program(desk.program()),
        choice(choose(program, desk.policy)) {}
};

int trades(const std::vector<double>& x) {
  return static_cast<int>(std::ranges::count_if(x, [](double one) { return one > 0; }));
}

}  // namespace

TEST(Restricted, IsTheSameProgrammeOfFewerColumns) {
  const Chosen chosen(0);
  std::vector<std::size_t> columns;
  for (std::size_t j = 0; j < chosen.choice.x.size(); ++j) {
    if (chosen.choice.x[j] > 0) columns.push_back(j);
  }
  const Lean lean = restricted(chosen.program, {columns, chosen.program.paths()}, chosen.choice);
  EXPECT_EQ(lean.program.columns.size(), columns.size());
  EXPECT_EQ(lean.program.rows.size(), chosen.program.rows.size());
  EXPECT_NEAR(objective_of(lean.program, chosen.desk.policy, lean.choice.x),
              objective_of(chosen.program, chosen.desk.policy, chosen.choice.x), 1e-6);
  EXPECT_EQ(spread_out(lean, chosen.choice.x.size(), lean.choice.x), chosen.choice.x);
  for (std::size_t r = 0; r < lean.program.rows.size(); ++r) {
    double whole = 0, part = 0;
    for (std::size_t j = 0; j < chosen.choice.x.size(); ++j) {
      whole += chosen.program.rows[r].coefficient[j] * chosen.choice.x[j];
    }
    for (std::size_t j = 0; j < lean.choice.x.size(); ++j) {
      part += lean.program.rows[r].coefficient[j] * lean.choice.x[j];
    }
    EXPECT_NEAR(part, whole, 1e-6 * std::max(1.0, std::abs(whole)));
  }
}

TEST(Restricted, TakesCoverageAlongForTheFirstPaths) {
  const Chosen chosen(0);
  Program whole = chosen.program;
  for (double& loss : whole.lp_loss) loss += 1;  // else the book's, which holds nothing beside it
  for (std::size_t i = 0; i < whole.candidates.size(); ++i) {
    whole.gain.emplace_back(whole.paths(), static_cast<double>(i));
  }
  const std::vector<std::size_t> columns{5, 1};
  const Lean lean = restricted(whole, {columns, 100}, chosen.choice);
  EXPECT_EQ(lean.program.paths(), 100u);
  for (std::size_t s = 0; s < 100; ++s) {
    EXPECT_EQ(lean.program.lp_loss[s], whole.lp_loss[s]);
    EXPECT_EQ(lean.program.base_loss[s], whole.base_loss[s]);
    EXPECT_EQ(gain_at(lean.program, 0, s), gain_at(whole, 5, s));
    EXPECT_EQ(gain_at(lean.program, 1, s), gain_at(whole, 1, s));
  }
}

TEST(LeanOf, LeavesNoTradeThatTheOthersCouldReplace) {
  const Chosen chosen(2e-4);
  Lean lean = lean_of(chosen.program, chosen.desk.policy, chosen.choice);
  EXPECT_LT(trades(lean.choice.x), trades(chosen.choice.x));
  EXPECT_GT(trades(lean.choice.x), 0);
  const double worth = 2e-4 * chosen.program.scale;
  const double lost = lean.choice.objective - chosen.choice.objective;
  EXPECT_GE(lost, -1e-6 * chosen.program.scale);
  EXPECT_LE(lost, worth * (trades(chosen.choice.x) - trades(lean.choice.x)));
  for (std::size_t j = 0; j < lean.choice.x.size(); ++j) {
    if (lean.choice.x[j] <= 1e-6 * lean.program.columns[j].upper) continue;
    Program without = lean.program;
    without.columns[j].upper = 0;
    const Choice next = choose(without, chosen.desk.policy);
    if (next.status == solve::Status::infeasible) continue;
    EXPECT_GT(next.objective - lean.choice.objective, 0.9 * worth) << j;
  }
}

TEST(LeanOf, KeepsEverythingWhereATradeNeedNotBeWorthAnything) {
  const Chosen chosen(0);
  const Lean lean = lean_of(chosen.program, chosen.desk.policy, chosen.choice);
  EXPECT_NEAR(lean.choice.objective, chosen.choice.objective, 2e-6 * chosen.program.scale);
}

}  // namespace levee::hedge
