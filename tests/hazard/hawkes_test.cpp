// tests/hazard/hawkes_test.cpp — events that bring events.
#include "levee/hazard/hawkes.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace levee::hazard {
namespace {

// By thinning: Ogata (1981), IEEE Trans. Information Theory 27, 23-31.
std::vector<double> drawn(const Hawkes& law, double horizon, std::uint64_t world) {
  num::Draws draws(13, 4, world);
  std::vector<double> times;
  double now = 0, excited = 0;
  while (true) {
    const double bound = law.base + excited;
    const double wait = -std::log(draws.uniform()) / bound;
    now += wait;
    if (now > horizon) return times;
    excited *= std::exp(-law.decay * wait);
    if (draws.uniform() * bound > law.base + excited) continue;
    times.push_back(now);
    excited += law.branching * law.decay;
  }
}

// Straight from the definition.
double slow_log_likelihood(const Hawkes& law, const std::vector<double>& times, double horizon) {
  double log = -law.base * horizon;
  for (std::size_t i = 0; i < times.size(); ++i) {
    double rate = law.base;
    for (std::size_t j = 0; j < i; ++j) {
      rate += law.branching * law.decay * std::exp(-law.decay * (times[i] - times[j]));
    }
    log += std::log(rate) - law.branching * -std::expm1(-law.decay * (horizon - times[i]));
  }
  return log;
}

}  // namespace

TEST(Hawkes, IsThePublishedToy) {
  const std::vector<double> times{.5, .7, 2, 2.1, 5};
  EXPECT_CLOSE(log_likelihood({.6, .4, 1.5}, times, 6), -6.531013705603208, 1e-14);
}

TEST(Hawkes, HasAHalfLife) {
  EXPECT_CLOSE((Hawkes{1, .5, 2}.half_life()), .34657359027997264, 1e-15);
}

TEST(HawkesLaw, IsItsDefinition) {
  levee::test::for_cases(60, [](levee::test::Gen& gen) {
    const Hawkes law{gen.scale(0.1, 10), gen.real(0, 0.9), gen.scale(0.05, 20)};
    const double horizon = gen.scale(5, 100);
    const auto times = drawn({law.base, 0.5, 1}, horizon, gen.bits());
    const double want = slow_log_likelihood(law, times, horizon);
    EXPECT_NEAR(log_likelihood(law, times, horizon), want, 1e-10 * (1 + std::abs(want)));
  });
}

TEST(HawkesFit, IsNoLowerThanAnythingNear) {
  const Hawkes truth{.5, .55, 0.3};
  const auto times = drawn(truth, 1500, 1);
  const HawkesFit fit = *hawkes_fit(times, 1500);
  EXPECT_NEAR(fit.log_likelihood, slow_log_likelihood(fit.law, times, 1500), 1e-8);
  for (const double base : {0.98, 1.0, 1.02}) {
    for (const double more : {-0.01, 0.0, 0.01}) {
      for (const double decay : {0.95, 1.0, 1.05}) {
        const Hawkes near{base * fit.law.base, fit.law.branching + more, decay * fit.law.decay};
        EXPECT_LE(log_likelihood(near, times, 1500), fit.log_likelihood + 1e-9);
      }
    }
  }
  EXPECT_GT(fit.gain(), 10);
  EXPECT_NEAR(fit.law.branching, truth.branching, 4 * *fit.branching_error);
}

TEST(HawkesFit, OfSteadyEventsFindsLittle) {
  std::vector<double> times;
  for (int i = 0; i < 300; ++i) times.push_back(i + 0.5);
  const HawkesFit fit = *hawkes_fit(times, 300);
  EXPECT_EQ(fit.law.branching, 0);  // evenly spaced: less clustered than chance
  EXPECT_NEAR(fit.law.base, 1, 1e-9);
  EXPECT_FALSE(fit.branching_error);
  EXPECT_NEAR(fit.gain(), 0, 1e-9);
}

TEST(HawkesFit, NeedsSomeEvents) {
  const std::vector<double> few{1, 2, 3};
  EXPECT_EQ(hawkes_fit(few, 4).error().reason, Reason::missing_data);
  const std::vector<double> back{3, 2, 1};
  EXPECT_THROW((void)hawkes_fit(back, 4), ContractBroken);
  const std::vector<double> late{1, 2, 5};
  EXPECT_THROW((void)hawkes_fit(late, 4), ContractBroken);
}

// Shares of worlds whose intervals hold the truth.
struct Covered {
  double base = 0, branching = 0;
};
static Covered covered(double horizon_told) {
  constexpr int worlds = 300;
  const Hawkes truth{1, .4, 2};
  Covered share;
  for (int world = 0; world < worlds; ++world) {
    const auto times = drawn(truth, 400, static_cast<std::uint64_t>(100 + world));
    const auto fit = hawkes_fit(times, 400 * horizon_told, {0.05, 5});
    if (!fit || !fit->branching_error) continue;
    share.base += std::abs(fit->law.base - truth.base) < 1.96 * *fit->base_error ? 1.0 / worlds : 0;
    share.branching += std::abs(fit->law.branching - truth.branching) < 1.96 * *fit->branching_error
                           ? 1.0 / worlds
                           : 0;
  }
  return share;
}

TEST(HawkesFitLaw, CoversTheTruthAsOftenAsItSays) {
  const Covered found = covered(1);
  const double near = 3 * std::sqrt(0.05 * 0.95 / 300);
  EXPECT_NEAR(found.base, 0.95, near);
  EXPECT_NEAR(found.branching, 0.95, near);
}

TEST(HawkesFitLaw, ThatTestFailsWhereTheTimeIsWrong) {
  EXPECT_LT(covered(1.25).base, 0.95 - 3 * std::sqrt(0.05 * 0.95 / 300));
}

TEST(SpreadEvenly, LeavesNoTwoEventsAtOnce) {
  const std::vector<double> days{1, 1, 1, 4, 6, 6};
  const std::vector<double> want{1 + 1 / 6.0, 1.5, 1 + 5 / 6.0, 4.5, 6.25, 6.75};
  const auto spread = spread_evenly(days, 1);
  ASSERT_EQ(spread.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_CLOSE(spread[i], want[i], 1e-15);
}

}  // namespace levee::hazard
