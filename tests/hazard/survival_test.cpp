// tests/hazard/survival_test.cpp — ages at failure; figures of mathematics 5.1.
#include "levee/hazard/survival.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <array>
#include <cmath>

namespace levee::hazard {
namespace {

std::vector<Lifetime> toy() {
  constexpr std::array<double, 8> age{1, 2, 2, 3, 4, 5, 5, 6}, x{1, 0, 1, 0, 1, 0, 1, 0};
  constexpr std::array<bool, 8> failed{true, true, true, false, true, true, false, true};
  std::vector<Lifetime> all;
  for (std::size_t i = 0; i < age.size(); ++i) all.push_back({age[i], failed[i], 0, {x[i]}});
  return all;
}

// Two covariates, one of them of no effect; half come to be watched late.
std::vector<Lifetime> drawn(std::uint64_t world, double beta, std::size_t count) {
  std::vector<Lifetime> all;
  num::Draws draws(11, 3, world);
  while (all.size() < count) {
    const double x = draws.uniform() < 0.5 ? 0 : 1, other = draws.uniform();
    const double end = -std::log(draws.uniform()) / (0.3 * std::exp(beta * x));
    const double since = draws.uniform() < 0.5 ? 0 : 2 * draws.uniform();
    const double until = 1 + 5 * draws.uniform();
    if (end <= since || until <= since) continue;  // nobody ever hears of those
    all.push_back({std::min(end, until), end < until, since, {x, other}});
  }
  return all;
}

}  // namespace

TEST(Cox, IsThePublishedToy) {
  const auto all = toy();
  const CoxFit breslow = *cox_fit(all, Ties::breslow), efron = *cox_fit(all, Ties::efron);
  // Where the score is 0; the published ratios and error stop eight digits on the way there.
  EXPECT_CLOSE(breslow.beta[0], .6648466483661769, 1e-12);
  EXPECT_CLOSE(breslow.beta[0], .6648466598841287, 2e-8);
  EXPECT_CLOSE(breslow.log_likelihood, -8.188217000784647, 1e-14);
  EXPECT_CLOSE(breslow.null_log_likelihood, -8.456168489578463, 1e-14);
  EXPECT_CLOSE(efron.beta[0], .6748503408509429, 1e-12);
  EXPECT_CLOSE(efron.beta[0], .6748503418607182, 2e-9);
  EXPECT_CLOSE(efron.log_likelihood, -8.025972756438211, 1e-14);
  EXPECT_CLOSE(efron.null_log_likelihood, -8.302017809751204, 1e-14);
  EXPECT_CLOSE(efron.error[0], .9202051499816176, 1e-12);
  EXPECT_NEAR(efron.error[0], .92020507, 1e-7);
}

TEST(KaplanMeier, IsThePublishedToy) {
  const auto steps = kaplan_meier(toy());
  const std::vector<Standing> want{{1, .875}, {2, .625}, {4, .46875}, {5, .3125}, {6, 0}};
  ASSERT_EQ(steps.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(steps[i].years, want[i].years);
    EXPECT_CLOSE(steps[i].share, want[i].share, 1e-15);
  }
}

TEST(KaplanMeier, CountsNobodyBeforeTheyAreWatched) {
  // Two of age 5 are watched from 4 on: at 1, one of one fails.
  const std::vector<Lifetime> late{{1, true}, {5, true, 4}, {6, false, 4}, {2, false}};
  const auto steps = kaplan_meier(late);
  ASSERT_EQ(steps.size(), 2);
  EXPECT_CLOSE(steps[0].share, 0.5, 1e-15);
  EXPECT_CLOSE(steps[1].share, 0.25, 1e-15);
}

TEST(KaplanMeier, OfNoFailureIsNoStep) {
  EXPECT_TRUE(kaplan_meier(std::vector<Lifetime>{{3, false}}).empty());
  EXPECT_TRUE(kaplan_meier({}).empty());
  EXPECT_THROW((void)kaplan_meier(std::vector<Lifetime>{{3, true, 3}}), ContractBroken);
}

TEST(Cox, SaysWhereThereIsNoRatio) {
  auto all = toy();
  for (Lifetime& one : all) one.failed = false;
  EXPECT_EQ(cox_fit(all, Ties::efron).error().reason, Reason::missing_data);
  // Whoever has it fails first, whoever has it not never does.
  const std::vector<Lifetime> parted{{1, true, 0, {1}}, {2, true, 0, {1}}, {9, false, 0, {0}}};
  EXPECT_EQ(cox_fit(parted, Ties::efron).error().reason, Reason::no_solution);
  all = toy();
  for (Lifetime& one : all) one.covariates.push_back(2 * one.covariates[0]);
  EXPECT_EQ(cox_fit(all, Ties::efron).error().reason, Reason::no_solution);
}

TEST(CoxLaw, CoversTheTruthAsOftenAsItSays) {
  constexpr int worlds = 400;
  int covered = 0, other = 0;
  for (int world = 0; world < worlds; ++world) {
    const auto fit = cox_fit(drawn(static_cast<std::uint64_t>(world), 0.7, 150), Ties::efron);
    ASSERT_TRUE(fit);
    covered += std::abs(fit->beta[0] - 0.7) < 1.96 * fit->error[0] ? 1 : 0;
    other += std::abs(fit->beta[1]) < 1.96 * fit->error[1] ? 1 : 0;
  }
  const double near = 3 * std::sqrt(0.05 * 0.95 / worlds);
  EXPECT_NEAR(covered / double{worlds}, 0.95, near);
  EXPECT_NEAR(other / double{worlds}, 0.95, near);
}

TEST(Ageing, IsThePublishedClock) {
  const Ageing ageing{.7, Years{12}};
  EXPECT_CLOSE(ageing.alive(Years{1}).value(), .8389370054092208, 1e-15);
  EXPECT_CLOSE(ageing.alive_further(Years{2}, Years{1}).value(), .9106158364024659, 1e-15);
  EXPECT_EQ(ageing.alive(Years{0}).value(), 1);
}

}  // namespace levee::hazard
