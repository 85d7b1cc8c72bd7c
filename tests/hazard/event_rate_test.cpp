// tests/hazard/event_rate_test.cpp — rates from few events; figures of mathematics 5.1 and 5.2.
#include "levee/hazard/event_rate.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <vector>

namespace levee::hazard {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

constexpr EventRate prior{2, 100};

double quantile(const EventRate& rate, double p) { return rate.quantile(p).value(); }

}  // namespace

TEST(EventRate, IsThePublishedPosterior) {
  struct Row {
    double events, exposure, mean, deviation, low, high, within;
  };
  for (const Row& row :
       {Row{0, .5, .01990049751243781, .01407177674, .00353594, .04720263, .01960736732267221},
        Row{0, 3, .019417475728155338, .01373022876, .00345011, .04605694, .019138313609467383},
        Row{1, 2, .029411764705882353, .01698089027, .00801658, .06172347, .02884434996115226},
        Row{3, 4, .04807692307692308, .02150065363, .01894375, .08801461, .04672061545980355}}) {
    const EventRate rate = updated(prior, row.events, Years{row.exposure});
    EXPECT_CLOSE(rate.mean().value(), row.mean, 1e-15);
    EXPECT_NEAR(rate.deviation().value(), row.deviation, 5e-12);
    EXPECT_NEAR(quantile(rate, 0.05), row.low, 5e-9);
    EXPECT_NEAR(quantile(rate, 0.95), row.high, 5e-9);
    EXPECT_CLOSE(rate.within(Years{1}).value(), row.within, 1e-14);
  }
}

TEST(EventRate, LeavesMostToTheSector) {
  EXPECT_NEAR(credibility(prior, Years{.5}).value(), .004975, 5e-7);
  EXPECT_NEAR(credibility(prior, Years{3}).value(), .029126, 5e-7);
  EXPECT_NEAR(credibility(prior, Years{10}).value(), .0909, 5e-5);
}

TEST(EventRate, CountsAreANegativeBinomialLaw) {
  const EventRate rate{2.5, 3};
  double all = 0, mean = 0;
  for (int n = 0; n < 200; ++n) {
    const double chance = rate.exactly(n, Years{2}).value();
    all += chance, mean += n * chance;
  }
  EXPECT_NEAR(all, 1, 1e-12);
  EXPECT_NEAR(mean, 2 * rate.mean().value(), 1e-10);
  EXPECT_CLOSE(1 - rate.exactly(0, Years{2}).value(), rate.within(Years{2}).value(), 1e-14);
  EXPECT_EQ(rate.exactly(0, Years{0}).value(), 1);
  EXPECT_EQ(rate.exactly(1, Years{0}).value(), 0);
}

TEST(EventRate, KnowsAMostAfterSilence) {
  EXPECT_NEAR(most_after_silence(Years{4}).value(), 3.0 / 4, 2e-3);  // the rule of three
  EXPECT_THROW((void)most_after_silence(Years{0}), ContractBroken);
}

TEST(EventRate, LearnsNothingFromNoTime) {
  const EventRate same = updated(prior, 0, Years{0});
  EXPECT_EQ(same.events, prior.events);
  EXPECT_EQ(same.years, prior.years);
  EXPECT_EQ(credibility(prior, Years{0}).value(), 0);
  EXPECT_THROW((void)updated(prior, -1, Years{1}), ContractBroken);
  EXPECT_THROW((void)updated(prior, 1, Years{-1}), ContractBroken);
}

// Simulation-based calibration: rates drawn from the prior stand anywhere in their posteriors.
// src: Talts et al. (2018), arXiv:1804.06788
static double rank_chi_square(double wrong_exposure) {
  constexpr int worlds = 4000, bins = 20;
  std::vector<double> seen(bins);
  for (int world = 0; world < worlds; ++world) {
    num::Draws draws(7, 1, static_cast<std::uint64_t>(world));
    const double rate = quantile(prior, draws.uniform());
    const double exposure = 400 * draws.uniform();
    const double events = draws.poisson(std::min(45.0, rate * exposure));
    const EventRate posterior = updated(prior, events, Years{exposure * wrong_exposure});
    const EventRate& law = posterior;
    // The rank is where the true rate stands in the posterior, by bisection on its quantiles.
    double low = 0, high = 1;
    for (int i = 0; i < 12; ++i) {
      const double middle = (low + high) / 2;
      (quantile(law, middle) < rate ? low : high) = middle;
    }
    ++seen[static_cast<std::size_t>(std::min(bins - 1.0, low * bins))];
  }
  double chi = 0;
  for (const double count : seen) chi += std::pow(count - worlds / bins, 2) / (worlds / bins);
  return chi;
}

TEST(EventRateLaw, IsCalibratedOnWorldsDrawnFromThePrior) {
  EXPECT_LT(rank_chi_square(1), 43.8);  // 99.9 % of chi-square with 19 degrees of freedom
}

TEST(EventRateLaw, ThatTestFailsWhereTheExposureIsWrong) { EXPECT_GT(rank_chi_square(1.3), 43.8); }

TEST(DispersionLaw, CallsPoissonCountsPoissonAndMixedOnesMixed) {
  const auto share_called = [](double alpha) {
    int called = 0;
    for (int world = 0; world < 400; ++world) {
      num::Draws draws(9, 2, static_cast<std::uint64_t>(world));
      std::vector<double> counts, means;
      for (int i = 0; i < 60; ++i) {
        const double mean = 1 + 6 * draws.uniform();
        const double rate =
            alpha > 0 ? mean * EventRate{1 / alpha, 1 / alpha}.quantile(draws.uniform()).value()
                      : mean;
        counts.push_back(draws.poisson(rate));
        means.push_back(mean);
      }
      called += dispersion_of(counts, means).p_value < 0.05 ? 1 : 0;
    }
    return called / 400.0;
  };
  EXPECT_NEAR(share_called(0), 0.05, 3 * std::sqrt(0.05 * 0.95 / 400) + 0.01);
  EXPECT_GT(share_called(0.4), 0.9);
}

TEST(Dispersion, TellsHowMuch) {
  const std::vector<double> counts{0, 10, 0, 10}, means{5, 5, 5, 5};
  const Dispersion found = dispersion_of(counts, means);
  EXPECT_CLOSE(found.alpha, (100.0 - 20) / 100, 1e-14);
  EXPECT_CLOSE(found.statistic, 80 / std::sqrt(200), 1e-14);
}

}  // namespace levee::hazard
