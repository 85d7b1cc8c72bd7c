#include "levee/risk/evt.h"

#include "levee/base/check.h"
#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::risk {
namespace {

// Losses all beyond 0, of a generalised Pareto law.
std::vector<double> drawn(const Pareto& law, std::uint64_t path, std::size_t count) {
  num::Draws draws(31, 4, path);
  std::vector<double> losses(count);
  for (double& loss : losses) {
    const double log_u = std::log(draws.uniform());
    loss =
        law.scale.value() * (law.shape == 0 ? -log_u : std::expm1(-law.shape * log_u) / law.shape);
  }
  return losses;
}

double var_of(const Pareto& law, double level) {
  const double log_rare = std::log1p(-level);
  return law.scale.value() *
         (law.shape == 0 ? -log_rare : std::expm1(-law.shape * log_rare) / law.shape);
}

}  // namespace

TEST(Pareto, LikelihoodPassesThroughTheExponential) {
  const std::vector y{0.1, 1.0, 4.0};
  const auto at = [&](double shape) { return log_likelihood({shape, Usd{2}}, y); };
  EXPECT_NEAR(at(0), -3 * std::log(2.0) - 5.1 / 2, 1e-14);
  EXPECT_NEAR(at(1e-8), at(0), 1e-7);
  EXPECT_NEAR(at(-1e-8), at(0), 1e-7);
  EXPECT_NEAR(at(1e-4), at(0), 1e-3);
  EXPECT_EQ(at(-0.5), -std::numeric_limits<double>::infinity());  // ends at 4
}

TEST(Peaks, RefuseFewLossesNaNAndNoSpread) {
  EXPECT_EQ(peaks_over(std::vector<double>(19, 2.0), Usd{1}).error().reason, Reason::missing_data);
  EXPECT_EQ(peaks_over({}, Usd{1}).error().reason, Reason::missing_data);
  EXPECT_EQ(peaks_over(std::vector<double>(50, 2.0), Usd{1}).error().reason, Reason::no_solution);
  auto losses = drawn({0.2, Usd{1}}, 1, 100);
  losses[7] = std::nan("");
  EXPECT_EQ(peaks_over(losses, Usd{0}).error().reason, Reason::bad_input);
  losses[7] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(peaks_over(losses, Usd{0}).error().reason, Reason::bad_input);
}

TEST(Pareto, HasNoMomentsOfWhatIsNoNumber) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(moments_fit(std::vector{1.0, bad, 3.0}), ContractBroken);
    EXPECT_THROW(hill_shape(std::vector{1.0, bad, 3.0}, 1), ContractBroken);
    EXPECT_THROW(log_likelihood({0.1, Usd{-bad}}, std::vector{1.0}), ContractBroken);
  }
  EXPECT_THROW(moments_fit(std::vector{1.0}), ContractBroken);
  EXPECT_THROW(log_likelihood({0.1, Usd{1}}, {}), ContractBroken);
}

TEST(LikeliestPareto, RefusesAsPeaksDo) {
  const auto reason = [](const std::vector<double>& y) {
    return likeliest_pareto(y).error().reason;
  };
  EXPECT_EQ(reason({}), Reason::missing_data);
  EXPECT_EQ(reason(std::vector<double>(19, 2.0)), Reason::missing_data);
  EXPECT_EQ(reason(std::vector<double>(50, 2.0)), Reason::no_solution);
  EXPECT_EQ(reason(std::vector<double>(50, 0.0)), Reason::no_solution);
  for (const double bad : {-1e-9, std::nan(""), std::numeric_limits<double>::infinity()}) {
    auto y = drawn({0.2, Usd{1}}, 1, 100);
    y[7] = bad;
    EXPECT_EQ(reason(y), Reason::bad_input);
  }
}

// Evenly spread losses end at a point: the likelihood climbs towards shape -1 and beyond.
TEST(Peaks, RefuseATailThatEndsInAWall) {
  std::vector<double> losses(200);
  for (std::size_t i = 0; i < losses.size(); ++i)
    losses[i] = std::sqrt(1.0 + static_cast<double>(i));
  EXPECT_EQ(peaks_over(losses, Usd{0}).error().reason, Reason::no_solution);
}

