// Fiorentini, Calzolari & Panattoni's benchmark of GARCH(1,1) on the mark against the pound.
#include "levee/scenario/garch.h"

#include "tests/scenario/dem_gbp.h"
#include "tests/support/cases.h"

namespace levee::scenario {

TEST(GarchOracle, FitsTheMarkAgainstThePound) {
  const auto fit = fit_garch(dem_gbp, {});
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_NEAR(fit->model.mean, -0.00619041, 5e-9);
  EXPECT_NEAR(fit->model.constant, 0.0107613, 1e-7);  // the root is 0.0107613979: printed cut off
  EXPECT_NEAR(fit->model.reaction, 0.153134, 5e-7);
  EXPECT_NEAR(fit->model.memory, 0.805974, 5e-7);
  EXPECT_NEAR(fit->log_likelihood, -1106.60788104, 1e-8);
  // Their standard errors: from the information, and Bollerslev & Wooldridge's.
  EXPECT_CLOSE(fit->errors->mean, 0.00846212, 1e-5);
  EXPECT_CLOSE(fit->errors->constant, 0.00285271, 1e-5);
  EXPECT_CLOSE(fit->errors->reaction, 0.0265228, 1e-5);
  EXPECT_CLOSE(fit->errors->memory, 0.0335527, 1e-5);
  EXPECT_CLOSE(fit->robust_errors->mean, 0.00918935, 1e-5);
  EXPECT_CLOSE(fit->robust_errors->constant, 0.00649319, 1e-5);
  EXPECT_CLOSE(fit->robust_errors->reaction, 0.0535317, 1e-5);
  EXPECT_CLOSE(fit->robust_errors->memory, 0.0724614, 1e-5);
}

// Mathematics 4.2: the first variance set to the mean square pins down the presample.
TEST(GarchOracle, TellsTheTwoPresamplesApart) {
  const auto fit = fit_garch(dem_gbp, {.presample = GarchChoice::Presample::is_first});
  EXPECT_NEAR(fit->log_likelihood, -1106.58658, 5e-6);
  EXPECT_NEAR(fit->model.constant, 0.01076027, 5e-9);
  EXPECT_NEAR(fit->model.reaction, 0.15340743, 5e-9);
  EXPECT_NEAR(fit->model.memory, 0.80587922, 5e-9);
}

}  // namespace levee::scenario
