// tests/amm/lvr_test.cpp — who gets the loss versus rebalancing: mathematics 2.6; and 1.2's exit.
#include "levee/amm/lvr.h"

#include "levee/amm/exposure.h"
#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::amm {

using test::for_cases;
using test::Gen;

namespace {

const Vol five_per_cent_a_day{0.05 * std::sqrt(365.0)};
constexpr double day_seconds = 86400;

BlockTrade at(double seconds, double fee_bp, double cost_bp = 0) {
  return {five_per_cent_a_day, Years{seconds / day_seconds / 365}, fee_bp / 1e4, cost_bp / 1e4};
}

// Basis points of the pool's value a day.
double bp_a_day(Rate rate) { return rate.value() / 365 * 1e4; }

}  // namespace

TEST(LvrRate, IsThreeAndAnEighthBasisPointsADayOfAConstantProduct) {
  EXPECT_CLOSE(bp_a_day(lvr_rate(Share{.5}, five_per_cent_a_day)), 3.125, 1e-14);
  EXPECT_CLOSE(bp_a_day(lvr_rate(Share{.8}, five_per_cent_a_day)), 2.0, 1e-14);
  EXPECT_CLOSE(bp_a_day(lvr_rate(Share{.2}, five_per_cent_a_day)), 2.0, 1e-14);
}

TEST(TradeProbability, IsTheTableOf2_6) {
  struct Row {
    double seconds;
    double per_cent[5];
  };
  const double fees[] = {1, 5, 10, 30, 100};
  // The source's 12 s row is that of 12.12 s.
  for (const Row& row :
       {Row{600, {96.7, 85.5, 74.7, 49.6, 22.8}}, Row{120, {92.9, 72.5, 56.9, 30.5, 11.6}},
        Row{12, {80.7, 45.6, 29.5, 12.3, 4.0}}, Row{2, {63.0, 25.4, 14.5, 5.4, 1.7}},
        Row{.05, {21.2, 5.1, 2.6, .9, .3}}}) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_NEAR(100 * lvr_split(at(row.seconds, fees[i])).trades, row.per_cent[i], .2)
          << row.seconds << " s, " << fees[i] << " bp";
    }
  }
  const double exact[] = {80.6451612903, 45.4545454545, 29.4117647059, 12.1951219512, 4.0};
  const double printed[] = {80.7, 45.6, 29.5, 12.3, 4.0};
  for (int i = 0; i < 5; ++i) {
    EXPECT_CLOSE(100 * lvr_split(at(12, fees[i])).trades, exact[i], 1e-11);
    EXPECT_NEAR(100 * lvr_split(at(12.12, fees[i])).trades, printed[i], .06);
  }
}

TEST(ConstantProductFlow, IsTheRowsOf2_6) {
  struct Row {
    double seconds, fee_bp, arbitrage, fees;
  };
  for (const auto [seconds, fee_bp, arbitrage, fees] :
       {Row{12, 5, 1.42080976515, 1.70419043263}, Row{12, 30, .381669652832, 2.7433319405},
        Row{2, 30, .167934978985, 2.95706634126}, Row{.05, 30, .0278091133298, 3.09719207994}}) {
    const auto flow = constant_product_flow(at(seconds, fee_bp));
    ASSERT_TRUE(flow);
    EXPECT_CLOSE(bp_a_day(flow->arbitrage), arbitrage, 1e-11);
    EXPECT_CLOSE(bp_a_day(flow->fees), fees, 1e-11);
    EXPECT_CLOSE(bp_a_day(flow->arbitrage + flow->fees), 3.125, 2e-6);
  }
}

