// tests/hedge/second_engine_test.cpp — a second engine: whether it is one, and delta by perpetuals.
#include "levee/hedge/second_engine.h"

#include "levee/amm/exposure.h"
#include "levee/num/normal.h"
#include "tests/support/cases.h"

#include <limits>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using ::testing::HasSubstr;

double normal(test::Gen& gen) { return num::normal_quantile(gen.real(1e-12, 1)); }

// Gains of the positions, and of an engine of a given correlation with them.
struct Days {
  std::vector<double> lp, engine;
};
Days days_of(std::uint64_t seed, std::size_t count, double correlation, double lp_size = 100) {
  test::Gen gen(seed, 1);
  Days made;
  for (std::size_t i = 0; i < count; ++i) {
    const double one = normal(gen), other = normal(gen);
    made.lp.push_back(lp_size * one);
    made.engine.push_back(100 *
                          (correlation * one + std::sqrt(1 - correlation * correlation) * other));
  }
  return made;
}

Independence judged(const Days& days, std::optional<Usd> lp_income = Usd{1000},
                    std::optional<Usd> income = Usd{1000}, const EngineRule& rule = {}) {
  const std::vector<Engine> engines{{"positions", days.lp, lp_income},
                                    {"lending", days.engine, income}};
  const auto told = independence_of(engines, rule);
  EXPECT_TRUE(told) << told.error().message;
  return told ? *told : Independence{};
}

const EngineCheck& named(const Independence& told, std::string_view name) {
  for (const EngineCheck& one : told.checks) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << "no " << name;
  return told.checks[0];
}

// A position of a million over [1600, 2500] at 2,000 dollars, unhedged.
PerpAsk perps(double price = 2000, double held = 0) {
  const amm::Bounds bounds{Price{1600}, Price{2500}};
  const amm::Range range{bounds, *amm::liquidity_of(Usd{1e6}, Price{2000}, bounds)};
  const amm::Exposure now = amm::exposure_at(range, Price{price});
  return {.held = Tokens{held},
          .lp_delta = now.delta,
          .price = Price{price},
          .value = now.value,
          .funding = Rate{.1},
          .elapsed = Years{1. / 365},
          .fee = Share{.0005},
          .spread = Share{.0002}};
}

}  // namespace

TEST(Correlation, AndItsIntervalByHand) {
  const std::vector<double> one{1, 2, 3, 4, 5, 6}, other{2, 1, 4, 3, 6, 5};
  const Correlation told = correlation_of({{one, other}, .95});
  EXPECT_CLOSE(*told.value, 14.5 / 17.5, 1e-13);
  // atanh(0.828571) = 1.183562; 1.959964 / sqrt(3) = 1.131586
  EXPECT_NEAR(*told.lower, std::tanh(1.183562 - 1.131586), 1e-5);
  EXPECT_NEAR(*told.upper, std::tanh(1.183562 + 1.131586), 1e-5);
}

