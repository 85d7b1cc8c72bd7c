// tests/hazard/share_law_test.cpp — shares by bins, and what few events can tell of them.
#include "levee/hazard/share_law.h"

#include "levee/hazard/event_rate.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

namespace levee::hazard {

TEST(ShareBin, HoldsItsLowerEdge) {
  EXPECT_EQ(share_bin(Share{0}), 0);
  EXPECT_EQ(share_bin(Share{0.0099}), 0);
  EXPECT_EQ(share_bin(Share{0.01}), 1);
  EXPECT_EQ(share_bin(Share{0.5}), 3);
  EXPECT_EQ(share_bin(Share{0.9}), 4);
  EXPECT_EQ(share_bin(Share{1}), 4);
  EXPECT_THROW((void)share_bin(Share{1.0001}), ContractBroken);
  EXPECT_THROW((void)share_bin(Share{-0.1}), ContractBroken);
}

TEST(ShareLaw, LearnsFromEvents) {
  const std::vector<double> pool{0, 0, 0, 1, 1, 0.3};
  const ShareLaw prior = pooled_prior(pool, 4);
  EXPECT_CLOSE(prior.all(), 4, 1e-14);
  EXPECT_CLOSE(prior.events[0] / prior.events[2], 3.5 / 1.5, 1e-14);
  EXPECT_CLOSE(prior.at[2], (0.5 * 0.3 + 0.3) / 1.5, 1e-14);  // a bin's own mean, and its middle
  const std::vector<double> own{0.95, 0.97};
  const ShareLaw law = updated(prior, own);
  EXPECT_CLOSE(law.all(), 6, 1e-14);
  EXPECT_CLOSE(law.events[4], prior.events[4] + 2, 1e-14);
  EXPECT_GT(law.mean(), prior.mean());
  EXPECT_LT(law.deviation(), prior.deviation());
}

TEST(ShareLaw, DrawsMeansAndEventsOfItself) {
  const ShareLaw law = pooled_prior(std::vector<double>{0, 0.02, 0.4, 1, 1, 1}, 6);
  double sum = 0, squares = 0, shares = 0;
  constexpr int draws_made = 20'000;
  num::Draws draws(19, 6, 0);
  for (int i = 0; i < draws_made; ++i) {
    const double mean = law.drawn_mean(draws).value();
    sum += mean, squares += mean * mean;
    shares += law.share_at(draws.uniform()).value();
  }
  const double mean = sum / draws_made, scatter = std::sqrt(squares / draws_made - mean * mean);
  const double error = law.deviation().value() / std::sqrt(draws_made);
  EXPECT_NEAR(mean, law.mean().value(), 4 * error);
  EXPECT_NEAR(scatter, law.deviation().value(), 0.02 * scatter);
  EXPECT_NEAR(shares / draws_made, law.mean().value(), 4 * 0.5 / std::sqrt(draws_made));
  EXPECT_CLOSE(law.share_at(1e-12).value(), law.at[0], 1e-15);
  EXPECT_CLOSE(law.share_at(1 - 1e-12).value(), law.at[4], 1e-15);
}

// Simulation-based calibration: the true mean stands anywhere among draws of its posterior.
static double rank_chi_square(int times_counted) {
  constexpr int worlds = 2000, ranks = 20;
  const ShareLaw prior = pooled_prior(std::vector<double>{0, 0, 0.05, 0.3, 0.7, 1}, 5);
  std::vector<double> seen(ranks);
  for (int world = 0; world < worlds; ++world) {
    num::Draws draws(23, 7, static_cast<std::uint64_t>(world));
    // The truth: chances of the bins drawn from the prior, as gamma numbers over their sum.
    ShareLaw truth = prior;
    for (double& chance : truth.events) {
      chance = EventRate{chance, 1}.quantile(draws.uniform()).value();
    }
    std::vector<double> shares;
    for (int i = 0; i < 12; ++i) shares.push_back(truth.share_at(draws.uniform()).value());
    ShareLaw posterior = prior;
    for (int i = 0; i < times_counted; ++i) posterior = updated(posterior, shares);
    std::size_t rank = 0;
    for (int i = 0; i + 1 < ranks; ++i) rank += posterior.drawn_mean(draws) < truth.mean() ? 1 : 0;
    ++seen[rank];
  }
  double chi = 0;
  for (const double count : seen) chi += std::pow(count - 100, 2) / 100;
  return chi;
}

TEST(ShareLawLaw, IsCalibratedOnWorldsDrawnFromThePrior) {
  EXPECT_LT(rank_chi_square(1), 43.8);  // 99.9 % of chi-square with 19 degrees of freedom
}

TEST(ShareLawLaw, ThatTestFailsWhereEventsCountTwice) { EXPECT_GT(rank_chi_square(2), 43.8); }

}  // namespace levee::hazard
