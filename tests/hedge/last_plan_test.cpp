// tests/hedge/last_plan_test.cpp — a plan begun from another comes to what one made anew comes to.
#include "levee/hedge/last_plan.h"

#include "levee/hedge/decide.h"
#include "levee/hedge/lots.h"
#include "tests/hedge/desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Policy quick() {
  Policy policy;
  policy.paths_choose = 1000;
  policy.paths_score = 2000;
  policy.price_of_tail = 0.8;
  return policy;
}

// A chain of the small market with its index so much higher.
market::Snapshot market_at(double move = 0) {
  return test::small_market({.spot = 2000 * (1 + move),
                             .open_interest = 20'000,
                             .tenors = {30, 110, 220},
                             .strikes = {1400, 1600, 1800, 2000, 2200, 2500}});
}

Plan planned(const market::Snapshot& snapshot, const LastPlan* last = nullptr,
             const Policy& policy = quick()) {
  Silence silence;
  const book::Book book = test::small_book();
  auto plan = decide({.snapshot = snapshot, .book = book, .policy = policy, .last = last},
                     test::alone, silence);
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  return *std::move(plan);
}

LastPlan kept_of(const Plan& plan) {
  LastPlan last{.at = plan.market.at, .trades = {}, .optimum = plan.plan.optimum};
  for (const Trade& one : plan.plan.trades) {
    last.trades.push_back({one.instrument, one.side, one.quantity});
  }
  return last;
}

}  // namespace

TEST(Legs, AreTheQuantitiesOfTheirColumns) {
  test::Desk desk(test::small_market(), test::small_book(), quick(), 500);
  Program program = desk.program();
  const Choice choice = choose(program, desk.policy);
  const auto legs = legs_of(program, choice.x);
  ASSERT_GT(legs.size(), 1u);
  const auto x = quantities_of(program, legs);
  for (std::size_t j = 0; j < x.size(); ++j) {
    EXPECT_NEAR(x[j], choice.x[j], 1e-8 * program.columns[j].upper) << j;
  }
}

TEST(Legs, OfOneNameFillItsColumnsInTurnAndNoFurther) {
  test::Gen gen(5, 1);
  Program program = test::tiny_program(gen, 2, 20);  // columns: buy, sell of each
  program.candidates[1].name = program.candidates[0].name = "cover";
  std::vector<double> upper;
  for (solve::Column& column : program.columns) upper.push_back(column.upper = 3);
  const std::vector<Leg> legs{{"cover", "buy", 4}, {"gone", "buy", 1}};
  EXPECT_THAT(quantities_of(program, legs), ElementsAre(3, 0, 1, 0));
  EXPECT_THAT(quantities_of(program, std::vector<Leg>{{"cover", "buy", 100}}),
              ElementsAre(3, 0, 3, 0));
}

TEST(Begun, KnowsNothingWhereNothingIsOnOffer) {
  test::Desk desk(test::small_market(), test::small_book(), quick(), 500);
  const Program program = desk.program();
  const LastPlan last{.at = "", .trades = {}, .optimum = {{"GONE", "buy", 2}}};
  EXPECT_THAT(begun_from(program, desk.policy, last).x, IsEmpty());
}

// The tail at the optimum is known but for those paths that lie on its edge.
TEST(Begun, HasTheTailOfItsPoint) {
  test::Desk desk(test::small_market(), test::small_book(), quick(), 500);
  Program program = desk.program();
  const Choice choice = choose(program, desk.policy);
  const LastPlan last{.at = "", .trades = {}, .optimum = legs_of(program, choice.x)};
  const Choice begun = begun_from(program, desk.policy, last);
  ASSERT_EQ(begun.price.size(), choice.price.size());
  double sum = 0;
  std::size_t other = 0;
  for (std::size_t s = 0; s < begun.price.size(); ++s) {
    sum += begun.price[s];
    if (std::abs(begun.price[s] - choice.price[s]) > 1e-12) ++other;
  }
  EXPECT_NEAR(sum, desk.policy.price_of_tail, 1e-12);
  EXPECT_LT(other, 30u);  // of five hundred: no more than there are trades and rows
}

