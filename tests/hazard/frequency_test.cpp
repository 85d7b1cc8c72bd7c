// tests/hazard/frequency_test.cpp — rates by sector and covariate, and whether their bands hold.
#include "levee/hazard/frequency.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <array>
#include <cmath>

namespace levee::hazard {
namespace {

// A made-up world: sectors, protocols with two covariates, and what happened to them.
struct World {
  std::vector<Exposed> exposed;
  num::Matrix<double> covariates{2, 120};
  std::array<double, 3> rate{};
  std::array<double, 2> beta{};

  World(std::uint64_t number, const FrequencyPrior& prior, double years_told) {
    num::Draws draws(31, 9, number);
    for (double& one : rate) one = prior.sector.quantile(draws.uniform()).value();
    for (double& one : beta) one = prior.beta_deviation * draws.normal();
    for (std::size_t i = 0; i < covariates.columns(); ++i) {
      covariates.row(0)[i] = draws.normal();
      covariates.row(1)[i] = draws.uniform() < 0.4 ? 1 : 0;
      const double years = 4 * draws.uniform();
      const double mean = years * rate.at(i % 3) *
                          std::exp(beta[0] * covariates.row(0)[i] + beta[1] * covariates.row(1)[i]);
      exposed.push_back(
          {i % 3, years * years_told, static_cast<double>(draws.poisson(std::min(mean, 40.0)))});
    }
  }

