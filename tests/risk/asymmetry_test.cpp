#include "levee/risk/asymmetry.h"

#include "levee/base/check.h"
#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>

namespace levee::risk {
namespace {

using Row = std::vector<double>;

// Exponential gains less `cost`: skewed to the right by 2.
Row exponentials(double cost, std::uint64_t path, std::size_t count) {
  num::Draws draws(61, 7, path);
  Row gains(count);
  for (double& gain : gains) gain = -std::log(draws.uniform()) - cost;
  return gains;
}

Row normals(std::uint64_t path, std::size_t count) {
  num::Draws draws(61, 8, path);
  Row gains(count);
  for (double& gain : gains) gain = draws.normal();
  return gains;
}

// A put of a deviation's size under every period, for 0.05 each.
Row insured(const Row& gains) {
  Row hedged = gains;
  for (double& gain : hedged) gain = std::max(gain, -1.0) - 0.05;
  return hedged;
}

const Row minus_10_to_10 = [] {
  Row gains(21);
  std::iota(gains.begin(), gains.end(), -10.0);
  return gains;
}();

}  // namespace

TEST(Asymmetry, MeasuresAWorkedExample) {
  Row doubled_up = minus_10_to_10;
  for (double& gain : doubled_up) gain = gain > 0 ? 2 * gain : gain / 2;
  const auto found = asymmetry_of({doubled_up, minus_10_to_10});
  EXPECT_NEAR(found->omega->value, 110 / 27.5, 1e-14);
  EXPECT_NEAR(found->up_capture->value, 2, 1e-15);
  EXPECT_NEAR(found->down_capture->value, 0.5, 1e-15);
  EXPECT_NEAR(found->up_capture->standard_error, 0, 1e-15);
  // 95 % of 21 is the 20th smallest, 18; 5 % of it the 2nd, -4.5. Mean gain 82.5 / 21; the worst
  // 5 %, 1.05 periods, lose (5 + 0.05 * 4.5) / 1.05.
  EXPECT_NEAR(found->tail_ratio->value, 4, 1e-14);
  EXPECT_NEAR(found->shortfall_to_gain->value, (5 + 0.05 * 4.5) / 1.05 / (82.5 / 21), 1e-12);
}

TEST(Asymmetry, OfAMirrorIsNone) {
  const auto found = asymmetry_of({minus_10_to_10, minus_10_to_10});
  EXPECT_NEAR(found->skewness->value, 0, 1e-15);
  EXPECT_NEAR(found->omega->value, 1, 1e-15);
  EXPECT_NEAR(found->tail_ratio->value, 1, 1e-15);
  EXPECT_FALSE(found->shortfall_to_gain);
}

TEST(Asymmetry, LeavesOutWhatDoesNotExist) {
  const Row same(30, 2.0);
  const auto flat = asymmetry_of({same, same});
  EXPECT_FALSE(flat->skewness);
  EXPECT_FALSE(flat->omega);
  EXPECT_FALSE(flat->tail_ratio);
  EXPECT_FALSE(flat->down_capture);
  EXPECT_EQ(flat->up_capture->value, 1);
  EXPECT_EQ(flat->shortfall_to_gain->value, -1);
}

TEST(Asymmetry, RefusesFewUnequalOrBrokenPeriods) {
  const parallel::Team team(1);
  const Row few(19, 1.0);
  EXPECT_EQ(asymmetry_of({few, few}).error().reason, Reason::missing_data);
  EXPECT_EQ(asymmetry_of({few, minus_10_to_10}).error().reason, Reason::bad_input);
  Row broken = minus_10_to_10;
  broken[3] = std::nan("");
  EXPECT_EQ(asymmetry_of({minus_10_to_10, broken}).error().reason, Reason::bad_input);
  const HedgeAim aim{.give_up_most = Usd{1}};
  EXPECT_EQ(judge_hedge({broken, broken}, aim, team).error().reason, Reason::bad_input);
  const Row won(30, 1.0);
  EXPECT_EQ(judge_hedge({won, won}, aim, team).error().reason, Reason::no_solution);
  const Row lost(21, -1.0);
  EXPECT_EQ(judge_hedge({lost, minus_10_to_10}, aim, team).error().reason, Reason::no_solution);
}

TEST(Convexity, IsWhatBeingWrongFootedBrings) {
  const Row up{5}, still{1}, down{3};
  EXPECT_EQ(convexity_of({up, still, down}).value, 6);
  const Row ups{5, 7}, stills{1, 1}, downs{3, 5};
  EXPECT_EQ(convexity_of({ups, stills, downs}).value, 8);
  EXPECT_EQ(convexity_of({ups, stills, downs}).standard_error, 2);
  EXPECT_THROW(convexity_of({ups, still, downs}), ContractBroken);
}

TEST(Hedge, ThatCutsTheTailWithinItsBudgetHolds) {
  const Row unhedged = normals(1, 2000);
  const HedgeAim aim{.give_up_most = Usd{0.2}, .resampling = {.resamples = 300, .mean_block = 5}};
  const auto verdict = judge_hedge({insured(unhedged), unhedged}, aim, parallel::Team(2));
  EXPECT_TRUE(verdict->holds);
  EXPECT_TRUE(verdict->settled);
  EXPECT_NEAR(verdict->shortfall_cut.value, 1 - 1.05 / 2.0627, 0.05);
  EXPECT_GT(verdict->skewness_gain.lower, 0);
  EXPECT_THAT(verdict->told, testing::StartsWith("the hedge holds: CVaR95 falls"));
}

TEST(Hedge, ThatCostsTooMuchOrCutsTooLittleFails) {
  const Row unhedged = normals(1, 2000);
  const Resampling few{.resamples = 200};
  // The put's own worth is 0.083 and 0.05 is paid for it: the hedge gives up less than nothing.
  const auto dear = judge_hedge({insured(unhedged), unhedged},
                                {.give_up_most = Usd{-0.2}, .resampling = few}, parallel::Team(2));
  EXPECT_FALSE(dear->holds);
  EXPECT_TRUE(dear->settled);
  EXPECT_THAT(dear->told, testing::StartsWith("the hedge FAILS"));
  const auto none = judge_hedge({unhedged, unhedged}, {.give_up_most = Usd{1}, .resampling = few},
                                parallel::Team(2));
  EXPECT_FALSE(none->holds);
  EXPECT_EQ(none->shortfall_cut.upper, 0);
  EXPECT_EQ(none->give_up_usd.standard_error, 0);
}

TEST(Hedge, SaysWhenTheSampleIsTooShort) {
  const Row unhedged = normals(2, 40), noise = normals(3, 40);
  Row hedged = unhedged;
  for (std::size_t i = 0; i < hedged.size(); ++i) hedged[i] = 0.7 * unhedged[i] + 0.2 * noise[i];
  const auto verdict = judge_hedge({hedged, unhedged}, {.give_up_most = Usd{0}}, parallel::Team(1));
  EXPECT_FALSE(verdict->settled);
  EXPECT_THAT(verdict->told, testing::EndsWith("; the sample does not settle it"));
}

// Exponential gains less 0.5: every measure in closed form.
TEST(AsymmetryLaw, FindsTheMeasuresOfTheExponential) {
  const Row gains = exponentials(0.5, 3, 200'000);
  const auto found = asymmetry_of({gains, gains});
  const auto within = [](const std::optional<num::Estimate>& estimate, double truth) {
    EXPECT_NEAR(estimate->value, truth, 3 * estimate->standard_error);
    EXPECT_LT(estimate->standard_error, 0.05 * std::abs(truth));
  };
  within(found->skewness, 2);
  within(found->tail_ratio, (std::log(20.0) - 0.5) / (0.5 + std::log(0.95)));
  within(found->omega, std::exp(-0.5) / (0.5 - 1 + std::exp(-0.5)));
  // The mean of the lowest 5 %: of -log(1 - u) over u below 0.05.
  const double lowest = (0.05 + 0.95 * std::log(0.95)) / 0.05;
  within(found->shortfall_to_gain, (0.5 - lowest) / 0.5);
}

// Of normal gains the skewness errs sqrt(6 / n); of evenly spread ones each 5 % quantile, at 0.9 of
// the end, errs sqrt(0.05 * 0.95 / n) over the density, and the two correlate by 1/19.
TEST(Asymmetry, ErrsAsTheoryHasIt) {
  const Row gains = normals(4, 50'000);
  EXPECT_CLOSE(asymmetry_of({gains, gains})->skewness->standard_error, std::sqrt(6 / 5e4), 0.03);
  Row even(200'001);
  for (std::size_t i = 0; i < even.size(); ++i) even[i] = static_cast<double>(i) / 1e5 - 1;
  const double each = std::sqrt(0.05 * 0.95 / 2e5) * 2 / 0.9;
  EXPECT_CLOSE(asymmetry_of({even, even})->tail_ratio->standard_error,
               each * std::sqrt(2 + 2.0 / 19), 0.01);
}

TEST(AsymmetryLaw, ErrsAsMuchAsItSays) {
  constexpr int repeats = 300;
  double mean[5] = {}, square[5] = {}, told[5] = {};
  for (std::uint64_t i = 0; i < repeats; ++i) {
    const Row gains = exponentials(0.5, 100 + i, 2000), noise = normals(100 + i, 2000);
    Row other = gains;
    for (std::size_t t = 0; t < other.size(); ++t) other[t] = 0.5 * gains[t] + 0.2 * noise[t];
    const auto found = asymmetry_of({gains, gains}), paired = asymmetry_of({other, gains});
    const std::optional<num::Estimate> each[5] = {found->skewness, found->tail_ratio, found->omega,
                                                  found->shortfall_to_gain, paired->up_capture};
    for (int k = 0; k < 5; ++k) {
      mean[k] += each[k]->value / repeats;
      square[k] += each[k]->value * each[k]->value / repeats;
      told[k] += each[k]->standard_error / repeats;
    }
  }
  for (int k = 0; k < 5; ++k) {
    EXPECT_NEAR(told[k] / std::sqrt(square[k] - mean[k] * mean[k]), 1, 0.2) << k;
  }
}

TEST(AsymmetryLaw, HasNoUnit) {
  test::for_cases(200, [](test::Gen& gen) {
    const Row gains = gen.reals(gen.size(20, 100), -1, 1.2);
    const Row base = gen.reals(gains.size(), -1, 1);
    const double scale = gen.scale(1e-6, 1e9);
    Row scaled = gains, scaled_base = base;
    for (std::size_t i = 0; i < gains.size(); ++i) scaled[i] *= scale, scaled_base[i] *= scale;
    const auto before = asymmetry_of({gains, base}), after = asymmetry_of({scaled, scaled_base});
    EXPECT_NEAR(after->skewness->value, before->skewness->value, 1e-9);
    EXPECT_CLOSE(after->omega->value, before->omega->value, 1e-9);
    EXPECT_CLOSE(after->up_capture->value, before->up_capture->value, 1e-9);
    EXPECT_CLOSE(after->tail_ratio->standard_error, before->tail_ratio->standard_error, 1e-9);
  });
}

}  // namespace levee::risk
