#include "levee/risk/tail.h"

#include "levee/num/normal.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

TEST(Tail, RefusesLossesThatAreNoNumbers) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const std::vector losses{1.0, bad, 3.0}, weight{1.0, 1.0, 1.0};
    EXPECT_EQ(tail_of(losses, 0.5).error().reason, Reason::bad_input);
    EXPECT_EQ(tail_of(losses, {weight}, 0.5).error().reason, Reason::bad_input);
    EXPECT_EQ(tail_shares(losses, {}, 0.5).error().reason, Reason::bad_input);
    EXPECT_EQ(report_of(losses).error().reason, Reason::bad_input);
    EXPECT_NE(tail_of(losses, 0.5).error().message.find("path 1"), std::string::npos);
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

// Losses 1 to 4 with masses 0.4, 0.3, 0.2, 0.1; at 85 % half of the third is tail.
TEST(WeightedTail, SplitsTheMassThatStraddlesTheLevel) {
  const std::vector<double> losses{3, 1, 4, 2}, weight{0.8, 1.6, 0.4, 1.2};
  const auto tail = tail_of(losses, {weight}, 0.85);
  EXPECT_EQ(tail->var, Usd{3});
  EXPECT_NEAR(tail->cvar.value(), (0.05 * 3 + 0.1 * 4) / 0.15, 1e-14);
  const auto shares = tail_shares(losses, {weight}, 0.85);
  EXPECT_NEAR(shares->share[0], 1.0 / 3, 1e-14);
  EXPECT_EQ(shares->share[1], 0);
  EXPECT_NEAR(shares->share[2], 2.0 / 3, 1e-14);
  EXPECT_EQ(shares->var, Usd{3});
}

TEST(WeightedTail, RefusesWeightsThatAreNone) {
  const std::vector<double> losses{1, 2};
  for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(tail_of(losses, {std::vector{1.0, bad}}, 0.9).error().reason, Reason::bad_input);
    EXPECT_EQ(tail_shares(losses, {std::vector{1.0, bad}}, 0.9).error().reason, Reason::bad_input);
  }
  EXPECT_EQ(tail_of(losses, {std::vector{0.0, 0.0}}, 0.9).error().reason, Reason::bad_input);
  EXPECT_THROW((void)tail_of(losses, {std::vector{1.0}}, 0.9), ContractBroken);
}

TEST(WeightedTailLaw, OfWholeWeightsIsThatOfCopies) {
  test::for_cases(500, [](test::Gen& gen) {
    const double level = gen.real(0.01, 0.99);
    const auto losses = gen.reals(gen.size(1, 40), -100, 100);
    std::vector<double> weight, copies;
    for (const double loss : losses) {
      weight.push_back(gen.integer(copies.empty() ? 1 : 0, 3));
      copies.insert(copies.end(), static_cast<std::size_t>(weight.back()), loss);
    }
    const auto weighted = tail_of(losses, {weight}, level), copied = tail_of(copies, level);
    EXPECT_EQ(weighted->var, copied->var);
    EXPECT_NEAR(weighted->cvar.value(), copied->cvar.value(), 1e-9);
    EXPECT_NEAR(mean_of(losses, {weight}).value, num::mean_of(copies).value, 1e-9);
  });
}

TEST(WeightedTailLaw, OfEqualWeightsIsThatOfNone) {
  const auto losses = normals(7, 5000);
  const std::vector<double> weight(5000, 0.5);
  for (const double level : {0.5, 0.95, 0.99}) {
    const auto some = tail_of(losses, {weight}, level), none = tail_of(losses, level);
    EXPECT_EQ(some->var, none->var);
    EXPECT_NEAR(some->cvar.value(), none->cvar.value(), 1e-12);
    EXPECT_NEAR(some->cvar_error.value(), none->cvar_error.value(), 1e-12);
    EXPECT_NEAR(some->var_error.value(), none->var_error.value(), 0.1 * none->var_error.value());
  }
  EXPECT_NEAR(mean_of(losses, {weight}).standard_error, num::mean_of(losses).standard_error, 1e-5);
}

