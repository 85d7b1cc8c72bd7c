// tests/hazard/yearly_loss_avx512_test.cpp — the years of this engine against the plain one's.
#include "tests/hazard/yearly_cases.h"

namespace levee::hazard {

TEST(Avx512YearlyLosses, AreAsThePlainEngineDrawsThem) {
  if (!num::has_engine(num::Engine::avx512))
    GTEST_SKIP() << "this processor or build has no avx512";
  test::expect_years_as_plain(num::Engine::avx512);
}

}  // namespace levee::hazard
