// tests/risk/basis_test.cpp — a slope and a residual that are known, found again.
#include "levee/risk/basis.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::risk {
namespace {

constexpr double slope = 1.3, proxy_daily = 0.03, residual_daily = 0.02;

PairedReturns drawn(std::uint64_t path, std::size_t count, double residual = residual_daily) {
  num::Draws draws(11, 0, path);
  PairedReturns made;
  for (std::size_t i = 0; i < count; ++i) {
    made.market.push_back(0.001 + proxy_daily * draws.normal());
    made.asset.push_back(-0.002 + slope * made.market.back() + residual * draws.normal());
  }
  return made;
}

}  // namespace

TEST(Basis, OfDrawnReturnsIsWhatTheyWereDrawnFrom) {
  const auto found = basis_of(drawn(0, 40'000));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->days, 40'000u);
  EXPECT_NEAR(found->beta.value, slope, 4 * found->beta.error);
  EXPECT_NEAR(found->beta.error, residual_daily / proxy_daily / std::sqrt(40'000.0), 1e-4);
  EXPECT_NEAR(found->beta_down.value, slope, 4 * found->beta_down.error);
  const double variance = slope * slope * proxy_daily * proxy_daily;
  const double share = variance / (variance + residual_daily * residual_daily);
  EXPECT_NEAR(found->correlation.value, std::sqrt(share), 4 * found->correlation.error);
  EXPECT_NEAR(found->r_squared, share, 0.01);
  EXPECT_NEAR(found->residual_vol, residual_daily * std::sqrt(365.0), 0.01);
  EXPECT_NEAR(found->proxy_vol, proxy_daily * std::sqrt(365.0), 0.015);
}

TEST(Basis, ErrsAsOftenAsItsErrorsSay) {
  int beta_within = 0, correlation_within = 0;
  constexpr int cases = 400;
  const double variance = slope * slope * proxy_daily * proxy_daily;
  const double truth = std::sqrt(variance / (variance + residual_daily * residual_daily));
  for (int i = 0; i < cases; ++i) {
    const auto found = basis_of(drawn(static_cast<std::uint64_t>(i), 365));
    beta_within += std::abs(found->beta.value - slope) < 1.96 * found->beta.error ? 1 : 0;
    correlation_within +=
        std::abs(found->correlation.value - truth) < 1.96 * found->correlation.error ? 1 : 0;
  }
  EXPECT_NEAR(beta_within / static_cast<double>(cases), 0.95, 0.04);
  EXPECT_NEAR(correlation_within / static_cast<double>(cases), 0.95, 0.04);
}

TEST(Basis, OfProportionalReturnsLeavesNothing) {
  PairedReturns made = drawn(3, 100, 0);
  const auto found = basis_of(made);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->beta.value, slope, 1e-12);
  EXPECT_NEAR(found->correlation.value, 1, 1e-12);
  EXPECT_LE(found->correlation.value, 1);
  EXPECT_NEAR(found->residual_vol, 0, 1e-12);
  for (double& one : made.asset) one = -one;
  EXPECT_NEAR(basis_of(made)->correlation.value, -1, 1e-12);
}

TEST(Basis, FollowsAFallingProxyByABetaOfItsOwn) {
  PairedReturns made = drawn(5, 4000);
  for (std::size_t i = 0; i < made.asset.size(); ++i) {
    if (made.market[i] < 0) made.asset[i] += 0.5 * made.market[i];
  }
  const auto found = basis_of(made);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->beta_down.value, slope + 0.5, 4 * found->beta_down.error);
  EXPECT_GT(found->beta_down.value - found->beta.value, 4 * found->beta_down.error);
}

TEST(BasisLaw, TheResidualIsWhatTheCorrelationLeaves) {
  test::for_cases(200, [](test::Gen& gen) {
    const std::size_t count = gen.size(40, 200);
    const PairedReturns made{gen.reals(count, -0.1, 0.1), gen.reals(count, -0.1, 0.1)};
    const auto found = basis_of(made);
    ASSERT_TRUE(found);
    const auto n = static_cast<double>(count);
    const double own = found->beta.value * found->proxy_vol / found->correlation.value;
    const double left = own * std::sqrt((1 - found->r_squared) * (n - 1) / (n - 2));
    EXPECT_NEAR(found->residual_vol, left, 1e-9 * left);
  });
}

TEST(Basis, RefusesWhatItCannotAnswer) {
  EXPECT_EQ(basis_of(drawn(0, 10)).error().reason, Reason::missing_data);
  PairedReturns still = drawn(0, 100);
  still.market.assign(100, 0.01);
  EXPECT_EQ(basis_of(still).error().reason, Reason::no_solution);
  still = drawn(0, 100);
  still.asset.assign(100, 0.0);
  EXPECT_EQ(basis_of(still).error().reason, Reason::no_solution);
}

}  // namespace levee::risk
