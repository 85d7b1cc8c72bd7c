#include "levee/risk/tail.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace levee::risk {
namespace {

std::vector<double> one_to(int n) {
  std::vector<double> losses(static_cast<std::size_t>(n));
  std::iota(losses.begin(), losses.end(), 1.0);
  return losses;
}

std::vector<double> normals(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  std::vector<double> losses(count);
  for (double& x : losses) x = normal(source);
  return losses;
}

}  // namespace

// Losses 1 to 10 at 85 %: the mean of all that reach VaR is 9.5, of all beyond it 10, both wrong.
TEST(Tail, SplitsTheAtomThatStraddlesTheLevel) {
  const auto tail = tail_of(one_to(10), 0.85);
  EXPECT_EQ(tail->var, Usd{9});
  EXPECT_NEAR(tail->cvar.value(), 29.0 / 3, 1e-13);
}

TEST(Tail, RanksExactlyDespiteRounding) {
  EXPECT_EQ(tail_of(one_to(100), 0.07)->var, Usd{7});  // 0.07 * 100 is above 7 in binary
  EXPECT_EQ(tail_of(one_to(100), 0.29)->var, Usd{29});
  EXPECT_EQ(tail_of(one_to(10), 1e-9)->var, Usd{1});
  EXPECT_EQ(tail_of(one_to(10), 0.999)->var, Usd{10});
}

TEST(Tail, OfOneLossIsThatLoss) {
  const auto tail = tail_of(std::vector{42.0}, 0.95);
  EXPECT_EQ(tail->var, Usd{42});
  EXPECT_EQ(tail->cvar, Usd{42});
  EXPECT_EQ(tail->cvar_error, Usd{0});
}

TEST(Tail, RefusesWhatItCannotAnswer) {
  EXPECT_EQ(tail_of({}, 0.95).error().reason, Reason::missing_data);
  for (const double level : {0.0, 1.0, -0.1, 1.5}) {
    EXPECT_EQ(tail_of(one_to(10), level).error().reason, Reason::out_of_range);
  }
  EXPECT_EQ(report_of({}).error().reason, Reason::missing_data);
}

// Expected shortfall of the standard normal: pdf(quantile) / (1 - level).
TEST(Tail, AgreesWithTheNormalWithinItsError) {
  const auto losses = normals(1, 1'000'000);
  const auto at975 = tail_of(losses, 0.975), at99 = tail_of(losses, 0.99);
  EXPECT_NEAR(at975->cvar.value(), 2.3378027922014133, 3 * at975->cvar_error.value());
  EXPECT_NEAR(at99->cvar.value(), 2.665214220345805, 3 * at99->cvar_error.value());
  EXPECT_NEAR(at975->var.value(), 1.959963984540054, 3 * at975->var_error.value());
  EXPECT_NEAR(at99->var.value(), 2.3263478740408408, 3 * at99->var_error.value());
  EXPECT_LT(at99->cvar_error.value(), 0.01);
  // Asymptotic error of the VaR: sqrt(level (1 - level) / paths) / density.
  EXPECT_NEAR(at99->var_error.value(), std::sqrt(0.99 * 0.01 / 1e6) / 0.026652142, 5e-4);
}

TEST(TailLaw, ErrsAsMuchAsItSays) {
  constexpr int repeats = 400;
  double mean[2] = {}, square[2] = {}, told[2] = {};
  for (int i = 0; i < repeats; ++i) {
    const auto tail = tail_of(normals(100 + static_cast<std::uint64_t>(i), 4000), 0.95);
    const double found[2] = {tail->var.value(), tail->cvar.value()};
    const double error[2] = {tail->var_error.value(), tail->cvar_error.value()};
    for (int k = 0; k < 2; ++k) {
      mean[k] += found[k] / repeats;
      square[k] += found[k] * found[k] / repeats;
      told[k] += error[k] / repeats;
    }
  }
  for (int k = 0; k < 2; ++k) {
    EXPECT_NEAR(told[k] / std::sqrt(square[k] - mean[k] * mean[k]), 1, 0.15);
  }
}

TEST(TailLaw, IsCoherent) {  // Artzner, Delbaen, Eber & Heath (1999), Math. Finance 9, 203-228
  test::for_cases(1000, [](test::Gen& gen) {
    const double level = gen.real(0.01, 0.99);
    const auto a = gen.reals(gen.size(1, 64), -100, 100), b = gen.reals(a.size(), -100, 100);
    const auto cvar = [&](const std::vector<double>& x) { return tail_of(x, level)->cvar.value(); };
    auto sum = a, shifted = a, scaled = a, worse = a;
    for (std::size_t i = 0; i < a.size(); ++i) {
      sum[i] += b[i], shifted[i] += 7, scaled[i] *= 3, worse[i] += std::abs(b[i]);
    }
    EXPECT_GE(cvar(a), tail_of(a, level)->var.value());
    EXPECT_LE(cvar(sum), cvar(a) + cvar(b) + 1e-9);  // mixing never hurts
    EXPECT_NEAR(cvar(shifted), cvar(a) + 7, 1e-9);   // cash is cash
    EXPECT_NEAR(cvar(scaled), 3 * cvar(a), 1e-9);    // size is size
    EXPECT_GE(cvar(worse), cvar(a) - 1e-9);          // worse is worse
  });
}

// Rockafellar & Uryasev (2002), thm. 10: CVaR is the least of t + E[(loss - t)+] / (1 - level), and
// a step function's least lies on one of its losses.
TEST(TailLaw, IsTheLeastOfItsProgramme) {
  test::for_cases(500, [](test::Gen& gen) {
    const double level = gen.real(0.01, 0.99);
    const auto losses = gen.reals(gen.size(1, 40), -100, 100);
    double least = 1e300;
    for (const double t : losses) {
      double excess = 0;
      for (const double loss : losses) excess += std::max(0.0, loss - t);
      least = std::min(least, t + excess / static_cast<double>(losses.size()) / (1 - level));
    }
    EXPECT_NEAR(tail_of(losses, level)->cvar.value(), least, 1e-9);
  });
}

TEST(TailLaw, DoesNotDependOnOrder) {
  auto losses = normals(3, 999);
  const auto before = tail_of(losses, 0.95);
  std::sort(losses.begin(), losses.end());
  const auto after = tail_of(losses, 0.95);
  EXPECT_EQ(after->var, before->var);
  EXPECT_EQ(after->var_error, before->var_error);
  EXPECT_NEAR(after->cvar.value(), before->cvar.value(), 1e-13);
}

TEST(TailReport, TellsMeanTailsAndWorst) {
  const auto losses = normals(5, 2000);
  const auto report = report_of(losses);
  const auto at95 = tail_of(losses, 0.95), at99 = tail_of(losses, 0.99);
  const auto mean = num::mean_of(losses);
  EXPECT_EQ(report->mean_usd, mean.value);
  EXPECT_EQ(report->mean_usd_se, mean.standard_error);
  EXPECT_EQ(report->var95_usd, at95->var.value());
  EXPECT_EQ(report->var95_usd_se, at95->var_error.value());
  EXPECT_EQ(report->cvar95_usd, at95->cvar.value());
  EXPECT_EQ(report->cvar95_usd_se, at95->cvar_error.value());
  EXPECT_EQ(report->cvar99_usd, at99->cvar.value());
  EXPECT_EQ(report->cvar99_usd_se, at99->cvar_error.value());
  EXPECT_EQ(report->worst_usd, *std::max_element(losses.begin(), losses.end()));
  EXPECT_EQ(report->paths, 2000);
}

}  // namespace levee::risk
