// tests/hazard/yearly_loss_avx2_test.cpp — the years of this engine against the plain one's.
#include "tests/hazard/yearly_cases.h"

namespace levee::hazard {

TEST(Avx2YearlyLosses, AreAsThePlainEngineDrawsThem) {
  if (!num::has_engine(num::Engine::avx2)) GTEST_SKIP() << "this processor or build has no avx2";
  test::expect_years_as_plain(num::Engine::avx2);
}

}  // namespace levee::hazard