// Normals drawn about 2 and weighed back to about 0: the far tail with a fraction of the error.
TEST(WeightedTailLaw, ErrsAsMuchAsItSaysAndFindsTheFarTail) {
  constexpr int repeats = 400;
  double mean[2] = {}, square[2] = {}, told[2] = {};
  for (int i = 0; i < repeats; ++i) {
    auto losses = normals(900 + static_cast<std::uint64_t>(i), 4000);
    std::vector<double> weight;
    for (double& x : losses) x += 2, weight.push_back(std::exp(2 - 2 * x));
    const auto tail = tail_of(losses, {weight}, 0.99);
    const double found[2] = {tail->var.value(), tail->cvar.value()};
    const double error[2] = {tail->var_error.value(), tail->cvar_error.value()};
    for (int k = 0; k < 2; ++k) {
      mean[k] += found[k] / repeats;
      square[k] += found[k] * found[k] / repeats;
      told[k] += error[k] / repeats;
    }
  }
  const double truth[2] = {2.3263478740408408, 2.665214220345805};
  for (int k = 0; k < 2; ++k) {
    const double spread = std::sqrt(square[k] - mean[k] * mean[k]);
    EXPECT_NEAR(told[k] / spread, 1, 0.15) << k;
    EXPECT_NEAR(mean[k], truth[k], 4 * spread / std::sqrt(repeats) + 2e-3);
  }
}

