// tests/hedge/rerange_test.cpp — ranges that follow the price: when, at what cost, booked how.
#include "levee/hedge/rerange.h"

#include "tests/support/cases.h"

#include <limits>
#include <vector>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using ::testing::HasSubstr;

constexpr double nowhere = std::numeric_limits<double>::infinity();

amm::Range range_of(double value, double entry, double lower, double upper) {
  const amm::Bounds bounds{Price{lower}, Price{upper}};
  return {bounds, *amm::liquidity_of(Usd{value}, Price{entry}, bounds)};
}

// A million dollars over [1600, 2500], entered at 2,000.
book::LpPosition position() {
  book::LpPosition one;
  one.name = "eth-usdc";
  one.range = range_of(1e6, 2000, 1600, 2500);
  one.entry_price = Price{2000};
  return one;
}

market::FeeFlow fees(double usd_a_day, double error = 0) {
  const double liquidity = position().range.liquidity.value();
  return {.usd_per_liquidity_day = Usd{usd_a_day / liquidity},
          .standard_error = Usd{error / liquidity},
          .days = 30,
          .source = "by hand"};
}

// Ether has fallen to 1,650 on wide days.
RerangeAsk fallen(const book::LpPosition& of) {
  return {.position = of,
          .price = Price{1650},
          .edr = .04,
          .edr_median = .03,
          .veq = 24.,
          .vol = Vol{.7},
          .fees = fees(20'000),
          .gas = Usd{40},
          .swap_cost = Share{.0015},
          .nav = Usd{5e6}};
}

Rerange told_of(const RerangeAsk& ask, const RerangeRule& rule = {}) {
  const auto told = rerange_of(ask, rule);
  EXPECT_TRUE(told) << told.error().message;
  return told ? *told : Rerange{};
}

}  // namespace

TEST(Threat, IsAQuarterOfTheHalfWidthFromAnEdge) {
  RerangeRule rule;
  rule.elasticity_low = 0, rule.elasticity_high = 1;
  const amm::Range range = position().range;
  // Half of ln(2500/1600) is 0.2231; a quarter of it from either edge.
  EXPECT_TRUE(threat_to(range, Price{1600 * std::exp(.0557)}, rule).is_threatened);
  EXPECT_FALSE(threat_to(range, Price{1600 * std::exp(.0559)}, rule).is_threatened);
  EXPECT_TRUE(threat_to(range, Price{2500 * std::exp(-.0557)}, rule).is_threatened);
  EXPECT_FALSE(threat_to(range, Price{2500 * std::exp(-.0559)}, rule).is_threatened);
  EXPECT_TRUE(threat_to(range, Price{1650}, rule).falling);
  EXPECT_FALSE(threat_to(range, Price{2450}, rule).falling);
  const Threat out = threat_to(range, Price{1500}, rule);
  EXPECT_TRUE(out.is_threatened);
  EXPECT_LT(out.edge_distance, 0);
  EXPECT_THAT(out.why, HasSubstr("below the range"));
}

TEST(Threat, IsAPositionThatLeansToOneToken) {
  RerangeRule rule;
  rule.edge_share = 0;
  const amm::Range range = position().range;
  // x P / V = (sqrt P - P/50) / (2 sqrt P - P/50 - 40) = 3/4 where sqrt P = 42.6 (by hand).
  EXPECT_TRUE(threat_to(range, Price{1750}, rule).is_threatened);
  EXPECT_FALSE(threat_to(range, Price{2000}, rule).is_threatened);
  const double root = std::sqrt(1750.);
  EXPECT_CLOSE(threat_to(range, Price{1750}, rule).elasticity,
               (root - 1750 / 50.) / (2 * root - 1750 / 50. - 40), 1e-12);
}

TEST(Threat, KnowsNoEdgeAtFullRange) {
  const amm::Range range = range_of(1e6, 2000, 0, nowhere);
  for (const double price : {1., 2000., 1e6}) {
    const Threat threat = threat_to(range, Price{price}, RerangeRule{});
    EXPECT_FALSE(threat.is_threatened) << price;
    EXPECT_CLOSE(threat.elasticity, .5, 1e-14);
  }
}

