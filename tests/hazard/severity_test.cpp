// tests/hazard/severity_test.cpp — losses that end where the money does.
#include "levee/hazard/severity.h"

#include "levee/num/philox.h"
#include "tests/support/cases.h"

#include <cmath>
#include <limits>

namespace levee::hazard {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

// Losses drawn from a law, each cut at a value of its own, or not at all.
std::vector<SizedLoss> drawn(const Severity& law, std::size_t count, std::uint64_t world,
                             double uncut) {
  num::Draws draws(17, 5, world);
  std::vector<SizedLoss> losses;
  for (std::size_t i = 0; i < count; ++i) {
    const bool cut = draws.uniform() >= uncut;
    const Usd most{law.threshold.value() + 30 * law.scale.value() * draws.uniform()};
    const Usd loss = law.quantile_within(draws.uniform(), cut ? most : Usd{1e18});
    losses.push_back({loss, cut ? std::optional(most) : std::nullopt});
  }
  return losses;
}

// The mean by its definition, on steps even in the logarithm.
double slow_mean(const Severity& law, double most) {
  double mean = 0, before = 0;
  const int steps = 200'000;
  for (int i = 1; i <= steps; ++i) {
    const double at =
        law.threshold.value() * std::pow(most / law.threshold.value(), double{1.0 * i} / steps);
    const double below = 1 - law.beyond(Usd{at}, Usd{most}).value();
    const double middle =
        law.threshold.value() * std::pow(most / law.threshold.value(), (i - 0.5) / steps);
    mean += middle * (below - before);
    before = below;
  }
  return mean;
}

}  // namespace

TEST(Severity, IsAParetoLawCutOff) {
  const Severity law{Usd{10}, 1, Usd{5}};
  EXPECT_CLOSE(law.beyond(Usd{15}).value(), 0.5, 1e-15);
  EXPECT_CLOSE(law.beyond(Usd{25}).value(), 0.25, 1e-15);
  EXPECT_CLOSE(law.beyond(Usd{15}, Usd{25}).value(), 1.0 / 3, 1e-15);
  EXPECT_EQ(law.beyond(Usd{25}, Usd{25}).value(), 0);
  EXPECT_EQ(law.beyond(Usd{3}).value(), 1);
  EXPECT_FALSE(law.mean());
  EXPECT_CLOSE(law.quantile_within(2.0 / 3, Usd{25}).value(), 15, 1e-14);
  EXPECT_CLOSE((Severity{Usd{10}, 0.5, Usd{5}}.mean()->value()), 20, 1e-15);
  EXPECT_CLOSE((Severity{Usd{10}, 0, Usd{5}}.beyond(Usd{15}).value()), std::exp(-1), 1e-15);
  EXPECT_EQ((Severity{Usd{10}, -0.5, Usd{5}}.beyond(Usd{21}).value()), 0);
}

