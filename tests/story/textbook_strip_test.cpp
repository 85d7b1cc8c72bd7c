// tests/story/textbook_strip_test.cpp — with nothing in the way, the plan is the textbook's strip.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "levee/hedge/decide.h"
#include "tests/story/instance.h"

namespace levee::story {
namespace {

// Mathematics 2.3: the loss of an LP [1500, 2500] worth a million at 2000, superhedged on strikes
// fifty apart. Calls from 2000 up, puts from 2000 down.
const std::map<double, double> textbook_calls{
    {2000, 12.88487080}, {2050, 25.14684483}, {2100, 24.25389823}, {2150, 23.41257949},
    {2200, 22.61880382}, {2250, 21.86889280}, {2300, 21.15952604}, {2350, 20.48769947},
    {2400, 19.85068929}, {2450, 19.24602064}, {2500, 9.42908205}};
const std::map<double, double> textbook_puts{
    {2000, 13.21109588}, {1950, 27.10633949}, {1900, 28.18364432}, {1850, 29.33425817},
    {1800, 30.56536118}, {1750, 31.88506375}, {1700, 33.30255832}, {1650, 34.82830116},
    {1600, 36.47423147}, {1550, 38.25403683}, {1500, 19.75682953}};

// Why the strip is the answer here. Options cost what they are worth under the scenarios' law, so
// the mean does not depend on them and the price of tail, as high as it goes, leaves only the tail.
// The borrowed loss is convex between strikes, so what is left over after any options is worst at
// the strikes; at fair prices the worst is least when it is the same at every strike, and that is
// the loss drawn straight from strike to strike: the strip. What stands in the way is lifted: no
// fee, no spread, any size, any carry. The position's delta is hedged by a loan of the tokens it
// holds, so only convexity is left. Coverage stays at 1: payoff is counted over the mark and the
// loss with its delta, so the strip never comes near it.
Stage textbook_stage() {
  FlatMarket flat;
  flat.only_out_of_the_money = true;
  for (double strike = 1500; strike <= 2500; strike += 50) flat.strikes.push_back(strike);
  Stage stage{snapshot_of(flat), book_of(1e6, 1500, 2500, 2000, 1e6), {}};
  book::Loan tokens;
  tokens.name = "tokens owed";
  tokens.base_owed = amm::exposure_at(stage.book.positions[0].range, Price{2000}).base;
  stage.book.loans = {tokens};
  hedge::Policy& policy = stage.policy;
  policy.confidence = 0.99;
  policy.price_of_tail = 1000;
  policy.carry_usd_per_year = 1e9;
  policy.option_fee_share_of_index = policy.option_fee_share_of_premium_max = 0;
  policy.option_lot = 0.01;
  policy.depth_share_of_open_interest = 1e-6;  // of 1e9: a thousand contracts of each
  policy.trade_worth_share_min = 0;
  policy.paths_choose = 20'000;
  policy.paths_score = 20'000;
  return stage;
}

double bought(const hedge::Plan& plan, double strike, char type) {
  double net = 0;
  for (const hedge::Trade& trade : plan.plan.trades) {
    if (trade.instrument != fmt::format("FLAT-30-{}-{}", strike, type)) continue;
    net += trade.side == "buy" ? trade.quantity : -trade.quantity;
  }
  return net;
}

class TextbookStrip : public ::testing::Test {
 protected:
  static const hedge::Plan& plan() {
    static const hedge::Plan made = [] {
      const Stage stage = textbook_stage();
      Silence silence;
      auto decided =
          hedge::decide({stage.snapshot, stage.book, stage.policy}, parallel::Team(2), silence);
      EXPECT_TRUE(decided) << decided.error().message;
      return std::move(*decided);
    }();
    return made;
  }
};

// A fifth of a contract: the worst one per cent of twenty thousand paths is two hundred of them,
// some ten a strike, spread over a few dollars around it (over ten dollars at the outer strikes),
// so a kink may sit a little off its strike: half a per cent of a weight. Sums are tied by the
// slope far out, where every path counts: a lot each way.
TEST_F(TextbookStrip, IsRecoveredStrikeByStrike) {
  ASSERT_EQ(plan().plan.status, "optimal") << plan().plan.sentence;
  double furthest = 0, calls = 0, puts = 0;
  for (const auto& [strike, weight] : textbook_calls) {
    const double got = bought(plan(), strike, 'C');
    EXPECT_NEAR(got, weight, 0.2) << "call " << strike;
    furthest = std::max(furthest, std::abs(got - weight));
    calls += got;
  }
  for (const auto& [strike, weight] : textbook_puts) {
    const double got = bought(plan(), strike, 'P');
    EXPECT_NEAR(got, weight, 0.2) << "put " << strike;
    furthest = std::max(furthest, std::abs(got - weight));
    puts += got;
  }
  EXPECT_NEAR(calls, 220.35890746770, 0.05);  // the tokens held at entry
  EXPECT_NEAR(puts, 322.90172010001, 0.05);   // L (1/sqrt pa - 1/sqrt p0)
  fmt::print("strip: furthest weight off by {:.4f}; calls {:.4f}, puts {:.4f}\n", furthest, calls,
             puts);
}

// Fair value of the borrowed loss of the position: trapezoids over the log-normal density.
double fair_loss() {
  const double root = 0.6 * std::sqrt(30 / 365.0), x0 = 220.35890746770;
  const amm::Range range = textbook_stage().book.positions[0].range;
  const double start = amm::exposure_at(range, Price{2000}).value.value();
  double sum = 0;
  for (int i = -80'000; i <= 80'000; ++i) {
    const double z = i * 1e-4, price = 2000 * std::exp(root * z - root * root / 2);
    const double now = amm::exposure_at(range, Price{price}).value.value();
    sum += (start + x0 * (price - 2000) - now) * std::exp(-z * z / 2) * 1e-4;
  }
  return sum / std::sqrt(2 * std::acos(-1.0));
}

// The textbook's residual lies between nothing and 0.0245 % of the position, in the holder's
// favour: the premium is the loss's fair value and part of that more, and the worst that is left
// is the premium, never more than it by more than the kinks are off.
TEST_F(TextbookStrip, LeavesThePremiumAsTheWorstLoss) {
  const auto& hedged = plan().tail.hedged.in_sample;
  const double premium = plan().plan.premium_usd, residual = 0.0002449359653980209 * 1e6;
  fmt::print("strip: premium {:.2f}, fair loss {:.2f}, worst {:.2f} (unhedged {:.2f})\n", premium,
             fair_loss(), hedged.worst_usd, plan().tail.unhedged.in_sample.worst_usd);
  EXPECT_GT(premium, fair_loss());
  EXPECT_LT(premium, fair_loss() + residual);
  EXPECT_NEAR(hedged.worst_usd, premium, 20);
  EXPECT_NEAR(hedged.cvar99_usd, premium, 10);
  EXPECT_GT(hedged.mean_usd, premium - residual);
  EXPECT_LT(hedged.mean_usd, premium);
  EXPECT_EQ(plan().plan.fees_usd, 0);
}

}  // namespace
}  // namespace levee::story
