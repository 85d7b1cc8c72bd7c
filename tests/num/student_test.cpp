#include "levee/num/student.h"

#include "levee/base/check.h"
#include "levee/num/normal.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <numbers>

namespace levee::num {

// One degree is Cauchy's law, two have a root: both in closed form.
TEST(Student, IsCauchyAtOneDegreeAndAlgebraicAtTwo) {
  for (const double x : {-1e6, -40.0, -3.0, -0.1, 0.0, 0.5, 7.0}) {
    EXPECT_NEAR(student_cdf({1}, x), 0.5 + std::atan(x) / std::numbers::pi, 1e-14);
    EXPECT_NEAR(student_cdf({2}, x), 0.5 + x / (2 * std::sqrt(2 + x * x)), 1e-14);
    EXPECT_CLOSE(student_pdf({1}, x), 1 / (std::numbers::pi * (1 + x * x)), 1e-13);
  }
  EXPECT_CLOSE(student_cdf({1}, -1e9), 1e-9 / std::numbers::pi, 1e-12);
}

// The reference values of the project's mathematics, section 4.3. Its quantile is scipy's, which is
// 5e-13 off: scipy's own distribution function there is 0.01 to 13 digits only.
TEST(Student, HasTheTailsThatAreWrittenDown) {
  EXPECT_CLOSE(student_quantile({4}, 0.99), 3.7469473879811366, 1e-12);
  const double q = student_quantile({4}, 0.99);
  EXPECT_CLOSE((4 + q * q) / 3 * student_pdf({4}, q) / 0.01, 5.220584194485904, 2e-12);
}

// scipy 1.10 (stats.t, special.betainc), which reaches them by other routes.
TEST(Student, AgreesWithScipy) {
  struct Row {
    double degrees, x, cdf, pdf;
  };
  for (const Row& row : {Row{3, -10, 0.0010641995292070747, 0.0003118082168470876},
                         Row{4.5, -2.5, 0.02995284325110027, 0.034429598149107704},
                         Row{30, -6, 6.971384383602359e-07, 1.948677908397874e-06},
                         Row{200, -1.1, 0.13632718609872735, 0.21732059111435761}}) {
    EXPECT_CLOSE(student_cdf({row.degrees}, row.x), row.cdf, 1e-12);
    EXPECT_CLOSE(student_pdf({row.degrees}, row.x), row.pdf, 1e-12);
  }
  EXPECT_CLOSE(incomplete_beta({0.5, 2}, 0.3), 0.7394254526319742, 1e-13);
  EXPECT_CLOSE(incomplete_beta({150, 0.5}, 0.99), 0.08274800325407998, 1e-12);
  EXPECT_CLOSE(incomplete_beta({3, 800}, 0.002), 0.21757303530041297, 1e-12);
  EXPECT_CLOSE(incomplete_beta({40, 60}, 0.41), 0.5857757938009593, 1e-12);
}

TEST(Student, BecomesNormal) {
  for (const double x : {-5.0, -1.0, 0.3, 2.0}) {
    EXPECT_CLOSE(student_cdf({1e6}, x), normal_cdf(x), 3e-4);
  }
}

TEST(Student, CannotLackFreedomOrProbability) {
  EXPECT_THROW(student_cdf({0}, 1), ContractBroken);
  EXPECT_THROW(student_quantile({3}, 0), ContractBroken);
  EXPECT_THROW(student_quantile({3}, 1), ContractBroken);
  EXPECT_THROW(incomplete_beta({1, 1}, 1.5), ContractBroken);
}

TEST(StudentLaw, QuantileUndoesTheDistribution) {
  test::for_cases(1000, [](test::Gen& gen) {
    const Freedom freedom{gen.scale(0.5, 500)};
    const double p = gen.coin() ? gen.scale(1e-12, 0.5) : gen.real(0.5, 0.999);
    EXPECT_CLOSE(student_cdf(freedom, student_quantile(freedom, p)), p, 1e-12);
  });
}

TEST(LogGamma, IsThatOfFactorialsAndHalves) {
  EXPECT_NEAR(log_gamma(1), 0, 4e-15);
  EXPECT_NEAR(log_gamma(2), 0, 4e-15);
  EXPECT_NEAR(log_gamma(0.5), std::log(std::numbers::pi) / 2, 4e-15);
  EXPECT_CLOSE(log_gamma(21), std::log(2432902008176640000.0), 1e-15);
  EXPECT_THROW(log_gamma(0), ContractBroken);
}

TEST(LogGammaLaw, AgreesWithTheLibrary) {
  test::for_cases(1000, [](test::Gen& gen) {
    const double x = gen.scale(1e-3, 1e6);
    EXPECT_NEAR(log_gamma(x), std::lgamma(x), 1e-14 * std::max(1.0, std::abs(std::lgamma(x))));
  });
}

// A sum of binomial terms: I_x(k, n - k + 1) is the chance of at least k successes in n.
TEST(IncompleteBeta, IsABinomialTail) {
  const double x = 0.3;
  double tail = 0, term = std::pow(1 - x, 10);
  for (int i = 0; i <= 10; ++i) {
    if (i >= 4) tail += term;
    term *= (10.0 - i) / (i + 1) * x / (1 - x);
  }
  EXPECT_CLOSE(incomplete_beta({4, 7}, x), tail, 1e-14);
  EXPECT_EQ(incomplete_beta({2, 3}, 0), 0);
  EXPECT_EQ(incomplete_beta({2, 3}, 1), 1);
}

TEST(IncompleteBetaLaw, MirrorsItself) {
  test::for_cases(500, [](test::Gen& gen) {
    const BetaShapes shapes{gen.scale(0.1, 300), gen.scale(0.1, 300)};
    const double x = gen.real(0, 1);
    EXPECT_NEAR(incomplete_beta(shapes, x), 1 - incomplete_beta({shapes.b, shapes.a}, 1 - x),
                1e-12);
  });
}

}  // namespace levee::num