TEST(Move, PutsAllOfItInAgainLessTheCostsItTells) {
  const amm::Range from = position().range;
  const amm::Bounds to{Price{1400}, Price{1950}};
  const auto told = moved({from, Price{1650}, to, Usd{40}, Share{.003}});
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_NEAR(told->value_before.value(),
              told->value_after.value() + told->gas.value() + told->swap_cost.value(), 1e-8);
  const amm::Exposure before = amm::exposure_at(from, Price{1650});
  const amm::Exposure after = amm::exposure_at(told->range, Price{1650});
  EXPECT_NEAR(after.value.value(), told->value_after.value(), 1e-6) << "to the cent and beyond";
  // What is sold brings its price less the fee; what is left in quote pays the gas.
  const double sold = before.base.value() - after.base.value();
  EXPECT_GT(sold, 0) << "almost all of it was ether";
  EXPECT_NEAR(told->base_traded.value(), -sold, 1e-9);
  EXPECT_NEAR(after.quote.value(), before.quote.value() + sold * 1650 * .997 - 40, 1e-6);
}

TEST(Move, WithoutCostsKeepsItsValue) {
  const auto told =
      moved({position().range, Price{2450}, {Price{2200}, Price{2700}}, Usd{0}, Share{0}});
  ASSERT_TRUE(told);
  EXPECT_NEAR(told->value_after.value(), told->value_before.value(), 1e-8);
  EXPECT_GT(told->base_traded.value(), 0) << "almost none of it was ether";
}

TEST(Move, IsRefusedWhereCostsEatIt) {
  const amm::Bounds to{Price{1400}, Price{1950}};
  const auto told = moved({position().range, Price{1650}, to, Usd{2e6}, Share{0}});
  EXPECT_EQ(told.error().reason, Reason::no_solution);
  EXPECT_EQ(
      moved({position().range, Price{1650}, {to.upper, to.lower}, Usd{0}, Share{0}}).error().reason,
      Reason::bad_input);
}

TEST(MoveLaw, TokensAddUpWhicheverWayItTrades) {
  test::for_cases(500, [](test::Gen& gen) {
    const double price = gen.scale(.01, 1e5);
    const auto bounds = [&] {
      const double low = price * gen.real(.3, 1.3), high = low * gen.real(1.02, 3);
      return amm::Bounds{Price{low}, Price{high}};
    };
    const amm::Bounds at = bounds(), to = bounds();
    const amm::Range from{at, *amm::liquidity_of(Usd{gen.scale(1e3, 1e8)}, Price{price}, at)};
    const double fee = gen.real(0, .02), gas = gen.real(0, 50);
    const auto told = moved({from, Price{price}, to, Usd{gas}, Share{fee}});
    ASSERT_TRUE(told) << told.error().message;
    const amm::Exposure before = amm::exposure_at(from, Price{price});
    const amm::Exposure after = amm::exposure_at(told->range, Price{price});
    const double more = after.base.value() - before.base.value();
    const double given = more < 0 ? -more * price * (1 - fee) : -more * price / (1 - fee);
    EXPECT_NEAR(after.quote.value(), before.quote.value() + given - gas,
                1e-9 * before.value.value());
    EXPECT_GE(told->swap_cost.value(), -1e-9 * before.value.value());
  });
}

TEST(Stay, OfAFullRangeIsTheWholeTimeAndItsLvr) {
  const Stay stay = stay_of({Price{2000}, amm::full_range(), Vol{.8}, 30});
  EXPECT_NEAR(stay.days, 30, 1e-9);
  // sigma^2/4 sqrt P times the mean of e^(-sigma^2 t / 8): in closed form.
  const double eighth = .64 * 30 / 365 / 8;
  EXPECT_CLOSE(stay.lvr_per_liquidity.value(), 2 * std::sqrt(2000.) * (1 - std::exp(-eighth)),
               1e-6);
}

TEST(Stay, AtAnEdgeIsAboutHalfOfTheTime) {
  const Stay inside = stay_of({Price{2000}, {Price{2000}, Price{1e6}}, Vol{.5}, 7});
  const Stay outside = stay_of({Price{2000}, {Price{1e-3}, Price{2000}}, Vol{.5}, 7});
  EXPECT_NEAR(inside.days + outside.days, 7, 1e-6);
  EXPECT_NEAR(inside.days, 3.5, .15) << "a little less: the median falls";
}

