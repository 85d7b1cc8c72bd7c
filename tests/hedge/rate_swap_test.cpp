// tests/hedge/rate_swap_test.cpp — receiving a chain's lending rate, and whether that hedges.
#include "levee/hedge/rate_swap.h"

#include "tests/support/cases.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using ::testing::HasSubstr;

constexpr UnixSeconds start{1'700'006'400};

// A rate that changes every day.
market::Series daily(std::vector<double> rates) {
  market::Series series{.at = {}, .value = std::move(rates), .step = days(1), .source = "by hand"};
  for (std::size_t i = 0; i < series.value.size(); ++i) {
    series.at.push_back(start + days(static_cast<std::int64_t>(i)));
  }
  return series;
}

SwapPayoff over(const RateSwap& swap, const market::Series& rate, Seconds span) {
  const auto told = swap_payoff(swap, {rate}, {start, start + span});
  EXPECT_TRUE(told) << told.error().message;
  return told ? *told : SwapPayoff{};
}

std::string why(const RateSwap& swap, const RateHistory& history, const SwapSpan& span) {
  const auto told = swap_payoff(swap, history, span);
  return told ? "paid" : told.error().message;
}

}  // namespace

// S1.34: notional times the mean of rate less fixed, times the time.
TEST(RateSwap, PaysTheMeanOverTheFixedRate) {
  const market::Series rate = daily({.03, .05, .10, .02});
  const RateSwap swap{.notional = Usd{1e6}, .fixed = Rate{.04}};
  const SwapPayoff told = over(swap, rate, days(4));
  EXPECT_CLOSE(told.received.value(), .05, 1e-12);
  EXPECT_CLOSE(told.gain.value(), 1e6 * .01 * 4 / 365, 1e-9);
  EXPECT_CLOSE(told.break_even.value(), .05, 1e-12);
  EXPECT_CLOSE(over(swap, rate, hours(36)).received.value(), (.03 * 24 + .05 * 12) / 36, 1e-12)
      << "a value stands until the next";
}

TEST(RateSwap, HoldsTheRateBetweenFloorAndCapForAPremium) {
  const market::Series rate = daily({.03, .05, .10, .02});
  const RateSwap floored{
      .notional = Usd{1e6}, .fixed = Rate{.04}, .floor = Rate{.04}, .premium = Usd{50}};
  EXPECT_CLOSE(over(floored, rate, days(4)).gain.value(), 1e6 * (.01 + .06) / 365 - 50, 1e-9)
      << "days below the fixed rate cost nothing but the premium";
  RateSwap collared = floored;
  collared.cap = Rate{.06};
  EXPECT_CLOSE(over(collared, rate, days(4)).gain.value(), 1e6 * (.01 + .02) / 365 - 50, 1e-9);
  EXPECT_CLOSE(over(collared, rate, days(4)).break_even.value(),
               (.04 + .05 + .06 + .04) / 4 - 50 / 1e6 * 365 / 4, 1e-12);
}

TEST(RateSwap, IsRefusedWithTheReason) {
  const market::Series rate = daily({.03, .05});
  const RateSwap swap{.notional = Usd{1e6}, .fixed = Rate{.04}};
  EXPECT_THAT(why(swap, {rate}, {start - days(1), start + days(1)}),
              HasSubstr("no lending rate is known at 2023-11-14"));
  EXPECT_THAT(why(swap, {rate, hours(30)}, {start, start + days(3)}),
              HasSubstr("no lending rate is known at 2023-11-17T06:00:00Z"))
      << "the last one stands for 30 hours";
  EXPECT_EQ(why(swap, {rate}, {start, start + days(8)}), "paid") << "seven days by default";
  EXPECT_THAT(why({.notional = Usd{0}, .fixed = Rate{.04}}, {rate}, {start, start + days(1)}),
              HasSubstr("notional 0"));
  RateSwap crossed = swap;
  crossed.floor = Rate{.05}, crossed.cap = Rate{.04};
  EXPECT_THAT(why(crossed, {rate}, {start, start + days(1)}), HasSubstr("floor above cap"));
  const market::Series broken = daily({.03, std::nan("")});
  EXPECT_THAT(why(swap, {broken}, {start, start + days(2)}), HasSubstr("2023-11-16"));
}