TEST(LvrSplit, WithGasIsTheRowsOf2_6) {
  // The page's ARB leaves out what a trade earns beyond its threshold, the trade probability
  // itself: with it, and with fees, the shares sum to one, and without gas ARB is not zero.
  struct Row {
    double seconds, fee_bp, cost_bp, arbitrage, gas;
  };
  for (const auto [seconds, fee_bp, cost_bp, arbitrage, gas] :
       {Row{12, 1, 9, 34.5, 37.3}, Row{12, 5, 9, 23.3, 25.1}, Row{12, 10, 9, 16.5, 17.8},
        Row{12, 30, 9, 7.6, 8.3}, Row{12, 100, 9, 2.7, 2.9}, Row{2, 1, 9, 22.0, 58.4},
        Row{2, 100, 9, 1.4, 3.6}, Row{.05, 1, 9, 4.6, 77.5}, Row{.05, 100, 9, .2, 4.2},
        Row{12, 30, 1, 2.4, .3}, Row{12, 30, 5, 6.4, 3.8}, Row{12, 30, 10, 7.8, 9.4},
        Row{12, 30, 30, 7.7, 27.8}, Row{12, 30, 100, 4.8, 58.4}}) {
    SCOPED_TRACE(testing::Message() << seconds << " s, fee " << fee_bp << ", cost " << cost_bp);
    const LvrSplit split = lvr_split(at(seconds, fee_bp, cost_bp));
    EXPECT_NEAR(100 * (split.arbitrage - split.trades), arbitrage, .1);
    EXPECT_NEAR(100 * split.gas, gas, .1);
  }
}

// Mispricing as it is: a random walk seen once a block, taken back to the fee when it pays.
TEST(LvrSplit, WithGasIsWhatASimulatedPoolSays) {
  constexpr int blocks = 400'000;
  const BlockTrade trade = at(12, 5, 9);
  num::Draws draws(7, 26, 0);
  double off = 0, gross = 0, fees = 0;
  int trades = 0;
  for (int i = 0; i < blocks; ++i) {
    const double wait = -std::log(draws.uniform()) * trade.interval.value();
    off += trade.vol.value() * std::sqrt(wait) * draws.normal();
    const double beyond = std::abs(off) - trade.fee;
    if (beyond <= trade.cost) continue;
    ++trades;
    gross += beyond * beyond / 8, fees += 2 * trade.fee * beyond / 8;
    off = std::copysign(trade.fee, off);
  }
  const double lvr = blocks * trade.interval.value() * trade.vol.value() * trade.vol.value() / 8;
  const double gas = trades * trade.cost * trade.cost / 8;
  const LvrSplit split = lvr_split(trade);
  // Three standard errors; the squares of exponential overshoots scatter by 2.2 of their mean.
  const double error = 3 * 2.3 / std::sqrt(trades);
  EXPECT_NEAR(trades / (blocks * split.trades), 1, error);
  EXPECT_NEAR((gross - gas) / lvr / split.arbitrage, 1, error);
  EXPECT_NEAR(fees / lvr / split.fees, 1, error);
  EXPECT_NEAR(gas / lvr / split.gas, 1, error);
  EXPECT_LT(error, .04);
  EXPECT_GT(split.trades / (split.arbitrage - split.trades), 10 * error);
}

TEST(PredictableLoss, HasNoAnswerOutside) {
  const Bounds bounds{Price{1500}, Price{2500}};
  for (const double price : {1400, 1500, 2500, 2600}) {
    EXPECT_EQ(predictable_loss(bounds, Price{price}, Vol{.7}).error().reason, Reason::no_solution);
  }
}

TEST(ConstantProductFlow, RefusesWhatHasNoClosedForm) {
  const auto reason = [](BlockTrade trade) {
    const auto flow = constant_product_flow(trade);
    return flow ? Reason::corrupt : flow.error().reason;
  };
  EXPECT_EQ(reason(at(12, 30, 1)), Reason::out_of_range);
  EXPECT_EQ(reason(at(12, 0)), Reason::out_of_range);
  EXPECT_EQ(reason(at(0, 30)), Reason::out_of_range);
  EXPECT_EQ(reason(at(std::nan(""), 30)), Reason::out_of_range);
  EXPECT_EQ(reason({Vol{3}, Years{1}, .003}), Reason::no_solution);
  EXPECT_THROW(lvr_split({Vol{0}, Years{1}, .003}), ContractBroken);
  EXPECT_THROW(lvr_split({Vol{1}, Years{1}, -.003}), ContractBroken);
}