TEST(StayLaw, IsWhatRandomPathsFind) {
  test::for_cases(5, [](test::Gen& gen) {
    const double vol = gen.real(.3, 1.2), days = gen.real(1, 60), price = 2000;
    const amm::Bounds bounds{Price{price * gen.real(.7, 1.05)}, Price{price * gen.real(1.08, 1.5)}};
    const Stay stay = stay_of({Price{price}, bounds, Vol{vol}, days});
    constexpr int draws = 40'000;
    double in = 0, root = 0;
    for (int i = 0; i < draws; ++i) {
      const double t = days / 365 * gen.real(0, 1);
      // Box and Muller's normal, from two uniforms.
      const double z = std::sqrt(-2 * std::log(1 - gen.real(0, 1))) *
                       std::cos(2 * 3.14159265358979323846 * gen.real(0, 1));
      const double then = price * std::exp(vol * std::sqrt(t) * z - vol * vol * t / 2);
      if (then < bounds.lower.value() || then > bounds.upper.value()) continue;
      in += 1. / draws, root += std::sqrt(then) / draws;
    }
    EXPECT_NEAR(stay.days, in * days, 4 * days * .5 / std::sqrt(draws));
    EXPECT_NEAR(stay.lvr_per_liquidity.value(), vol * vol * days / 365 * root / 4,
                vol * vol * days / 365 / 4 * 4 * 25 / std::sqrt(draws));
  });
}

TEST(Rerange, GoesToOnePointNinetySixDailyRangesTimesTheRootOfAWeek) {
  const book::LpPosition one = position();
  const Rerange told = told_of(fallen(one));
  EXPECT_TRUE(told.done) << told.why;
  EXPECT_CLOSE(*told.lower, 1650 * std::exp(-1.96 * .04 * std::sqrt(7.)), 1e-12);
  EXPECT_CLOSE(*told.upper, 1650 * std::exp(1.96 * .04 * std::sqrt(7.)), 1e-12);
  EXPECT_NEAR(told.size_multiplier, 1, 1e-12) << "no capital is added";
  EXPECT_THAT(told.why, HasSubstr("putting it off is not winning it back"));
}

TEST(Rerange, BooksTheLossAgainstHolding) {
  const book::LpPosition one = position();
  const Rerange told = told_of(fallen(one));
  const amm::Exposure entry = amm::exposure_at(one.range, Price{2000});
  const double hold = entry.base.value() * 1650 + entry.quote.value();
  EXPECT_CLOSE(told.crystallised_usd, hold - told.value_usd, 1e-9);
  EXPECT_GT(told.crystallised_usd, 0);
  EXPECT_CLOSE(told.cost_usd, 40 + told.move->swap_cost.value(), 1e-12);
  EXPECT_CLOSE(told.needed_fees_usd, told.cost_usd + told.crystallised_usd + told.added_lvr_usd,
               1e-12)
      << "narrower: its LVR grows with its fees";
  RerangeRule letter;
  letter.lvr_share = 0;
  EXPECT_CLOSE(told_of(fallen(one), letter).needed_fees_usd, told.cost_usd + told.crystallised_usd,
               1e-12);
}

TEST(Rerange, CountsFeesOfBothRangesAsLongAsThePriceIsInThem) {
  const book::LpPosition one = position();
  const RerangeAsk ask = fallen(one);
  const Rerange told = told_of(ask);
  const auto days = [&](const amm::Range& range) {
    return range.liquidity.value() * stay_of({ask.price, range.bounds, ask.vol, 7}).days;
  };
  EXPECT_CLOSE(*told.added_fees_usd,
               ask.fees->usd_per_liquidity_day.value() * (days(told.move->range) - days(one.range)),
               1e-12);
}

