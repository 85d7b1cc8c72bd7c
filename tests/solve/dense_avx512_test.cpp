// tests/solve/dense_avx512_test.cpp — eight side by side give the bits of four.
#include "tests/solve/dense_cases.h"

namespace levee::solve {

TEST(DenseAvx512Law, WideRegistersGiveTheBitsOfNarrowOnes) {
  if (!num::has_engine(num::Engine::avx512)) GTEST_SKIP() << "no AVX-512 here";
  test::for_cases(20, [](test::Gen& gen) {
    const Drawn drawn(gen);
    const LinedReals narrow = drawn.gram(num::Engine::avx2);
    const LinedReals wide = drawn.gram(num::Engine::avx512);
    for (std::size_t j = 0; j < drawn.columns; ++j) {
      for (std::size_t i = j; i < drawn.columns; ++i) {
        EXPECT_EQ(narrow[j * drawn.block.width + i], wide[j * drawn.block.width + i]);
      }
    }
  });
}

}  // namespace levee::solve
