// tests/solve/dense_avx2_test.cpp — four side by side against one by one.
#include "tests/solve/dense_cases.h"

namespace levee::solve {

TEST(DenseAvx2Law, AgreesWithThePlainLoops) {
  if (!num::has_engine(num::Engine::avx2)) GTEST_SKIP() << "no AVX2 here";
  test::for_cases(20, [](test::Gen& gen) {
    const Drawn drawn(gen);
    const LinedReals narrow = drawn.gram(num::Engine::plain);
    const LinedReals wide = drawn.gram(num::Engine::avx2);
    for (std::size_t j = 0; j < drawn.columns; ++j) {
      for (std::size_t i = j; i < drawn.columns; ++i) {
        EXPECT_NEAR(narrow[j * drawn.block.width + i], wide[j * drawn.block.width + i], 1e-10);
      }
    }
  });
}

}  // namespace levee::solve