TEST(Rerange, LeavesAloneWhatIsNotThreatenedOrNotVolatile) {
  const book::LpPosition one = position();
  RerangeAsk within = fallen(one);
  within.price = Price{2050};
  EXPECT_FALSE(told_of(within).is_threatened);
  EXPECT_FALSE(told_of(within).move);
  RerangeAsk ask = fallen(one);
  ask.edr = .025, ask.veq = 16;
  EXPECT_FALSE(told_of(ask).move) << "a narrow day (0.0257 would be wide), and not above 16";
  EXPECT_THAT(told_of(ask).why, HasSubstr("left alone"));
  ask.edr = .026;
  EXPECT_TRUE(told_of(ask).move) << "wide: above 0.857 of the median";
  ask.edr = .025, ask.veq = 16.1;
  EXPECT_TRUE(told_of(ask).move);
  ask.veq.reset();
  EXPECT_TRUE(told_of(ask).move) << "not known is not calm";
}

TEST(Rerange, SaysWhatHoldsItBack) {
  const book::LpPosition one = position();
  const auto why = [&](auto change) {
    RerangeAsk ask = fallen(one);
    change(ask);
    const Rerange told = told_of(ask);
    EXPECT_FALSE(told.done) << told.why;
    EXPECT_TRUE(told.move) << "still told";
    return told.why;
  };
  EXPECT_THAT(why([](RerangeAsk& a) { a.forbidden = "a feed strays"; }),
              HasSubstr("a feed strays"));
  EXPECT_THAT(why([](RerangeAsk& a) { a.forbidden_tight = "volatility is high"; }),
              HasSubstr("narrower (20.7 % for 22.3 % either way): volatility is high"));
  EXPECT_THAT(why([](RerangeAsk& a) { a.memory.rolls = 3; }), HasSubstr("3 moves in this episode"));
  EXPECT_THAT(why([](RerangeAsk& a) { a.memory.realised = Usd{1e5}; }),
              HasSubstr("(at most 2 % of NAV, $100,000)"));
  EXPECT_THAT(why([](RerangeAsk& a) { a.fees = fees(100); }), HasSubstr("not pay for itself"));
  EXPECT_THAT(why([](RerangeAsk& a) { a.fees.reset(); }),
              HasSubstr("fees are not known; it takes"));
  RerangeAsk ask = fallen(one);
  ask.forbidden_tight = "volatility is high", ask.edr = .06, ask.fees = fees(1e6);
  EXPECT_TRUE(told_of(ask).done) << "wider is allowed: " << told_of(ask).why;
}

TEST(Rerange, TellsNoFeesWhereNoneAreKnown) {
  const book::LpPosition one = position();
  RerangeAsk ask = fallen(one);
  ask.fees.reset();
  EXPECT_FALSE(told_of(ask).added_fees_usd);
  EXPECT_FALSE(told_of(ask).added_fees_se);
  EXPECT_GT(told_of(ask).needed_fees_usd, 0);
}

TEST(Rerange, MayAskForMoreThanTheMean) {
  const book::LpPosition one = position();
  RerangeAsk ask = fallen(one);
  ask.fees = fees(20'000, 15'000);
  RerangeRule careful;
  careful.errors_min = 1;
  EXPECT_TRUE(told_of(ask).done);
  EXPECT_FALSE(told_of(ask, careful).done);
  EXPECT_CLOSE(*told_of(ask).added_fees_se, .75 * *told_of(ask).added_fees_usd, 1e-12);
}

TEST(Rerange, ComesBackOnlyWhereTheRuleAsksForIt) {
  book::LpPosition one = position();
  RerangeAsk ask = fallen(one);
  ask.price = Price{2010};
  ask.veq = 14, ask.edr = .02;
  ask.memory.fell = true;
  ask.day_mean = Price{2000};
  EXPECT_FALSE(told_of(ask).move) << "off by default (amendment 15)";
  RerangeRule back;
  back.back_days = 2;
  const Rerange told = told_of(ask, back);
  ASSERT_TRUE(told.move) << told.why;
  EXPECT_CLOSE(*told.upper, 2010 * std::exp(1.96 * .02 * std::sqrt(2.)), 1e-12);
  ask.day_mean = Price{2020};
  EXPECT_FALSE(told_of(ask, back).move) << "it fell, and is still below the day's mean";
  ask.memory.fell = false;
  EXPECT_TRUE(told_of(ask, back).move);
  ask.veq = 17;
  EXPECT_FALSE(told_of(ask, back).move) << "not calm";
  ask.veq = 14, ask.memory.fell.reset();
  EXPECT_FALSE(told_of(ask, back).move) << "nothing was moved";
}