TEST(LastPlan, OfTheSameMarketIsThePlan) {
  const auto snapshot = market_at();
  const Plan anew = planned(snapshot);
  ASSERT_GT(anew.plan.trades.size(), 1u);
  EXPECT_FALSE(anew.since);
  const LastPlan last = kept_of(anew);
  const Plan again = planned(snapshot, &last);
  ASSERT_TRUE(again.since);
  EXPECT_THAT(again.since->changes, IsEmpty());
  EXPECT_EQ(again.since->at, anew.market.at);
  EXPECT_NEAR(again.plan.optimum_usd, anew.plan.optimum_usd, 1e-6 * anew.position.value_usd);
  EXPECT_LE(again.plan.duality_gap_usd, 1e-6 * anew.position.value_usd);
  EXPECT_THAT(again.what_if, IsEmpty());
  EXPECT_THAT(again.tail.also, IsEmpty());
  EXPECT_THAT(again.assumptions, Contains(HasSubstr("Scored on 1000 fresh scenarios")));
}

TEST(LastPlan, ComesToWhatOneMadeAnewComesToWhenPricesMoved) {
  const LastPlan last = kept_of(planned(market_at()));
  for (const double move : {-0.05, 0.01}) {
    const Plan anew = planned(market_at(move));
    const Plan again = planned(market_at(move), &last);
    const double scale = anew.position.value_usd;
    EXPECT_NEAR(again.plan.optimum_usd, anew.plan.optimum_usd, 2e-6 * scale) << move;
    EXPECT_LE(again.plan.duality_gap_usd, 1e-6 * scale) << move;
    const double worth = quick().trade_worth_share_min * scale;
    const auto legs = static_cast<double>(again.plan.optimum.size());
    EXPECT_LE(again.plan.objective_usd, again.plan.optimum_usd + legs * worth) << move;
  }
}

// It says where to begin and nothing else.
TEST(LastPlan, CannotMakeAPlanWorse) {
  const auto snapshot = market_at();
  const Plan anew = planned(snapshot);
  LastPlan wild = kept_of(anew);
  for (Leg& leg : wild.optimum) leg.quantity *= 1000, leg.side = leg.side == "buy" ? "sell" : "buy";
  for (Leg& leg : wild.trades) leg.instrument = "GONE-" + leg.instrument;
  wild.optimum.push_back({"ETH-PERP", "buy", 1e300});
  const Plan again = planned(snapshot, &wild);
  EXPECT_EQ(again.plan.status, "optimal");
  EXPECT_NEAR(again.plan.optimum_usd, anew.plan.optimum_usd, 1e-6 * anew.position.value_usd);
  EXPECT_NEAR(again.plan.objective_usd, anew.plan.objective_usd, 1e-3 * anew.position.value_usd);
}

TEST(KeptTrades, AreChosenAnewAmongThemselvesWhileTheyWillDo) {
  test::Desk desk(test::small_market(), test::small_book(), quick(), 500);
  Program program = desk.program();
  const Choice choice = choose(program, desk.policy);
  const LastPlan all{.at = "", .trades = legs_of(program, choice.x), .optimum = {}};
  const auto kept = kept_trades(program, desk.policy, choice, all);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->column.size(), all.trades.size());
  EXPECT_NEAR(kept->choice.objective, choice.objective, 1e-5 * program.scale);
  LastPlan one = all;
  one.trades.resize(1);
  Policy strict = desk.policy;
  strict.trade_worth_share_min = 1e-6;
  EXPECT_FALSE(kept_trades(program, strict, choice, one)) << "a single leg is no hedge";
  strict.trade_worth_share_min = 1;
  EXPECT_TRUE(kept_trades(program, strict, choice, one)) << "unless trades must be worth the book";
  EXPECT_FALSE(kept_trades(program, desk.policy, choice, {}));
}

TEST(Since, TellsWhatIsNewMoreLessAndGone) {
  const LastPlan last{.at = "2026-01-01T00:00:00Z",
                      .trades = {{"A", "buy", 3}, {"B", "sell", 2}, {"C", "buy", 1}},
                      .optimum = {}};
  const auto trade = [](const char* name, const char* side, double quantity) {
    Trade one;
    one.instrument = name, one.side = side, one.quantity = quantity;
    return one;
  };
  const std::vector<Trade> now{trade("A", "buy", 5), trade("B", "buy", 2), trade("C", "buy", 1)};
  EXPECT_THAT(since(last, now).changes,
              ElementsAre("buy 5 A: was 3", "buy 2 B: new", "sell 2 B: no longer asked for"));
}

}  // namespace levee::hedge
