#include "levee/risk/bootstrap.h"

#include "levee/num/estimate.h"
#include "levee/num/normal.h"
#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <numeric>

namespace levee::risk {
namespace {

// Normal with correlation `keep` to the one before, deviation 1.
std::vector<double> drawn(double keep, std::uint64_t path, std::size_t count) {
  num::Draws draws(51, 6, path);
  std::vector<double> values(count);
  double last = draws.normal();
  for (double& value : values) {
    value = last;
    last = keep * last + std::sqrt(1 - keep * keep) * draws.normal();
  }
  return values;
}

auto mean_over(const std::vector<double>& values) {
  return [&values](std::span<const std::size_t> rows) {
    double sum = 0;
    for (const std::size_t row : rows) sum += values[row];
    return sum / static_cast<double>(rows.size());
  };
}

}  // namespace

TEST(Bootstrap, DrawsBlocksThatWrapRoundTheEnd) {
  std::vector<std::size_t> rows(1000);
  draw_rows({.mean_block = 20}, 3, rows);
  int breaks = 0, wraps = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_LT(rows[i], rows.size());
    wraps += rows[i] == 0 && rows[i - 1] == rows.size() - 1;
    breaks += rows[i] != (rows[i - 1] + 1) % rows.size();
  }
  EXPECT_NEAR(breaks, 50, 25);
  EXPECT_LE(wraps, 5);
  std::vector<std::size_t> again(1000), other(1000);
  draw_rows({.mean_block = 20}, 3, again);
  draw_rows({.mean_block = 20}, 4, other);
  EXPECT_EQ(rows, again);
  EXPECT_NE(rows, other);
}

