// The Danish fire losses of mathematics 4.1: fits at three thresholds, and Hill's estimates.
#include "levee/risk/evt.h"

#include "tests/risk/danish_fire.h"
#include "tests/support/cases.h"

#include <iterator>

namespace levee::risk {
namespace {

// All 2,167 losses: those up to 5 million matter by their number alone.
std::vector<double> danish() {
  std::vector<double> losses(std::begin(danish_above_5), std::end(danish_above_5));
  losses.resize(2167, 1.0);
  return losses;
}

}  // namespace

// The written maxima are 7e-8 off the roots of the score, which ours are to rounding; hence 1e-7.
TEST(EvtOracle, FitsTheDanishLossesAtThreeThresholds) {
  struct Row {
    double threshold;
    std::size_t beyond;
    double scale, shape, likelihood, var99, es99;
  };
  for (const Row& row :
       {Row{5, 254, 3.8091270934, 0.6315430178, -754.1115369251, 27.5132795222, 76.4395652372},
        Row{10, 109, 6.9754680449, 0.4969858127, -374.8929902294, 27.2899875561, 58.2401017972},
        Row{20, 36, 9.6351334761, 0.6841521784, -142.1844576920, 25.8473547375, 69.0188222210}}) {
    const auto fit = peaks_over(danish(), Usd{row.threshold});
    ASSERT_TRUE(fit) << fit.error().message;
    EXPECT_EQ(fit->beyond, row.beyond);
    EXPECT_NEAR(fit->law.shape, row.shape, 1e-7);
    EXPECT_CLOSE(fit->law.scale.value(), row.scale, 1e-7);
    EXPECT_NEAR(fit->log_likelihood, row.likelihood, 1e-9);
    EXPECT_CLOSE(var_beyond(*fit, 0.99)->value.value(), row.var99, 1e-7);
    EXPECT_CLOSE(shortfall_beyond(*fit, 0.99)->value.value(), row.es99, 1e-7);
  }
}

// Errors and profile intervals at 10 million as scipy 1.10 finds them by other means: minimisation
// in one variable inside brentq, and the delta method on a differenced score.
TEST(EvtOracle, HasTheErrorsAndIntervalsThatScipyFinds) {
  const auto fit = peaks_over(danish(), Usd{10});
  EXPECT_CLOSE(*fit->shape_error, 0.13628382, 1e-5);
  EXPECT_CLOSE(fit->scale_error->value(), 1.11349061, 1e-5);
  EXPECT_CLOSE(*fit->shape_within.lower, 0.27452829418, 1e-7);
  EXPECT_CLOSE(*fit->shape_within.upper, 0.81888743447, 1e-7);
  const auto var = var_beyond(*fit, 0.99), es = shortfall_beyond(*fit, 0.99);
  EXPECT_CLOSE(var->error->value(), 2.4162370457, 1e-5);
  EXPECT_CLOSE(var->lower->value(), 23.277306068743, 1e-6);
  EXPECT_CLOSE(var->upper->value(), 33.210354366440, 1e-6);
  EXPECT_CLOSE(es->error->value(), 14.701886748292, 1e-5);
  EXPECT_CLOSE(es->lower->value(), 41.083129572380, 1e-6);
  EXPECT_CLOSE(es->upper->value(), 154.98193127414, 1e-6);
}

// McNeil (1997) quotes .497 and 6.975 at 10 million.
TEST(EvtOracle, HasTheWrittenTailsOfTheRoundedLaw) {
  PeaksFit fit{.threshold = Usd{10}, .losses = 2167, .beyond = 109};
  fit.law = {.shape = 0.497, .scale = Usd{6.975}};
  fit.excesses.assign(109, 1.0);
  fit.log_likelihood = log_likelihood(fit.law, fit.excesses);
  struct Row {
    double level, var, es;
  };
  for (const Row& row :
       {Row{0.99, 27.289051767277, 58.238671505522}, Row{0.995, 40.171550707711, 83.85000140698},
        Row{0.999, 94.33675569344, 191.53430555356}}) {
    EXPECT_CLOSE(var_beyond(fit, row.level)->value.value(), row.var, 1e-12);
    EXPECT_CLOSE(shortfall_beyond(fit, row.level)->value.value(), row.es, 1e-12);
  }
}

TEST(EvtOracle, HasTheWrittenHillEstimates) {
  EXPECT_NEAR(hill_shape(danish(), 36), 0.5788467702, 1e-10);
  EXPECT_NEAR(hill_shape(danish(), 109), 0.6312180586, 1e-10);
  EXPECT_NEAR(hill_shape(danish(), 200), 0.7342060288, 1e-10);
}

TEST(EvtOracle, HasTheWrittenUnitVector) {
  const std::vector excesses{0.5, 1.2, 3.0, 7.5, 20.0};
  EXPECT_NEAR(log_likelihood({.shape = 0.5, .scale = Usd{2}}, excesses), -14.82846159741, 1e-11);
  const Pareto law = moments_fit(excesses);
  EXPECT_NEAR(law.shape, 0.5783664459161149, 1e-14);
  EXPECT_NEAR(law.scale.value(), 2.715320088300221, 1e-14);
}

}  // namespace levee::risk