TEST(FarTail, RefusesLevelsThatTheThresholdDoesNotReach) {
  auto losses = drawn({0.2, Usd{1}}, 1, 1000);
  for (std::size_t i = 0; i < 900; ++i) losses[i] = -1;
  const auto fit = peaks_over(losses, Usd{0});
  EXPECT_EQ(var_beyond(*fit, 0.85).error().reason, Reason::out_of_range);
  for (const double level : {0.0, 1.0, -1.0, std::nan("")}) {
    EXPECT_EQ(shortfall_beyond(*fit, level).error().reason, Reason::out_of_range);
  }
  EXPECT_NEAR(var_beyond(*fit, 0.9)->value.value(), 0, 1e-12);
}

TEST(FarTail, HasNoMeanFromShapeOneOn) {
  const auto heavy = peaks_over(drawn({1.4, Usd{1}}, 3, 400), Usd{0});
  const auto none = shortfall_beyond(*heavy, 0.99);
  EXPECT_EQ(none.error().reason, Reason::no_solution);
  EXPECT_THAT(none.error().message, testing::HasSubstr("has no mean"));
  EXPECT_TRUE(var_beyond(*heavy, 0.99));
}

TEST(FarTail, WarnsWhereTheMeanMayNotExist) {
  const auto perhaps = peaks_over(drawn({0.8, Usd{1}}, 1, 60), Usd{0});
  ASSERT_LT(perhaps->law.shape, 1);
  ASSERT_GT(*perhaps->shape_within.upper, 1);
  const auto warned = shortfall_beyond(*perhaps, 0.99);
  EXPECT_THAT(warned->warning, testing::HasSubstr("no upper bound"));
  EXPECT_FALSE(warned->upper);
  EXPECT_TRUE(warned->lower);
  const auto tame = shortfall_beyond(*peaks_over(drawn({0.1, Usd{1}}, 3, 1000), Usd{0}), 0.99);
  EXPECT_EQ(tame->warning, "");
  EXPECT_LT(tame->value, *tame->upper);
  EXPECT_GT(tame->value, *tame->lower);
}

TEST(Hill, RefusesToLookBeyondTheSample) {
  EXPECT_THROW(hill_shape(std::vector{1.0, 2.0}, 2), ContractBroken);
  EXPECT_THROW(hill_shape(std::vector{-1.0, 2.0}, 1), ContractBroken);
  EXPECT_NEAR(hill_shape(std::vector{1.0, std::exp(2.0)}, 1), 2, 1e-15);
}

TEST(Thresholds, LeaveEnoughBeyondAndAscend) {
  const auto losses = drawn({0.3, Usd{1}}, 5, 1000);
  const auto usual = usual_thresholds(losses);
  ASSERT_EQ(usual.size(), 9u);
  EXPECT_TRUE(std::is_sorted(usual.begin(), usual.end()));
  EXPECT_EQ(peaks_over(losses, usual.front())->beyond, 200u);
  EXPECT_EQ(peaks_over(losses, usual.back())->beyond, 20u);
  EXPECT_TRUE(usual_thresholds(std::vector<double>(50, 1.0)).empty());
}

// Beyond any threshold of a generalised Pareto sample the law is the same: the lowest will do.
TEST(Thresholds, AreAllSteadyOnAParetoSample) {
  const auto losses = drawn({0.3, Usd{2}}, 6, 4000);
  const auto rows = threshold_table(losses, usual_thresholds(losses));
  ASSERT_EQ(rows->size(), 9u);
  EXPECT_EQ(steady_row(*rows), 0u);
  for (const ThresholdRow& row : *rows) {
    if (row.fit.beyond >= 300) {
      EXPECT_NEAR(row.steady_scale_usd, 2, 1.5);
    }
    EXPECT_CLOSE(var_beyond(row.fit, 0.99)->value.value(), var_of({0.3, Usd{2}}, 0.99), 0.15);
  }
}

