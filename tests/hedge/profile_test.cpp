// tests/hedge/profile_test.cpp — profit against price, and a floor under it.
#include "levee/hedge/profile.h"

#include "levee/hedge/choose.h"
#include "levee/hedge/tell.h"
#include "tests/hedge/desk.h"

namespace levee::hedge {
namespace {

struct Floored {
  test::Desk desk{test::small_market(), test::small_book(),
                  [] {
                    Policy policy;
                    policy.carry_usd_per_year = 1e7;
                    return policy;
                  }(),
                  400};
  Program program = desk.program();
  risk::Repricing with = desk.with();
  Setting setting = desk.setting();
  ProfileAsk ask{setting, desk.from, with};

  double profit(const std::vector<double>& x, double z) const {
    const double price = 2000 * std::exp(z * sigma_of(ask));
    double sum = lp_change(ask, price) + expected_fees(ask);
    for (std::size_t j = 0; j < x.size(); ++j) {
      const Candidate& one = program.candidates[program.candidate_of[j]];
      sum += x[j] * (program.columns[j].sign * unit_at(ask, one.instrument, price) -
                     program.columns[j].cost);
    }
    return sum;
  }
};

}  // namespace

TEST(UnitAt, OfWhatIsTakenOutIsItsTokensWithoutTheFeesToTheHorizon) {
  Floored floored;
  floored.desk.position.fees_usd_per_day = {700.0};
  const Withdrawal all{0};
  const double tokens = floored.desk.position.total.base_tokens;
  // Where the price stands what is held is worth what it was: the fees are all that is missed.
  EXPECT_NEAR(unit_at(floored.ask, all, 2000), -30 * 700, 1e-6);
  EXPECT_NEAR(unit_at(floored.ask, all, 2100),
              tokens * 100 - lp_change(floored.ask, 2100) - 30 * 700, 1e-6);
}

TEST(Floor, IsKeptAtEveryPriceOfItsGridAndCostsSomething) {
  Floored floored;
  const Choice free = choose(floored.program, floored.desk.policy);
  double worst = 0;
  for (double z = -1; z <= 1; z += 0.25) worst = std::min(worst, floored.profit(free.x, z));
  const Floor floor{.z = 1, .loss_usd = -0.5 * worst};
  add_floor(floored.ask, floor, floored.program);
  const Choice held = choose(floored.program, floored.desk.policy);
  ASSERT_EQ(held.status, solve::Status::optimal);
  for (double z = -1; z <= 1; z += 0.25) {
    EXPECT_GE(floored.profit(held.x, z), 0.5 * worst - 1) << z;
  }
  EXPECT_GT(held.objective, free.objective);
}

TEST(Floor, ThatHoldsAnywayChangesNothing) {
  Floored floored;
  const Choice free = choose(floored.program, floored.desk.policy);
  add_floor(floored.ask, {.z = 2, .loss_usd = 1e7}, floored.program);
  EXPECT_NEAR(choose(floored.program, floored.desk.policy).objective, free.objective,
              2e-6 * floored.program.scale);
}

TEST(BreakEvens, AreWhereTheProfileChangesSign) {
  Floored floored;
  std::vector<double> x(floored.program.columns.size(), 0.0);
  x[test::column_of(floored.program, "ETH-30-1800-P", 1)] = 60;
  const auto held = held_of(floored.program, x);
  const BreakEvens found = break_evens_of(floored.ask, held);
  ASSERT_FALSE(found.price.empty());
  for (std::size_t i = 0; i < found.z.size(); ++i) {
    EXPECT_NEAR(floored.profit(x, found.z[i]), 0, 1e-3 * floored.program.scale);
    EXPECT_LT(floored.profit(x, found.z[i] - 0.01) * floored.profit(x, found.z[i] + 0.01), 0);
  }
  const Profile profile = profile_of(floored.ask, held);
  ASSERT_EQ(profile.price.size(), 121u);
  for (std::size_t i = 0; i < profile.price.size(); ++i) {
    EXPECT_NEAR(profile.sum_usd[i], profile.lp_usd[i] + profile.hedge_usd[i], 1e-6);
  }
}

}  // namespace levee::hedge