  FrequencyAsk ask() const {
    return {.exposed = exposed, .covariates = covariates, .sectors = 3, .prior = {}};
  }
};

constexpr FrequencyPrior usual{};

double rank_of(double truth, std::span<const double> draws) {
  double below = 0;
  for (const double draw : draws) below += draw < truth ? 1 : 0;
  return below / static_cast<double>(draws.size());
}

// Chi-square of ranks in ten bins: of a sector's rate, of a beta, and of one protocol's rate.
std::array<double, 3> rank_chi_squares(double years_told) {
  constexpr int worlds = 400;
  constexpr std::size_t bins = 10;
  std::array<std::array<double, bins>, 3> seen{};
  const std::array x{0.5, 1.0};
  for (int number = 0; number < worlds; ++number) {
    const World world(static_cast<std::uint64_t>(number), usual, years_told);
    FrequencyAsk ask = world.ask();
    ask.draws = 400;
    const auto found = frequency_of(ask);
    EXPECT_TRUE(found);
    if (!found) continue;
    const double own = world.rate[0] * std::exp(0.5 * world.beta[0] + world.beta[1]);
    const auto rates = found->rates(0, x);
    const std::array ranks{rank_of(world.rate[1], found->sector.row(1)),
                           rank_of(world.beta[0], found->beta.row(0)), rank_of(own, rates)};
    for (std::size_t i = 0; i < 3; ++i) {
      ++seen.at(i).at(std::min(bins - 1, static_cast<std::size_t>(ranks.at(i) * bins)));
    }
  }
  std::array<double, 3> chi{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (const double count : seen.at(i)) chi.at(i) += std::pow(count - 40, 2) / 40;
  }
  return chi;
}

}  // namespace

TEST(Frequency, OfOneSectorAloneIsTheGammaPosterior) {
  const std::vector<Exposed> exposed{{0, 2, 1}, {0, 1.5, 0}, {0, 0.5, 2}};
  const num::Matrix<double> none;
  const auto found =
      frequency_of({.exposed = exposed, .covariates = none, .sectors = 1, .draws = 20'000});
  ASSERT_TRUE(found);
  const EventRate want = updated(usual.sector, 3, Years{4});
  const Known known = known_from(found->rates(0, {}));
  EXPECT_NEAR(known.mean, want.mean().value(), 4 * want.deviation().value() / std::sqrt(20'000));
  EXPECT_CLOSE(known.low, want.quantile(0.05).value(), 0.02);
  EXPECT_CLOSE(known.high, want.quantile(0.95).value(), 0.02);
  EXPECT_NEAR(found->effective_draws, 20'000, 1e-6);
}

// The evidence and the mean of beta by plain sums over a grid of it.
TEST(Frequency, IsWhatAGridOfBetasShows) {
  const std::vector<Exposed> exposed{{0, 3, 2}, {0, 4, 0}, {1, 2, 1}, {1, 6, 0}, {0, 1, 1}};
  num::Matrix<double> x(1, 5);
  const std::array<double, 5> values{1, -0.5, 0.8, 0, 0.3};
  std::ranges::copy(values, x.row(0).begin());
  const FrequencyPrior prior{{2, 20}, 0.9};
  double all = 0, mean = 0;
  const double step = 1e-3;
  for (double beta = -6; beta < 6; beta += step) {
    double log = -beta * beta / (2 * 0.81) - std::log(0.9 * std::sqrt(2 * std::numbers::pi));
    std::array<double, 2> years{}, events{};
    for (std::size_t i = 0; i < 5; ++i) {
      years.at(exposed[i].sector) += exposed[i].years * std::exp(beta * values.at(i));
      events.at(exposed[i].sector) += exposed[i].events;
      log += exposed[i].events * (beta * values.at(i) + std::log(exposed[i].years)) -
             std::lgamma(exposed[i].events + 1);
    }
    for (std::size_t j = 0; j < 2; ++j) {
      log += 2 * std::log(20) + std::lgamma(2 + events.at(j)) - std::lgamma(2) -
             (2 + events.at(j)) * std::log(20 + years.at(j));
    }
    all += step * std::exp(log), mean += step * beta * std::exp(log);
  }
  const auto found = frequency_of(
      {.exposed = exposed, .covariates = x, .sectors = 2, .prior = prior, .draws = 40'000});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->log_evidence, std::log(all), 0.01);
  const auto row = found->beta.row(0);
  EXPECT_NEAR(known_from({row.begin(), row.end()}).mean, mean / all, 0.02);
  EXPECT_GT(found->effective_draws, 0.8 * 40'000);
}

TEST(Frequency, IsTheSameEveryTime) {
  const World world(5, usual, 1);
  const auto once = *frequency_of(world.ask()), again = *frequency_of(world.ask());
  EXPECT_TRUE(std::ranges::equal(once.beta.row(1), again.beta.row(1)));
  EXPECT_TRUE(std::ranges::equal(once.sector.row(2), again.sector.row(2)));
}

TEST(Frequency, RefusesNoTimeAtAll) {
  const std::vector<Exposed> exposed{{0, 0, 0}};
  const num::Matrix<double> none;
  const FrequencyAsk ask{.exposed = exposed, .covariates = none, .sectors = 1};
  EXPECT_EQ(frequency_of(ask).error().reason, Reason::missing_data);
  const std::vector<Exposed> sudden{{0, 0, 1}};
  FrequencyAsk odd = ask;
  odd.exposed = sudden;
  EXPECT_THROW((void)frequency_of(odd), ContractBroken);
}

TEST(FrequencyLaw, IsCalibratedOnWorldsDrawnFromThePrior) {
  for (const double chi : rank_chi_squares(1)) EXPECT_LT(chi, 27.9);  // 99.9 %, 9 degrees
}

TEST(FrequencyLaw, ThatTestFailsWhereTheExposureIsWrong) {
  EXPECT_GT(rank_chi_squares(3)[2], 27.9);
}

TEST(Known, IsAMeanAndABand) {
  std::vector<double> draws;
  for (int i = 100; i >= 0; --i) draws.push_back(i);
  const Known known = known_from(draws);
  EXPECT_CLOSE(known.mean, 50, 1e-14);
  EXPECT_CLOSE(known.low, 5, 1e-14);
  EXPECT_CLOSE(known.high, 95, 1e-14);
}

}  // namespace levee::hazard