TEST(WeightedTailLaw, IsWorthAsManyRandomPathsAsHaveItsError) {
  const auto random = tail_of(normals(31, 400'000), 0.99);
  auto losses = normals(32, 20'000);
  std::vector<double> weight;
  for (double& x : losses) x += 2, weight.push_back(std::exp(2 - 2 * x));
  const auto tail = tail_of(losses, {weight}, 0.99);
  const double times = random->cvar_error.value() / tail->cvar_error.value();
  EXPECT_NEAR(tail->random_paths / (400'000 * times * times), 1, 0.1);
  EXPECT_GT(tail->random_paths, 3 * 20'000);
}

TEST(WeightedMeanLaw, ErrsAsMuchAsItSays) {
  constexpr int repeats = 400;
  double mean = 0, square = 0, told = 0;
  for (int i = 0; i < repeats; ++i) {
    auto values = normals(1900 + static_cast<std::uint64_t>(i), 1000);
    std::vector<double> weight;
    for (double& x : values) x += 0.5, weight.push_back(std::exp(0.125 - 0.5 * x));
    const auto found = mean_of(values, {weight});
    mean += found.value / repeats;
    square += found.value * found.value / repeats;
    told += found.standard_error / repeats;
  }
  const double spread = std::sqrt(square - mean * mean);
  EXPECT_NEAR(told / spread, 1, 0.15);
  EXPECT_NEAR(mean, 0, 4 * spread / std::sqrt(repeats) + 2e-3);
}

TEST(TailSharesLaw, AddUpToCvar) {
  test::for_cases(500, [](test::Gen& gen) {
    const double level = gen.real(0.01, 0.99);
    auto losses = gen.reals(gen.size(1, 64), -10, 10);
    for (double& loss : losses) loss = std::round(loss);  // ties
    auto weight = gen.reals(losses.size(), 0.1, 2);
    if (gen.coin()) weight.clear();
    const auto shares = tail_shares(losses, {weight}, level);
    double sum = 0, cvar = 0;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      EXPECT_GE(shares->share[i], 0);
      sum += shares->share[i], cvar += shares->share[i] * losses[i];
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_NEAR(cvar, tail_of(losses, {weight}, level)->cvar.value(), 1e-10);
  });
}

// Adds 1 and 2, 3 and -6: sets of 3 and -3, whose squares by 2 / 1 are 36.
TEST(ErrorOfSum, IsOfPathsOrOfWholeSets) {
  const std::vector<double> terms{1, 2, 3, -6};
  EXPECT_EQ(error_of_sum(terms, 0), std::sqrt(50.0));
  EXPECT_EQ(error_of_sum(terms, 2), 6);
  EXPECT_NEAR(error_of_sum(terms, 4), std::sqrt(50.0 * 4 / 3), 1e-15);
  EXPECT_THROW((void)error_of_sum(terms, 3), ContractBroken);
  EXPECT_THROW((void)error_of_sum(terms, 1), ContractBroken);
}

TEST(TailOfSets, IsTheWholeSamplesWithAnErrorOfItsOwn) {
  const auto losses = normals(9, 4096);
  const auto none = tail_of(losses, 0.95), sets = tail_of(losses, {{}, 16}, 0.95);
  EXPECT_EQ(sets->var, none->var);
  EXPECT_NEAR(sets->cvar.value(), none->cvar.value(), 1e-12);
  EXPECT_EQ(none->random_paths, 4096);
  const auto mean = mean_of(losses, {{}, 16});
  EXPECT_NEAR(mean.value, num::mean_of(losses).value, 1e-15);
  EXPECT_NE(mean.standard_error, num::mean_of(losses).standard_error);
}

namespace {

// Sets of normals at even places of their law, each set moved along by one number of its own.
std::vector<double> even_normals(std::mt19937_64& source, std::size_t sets, std::size_t each) {
  std::uniform_real_distribution<double> uniform;
  std::vector<double> losses;
  for (std::size_t set = 0; set < sets; ++set) {
    const double by = uniform(source);
    for (std::size_t k = 0; k < each; ++k) {
      losses.push_back(
          num::normal_quantile((static_cast<double>(k) + by) / static_cast<double>(each)));
    }
  }
  return losses;
}

}  // namespace

// What is told is what estimates scatter by; errors of random paths would be far off.
TEST(TailOfSetsLaw, ErrsAsMuchAsItSays) {
  constexpr int repeats = 300;
  std::mt19937_64 source(21);
  for (const bool weighted : {false, true}) {
    double mean[3] = {}, square[3] = {}, told[3] = {}, alone[3] = {};
    for (int i = 0; i < repeats; ++i) {
      auto losses = even_normals(source, 16, 256);
      std::vector<double> weight;
      if (weighted) {
        for (double& x : losses) x += 1, weight.push_back(std::exp(0.5 - x));
      }
      const auto tail = tail_of(losses, {weight, 16}, 0.95), one = tail_of(losses, {weight}, 0.95);
      const auto middle = mean_of(losses, {weight, 16}), lone = mean_of(losses, {weight});
      const double found[3] = {tail->var.value(), tail->cvar.value(), middle.value};
      const double error[3] = {tail->var_error.value(), tail->cvar_error.value(),
                               middle.standard_error};
      const double random[3] = {one->var_error.value(), one->cvar_error.value(),
                                lone.standard_error};
      for (int k = 0; k < 3; ++k) {
        mean[k] += found[k] / repeats, square[k] += found[k] * found[k] / repeats;
        told[k] += error[k] * error[k] / repeats, alone[k] += random[k] * random[k] / repeats;
      }
      const double times = one->cvar_error.value() / tail->cvar_error.value();
      EXPECT_NEAR(tail->random_paths / one->random_paths / (times * times), 1, 1e-9);
    }
    for (int k = 0; k < 3; ++k) {
      SCOPED_TRACE(k);
      const double scatter = std::sqrt(square[k] - mean[k] * mean[k]);
      EXPECT_NEAR(std::sqrt(told[k]) / scatter, 1, 0.15);
      EXPECT_GT(std::sqrt(alone[k]) / scatter, 1.7);
    }
  }
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
