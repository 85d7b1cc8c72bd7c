#include "levee/scenario/garch.h"

#include "levee/base/check.h"
#include "levee/num/estimate.h"
#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <numeric>

namespace levee::scenario {
namespace {

constexpr GarchChoice normal{};
constexpr GarchChoice leveraged{.reaction = GarchChoice::Reaction::leveraged};
constexpr GarchChoice fat{.residuals = GarchChoice::Residuals::student};
constexpr GarchChoice fat_leveraged{.reaction = GarchChoice::Reaction::leveraged,
                                    .residuals = GarchChoice::Residuals::student};

// A day's variance of 1e-3 in the long run, as ETH has it.
Garch daily(double leverage = 0) {
  return {.mean = 5e-4,
          .constant = 1e-3 * (1 - 0.95 - leverage / 2),
          .reaction = 0.08,
          .memory = 0.87,
          .leverage = leverage};
}

std::vector<double> drawn(const Garch& model, std::uint64_t path, std::size_t count) {
  num::Draws draws(41, 5, path);
  double variance = long_run_variance(model);
  std::vector<double> returns(count);
  for (double& r : returns) {
    double residual = draws.normal();
    if (model.freedom) {
      const double v = model.freedom->degrees;
      residual = num::student_quantile(*model.freedom, draws.uniform()) * std::sqrt((v - 2) / v);
    }
    const Shock period{variance, std::sqrt(variance) * residual};
    r = model.mean + period.shock;
    variance = variance_after(model, period);
  }
  return returns;
}

void expect_within(const GarchFit& fit, const Garch& truth, double errors) {
  ASSERT_TRUE(fit.errors);
  const Garch& m = fit.model;
  const Garch& e = *fit.robust_errors;
  EXPECT_NEAR(m.mean, truth.mean, errors * e.mean);
  EXPECT_NEAR(m.constant, truth.constant, errors * e.constant);
  EXPECT_NEAR(m.reaction, truth.reaction, errors * e.reaction);
  EXPECT_NEAR(m.memory, truth.memory, errors * e.memory);
  if (truth.leverage != 0) {
    EXPECT_NEAR(m.leverage, truth.leverage, errors * e.leverage);
  }
  if (truth.freedom) {
    EXPECT_NEAR(m.freedom->degrees, truth.freedom->degrees, errors * e.freedom->degrees);
  }
}

}  // namespace

TEST(Garch, StepsByItsRecursion) {
  const Garch model{.constant = 0.1, .reaction = 0.2, .memory = 0.5, .leverage = 0.1};
  EXPECT_DOUBLE_EQ(variance_after(model, {2, 3}), 0.1 + 0.2 * 9 + 0.5 * 2);
  EXPECT_DOUBLE_EQ(variance_after(model, {2, -3}), 0.1 + 0.3 * 9 + 0.5 * 2);
  EXPECT_DOUBLE_EQ(persistence_of(model), 0.75);
  EXPECT_DOUBLE_EQ(long_run_variance(model), 0.4);
  EXPECT_THROW(long_run_variance({.constant = 1, .reaction = 0.5, .memory = 0.5}), ContractBroken);
}

TEST(Garch, RefusesFewStillOrBrokenReturns) {
  EXPECT_EQ(fit_garch(std::vector<double>(99, 0.1), normal).error().reason, Reason::missing_data);
  EXPECT_EQ(fit_garch({}, normal).error().reason, Reason::missing_data);
  EXPECT_EQ(fit_garch(std::vector<double>(200, 0.1), normal).error().reason, Reason::no_solution);
  auto returns = drawn(daily(), 1, 300);
  returns[5] = std::nan("");
  EXPECT_EQ(fit_garch(returns, normal).error().reason, Reason::bad_input);
  returns[5] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(fit_garch(returns, normal).error().reason, Reason::bad_input);
}

TEST(Garch, GivesBackResidualsThatRebuildTheReturns) {
  const auto returns = drawn(daily(), 2, 1000);
  const auto fit = fit_garch(returns, normal);
  double variance = 0, square = 0;
  for (std::size_t t = 0; t < returns.size(); ++t) {
    if (t > 0) {
      EXPECT_CLOSE(fit->variance[t], variance, 1e-10);
    }
    const double shock = std::sqrt(fit->variance[t]) * fit->residuals[t];
    EXPECT_NEAR(fit->model.mean + shock, returns[t], 1e-12);
    variance = variance_after(fit->model, {fit->variance[t], shock});
    square += fit->residuals[t] * fit->residuals[t];
  }
  EXPECT_CLOSE(fit->next_variance, variance, 1e-10);
  EXPECT_NEAR(square / 1000, 1, 0.02);
}

TEST(Garch, ForecastsReturnToTheLongRun) {
  const auto fit = fit_garch(drawn(daily(), 2, 2000), normal);
  EXPECT_CLOSE(variance_ahead(*fit, 1), fit->next_variance, 1e-14);
  EXPECT_CLOSE(variance_ahead(*fit, 5000), long_run_variance(fit->model), 1e-9);
  EXPECT_THROW(variance_ahead(*fit, 0), ContractBroken);
}

TEST(Garch, FilteredReturnsFollowTheRecursion) {
  const auto fit = fit_garch(drawn(daily(), 2, 500), normal);
  const Shock first{fit->next_variance, std::sqrt(fit->next_variance) * fit->residuals[7]};
  const double second = std::sqrt(variance_after(fit->model, first)) * fit->residuals[9];
  EXPECT_NEAR(filtered_return(*fit, std::vector<std::size_t>{7, 9}).value(),
              2 * fit->model.mean + first.shock + second, 1e-15);
  EXPECT_EQ(filtered_return(*fit, {}), LogReturn{0});
  EXPECT_THROW(filtered_return(*fit, std::vector<std::size_t>{500}), ContractBroken);
}

TEST(GarchLaw, FindsWhatMadeTheSample) {
  expect_within(*fit_garch(drawn(daily(), 10, 8000), normal), daily(), 3);
  expect_within(*fit_garch(drawn(daily(0.06), 11, 8000), leveraged), daily(0.06), 3);
  expect_within(*fit_garch(drawn(daily(-0.06), 12, 8000), leveraged), daily(-0.06), 3);
  Garch student = daily();
  student.freedom = num::Freedom{5};
  expect_within(*fit_garch(drawn(student, 13, 8000), fat), student, 3);
  student = daily(0.06);
  student.freedom = num::Freedom{4};
  expect_within(*fit_garch(drawn(student, 14, 8000), fat_leveraged), student, 3);
}

// Where residuals are not normal the information's errors are too short and the robust ones are
// not.
TEST(GarchLaw, RobustErrorsCoverFatResiduals) {
  Garch truth = daily();
  truth.freedom = num::Freedom{5};
  constexpr int repeats = 60;
  int robust = 0, plain = 0, used = 0;
  for (std::uint64_t i = 0; i < repeats; ++i) {
    const auto fit = fit_garch(drawn(truth, 100 + i, 1500), normal);
    if (!fit || !fit->errors) continue;
    const double off = std::abs(fit->model.reaction - truth.reaction);
    robust += off < 2 * fit->robust_errors->reaction;
    plain += off < 2 * fit->errors->reaction;
    ++used;
  }
  EXPECT_GT(used, repeats - 6);
  EXPECT_GE(robust, used - 10);
  EXPECT_LT(plain, robust);
}

TEST(GarchLaw, IsStationaryWhateverItIsGiven) {
  test::for_cases(60, [](test::Gen& gen) {
    std::vector<double> returns(gen.size(100, 400));
    double level = 1;
    for (double& r : returns) {
      level *= gen.scale(0.8, 1.27);  // a variance that wanders off: no stationary model made it
      r = level * gen.real(-1, 1);
    }
    const auto fit = fit_garch(returns, gen.pick({normal, leveraged, fat, fat_leveraged}));
    if (!fit) return;
    EXPECT_LT(persistence_of(fit->model), 1);
    EXPECT_GT(fit->model.constant, 0);
    EXPECT_GE(fit->model.reaction, 0);
    EXPECT_GE(fit->model.reaction + fit->model.leverage, 0);
    EXPECT_GE(fit->model.memory, 0);
    EXPECT_EQ(fit->at_edge && fit->errors, false);
  });
}

TEST(GarchLaw, ScalesAndShiftsWithTheReturns) {
  const auto returns = drawn(daily(), 20, 1500);
  const auto before = fit_garch(returns, normal);
  for (const double scale : {1e-4, 100.0}) {
    auto moved = returns;
    for (double& r : moved) r = scale * (r + 0.01);
    const auto after = fit_garch(moved, normal);
    EXPECT_NEAR(after->model.mean / scale, before->model.mean + 0.01, 1e-8);
    EXPECT_CLOSE(after->model.constant, scale * scale * before->model.constant, 1e-5);
    EXPECT_NEAR(after->model.reaction, before->model.reaction, 1e-6);
    EXPECT_NEAR(after->model.memory, before->model.memory, 1e-6);
    EXPECT_NEAR(after->log_likelihood, before->log_likelihood - 1500 * std::log(scale), 1e-6);
    EXPECT_CLOSE(after->errors->reaction, before->errors->reaction, 1e-4);
  }
}

// A free parameter more never makes a likelihood worse.
TEST(GarchLaw, MoreFreedomNeverFitsWorse) {
  test::for_cases(10, [](test::Gen& gen) {
    const auto returns = drawn(daily(0.05), gen.bits(), 800);
    const double plain = fit_garch(returns, normal)->log_likelihood;
    const double tilted = fit_garch(returns, leveraged)->log_likelihood;
    const double both = fit_garch(returns, fat_leveraged)->log_likelihood;
    EXPECT_GE(tilted, plain - 1e-6);
    EXPECT_GE(both, tilted - 0.5);  // Student with 1000 degrees at most: not quite the normal
  });
}

}  // namespace levee::scenario