TEST(Correlation, IsNotKnownOfTooFewDaysOrOfWhatNeverChanges) {
  const std::vector<double> three{1, 2, 4}, same(10, .1), ramp{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_FALSE(correlation_of({{three, three}, .95}).value);
  EXPECT_FALSE(correlation_of({{same, ramp}, .95}).value);
  EXPECT_FALSE(correlation_of({{ramp, ramp}, .95, 11}).value);
  const Correlation whole = correlation_of({{ramp, ramp}, .95});
  EXPECT_CLOSE(*whole.value, 1, 1e-12);
  EXPECT_LE(*whole.upper, 1);
}

TEST(CorrelationLaw, IntervalsHoldTheTruthAsOftenAsTheySay) {
  int held = 0;
  constexpr int trials = 2000;
  for (std::uint64_t seed = 0; seed < trials; ++seed) {
    const Days days = days_of(seed + 1, 40, .4);
    const Correlation told = correlation_of({{days.lp, days.engine}, .9});
    held += *told.lower <= .4 && .4 <= *told.upper;
  }
  EXPECT_NEAR(held, .9 * trials, 3 * std::sqrt(.09 * trials) + .005 * trials);
}

TEST(Independence, OfAnEngineThatGoesItsOwnWayHolds) {
  const Independence told = judged(days_of(5, 6000, -.9));
  EXPECT_TRUE(told.holds);
  EXPECT_TRUE(told.is_proved) << named(told, "lending: correlation on the worst days").sentence;
  EXPECT_EQ(told.checks.size(), 6u);
}

TEST(Independence, IsBrokenByWhatFallsTogether) {
  const Independence told = judged(days_of(3, 500, .5));
  EXPECT_FALSE(told.holds);
  EXPECT_EQ(named(told, "lending: correlation").verdict, "broken");
  EXPECT_THAT(named(told, "lending: correlation").sentence, HasSubstr("at most 0.25"));
  EXPECT_EQ(named(judged(days_of(3, 2000, .35)), "lending: correlation").verdict, "broken");
}

TEST(Independence, OfFewDaysIsNotProved) {
  EngineRule loose;
  loose.risk_share_max = 1;
  const Independence few = judged(days_of(3, 50, -.5), Usd{1}, Usd{1}, loose);
  EXPECT_TRUE(few.holds);
  EXPECT_FALSE(few.is_proved);
  EXPECT_EQ(named(few, "lending: correlation").verdict, "unproved");
  EXPECT_THAT(named(few, "lending: correlation").sentence, HasSubstr("50 days say nothing"));
  const Independence month = judged(days_of(4, 100, .1));
  const EngineCheck& one = named(month, "lending: correlation");
  EXPECT_LE(*one.value, .25);
  EXPECT_GT(*one.upper, .25);
  EXPECT_EQ(one.verdict, "unproved") << "its interval reaches beyond the limit";
  EXPECT_EQ(named(month, "lending: correlation on the worst days").verdict, "unproved")
      << "five of them";
}

TEST(Independence, WorstDaysAreThoseOfThePositions) {
  // Independent, but for the worst twentieth, on which both fall alike.
  Days days = days_of(9, 1000, 0);
  std::vector<double> sorted = days.lp;
  std::ranges::sort(sorted);
  for (std::size_t i = 0; i < days.lp.size(); ++i) {
    if (days.lp[i] <= sorted[49]) days.engine[i] = days.lp[i] / 3;
  }
  const Independence told = judged(days);
  EXPECT_EQ(named(told, "lending: correlation").verdict, "kept");
  const EngineCheck& worst = named(told, "lending: correlation on the worst days");
  EXPECT_EQ(worst.verdict, "broken");
  EXPECT_CLOSE(*worst.value, 1, 1e-12);
}

TEST(Independence, NoEngineCarriesTheWhole) {
  const Days days = days_of(11, 400, 0, 300);  // nine tenths of the variance are the positions'
  const Independence told = judged(days, Usd{700}, Usd{300});
  EXPECT_EQ(named(told, "positions: share of income").verdict, "broken");
  EXPECT_CLOSE(*named(told, "positions: share of income").value, .7, 1e-12);
  EXPECT_EQ(named(told, "lending: share of income").verdict, "kept");
  EXPECT_EQ(named(told, "positions: share of risk").verdict, "broken");
  EXPECT_NEAR(*named(told, "positions: share of risk").value, .9, .03);
  EXPECT_CLOSE(
      *named(told, "positions: share of risk").value + *named(told, "lending: share of risk").value,
      1, 1e-12);
  EXPECT_EQ(named(judged(days, std::nullopt), "lending: share of income").verdict, "unproved");
  EXPECT_CLOSE(*named(judged(days, Usd{-50}), "lending: share of income").value, 1, 1e-12)
      << "what is expected to lose carries nothing";
}

TEST(IndependenceLaw, IntervalsOfShareOfRiskHoldTheTruthAsOftenAsTheySay) {
  int held = 0;
  constexpr int trials = 1000;
  for (std::uint64_t seed = 0; seed < trials; ++seed) {
    const Independence told = judged(days_of(seed + 1, 200, 0, 300));
    const EngineCheck& one = named(told, "lending: share of risk");
    held += *one.lower <= .1 && .1 <= *one.upper;  // 100^2 / (300^2 + 100^2)
  }
  EXPECT_NEAR(held, .95 * trials, 3 * std::sqrt(.05 * .95 * trials) + .01 * trials);
}

TEST(Independence, NeedsTheSameDays) {
  const std::vector<double> two{1, 2}, three{1, 2, 3}, broken{1, std::nan(""), 3};
  const std::vector<Engine> engines{{"a", two}, {"b", three}};
  EXPECT_THAT(independence_of(engines, {}).error().message, HasSubstr("b has 3 days, a has 2"));
  const std::vector<Engine> sick{{"a", three}, {"b", broken}};
  EXPECT_EQ(independence_of(sick, {}).error().reason, Reason::bad_input);
}

TEST(EngineRule, ItsFieldsAreChecked) {
  EXPECT_TRUE(check(EngineRule{}));
  EngineRule rule;
  rule.income_share_max = 0;
  EXPECT_THAT(check(rule).error().message, HasSubstr("income_share_max"));
  EXPECT_TRUE(check(PerpRule{}));
  PerpRule perp;
  perp.veq_to = 15;
  EXPECT_THAT(check(perp).error().message, HasSubstr("veq_from"));
}

TEST(PerpDelta, IsSixTenthsOfThePositionsBeyondItsBand) {
  const PerpAsk ask = perps();
  const PerpStep step = perp_step(ask, PerpRule{});
  EXPECT_NEAR(step.target_tokens, -.6 * ask.lp_delta.value(), 1e-9);
  EXPECT_NEAR(step.traded_tokens, step.target_tokens, .0005);
  EXPECT_CLOSE(step.error_share, .6 * ask.lp_delta.value() * 2000 / 1e6, 1e-12);
  EXPECT_NEAR(step.net_delta_share, .4, 1e-5) << "of the positions' own delta";
  EXPECT_CLOSE(step.cost_usd, -step.traded_tokens * 2000 * .0007, 1e-12);
  EXPECT_EQ(step.funding_usd, 0) << "nothing was held before";
}

TEST(PerpDelta, IsLeftAloneWithinItsBand) {
  const PerpAsk fresh = perps();
  const double target = .6 * fresh.lp_delta.value(), band = .05 * 1e6 / 2000;
  EXPECT_EQ(perp_step(perps(2000, -target + .999 * band), PerpRule{}).traded_tokens, 0);
  EXPECT_THAT(perp_step(perps(2000, -target + .999 * band), PerpRule{}).why,
              HasSubstr("left as it is"));
  EXPECT_NEAR(perp_step(perps(2000, -target + 1.001 * band), PerpRule{}).held_tokens, -target,
              6e-4);
  EXPECT_NEAR(perp_step(perps(2000, -target - 1.001 * band), PerpRule{}).held_tokens, -target,
              6e-4);
}

TEST(PerpDelta, BooksItsFunding) {
  const PerpStep step = perp_step(perps(2000, -100), PerpRule{});
  EXPECT_CLOSE(step.funding_usd, 100 * 2000 * .1 / 365, 1e-12) << "longs pay, and it is short";
  PerpAsk paying = perps(2000, -100);
  paying.funding = Rate{-.2};
  EXPECT_CLOSE(perp_step(paying, PerpRule{}).funding_usd, -100 * 2000 * .2 / 365, 1e-12);
}

TEST(PerpDelta, ThatIsToFollowVolatilityStaysWhereItIsNotKnown) {
  PerpRule rises;
  rises.rises = true;
  const PerpStep step = perp_step(perps(2000, -100), rises);
  EXPECT_EQ(step.traded_tokens, 0);
  EXPECT_THAT(step.why, HasSubstr("volatility is not known"));
}

// S1.19: a step of volatility; the hedge grows with it and never falls on the way up.
TEST(PerpDeltaLaw, GrowsWithVolatilityWhereItIsAskedTo) {
  PerpRule rises;
  rises.rises = true;
  EXPECT_EQ(ratio_at(rises, 15.), 0);
  EXPECT_CLOSE(*ratio_at(rises, 20.), .4, 1e-12);
  EXPECT_EQ(ratio_at(rises, 25.), .8);
  EXPECT_EQ(ratio_at(rises, 60.), .8);
  EXPECT_EQ(ratio_at(PerpRule{}, 60.), .6) << "off by default: the ratio is constant";
  test::for_cases(200, [&](test::Gen& gen) {
    double veq = gen.real(8, 20), held = 0;
    for (int day = 0; day < 30; ++day) {
      veq += gen.real(0, 2);
      PerpAsk ask = perps(2000, held);
      ask.veq = veq;
      const PerpStep step = perp_step(ask, rises);
      EXPECT_LE(step.held_tokens, held) << "shorter or the same";
      EXPECT_THAT(step.why, HasSubstr("sells after falls"));
      held = step.held_tokens;
    }
    PerpAsk ask = perps(2000, 0);
    ask.veq = veq;
    EXPECT_NEAR(held * 2000, perp_step(ask, rises).target_tokens * 2000, .05 * 1e6 + 2);
  });
}

// S1.16: along any path the error stays within the band, and the ledger adds up: what perps earn is
// their moves, funding and costs, and nothing else.
TEST(PerpDeltaLaw, StaysInsideItsBandAndBooksEveryDollar) {
  int trades = 0, days = 0;
  test::for_cases(100, [&](test::Gen& gen) {
    const PerpRule rule;
    double price = 2000, held = 0, cash = 0, moves = 0, funding = 0, costs = 0;
    for (int day = 0; day < 90; ++day) {
      const double next = price * std::exp(gen.real(-.07, .07));
      moves += held * (next - price);
      cash += held * (next - price);
      price = next;
      PerpAsk ask = perps(price, held);
      ask.funding = Rate{gen.real(-.3, .5)};
      const PerpStep step = perp_step(ask, rule);
      const double error = std::abs(step.held_tokens - step.target_tokens) * price;
      EXPECT_LE(error, std::max(rule.band * ask.value.value(), .0005 * price) * (1 + 1e-9));
      EXPECT_CLOSE(step.held_tokens, held + step.traded_tokens, 1e-12);
      funding += step.funding_usd, costs += step.cost_usd;
      cash +=
          -held * price * ask.funding.value() / 365 - std::abs(step.traded_tokens) * price * .0007;
      held = step.held_tokens;
      ++days, trades += step.traded_tokens != 0;
    }
    EXPECT_NEAR(cash, moves + funding - costs, 1e-6);
  });
  EXPECT_GT(trades, days / 20);
  EXPECT_LT(trades, days * 2 / 3) << "a band that does not spare trades is none";
}

}  // namespace levee::hedge