TEST(Rerange, NeedsAMarket) {
  const book::LpPosition one = position();
  for (const auto change :
       {+[](RerangeAsk& a) { a.price = Price{0}; }, +[](RerangeAsk& a) { a.edr = std::nan(""); },
        +[](RerangeAsk& a) { a.vol = Vol{0}; }, +[](RerangeAsk& a) { a.gas = Usd{-1}; },
        +[](RerangeAsk& a) { a.swap_cost = Share{1}; }, +[](RerangeAsk& a) { a.nav = Usd{0}; }}) {
    RerangeAsk ask = fallen(one);
    change(ask);
    const auto told = rerange_of(ask, RerangeRule{});
    EXPECT_FALSE(told);
    EXPECT_EQ(told.error().reason, Reason::bad_input);
  }
}

TEST(RerangeRule, ItsFieldsAreChecked) {
  EXPECT_TRUE(check(RerangeRule{}));
  RerangeRule rule;
  rule.edge_share = 1;
  EXPECT_THAT(check(rule).error().message, HasSubstr("edge_share"));
  rule = {};
  rule.elasticity_high = .2;
  EXPECT_THAT(check(rule).error().message, HasSubstr("elasticity"));
  rule = {};
  rule.back_days = std::nan("");
  EXPECT_THAT(check(rule).error().message, HasSubstr("back_days"));
}

namespace {

// A position that follows the rule day by day.
struct Follower {
  book::LpPosition one = position();
  RerangeMemory memory{};
  double nav = 2e6, costs = 0, realised = 0;
  int moves = 0;

  void close(double price, double edr) {
    const RerangeAsk ask{.position = one,
                         .price = Price{price},
                         .edr = edr,
                         .edr_median = .03,
                         .veq = 22.,
                         .vol = Vol{.7},
                         .fees = fees(60'000),
                         .gas = Usd{40},
                         .swap_cost = Share{.0015},
                         .nav = Usd{nav},
                         .memory = memory};
    const Rerange told = told_of(ask);
    if (!told.done) return;
    ++moves, ++memory.rolls;
    costs += told.cost_usd, realised += told.crystallised_usd;
    memory.realised = memory.realised + Usd{told.crystallised_usd};
    EXPECT_NEAR(amm::exposure_at(told.move->range, Price{price}).value.value(),
                told.value_usd - told.cost_usd, .005)
        << "nothing is made or lost but the costs";
    EXPECT_GE(*told.added_fees_usd, told.needed_fees_usd) << "it pays for itself";
    one.range = told.move->range;
    one.entry_price = Price{price};
  }
};

}  // namespace

// S2.8: it does not churn on noise, and keeps to its limits in a crash.
TEST(RerangeLaw, NoiseAboutThePriceMovesNothing) {
  test::for_cases(20, [](test::Gen& gen) {
    Follower follows;
    for (int day = 0; day < 100; ++day) follows.close(2000 * std::exp(gen.real(-.09, .09)), .035);
    EXPECT_EQ(follows.moves, 0);
  });
}

TEST(RerangeLaw, AWalkMovesItNoMoreThanItsEpisodeAllows) {
  int moves = 0, most = 0;
  test::for_cases(100, [&](test::Gen& gen) {
    Follower follows;
    double price = 2000;
    const double drift = gen.real(-.03, .03);
    for (int day = 0; day < 60; ++day) {
      price *= std::exp(drift + gen.real(-.05, .05));
      follows.close(price, .035);
      EXPECT_LE(follows.moves, 3);
      EXPECT_LE(follows.realised, .02 * follows.nav);
    }
    moves += follows.moves;
    most = std::max(most, follows.moves);
  });
  EXPECT_GT(moves, 50) << "the law says something";
  EXPECT_EQ(most, 3);
}

}  // namespace levee::hedge
