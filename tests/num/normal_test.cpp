// tests/num/normal_test.cpp — the normal distribution against forty-digit arithmetic.
#include "levee/num/normal.h"

#include "levee/base/check.h"
#include "tests/support/cases.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace levee::num {

using test::for_cases;
using test::Gen;

// Expected values: mpmath 1.3 at 40 digits, for the double nearest to x or p as printed.

TEST(Normal, ProbabilityKeepsItsDigitsInTheLeftTail) {
  struct Row {
    double x, cdf;
  };
  for (const auto [x, cdf] :
       {Row{-30.5, 1.3029379131780763509e-204}, Row{-20, 2.7536241186062336951e-89},
        Row{-9.7, 1.507493168810204873e-22}, Row{-8, 6.2209605742717841235e-16},
        Row{-5, 2.8665157187919391167e-7}, Row{-2.5, 0.006209665325776135167},
        Row{-1.125, 0.13029451713680885461}, Row{-0.75, 0.22662735237686819933}, Row{0, 0.5},
        Row{0.3, 0.61791142218895263307}, Row{1, 0.84134474606854294859},
        Row{3, 0.99865010196836990547}, Row{8, 0.9999999999999993779}}) {
    EXPECT_CLOSE(normal_cdf(x), cdf, 1e-15) << "at " << x;
  }
}

TEST(Normal, DensityKeepsItsDigitsInTheTails) {
  struct Row {
    double x, pdf;
  };
  for (const auto [x, pdf] :
       {Row{30.5, 3.9782234272821200755e-203}, Row{20, 5.5209483621597631896e-88},
        Row{9.7, 1.4774954927042670104e-21}, Row{5, 1.4867195147342977079e-6},
        Row{1.125, 0.2118766457756994629}, Row{0, 0.39894228040143267794}}) {
    EXPECT_CLOSE(normal_pdf(x), pdf, 5e-16) << "at " << x;
    EXPECT_EQ(normal_pdf(-x), normal_pdf(x));
  }
}

TEST(Normal, EndsAtTheInfinitiesAndPassesNanOn) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(normal_cdf(-infinity), 0);
  EXPECT_EQ(normal_cdf(infinity), 1);
  EXPECT_EQ(normal_pdf(infinity), 0);
  EXPECT_EQ(normal_pdf(-infinity), 0);
  EXPECT_TRUE(std::isnan(normal_cdf(std::nan(""))));
  EXPECT_TRUE(std::isnan(normal_pdf(std::nan(""))));
}

TEST(Normal, QuantileIsRightInTheCentreTheTailsAndWhereTheyMeet) {
  struct Row {
    double p, x;
  };
  for (const auto [p, x] :
       {Row{5e-324, -38.467405617144346251}, Row{1e-308, -37.540674921545942401},
        Row{1e-300, -37.047096299361199237}, Row{1e-200, -30.205594179579643063},
        Row{1e-20, -9.2623400897984075796}, Row{1e-11, -6.7060231554951362961},
        Row{1e-5, -4.2648907939228246102}, Row{0.01, -2.3263478740408410931},
        Row{0.074, -1.4466320671589785099}, Row{0.075, -1.4395314709384559349},
        Row{0.2, -0.84162123357291416552}, Row{0.4999, -0.00025066283008800749239},
        Row{0.5 + 0x1p-40, 2.2797651350911114627e-12}, Row{0.7, 0.52440051270804065631},
        Row{0.925, 1.4395314709384562291}, Row{0.975, 1.9599639845400538556},
        Row{0.9999999, 5.1993375822906610937}, Row{1 - 0x1p-53, 8.2095361516013868556}}) {
    EXPECT_CLOSE(normal_quantile(p), x, 1e-15) << "at " << p;
  }
  EXPECT_EQ(normal_quantile(0.5), 0);
}

TEST(Normal, HasTheShortfallsThatAreWrittenDown) {  // mathematics 4.3
  EXPECT_CLOSE(normal_pdf(normal_quantile(.975)) / .025, 2.3378027922014133, 2e-14);
  EXPECT_CLOSE(normal_pdf(normal_quantile(.99)) / .01, 2.665214220345805, 2e-14);
}

TEST(Normal, QuantileRefusesWhatIsNoProbabilityInside) {
  for (const double p : {0.0, 1.0, -0.1, 1.1, std::nan("")}) {
    EXPECT_THROW(normal_quantile(p), ContractBroken) << "at " << p;
  }
}

TEST(NormalLaw, QuantileUndoesProbability) {
  for_cases(1000, [](Gen& gen) {
    const double x = gen.real(-37, 5);
    // Rounding the probability itself moves x by cdf / pdf ulps: much above the median.
    const double told = 2e-15 * (1 + std::abs(x)) + 3e-16 * normal_cdf(x) / normal_pdf(x);
    EXPECT_NEAR(normal_quantile(normal_cdf(x)), x, told);
  });
}

TEST(NormalLaw, BothTailsMakeOneAndDensityIsTheSlope) {
  for_cases(1000, [](Gen& gen) {
    const double x = gen.real(-6, 6), step = 1e-5;
    EXPECT_NEAR(normal_cdf(x) + normal_cdf(-x), 1, 3e-16);
    const double slope = (normal_cdf(x + step) - normal_cdf(x - step)) / (2 * step);
    EXPECT_NEAR(slope, normal_pdf(x), 1e-10);
  });
}

}  // namespace levee::num