TEST(Severity, HasAMeanOnceItIsCut) {
  for (const double shape : {-0.4, 0.0, 0.3, 0.62, 0.99999999, 1.0, 1.3, 2.5}) {
    const Severity law{Usd{10}, shape, Usd{5}};
    for (const double most : {10.5, 15.0, 21.0, 200.0, 20'000.0}) {
      EXPECT_CLOSE(law.mean_within(Usd{most}).value(), slow_mean(law, most), 2e-5) << shape;
    }
  }
}

TEST(SeverityLaw, QuantilesAreWhereTheyBelong) {
  for_cases(200, [](Gen& gen) {
    const Severity law{Usd{gen.scale(1, 1e6)}, gen.real(-0.4, 3), Usd{gen.scale(1, 1e7)}};
    const Usd most{law.threshold.value() + gen.scale(0.1, 1e4) * law.scale.value()};
    const double p = gen.real(0.001, 0.999);
    const Usd at = law.quantile_within(p, most);
    EXPECT_NEAR(1 - law.beyond(at, most).value(), p, 1e-9);
    EXPECT_GE(law.mean_within(most), law.threshold);
    EXPECT_LE(law.mean_within(most), most);
  });
}

TEST(SeverityLikelihood, IsTheDensityOverWhatTheCutLeaves) {
  const Severity law{Usd{10}, 0.8, Usd{5}};
  const auto density = [&](double x) { return std::pow(1 + 0.8 * (x - 10) / 5, -1 / 0.8 - 1) / 5; };
  const std::vector<SizedLoss> losses{{Usd{12}}, {Usd{30}, Usd{40}}, {Usd{50}, Usd{20}}};
  const double want = std::log(density(12)) +
                      std::log(density(30) / (1 - law.beyond(Usd{40}).value())) +
                      std::log(density(50) / (1 - law.beyond(Usd{50}).value()));
  EXPECT_CLOSE(log_likelihood(law, losses), want, 1e-14);
  const Severity ending{Usd{10}, -0.5, Usd{5}};
  const std::vector<SizedLoss> past{{Usd{21}}};
  EXPECT_EQ(log_likelihood(ending, past), -std::numeric_limits<double>::infinity());
}

TEST(SeverityFit, IsNoLowerThanAnythingNear) {
  const auto losses = drawn({Usd{1e6}, 0.9, Usd{3e6}}, 300, 1, 0.3);
  const SeverityFit fit = *severity_fit(losses, Usd{1e6});
  EXPECT_EQ(fit.beyond, 300);
  EXPECT_GT(fit.cut, 150);
  EXPECT_CLOSE(log_likelihood(fit.law, losses), fit.log_likelihood, 1e-12);
  for (const double shape : {-0.02, -0.002, 0.0, 0.002, 0.02}) {
    for (const double scale : {0.97, 0.999, 1.0, 1.001, 1.03}) {
      Severity near = fit.law;
      near.shape += shape;
      near.scale = Usd{near.scale.value() * scale};
      EXPECT_LE(log_likelihood(near, losses), fit.log_likelihood + 1e-9);
    }
  }
  EXPECT_LT(*fit.shape_lower, fit.law.shape);
  EXPECT_GT(*fit.shape_upper, fit.law.shape);
}

// A fit of losses that were cut, as if they were not, believes in a shorter tail.
TEST(SeverityFit, SeesThroughTheCut) {
  const Severity truth{Usd{1e6}, 1.1, Usd{3e6}};
  auto losses = drawn(truth, 3000, 2, 0);
  const SeverityFit seen = *severity_fit(losses, Usd{1e6});
  EXPECT_LT(*seen.shape_lower, 1.1);
  EXPECT_GT(*seen.shape_upper, 1.1);
  for (SizedLoss& one : losses) one.most.reset();
  EXPECT_LT(*severity_fit(losses, Usd{1e6})->shape_upper, 0.9);
}

TEST(SeverityFit, SaysWhatItCannot) {
  const auto few = drawn({Usd{10}, 0.5, Usd{5}}, 30, 3, 1);
  EXPECT_EQ(severity_fit(few, Usd{1e4}).error().reason, Reason::missing_data);
  std::vector<SizedLoss> even;
  for (int i = 0; i < 40; ++i) even.push_back({Usd{20}});
  EXPECT_EQ(severity_fit(even, Usd{10}).error().reason, Reason::no_solution);
  EXPECT_THROW((void)severity_fit(few, Usd{0}), ContractBroken);
  std::vector<SizedLoss> negative{{Usd{-1}}};
  EXPECT_THROW((void)severity_fit(negative, Usd{1}), ContractBroken);
}

static double covered(double room_told) {
  constexpr int worlds = 300;
  const Severity truth{Usd{1e6}, 0.7, Usd{3e6}};
  int held = 0;
  for (int world = 0; world < worlds; ++world) {
    auto losses = drawn(truth, 150, static_cast<std::uint64_t>(10 + world), 0.2);
    for (SizedLoss& one : losses) {
      if (one.most) one.most = Usd{room_told * one.most->value()};
    }
    const auto fit = severity_fit(losses, Usd{1e6});
    if (!fit) continue;
    held += fit->shape_lower.value_or(-1) < 0.7 && 0.7 < fit->shape_upper.value_or(9) ? 1 : 0;
  }
  return held / double{worlds};
}

TEST(SeverityFitLaw, CoversTheTruthAsOftenAsItSays) {
  EXPECT_NEAR(covered(1), 0.95, 3 * std::sqrt(0.05 * 0.95 / 300));
}

TEST(SeverityFitLaw, ThatTestFailsWhereTheCutIsWrong) {
  EXPECT_LT(covered(4), 0.95 - 3 * std::sqrt(0.05 * 0.95 / 300));
}

}  // namespace levee::hazard