TEST(FirstExit, OfAMartingaleIs1_2s) {
  const Bounds bounds{Price{1500}, Price{2500}};
  const auto exit = first_exit(bounds, Price{2000}, Vol{.7});
  ASSERT_TRUE(exit);
  EXPECT_CLOSE(exit->expected.value(), 0.1317112676276961, 1e-14);
  EXPECT_CLOSE(exit->expected.value() * 365, 48.07461268410908, 1e-14);
  EXPECT_EQ(exit->above.value(), .5);
  const double infinity = std::numeric_limits<double>::infinity();
  const auto below = first_exit({Price{1500}, Price{infinity}}, Price{2000}, Vol{.7});
  EXPECT_CLOSE(below->expected.value(), 2 * std::log(2000 / 1500.) / .49, 1e-14);
  EXPECT_EQ(below->above.value(), 0);
  const auto reason = [](const Bounds& range, double price, double vol) {
    return first_exit(range, Price{price}, Vol{vol}).error().reason;
  };
  EXPECT_EQ(reason(bounds, 1500, .7), Reason::no_solution);
  EXPECT_EQ(reason(bounds, 2000, 0), Reason::no_solution);
  EXPECT_EQ(reason({Price{0}, Price{2500}}, 2000, .7), Reason::no_solution);
}

TEST(FirstExitLaw, SolvesItsEquation) {  // sigma^2 P^2 T'' / 2 = -1, nothing at the edges
  for_cases(1000, [](Gen& gen) {
    const double lower = gen.scale(1, 1e4), upper = lower * (1 + gen.scale(1e-3, 10));
    const Bounds bounds{Price{lower}, Price{upper}};
    const double vol = gen.real(.1, 2), p = lower + (upper - lower) * gen.real(.1, .9);
    const double step = 1e-3 * (upper - lower);
    const auto time = [&](double at) {
      return first_exit(bounds, Price{at}, Vol{vol})->expected.value();
    };
    const double bend = (time(p + step) - 2 * time(p) + time(p - step)) / (step * step);
    EXPECT_NEAR(vol * vol * p * p * bend / 2, -1, 1e-3);
    // A narrow range forgets its drift, by a part of its width.
    const double log_driftless = expected_time_in_range(bounds, Price{p}, Vol{vol})->value();
    EXPECT_NEAR(time(p) / log_driftless, 1, std::log(upper / lower));
    const long double a = lower, b = upper, x = p;
    const long double above = (x - a) / (b - a);
    const auto exact =
        static_cast<double>(2 * ((1 - above) * std::log(x / a) - above * std::log(b / x)));
    EXPECT_NEAR(time(p) * vol * vol, exact, 1e-13 * exact + 1e-18);
  });
}

TEST(PredictableLossLaw, IsTheLossVersusRebalancing) {
  for_cases(1000, [](Gen& gen) {
    const double lower = gen.scale(1, 1e4), upper = lower * (1 + gen.scale(1e-4, 100));
    const Bounds bounds{Price{lower}, gen.integer(0, 9) == 0
                                          ? Price{std::numeric_limits<double>::infinity()}
                                          : Price{upper}};
    const Price price{lower + (upper - lower) * gen.real(.01, .99)};
    const Vol vol{gen.real(.1, 2)};
    const Range range{bounds, *liquidity_of(Usd{1e6}, price, bounds)};
    EXPECT_CLOSE(predictable_loss(bounds, price, vol)->value() * 1e6 / 365,
                 lvr_per_day(range, price, vol).value(), 1e-12);
  });
}

TEST(LvrSplitLaw, GivesAwayAllOfItAndNoMore) {
  for_cases(1000, [](Gen& gen) {
    const BlockTrade trade{Vol{gen.scale(.1, 3)}, Years{gen.scale(1e-10, 1e-4)},
                           gen.integer(0, 5) == 0 ? 0 : gen.scale(1e-5, .1),
                           gen.coin() ? 0 : gen.scale(1e-5, .1)};
    const LvrSplit split = lvr_split(trade);
    EXPECT_CLOSE(split.arbitrage + split.fees + split.gas, 1, 1e-14);
    EXPECT_GE(split.arbitrage, split.trades);
    if (trade.fee == 0 || trade.cost > 0) return;
    // Without gas: the exact flow of a constant product, to the order that is left out.
    const double lvr = lvr_rate(Share{.5}, trade.vol).value();
    const auto flow = constant_product_flow(trade);
    const double left_out = trade.fee + trade.vol.value() * std::sqrt(trade.interval.value());
    EXPECT_NEAR(flow->arbitrage.value() / lvr, split.arbitrage, left_out);
    EXPECT_NEAR(flow->fees.value() / lvr, split.fees, left_out);
  });
}

}  // namespace levee::amm