// A tail that thickens half-way: rows below the break do not agree with those above it.
TEST(Thresholds, MoveUpWhereTheTailChanges) {
  auto losses = drawn({-0.4, Usd{1}}, 7, 5000);
  const auto far = drawn({0.8, Usd{3}}, 8, 250);
  for (std::size_t i = 0; i < far.size(); ++i) losses[i] = 2.5 + far[i];
  const auto rows = threshold_table(losses, usual_thresholds(losses));
  EXPECT_GT(steady_row(*rows), 0u);
  EXPECT_GT((*rows)[steady_row(*rows)].fit.threshold, Usd{1.5});
}

TEST(Thresholds, ThatNoneFitsIsToldWithTheReason) {
  EXPECT_EQ(threshold_table(std::vector{1.0}, std::vector{Usd{0}}).error().reason,
            Reason::missing_data);
  EXPECT_EQ(threshold_table(std::vector{1.0}, {}).error().reason, Reason::missing_data);
}

TEST(PeaksLaw, FindTheShapeAndScaleThatMadeTheSample) {
  std::uint64_t path = 100;
  for (const double shape : {-0.3, -0.1, 0.0, 0.05, 0.25, 0.6, 1.0, 1.5}) {
    const auto fit = peaks_over(drawn({shape, Usd{40}}, ++path, 6000), Usd{0});
    ASSERT_TRUE(fit) << shape;
    EXPECT_NEAR(fit->law.shape, shape, 3 * *fit->shape_error) << shape;
    EXPECT_NEAR(fit->law.scale.value(), 40, 3 * fit->scale_error->value()) << shape;
    // Smith (1984): the information of the shape is n / (1 + shape)^2.
    EXPECT_CLOSE(*fit->shape_error, (1 + shape) / std::sqrt(6000.0), 0.06);
    EXPECT_LT(*fit->shape_within.lower, fit->law.shape);
    EXPECT_GT(*fit->shape_within.upper, fit->law.shape);
    const auto var = var_beyond(*fit, 0.999);
    EXPECT_NEAR(var->value.value(), var_of({shape, Usd{40}}, 0.999), 3 * var->error->value());
  }
}

TEST(PeaksLaw, IntervalsHoldTheTruthAboutNinetyFiveTimesInAHundred) {
  const Pareto law{0.2, Usd{1}};
  const double truth = var_of(law, 0.99), mean = (truth + law.scale.value()) / (1 - law.shape);
  int shape = 0, var = 0, shortfall = 0;
  constexpr int repeats = 250;
  const auto holds = [](const FarTail& found, double value) {
    return *found.lower <= Usd{value} && (!found.upper || Usd{value} <= *found.upper);
  };
  for (int i = 0; i < repeats; ++i) {
    const auto fit = peaks_over(drawn(law, 1000 + static_cast<std::uint64_t>(i), 300), Usd{0});
    shape += *fit->shape_within.lower <= law.shape && law.shape <= *fit->shape_within.upper;
    var += holds(*var_beyond(*fit, 0.99), truth);
    shortfall += holds(*shortfall_beyond(*fit, 0.99), mean);
  }
  EXPECT_NEAR(shape / double{repeats}, 0.95, 0.035);
  EXPECT_NEAR(var / double{repeats}, 0.95, 0.035);
  EXPECT_NEAR(shortfall / double{repeats}, 0.95, 0.035);
}