// S1.34: the closed form, on paths whose integral is known.
TEST(RateSwapLaw, IsTheClosedFormOnARampAndAWave) {
  test::for_cases(50, [](test::Gen& gen) {
    const double a = gen.real(-.02, .1), b = gen.real(-.5, .5), wave = gen.real(0, .05);
    const double notional = gen.scale(1e3, 1e9), fixed = gen.real(0, .1), length = 60;
    market::Series rate{.at = {}, .value = {}, .step = hours(1), .source = "by hand"};
    for (int i = 0; i < 60 * 24; ++i) {
      const double t = (i + .5) / 24 / 365;  // a step holds what its middle has
      rate.at.push_back(start + hours(i));
      rate.value.push_back(a + b * t + wave * std::sin(2 * 3.14159265358979323846 * t * 365 / 10));
    }
    const RateSwap swap{.notional = Usd{notional}, .fixed = Rate{fixed}};
    const double T = length / 365;  // six whole waves: they add up to nothing
    EXPECT_NEAR(over(swap, rate, days(60)).gain.value(),
                notional * ((a - fixed) * T + b * T * T / 2), notional * 1e-12);
  });
}

TEST(RateSwapLaw, PartsAddUpAndAFloorLessACapIsTheSwap) {
  test::for_cases(200, [](test::Gen& gen) {
    const market::Series rate = daily(gen.reals(30, -.01, .2));
    const RateSwap swap{.notional = Usd{1e6}, .fixed = Rate{gen.real(0, .1)}};
    std::vector<UnixSeconds> ends{start};
    while (ends.back() < start + days(25)) ends.push_back(ends.back() + hours(gen.integer(1, 90)));
    const auto parts = payoffs_between(swap, {rate}, ends);
    ASSERT_TRUE(parts);
    double sum = 0;
    for (const double one : *parts) sum += one;
    EXPECT_NEAR(sum, over(swap, rate, ends.back() - start).gain.value(), 1e-6);
    // max(r, k) + min(r, k) = r + k
    const Rate level{gen.real(0, .15)};
    RateSwap floored = swap, capped = swap, flat = swap;
    floored.floor = capped.cap = flat.floor = flat.cap = level;
    EXPECT_NEAR(
        over(floored, rate, days(25)).gain.value() + over(capped, rate, days(25)).gain.value(),
        over(swap, rate, days(25)).gain.value() + over(flat, rate, days(25)).gain.value(), 1e-6);
  });
}

TEST(Effectiveness, IsLeastSquaresByHand) {
  EffectivenessRule rule;
  rule.periods_min = 4;
  const std::vector<double> gain{0, 1, 2, 3}, loss{1, 2, 5, 6};
  const auto told = effectiveness_of({gain, loss}, rule);
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_CLOSE(told->slope, 9 / 5., 1e-14);
  EXPECT_CLOSE(told->r_squared, 81 / 85., 1e-14);
  // Residuals .2, -.6, .6, -.2 times -1.5, -.5, .5, 1.5; one lag at weight a half.
  const double own = 2 * .09 + 2 * .09, next = -.3 * .3 + .3 * .3 + .3 * -.3;
  EXPECT_CLOSE(told->slope_se, std::sqrt((own + 2 * .5 * next) * 4 / 2) / 5, 1e-12);
  EXPECT_TRUE(told->is_hedge) << told->why;
}

TEST(Effectiveness, SaysWhyItIsNoHedge) {
  test::Gen gen(7, 1);
  std::vector<double> gain, loss, other;
  for (int i = 0; i < 400; ++i) {
    gain.push_back(gen.real(-1, 1));
    loss.push_back(gain.back() + gen.real(-1, 1));
    other.push_back(.15 * gain.back() + gen.real(-1, 1));
  }
  const auto told = [&](const std::vector<double>& of, double sign = 1) {
    std::vector<double> signed_gain = gain;
    for (double& one : signed_gain) one *= sign;
    return *effectiveness_of({signed_gain, of}, EffectivenessRule{});
  };
  EXPECT_TRUE(told(loss).is_hedge) << told(loss).why;
  EXPECT_FALSE(told(loss, -1).is_hedge);
  EXPECT_THAT(told(loss, -1).why, HasSubstr("no hedge: it loses where one loses"));
  EXPECT_FALSE(told(other).is_hedge);
  EXPECT_GT(told(other).slope, 2 * told(other).slope_se);
  EXPECT_THAT(told(other).why, HasSubstr("no hedge: it explains less than 25 %"));
  const std::vector<double> noise = gen.reals(400, -1, 1);
  EXPECT_FALSE(told(noise).is_hedge);
  EffectivenessRule any;
  any.r_squared_min = 0;
  std::vector<double> upward = gain;
  for (double& one : upward) one *= told(noise).slope > 0 ? 1 : -1;
  EXPECT_THAT(effectiveness_of({upward, noise}, any)->why,
              HasSubstr("its slope is not 2 standard errors above nothing"));
}

