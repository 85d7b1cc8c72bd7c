// tests/num/lanes_avx2_test.cpp — the elementary functions of this engine against long double.
#include "tests/num/lane_accuracy.h"

namespace levee::num {

TEST(Avx2Lanes, KeepTheirAccuracy) {
  if (!has_engine(Engine::avx2)) GTEST_SKIP() << "this processor or build has no avx2";
  test::expect_accurate(Engine::avx2);
}

}  // namespace levee::num