TEST(Bootstrap, RefusesWhatItCannotDraw) {
  const parallel::Team team(1);
  const auto reason = [&](std::size_t count, const Resampling& resampling) {
    const auto zero = [](std::span<const std::size_t>) { return 0.0; };
    return bootstrap_band(count, zero, resampling, team).error().reason;
  };
  EXPECT_EQ(reason(0, {}), Reason::missing_data);
  EXPECT_EQ(reason(9, {.resamples = 1}), Reason::out_of_range);
  for (const double wrong : {0.5, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(reason(9, {.mean_block = wrong}), Reason::out_of_range);
  }
  EXPECT_EQ(reason(9, {.confidence = 1}), Reason::out_of_range);
  const std::vector<double> broken{1, std::nan("")};
  EXPECT_EQ(tail_bands(broken, 0.9, {}, team).error().reason, Reason::bad_input);
  EXPECT_EQ(tail_bands({}, 0.9, {}, team).error().reason, Reason::missing_data);
  EXPECT_EQ(tail_bands(std::vector{1.0}, 2, {}, team).error().reason, Reason::out_of_range);
  EXPECT_EQ(drawdown_band(broken, {}, team).error().reason, Reason::bad_input);
  EXPECT_EQ(drawdown_band({}, {}, team).error().reason, Reason::missing_data);
}

TEST(Bootstrap, ErrorOfAMeanIsItsStandardError) {
  const auto values = drawn(0, 1, 2000);
  const auto band =
      bootstrap_band(values.size(), mean_over(values), {.resamples = 4000}, parallel::Team(2));
  const num::Estimate mean = num::mean_of(values);
  EXPECT_NEAR(band->value, mean.value, 1e-14);
  EXPECT_CLOSE(band->standard_error, mean.standard_error, 0.05);
  EXPECT_NEAR(band->lower, mean.value - 1.96 * mean.standard_error, 0.2 * mean.standard_error);
  EXPECT_NEAR(band->upper, mean.value + 1.96 * mean.standard_error, 0.2 * mean.standard_error);
}

// An AR(1) of 0.7 has a mean that errs sqrt(1.7 / 0.3) = 2.38 times as much as independent rows do.
TEST(Bootstrap, BlocksSeeDependenceThatRowsDoNot) {
  const auto values = drawn(0.7, 2, 4000);
  const auto error = [&](double block) {
    return bootstrap_band(values.size(), mean_over(values), {.mean_block = block},
                          parallel::Team(2))
        ->standard_error;
  };
  const double length = block_length(values);
  EXPECT_NEAR(length, 31, 10);  // cbrt((2 * 0.7 / 0.51)^2 * 4000)
  EXPECT_NEAR(error(length) / error(1), std::sqrt(1.7 / 0.3), 0.45);
}

// The rule written down again in numpy, on a series anyone can make.
TEST(Bootstrap, BlockLengthIsPolitisAndWhites) {
  std::vector<double> values{0};
  for (int t = 1; t < 500; ++t) values.push_back(0.6 * values.back() + std::sin(double{1} * t * t));
  EXPECT_CLOSE(block_length(values), 9.596063316504415, 1e-10);
}

TEST(Bootstrap, IndependentRowsNeedNoBlocks) {
  EXPECT_LT(block_length(drawn(0, 3, 3000)), 5);
  EXPECT_THROW(block_length(std::vector<double>(9, 1.0)), ContractBroken);
  EXPECT_THROW(block_length(std::vector<double>(99, 1.0)), ContractBroken);
}

TEST(Bootstrap, TailBandsAgreeWithTheErrorsOfTheTail) {
  const auto losses = drawn(0, 4, 3000);
  const auto bands = tail_bands(losses, 0.95, {}, parallel::Team(2));
  const auto tail = tail_of(losses, 0.95);
  EXPECT_EQ(bands->var_usd.value, tail->var.value());
  EXPECT_EQ(bands->cvar_usd.value, tail->cvar.value());
  EXPECT_CLOSE(bands->cvar_usd.standard_error, tail->cvar_error.value(), 0.15);
  EXPECT_CLOSE(bands->var_usd.standard_error, tail->var_error.value(), 0.3);
}

TEST(Bootstrap, DrawdownOfGainsComesWithABand) {
  const std::vector gains{1.0, -3.0, 1.0, -2.0, 5.0};
  const auto band = drawdown_band(gains, {}, parallel::Team(1));
  EXPECT_EQ(band->value, 4);
  EXPECT_GE(band->lower, 0);
  EXPECT_GT(band->upper, 4);
  EXPECT_EQ(drawdown_band(std::vector{-1.0, -1.0}, {}, parallel::Team(1))->value, 2);
}

TEST(BootstrapLaw, IsTheSameOnAnyNumberOfThreads) {
  test::for_cases(20, [](test::Gen& gen) {
    const auto losses = gen.reals(gen.size(2, 300), -1, 1);
    const Resampling resampling{
        .resamples = gen.size(2, 300), .mean_block = gen.real(1, 20), .seed = gen.bits()};
    const auto one = tail_bands(losses, 0.9, resampling, parallel::Team(1));
    const auto four = tail_bands(losses, 0.9, resampling, parallel::Team(4));
    EXPECT_EQ(one->cvar_usd.lower, four->cvar_usd.lower);
    EXPECT_EQ(one->cvar_usd.upper, four->cvar_usd.upper);
    EXPECT_EQ(one->var_usd.standard_error, four->var_usd.standard_error);
  });
}

TEST(BootstrapLaw, ScalesAndShiftsWithTheLosses) {
  test::for_cases(50, [](test::Gen& gen) {
    const auto losses = gen.reals(gen.size(5, 200), -1, 1);
    auto moved = losses;
    for (double& loss : moved) loss = 1000 * (loss + 3);
    const parallel::Team team(1);
    const auto before = tail_bands(losses, 0.9, {.resamples = 99}, team);
    const auto after = tail_bands(moved, 0.9, {.resamples = 99}, team);
    EXPECT_NEAR(after->cvar_usd.upper, 1000 * (before->cvar_usd.upper + 3), 1e-9);
    EXPECT_NEAR(after->var_usd.lower, 1000 * (before->var_usd.lower + 3), 1e-9);
  });
}

// CVaR95 of the standard normal is 2.0627; bands of 95 % should hold it nearly so often.
TEST(BootstrapLaw, BandsHoldTheTruth) {
  const double truth = num::normal_pdf(num::normal_quantile(0.95)) / 0.05;
  const parallel::Team team(2);
  constexpr int repeats = 200;
  int held = 0;
  for (std::uint64_t i = 0; i < repeats; ++i) {
    const auto bands = tail_bands(drawn(0, 100 + i, 500), 0.95, {.resamples = 400}, team);
    held += bands->cvar_usd.lower <= truth && truth <= bands->cvar_usd.upper;
  }
  EXPECT_NEAR(held / double{repeats}, 0.93, 0.05);  // percentile bands of a tail are a little short
}

}  // namespace levee::risk