TEST(Effectiveness, NeedsAHistoryThatMoves) {
  const std::vector<double> few{1, 2}, same(40, 1.), ramp = [] {
    std::vector<double> made;
    for (int i = 0; i < 40; ++i) made.push_back(i);
    return made;
  }();
  EXPECT_EQ(effectiveness_of({few, few}, {}).error().reason, Reason::missing_data);
  EXPECT_EQ(effectiveness_of({same, ramp}, {}).error().reason, Reason::no_solution);
  EXPECT_EQ(effectiveness_of({ramp, same}, {}).error().reason, Reason::no_solution);
  std::vector<double> broken = ramp;
  broken[3] = std::nan("");
  EXPECT_EQ(effectiveness_of({broken, ramp}, {}).error().reason, Reason::bad_input);
  EffectivenessRule rule;
  rule.r_squared_min = 2;
  EXPECT_THAT(check(rule).error().message, HasSubstr("r_squared_min"));
}

// Residuals that last: an error that took days for independent would be a third of what it is.
TEST(EffectivenessLaw, ErrsAsMuchAsItSaysWhereResidualsLast) {
  std::vector<double> slope, error;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    test::Gen gen(seed + 1, 1);
    std::vector<double> gain, loss;
    double x = 0, e = 0;
    for (int i = 0; i < 1000; ++i) {
      x = .6 * x + gen.real(-1, 1), e = .6 * e + gen.real(-1, 1);
      gain.push_back(x), loss.push_back(.5 * x + e);
    }
    const auto told = effectiveness_of({gain, loss}, EffectivenessRule{});
    slope.push_back(told->slope), error.push_back(told->slope_se);
  }
  double mean = 0, square = 0, told = 0;
  for (const double one : slope) mean += one / 300;
  for (const double one : slope) square += (one - mean) * (one - mean) / 299;
  for (const double one : error) told += one / 300;
  EXPECT_NEAR(mean, .5, 4 * std::sqrt(square / 300));
  EXPECT_NEAR(told / std::sqrt(square), 1, .15) << "Bartlett's weights leave it a little short";
}

namespace {

// One column of a file by its day, where another column has the wanted text.
std::map<std::int64_t, double> column_by_day(const std::string& path, std::size_t day,
                                             std::size_t value, const std::string& only) {
  std::map<std::int64_t, double> found;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.find(only) == std::string::npos) continue;
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    const auto at = cells.size() > std::max(day, value) ? moment_from(cells[day].substr(0, 10))
                                                        : fail(Reason::bad_input, "");
    if (at) found[at->value()] = std::strtod(cells[value].c_str(), nullptr);
  }
  return found;
}

}  // namespace

// On the record of two and a half years the gap of a dollar's rate on the chain over the money
// market explains next to nothing of what sold volatility lost in the same days.
TEST(EffectivenessRecord, OfTheRateGapAgainstVolatilityIsNoHedge) {
  const std::string folder = std::string(LEVEE_SHARED) + "/data/";
  const std::string lent =
      folder + "lending/aave_ethereum_usdc_usdt_supply_rate_daily_2020-12_2023-12.csv";
  if (!std::filesystem::exists(lent)) GTEST_SKIP() << "no recorded rates beside the project";
  const auto rate = column_by_day(lent, 1, 2, "USDC,");
  const auto money = column_by_day(folder + "macro/usd_short_rates_daily.csv", 1, 2, "SOFR,");
  const auto index = column_by_day(folder + "options/deribit_dvol_ETH_1d.csv", 0, 4, "20");
  market::Series series{.at = {}, .value = {}, .step = days(1), .source = lent};
  for (const auto& [day, percent] : rate) {
    const auto later = money.upper_bound(day);
    if (later == money.begin()) continue;
    series.at.push_back(UnixSeconds{day});
    series.value.push_back((percent - std::prev(later)->second) / 100);
  }
  std::vector<double> gain, loss;
  for (const auto& [day, level] : index) {
    const auto before = index.find(day - 86400);
    const std::vector<UnixSeconds> ends{UnixSeconds{day}, UnixSeconds{day} + days(1)};
    const auto paid =
        payoffs_between({.notional = Usd{1e6}, .fixed = Rate{0}}, {series, days(2)}, ends);
    if (before == index.end() || !paid) continue;
    gain.push_back(paid->front());
    loss.push_back(std::log(level / before->second));
  }
  const auto told = effectiveness_of({gain, loss}, EffectivenessRule{});
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_GT(told->periods, 600);
  EXPECT_LT(told->r_squared, .02);
  EXPECT_FALSE(told->is_hedge);
  EXPECT_THAT(told->why, HasSubstr("no hedge"));
  RecordProperty("why", told->why);
}

}  // namespace levee::hedge
