// tests/hazard/forecast_score_test.cpp — scores of chances, and how sure a difference is.
#include "levee/hazard/forecast_score.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::hazard {
namespace {

// Chances that are right, and the same ones told too high.
std::vector<Told> drawn(std::uint64_t world, std::size_t count, double told_high) {
  num::Draws draws(37, 10, world);
  std::vector<Told> all;
  for (std::size_t i = 0; i < count; ++i) {
    const double chance = 0.4 * draws.uniform();
    all.push_back({std::min(0.99, chance * told_high), draws.uniform() < chance});
  }
  return all;
}

}  // namespace

TEST(Score, IsByHand) {
  const std::vector<Told> told{{0.8, true}, {0.3, false}};
  const Score score = score_of(told);
  EXPECT_CLOSE(score.brier, (0.04 + 0.09) / 2, 1e-14);
  EXPECT_CLOSE(score.log, -(std::log(0.8) + std::log(0.7)) / 2, 1e-14);
  EXPECT_THROW((void)score_of({}), ContractBroken);
  EXPECT_THROW((void)score_of(std::vector<Told>{{1, true}}), ContractBroken);
}

TEST(Gain, IsADifferenceWithItsError) {
  const std::vector<Told> own{{0.8, true}, {0.3, false}}, other{{0.5, true}, {0.5, false}};
  const Gain gain = gain_over(own, other);
  EXPECT_CLOSE(gain.brier, ((0.25 - 0.04) + (0.25 - 0.09)) / 2, 1e-14);
  EXPECT_CLOSE(gain.brier_error, (0.21 - 0.16) / 2 / std::sqrt(2), 1e-12);
  EXPECT_CLOSE(gain.log, score_of(other).log - score_of(own).log, 1e-13);
  EXPECT_EQ(gain_over(own, own).log, 0);
  const std::vector<Told> unlike{{0.5, false}, {0.5, false}};
  EXPECT_THROW((void)gain_over(own, unlike), ContractBroken);
}

TEST(GainLaw, TheRightChancesWinAndTheErrorIsOfTheRightSize) {
  constexpr int worlds = 300;
  int lost = 0, covered = 0;
  // What the right chances gain over half as high ones again, on average: by a long run.
  const Gain truth = gain_over(drawn(9999, 400'000, 1), drawn(9999, 400'000, 1.5));
  for (int world = 0; world < worlds; ++world) {
    const auto number = static_cast<std::uint64_t>(world);
    const Gain gain = gain_over(drawn(number, 2000, 1), drawn(number, 2000, 1.5));
    lost += gain.log < 0 ? 1 : 0;
    covered += std::abs(gain.log - truth.log) < 1.96 * gain.log_error ? 1 : 0;
  }
  EXPECT_EQ(lost, 0);
  EXPECT_NEAR(covered / double{worlds}, 0.95, 3 * std::sqrt(0.05 * 0.95 / worlds));
}

TEST(Reliability, BinsEquallyManyWithTheirIntervals) {
  std::vector<Told> told;
  for (int i = 0; i < 20; ++i) told.push_back({0.01 + 0.04 * ((7 * i) % 20), i == 3});
  const auto bins = reliability_of(told, 4);
  ASSERT_EQ(bins.size(), 4);
  std::size_t all = 0, came = 0;
  for (const Bin& bin : bins) {
    EXPECT_EQ(bin.told, 5);
    EXPECT_LE(bin.low, bin.mean_chance);
    EXPECT_LE(bin.mean_chance, bin.high);
    all += bin.told, came += bin.came;
  }
  EXPECT_EQ(all, 20);
  EXPECT_EQ(came, 1);
  // Nought of five: up to 52.18 % (published tables); one of five: 0.51 % to 71.64 %.
  EXPECT_EQ(bins[3].came, 0);
  EXPECT_NEAR(bins[3].upper.value(), 0.5218, 5e-5);
  EXPECT_EQ(bins[3].lower.value(), 0);
  EXPECT_NEAR(bins[0].lower.value(), 0.0051, 5e-5);
  EXPECT_NEAR(bins[0].upper.value(), 0.7164, 5e-5);
  EXPECT_EQ(reliability_of(told, 50).size(), 20);
}

TEST(ReliabilityLaw, HoldsTheTruthAsOftenAsItSays) {
  int held = 0, bins = 0;
  for (int world = 0; world < 200; ++world) {
    for (const Bin& bin : reliability_of(drawn(static_cast<std::uint64_t>(world), 1000, 1), 10)) {
      held += bin.lower.value() <= bin.mean_chance && bin.mean_chance <= bin.upper.value() ? 1 : 0;
      ++bins;
    }
  }
  EXPECT_GE(held, 0.95 * bins - 3 * std::sqrt(0.05 * 0.95 * bins));  // exact intervals hold more
}

TEST(Bins, HoldEveryForecastOnce) {
  const std::vector<Told> told{{0.3, true}, {0.1, false}, {0.3, false}, {0.2, false}, {0.1, true}};
  EXPECT_EQ(bins_of(told, 2), (std::vector<std::vector<std::size_t>>{{1, 4}, {3, 0, 2}}));
  EXPECT_EQ(same_chances(told), (std::vector<std::vector<std::size_t>>{{1, 4}, {3}, {0, 2}}));
}

// P(N <= 0) = 0.0498, P(N <= 1) = 0.199, P(N <= 6) = 0.966 for an expectation of three.
TEST(CountBand, IsThePoissonLawsOwnWhereTheExpectationIsKnown) {
  const CountBand band = count_band(std::vector{3.0});
  EXPECT_EQ(band.low, 1U);
  EXPECT_EQ(band.high, 6U);
  EXPECT_EQ(count_band(std::vector{0.0}).high, 0U);
  const CountBand large = count_band(std::vector{2000.0});
  EXPECT_NEAR(static_cast<double>(large.low), 2000 - 1.645 * std::sqrt(2000), 2);
  EXPECT_NEAR(static_cast<double>(large.high), 2000 + 1.645 * std::sqrt(2000), 2);
}

TEST(CountBand, IsWiderWhereItIsNot) {
  const CountBand band = count_band(std::vector{1.0, 9.0});
  EXPECT_EQ(band.low, 0U);
  EXPECT_EQ(band.high, 13U);  // half of P(N <= 13 | 9) = 0.926 and of 1
}

}  // namespace levee::hazard
