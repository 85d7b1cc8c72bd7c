#include "levee/risk/backtest.h"

#include "levee/base/check.h"
#include "levee/num/philox.h"
#include "levee/risk/tail.h"
#include "levee/scenario/garch.h"
#include "tests/support/cases.h"

#include <limits>

#include <gmock/gmock.h>

namespace levee::risk {
namespace {

constexpr Trial plain{.model = "jump", .significance = 0.05};

std::vector<std::uint8_t> on_days(std::initializer_list<std::size_t> hits, std::size_t days) {
  std::vector<std::uint8_t> row(days);
  for (const std::size_t day : hits) row[day - 1] = 1;
  return row;
}

// Hits of a Markov chain: the chance after a quiet day and after a hit.
struct Chain {
  double quiet, hit;
};
std::vector<std::uint8_t> drawn(const Chain& chain, std::uint64_t path, std::size_t days) {
  num::Draws draws(17, 1, path);
  std::vector<std::uint8_t> row(days);
  bool before = false;
  for (auto& day : row) {
    before = draws.uniform() < (before ? chain.hit : chain.quiet);
    day = before;
  }
  return row;
}

// Normal losses of a deviation, forecast by the standard normal at 97.5 %.
std::vector<TailDay> normal_days(double deviation, std::uint64_t path, std::size_t count) {
  num::Draws draws(23, 2, path);
  std::vector<TailDay> days(count);
  for (TailDay& day : days) {
    day = {.loss = Usd{deviation * draws.normal()},
           .var = Usd{1.959963984540054},
           .shortfall = Usd{2.3378027922014133}};
  }
  return days;
}

template <class Judge>
double failures_of(int repeats, Judge judge) {
  int failures = 0;
  for (int i = 0; i < repeats; ++i) failures += !judge(static_cast<std::uint64_t>(i));
  return static_cast<double>(failures) / repeats;
}

}  // namespace

TEST(Kupiec, JudgesByTheNumberOfDaysBeyond) {
  const auto few = kupiec({.beyond = 4, .days = 250, .chance = 0.01}, plain);
  EXPECT_TRUE(few->holds);
  EXPECT_EQ(few->told,
            "jump holds coverage: 4 of 250 days beyond VaR, 2.5 were forecast (p 0.3805, not below "
            "0.05)");
  const auto many = kupiec({.beyond = 9, .days = 250, .chance = 0.01}, plain);
  EXPECT_FALSE(many->holds);
  EXPECT_THAT(many->told, testing::StartsWith("jump FAILS coverage: 9 of 250"));
}

TEST(Kupiec, FailsAForecastThatIsNeverExceeded) {
  const auto none = kupiec({.beyond = 0, .days = 1000, .chance = 0.05}, plain);
  EXPECT_FALSE(none->holds);
  EXPECT_EQ(kupiec({.beyond = 5, .days = 100, .chance = 0.05}, plain)->statistic, 0);
}

TEST(Christoffersen, CountsFromYesterdayToToday) {
  const std::vector<std::uint8_t> hits{0, 0, 1, 1, 1, 0, 0, 1};
  EXPECT_EQ(transitions_of(hits), (Transitions{{{2, 2}, {1, 2}}}));
  EXPECT_EQ(transitions_of(std::vector<std::uint8_t>{0, 1}), (Transitions{{{0, 1}, {0, 0}}}));
}

TEST(Shortfall, CountsOnlyLossesBeyondVar) {
  std::vector<TailDay> days(10, {.loss = Usd{2}, .var = Usd{2}, .shortfall = Usd{3}});
  EXPECT_FALSE(acerbi_szekely(days, 0.1).z1);
  EXPECT_EQ(acerbi_szekely(days, 0.1).z2, 1);
  days[0].loss = Usd{3};
  EXPECT_EQ(acerbi_szekely(days, 0.1).z1, 0);
  EXPECT_EQ(acerbi_szekely(days, 0.1).z2, 0);
}

TEST(Backtest, RefusesWhatItCannotJudge) {
  EXPECT_EQ(kupiec({.beyond = 0, .days = 0}, plain).error().reason, Reason::missing_data);
  for (const double wrong : {0.0, 1.0, -1.0, std::nan("")}) {
    const Trial trial{.model = "x", .significance = wrong};
    EXPECT_EQ(kupiec({.days = 9, .chance = wrong}, plain).error().reason, Reason::out_of_range);
    EXPECT_EQ(kupiec({.days = 9}, trial).error().reason, Reason::out_of_range);
    EXPECT_EQ(independence(on_days({1}, 9), trial).error().reason, Reason::out_of_range);
    EXPECT_EQ(conditional_coverage(on_days({1}, 9), wrong, plain).error().reason,
              Reason::out_of_range);
    EXPECT_EQ(null_sample({.chance = wrong}).error().reason, Reason::out_of_range);
  }
  EXPECT_EQ(independence(on_days({1}, 1), plain).error().reason, Reason::missing_data);
  EXPECT_EQ(null_sample({.days = 0}).error().reason, Reason::out_of_range);
  for (const double wrong : {1.0, 1e7, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(null_sample({.law = {num::Freedom{wrong}}}).error().reason, Reason::out_of_range);
  }
  EXPECT_THROW(static_cast<void>(kupiec({.beyond = 2, .days = 1}, plain)), ContractBroken);
}

TEST(Shortfall, RefusesDaysWithoutAForecast) {
  const Rehearsal small{.runs = 100};
  EXPECT_EQ(shortfall_total({}, small, plain).error().reason, Reason::missing_data);
  std::vector<TailDay> days(10, {.loss = Usd{1}, .var = Usd{2}, .shortfall = Usd{3}});
  EXPECT_EQ(shortfall_size(days, small, plain).error().reason, Reason::missing_data);
  EXPECT_TRUE(shortfall_total(days, small, plain)->holds);
  days[3].shortfall = Usd{0};
  EXPECT_EQ(shortfall_total(days, small, plain).error().reason, Reason::bad_input);
  days[3].shortfall = Usd{std::numeric_limits<double>::infinity()};
  EXPECT_EQ(shortfall_total(days, small, plain).error().reason, Reason::bad_input);
  days[3] = {.loss = Usd{std::nan("")}, .var = Usd{2}, .shortfall = Usd{3}};
  EXPECT_EQ(shortfall_size(days, small, plain).error().reason, Reason::bad_input);
}

TEST(Shortfall, NamesTheModelThatWasTooMild) {
  const auto verdict = shortfall_total(normal_days(2, 0, 500), {.runs = 2000}, plain);
  EXPECT_FALSE(verdict->holds);
  EXPECT_THAT(verdict->told, testing::StartsWith("jump FAILS shortfall Z2: losses beyond VaR sum"));
}

// Sizes under the null. Kupiec's is a discrete law: exact size by summing the binomial.
TEST(Shortfall, OfTheWorstSampleHasOneChanceInAllThatWereDrawnAndItself) {
  const std::vector<TailDay> days(100, {Usd{1000}, Usd{1}, Usd{2}});
  const Trial trial{"absurd"};
  EXPECT_GT(shortfall_size(days, {.runs = 499}, trial)->p_value, 0);
  EXPECT_DOUBLE_EQ(shortfall_total(days, {.runs = 499}, trial)->p_value, 1.0 / 500);
}

TEST(BacktestLaw, FailsARightModelAboutAsOftenAsItSays) {
  const Chain right{.quiet = 0.05, .hit = 0.05};
  const auto rate = [&](auto judge) {
    return failures_of(2000, [&](std::uint64_t i) { return judge(drawn(right, i, 1000)); });
  };
  EXPECT_NEAR(rate([](Hits hits) {
                const auto count =
                    static_cast<std::size_t>(std::count(hits.begin(), hits.end(), std::uint8_t{1}));
                return kupiec({count, hits.size(), 0.05}, plain)->holds;
              }),
              0.05, 0.015);
  EXPECT_NEAR(rate([](Hits hits) { return independence(hits, plain)->holds; }), 0.05, 0.025);
  EXPECT_NEAR(rate([](Hits hits) { return conditional_coverage(hits, 0.05, plain)->holds; }), 0.05,
              0.025);
}

TEST(BacktestLaw, FailsAWrongModelMostOfTheTime) {
  const auto power = [&](const Chain& chain, auto judge) {
    return failures_of(500, [&](std::uint64_t i) { return judge(drawn(chain, i, 1000)); });
  };
  const auto covers = [](Hits hits) { return conditional_coverage(hits, 0.05, plain)->holds; };
  const auto alone = [](Hits hits) { return independence(hits, plain)->holds; };
  EXPECT_GT(power({.quiet = 0.08, .hit = 0.08}, covers), 0.9);
  EXPECT_GT(power({.quiet = 0.04, .hit = 0.25}, alone), 0.9);  // as many as due, in clusters
}

TEST(BacktestLaw, ShortfallHasItsSizeAndItsPower) {
  const auto rate = [](double deviation) {
    const auto null = null_sample({.runs = 20'000});
    const double critical = critical_value(null->z2, 0.05);
    return failures_of(2000, [&](std::uint64_t i) {
      return acerbi_szekely(normal_days(deviation, i, 250), 0.025).z2 > critical;
    });
  };
  EXPECT_NEAR(rate(1), 0.05, 0.015);
  EXPECT_GT(rate(1.3), 0.75);
}

// Variance in clusters: history filtered by a fitted GARCH holds on days it has not seen; plain
// history, with the same days to learn from, is exceeded in clusters and is named for it.
TEST(BacktestLaw, TellsFilteredHistoryFromPlain) {
  const scenario::Garch truth{.constant = 2e-5, .reaction = 0.12, .memory = 0.86};
  num::Draws draws(29, 3, 0);
  double variance = scenario::long_run_variance(truth);
  std::vector<double> returns(6000);
  for (double& r : returns) {
    r = std::sqrt(variance) * draws.normal();
    variance = scenario::variance_after(truth, {variance, r});
  }
  const std::span<const double> all(returns), learnt = all.first(3000), unseen = all.last(3000);
  const auto fit = scenario::fit_garch(learnt, {});
  const auto quantile = [](std::span<const double> values) {
    return -tail_of(values, 0.05)->var.value();
  };
  const double residual = quantile(fit->residuals), plain = quantile(learnt);
  std::vector<std::uint8_t> filtered_hits, plain_hits;
  double forecast = fit->next_variance;
  for (const double r : unseen) {
    const double shock = r - fit->model.mean;
    filtered_hits.push_back(-shock > residual * std::sqrt(forecast));
    plain_hits.push_back(-r > plain);
    forecast = scenario::variance_after(fit->model, {forecast, shock});
  }
  EXPECT_TRUE(conditional_coverage(filtered_hits, 0.05, {.model = "filtered"})->holds);
  const auto judged = conditional_coverage(plain_hits, 0.05, {.model = "plain"});
  EXPECT_FALSE(judged->holds);
  EXPECT_THAT(judged->told, testing::StartsWith("plain FAILS conditional coverage"));
}

TEST(BacktestLaw, MoneyHasNoUnitInAShortfall) {
  test::for_cases(200, [](test::Gen& gen) {
    const double scale = gen.scale(1e-6, 1e9);
    auto days = normal_days(1.2, gen.bits(), 250);
    const auto before = acerbi_szekely(days, 0.025);
    for (TailDay& day : days) {
      day = {Usd{day.loss.value() * scale}, Usd{day.var.value() * scale},
             Usd{day.shortfall.value() * scale}};
    }
    const auto after = acerbi_szekely(days, 0.025);
    EXPECT_NEAR(after.z2, before.z2, 1e-12);
    EXPECT_EQ(after.z1.has_value(), before.z1.has_value());
  });
}

}  // namespace levee::risk
