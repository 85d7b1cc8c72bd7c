#include "levee/option/ssvi.h"

#include "levee/base/check.h"
#include "tests/support/cases.h"

#include <array>
#include <cmath>
#include <limits>

namespace levee::option {
namespace {

using test::Gen;

const Ssvi power_law{.rho = -0.3, .eta = 1.2, .gamma = 0.5};

Ssvi any_free(Gen& gen) {
  const double rho = gen.real(-0.9, 0.9);
  return {rho, gen.real(0.1, 2) / (1 + std::abs(rho)), gen.real(0.05, 0.5)};
}

std::vector<SsviExpiry> chain_of(const Ssvi& ssvi, std::span<const double> thetas) {
  std::vector<SsviExpiry> chain;
  for (const double theta : thetas) {
    SsviExpiry expiry{theta, {}};
    for (double k = -3; k <= 3; k += 0.5) {
      const double at = k * std::sqrt(theta);
      expiry.points.push_back({at, ssvi.variance(at, theta), 1});
    }
    chain.push_back(expiry);
  }
  return chain;
}

}  // namespace

// Reckoned apart: eta 1.2, gamma 0.5, rho -0.3.
TEST(Ssvi, HasTheTabulatedVariances) {
  struct Row {
    double theta, left, middle, right, steepness, bend;
  };
  constexpr std::array<Row, 3> rows{
      {{0.01, 0.0303612994730597, 0.01, 0.0167165642659439, 0.1552258, 1.8534653},
       {0.04, 0.0760849379964534, 0.04, 0.044374611002574, 0.30594117, 1.8},
       {0.09, 0.138598410301959, 0.09, 0.0869611980858291, 0.4482627, 1.7174312}}};
  for (const Row& row : rows) {
    EXPECT_NEAR(power_law.variance(-0.3, row.theta), row.left, 1e-15);
    EXPECT_NEAR(power_law.variance(0, row.theta), row.middle, 1e-16);
    EXPECT_NEAR(power_law.variance(0.3, row.theta), row.right, 1e-15);
    const ButterflySums sums = butterfly_sums(power_law, row.theta);
    EXPECT_NEAR(sums.steepness, row.steepness, 1e-7);
    EXPECT_NEAR(sums.bend, row.bend, 1e-7);
    EXPECT_TRUE(sums.are_free());
  }
}

TEST(Ssvi, ASliceIsTheSameSmile) {
  for (const double theta : {1e-3, 0.04, 0.5}) {
    const Svi svi = power_law.slice(theta);
    for (double k = -2; k <= 2; k += 0.1) {
      EXPECT_NEAR(svi.variance(k), power_law.variance(k, theta), 1e-15);
    }
  }
}

TEST(Ssvi, IsNotFreeWithTooMuchCurvature) {
  EXPECT_TRUE(is_free_everywhere(power_law));
  EXPECT_FALSE(is_free_everywhere({.rho = -0.3, .eta = 1.6, .gamma = 0.5}));
  EXPECT_FALSE(is_free_everywhere({.rho = -0.3, .eta = 1.2, .gamma = 0.6}));
  EXPECT_FALSE(is_free_everywhere({.rho = -1, .eta = 0.5, .gamma = 0.5}));
  EXPECT_LT(least_butterfly(Ssvi{.rho = -0.7, .eta = 8, .gamma = 0.5}.slice(0.04)).value, 0);
}

TEST(FitSsvi, WantsVarianceThatGrows) {
  auto chain = chain_of(power_law, std::array{0.04, 0.02});
  const auto refused = fit_ssvi(chain);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::bad_input);
  EXPECT_EQ(fit_ssvi({}).error().reason, Reason::missing_data);
  chain = chain_of(power_law, std::array{0.04});
  chain[0].points[0].variance = std::nan("");
  EXPECT_EQ(fit_ssvi(chain).error().reason, Reason::bad_input);
}

TEST(Ssvi, RefusesVarianceThatIsNone) {
  for (const double theta : {0.0, -0.04, std::nan("")}) {
    EXPECT_THROW(power_law.slice(theta), ContractBroken);
    EXPECT_THROW(butterfly_sums(power_law, theta), ContractBroken);
  }
  const double infinity = std::numeric_limits<double>::infinity();
  const Svi good = power_law.slice(0.04);
  for (const double bad : {std::nan(""), infinity, -infinity}) {
    for (double Svi::* const which : {&Svi::a, &Svi::b, &Svi::rho, &Svi::m, &Svi::s}) {
      Svi spoilt = good;
      spoilt.*which = bad;
      EXPECT_THROW(worst_crossing(good, spoilt), ContractBroken);
      EXPECT_THROW(worst_crossing(spoilt, good), ContractBroken);
      EXPECT_THROW(least_butterfly(spoilt), ContractBroken);
    }
  }
}

TEST(WorstCrossing, SeesWingsThatCrossInTheEnd) {
  const Svi flat{.a = 0.1, .b = 0.1, .rho = 0, .m = 0, .s = 0.1};
  Svi steep = flat;
  steep.a = 0.01;
  steep.b = 0.2;
  EXPECT_TRUE(std::isinf(worst_crossing(steep, flat).depth));
  const Crossing apart = worst_crossing(flat, steep);
  EXPECT_GT(apart.depth, 0);  // Around the money the steeper one is lower.
  EXPECT_NEAR(apart.k, 0, 1e-6);
  Svi above = flat;
  above.a += 0.01;
  EXPECT_NEAR(worst_crossing(flat, above).depth, -0.01, 1e-12);
}

TEST(SsviLaw, AFreeSurfaceHasNeitherButterfliesNorCalendars) {
  test::for_cases(150, [](Gen& gen) {
    const Ssvi ssvi = any_free(gen);
    ASSERT_TRUE(is_free_everywhere(ssvi));
    const double theta = gen.scale(1e-4, 2);
    const Svi early = ssvi.slice(theta), late = ssvi.slice(theta * gen.real(1.001, 4));
    ASSERT_GE(least_butterfly(early).value, -1e-9);
    // Parallel wings meet at infinity: rounding there is of the size of w.
    const Crossing worst = worst_crossing(early, late);
    ASSERT_TRUE(std::isfinite(worst.depth));
    ASSERT_LT(worst.depth, 1e-9 * late.variance(worst.k));
  });
}

TEST(SsviLaw, AFitFindsTheSurfaceItWasMadeOf) {
  test::for_cases(25, [](Gen& gen) {
    const Ssvi ssvi = any_free(gen);
    const auto chain = chain_of(ssvi, std::array{0.002, 0.01, 0.04, 0.2});
    const auto fit = fit_ssvi(chain);
    ASSERT_TRUE(fit);
    EXPECT_TRUE(is_free_everywhere(fit->ssvi));
    EXPECT_LT(fit->error, 1e-5);
    EXPECT_NEAR(fit->ssvi.rho, ssvi.rho, 2e-3);
    EXPECT_NEAR(fit->ssvi.eta, ssvi.eta, 2e-2);
    EXPECT_NEAR(fit->ssvi.gamma, ssvi.gamma, 2e-2);
  });
}

}  // namespace levee::option