TEST(PeaksLaw, MovesAndGrowsWithTheLosses) {
  test::for_cases(100, [](test::Gen& gen) {
    const auto losses = drawn({gen.real(-0.25, 0.9), Usd{1}}, gen.bits(), gen.size(50, 400));
    const double scale = gen.scale(1e-6, 1e9), shift = gen.real(-10, 10);
    auto moved = losses;
    for (double& loss : moved) loss = scale * (loss + shift);
    const auto before = peaks_over(losses, Usd{0}), after = peaks_over(moved, Usd{scale * shift});
    ASSERT_EQ(bool{before}, bool{after});
    if (!before) return;
    EXPECT_NEAR(after->law.shape, before->law.shape, 1e-6);
    EXPECT_CLOSE(after->law.scale.value(), scale * before->law.scale.value(), 1e-6);
    const auto var = var_beyond(*before, 0.99), moved_var = var_beyond(*after, 0.99);
    EXPECT_NEAR(moved_var->value.value() / scale, var->value.value() + shift, 1e-4);
    EXPECT_NEAR(moved_var->lower->value() / scale, var->lower->value() + shift, 1e-4);
  });
}

// Both slopes of the likelihood are none at a fit: it stands on a summit, not near one.
TEST(PeaksLaw, StandsWhereTheLikelihoodIsLevel) {
  test::for_cases(1500, [](test::Gen& gen) {
    const auto y =
        drawn({gen.real(-0.45, 1.5), Usd{gen.scale(1e-6, 1e6)}}, gen.bits(), gen.size(20, 400));
    const auto law = likeliest_pareto(y);
    const auto fit = peaks_over(y, Usd{0});
    ASSERT_EQ(bool{law}, bool{fit});
    if (!law) return;
    EXPECT_EQ(law->shape, fit->law.shape);
    EXPECT_EQ(law->scale, fit->law.scale);
    long double by_scale = 0, by_shape = 0;
    const long double shape = law->shape, count = static_cast<double>(y.size());
    for (const double excess : y) {
      const long double z = excess / law->scale.value(), share = z / (1 + shape * z);
      by_scale += (1 + shape) * share - 1;
      by_shape += (std::log1p(shape * z) / shape - share) / shape - share;
    }
    EXPECT_NEAR(static_cast<double>(by_scale / count), 0, 1e-11);
    EXPECT_NEAR(static_cast<double>(by_shape / count), 0,
                1e-11 / std::min(1.0, law->shape * law->shape));
  });
}

// The likelihood has come down by half of chi-square's 95 % at either end, at the best scale there.
TEST(PeaksLaw, IntervalsEndWhereTheProfileDoes) {
  test::for_cases(200, [](test::Gen& gen) {
    const auto y = drawn({gen.real(-0.3, 1.2), Usd{1}}, gen.bits(), gen.size(20, 400));
    const auto fit = peaks_over(y, Usd{0});
    if (!fit) return;
    const double height = fit->log_likelihood - 3.841458820694124 / 2;
    const auto highest = [&](double shape) {  // over scales, by a scan that closes in
      double best = -std::numeric_limits<double>::infinity(), at = fit->law.scale.value();
      for (double reach = 3; reach > 1e-6; reach /= 3) {
        const double around = at;
        for (int i = -20; i <= 20; ++i) {
          const double scale = around * std::exp(reach * i / 20.0);
          const double found = log_likelihood({shape, Usd{scale}}, y);
          if (found > best) best = found, at = scale;
        }
      }
      return best;
    };
    if (const auto lower = fit->shape_within.lower) {
      EXPECT_LT(*lower, fit->law.shape);
      EXPECT_NEAR(highest(*lower), height, 1e-9);
    }
    if (const auto upper = fit->shape_within.upper) {
      EXPECT_GT(*upper, fit->law.shape);
      EXPECT_NEAR(highest(*upper), height, 1e-9);
    }
  });
}

// No law near the fit is likelier.
TEST(PeaksLaw, NothingNearIsLikelier) {
  test::for_cases(200, [](test::Gen& gen) {
    const auto losses = drawn({gen.real(-0.25, 1.2), Usd{1}}, gen.bits(), gen.size(50, 400));
    const auto fit = peaks_over(losses, Usd{0});
    if (!fit) return;
    const Pareto near{fit->law.shape + gen.real(-0.3, 0.3),
                      Usd{fit->law.scale.value() * gen.scale(0.7, 1.4)}};
    EXPECT_GE(fit->log_likelihood, log_likelihood(near, losses) - 1e-9);
  });
}

}  // namespace levee::risk
