// tests/solve/dense_test.cpp — the tail solver's loops against plain sums, and engine against
// engine.
#include "levee/solve/dense.h"

#include "tests/solve/dense_cases.h"

namespace levee::solve {
TEST(DenseLaw, AGramMatrixIsTheSumOfItsRows) {
  test::for_cases(40, [](test::Gen& gen) {
    const Drawn drawn(gen);
    const LinedReals gram = drawn.gram(num::Engine::fastest);
    for (std::size_t j = 0; j < drawn.columns; ++j) {
      for (std::size_t i = j; i < drawn.columns; ++i) {
        double sum = i == j ? 1 : 0;
        for (const std::uint32_t r : drawn.kept) {
          sum += drawn.root[r] * drawn.root[r] * drawn.block.row(r)[i] * drawn.block.row(r)[j];
        }
        EXPECT_NEAR(gram[j * drawn.block.width + i], sum, 1e-10);
      }
    }
  });
}

TEST(DenseLaw, AFactorUndoesItsMatrix) {
  test::for_cases(40, [](test::Gen& gen) {
    const Drawn drawn(gen);
    const std::size_t width = drawn.block.width, size = drawn.columns;
    LinedReals matrix = drawn.gram(num::Engine::fastest), factor = matrix;
    LinedReals packed(gram_depth * width), x(width, 0.0), product(width);
    for (std::size_t i = 0; i < size; ++i) x[i] = gen.real(-1, 1);
    const Kernels& loops = kernels_on();
    loops.symmetric({matrix.data(), size, width, nullptr}, x.data(), product.data());
    ASSERT_TRUE(loops.factor({factor.data(), size, width, packed.data()}));
    loops.solve({factor.data(), size, width, nullptr}, product.data());
    for (std::size_t i = 0; i < size; ++i) EXPECT_NEAR(product[i], x[i], 1e-8);
    matrix[0] = -1;
    EXPECT_FALSE(loops.factor({matrix.data(), size, width, packed.data()}));
  });
}

}  // namespace levee::solve
