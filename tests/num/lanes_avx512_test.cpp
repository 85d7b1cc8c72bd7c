// tests/num/lanes_avx512_test.cpp — the elementary functions of this engine against long double.
#include "tests/num/lane_accuracy.h"

namespace levee::num {

TEST(Avx512Lanes, KeepTheirAccuracy) {
  if (!has_engine(Engine::avx512)) GTEST_SKIP() << "this processor or build has no avx512";
  test::expect_accurate(Engine::avx512);
}

}  // namespace levee::num
