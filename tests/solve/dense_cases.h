// tests/solve/dense_cases.h — seeded rows and their weighted Gram matrix on any engine.
#pragma once
#include "levee/solve/dense.h"

#include "tests/support/cases.h"

#include <cstdint>
#include <vector>

namespace levee::solve {

struct Drawn {
  std::size_t rows, columns;
  Block block;
  std::vector<std::uint32_t> kept;
  std::vector<double> root;

  explicit Drawn(test::Gen& gen)
      : rows(gen.size(1, 400)), columns(gen.size(1, 70)), block(rows, columns) {
    for (std::size_t r = 0; r < rows; ++r) {
      root.push_back(gen.real(0.1, 2));
      if (r % 5 != 3) kept.push_back(static_cast<std::uint32_t>(r));
      for (std::size_t c = 0; c < columns; ++c) block.row(r)[c] = gen.real(-1, 1);
    }
  }

  LinedReals gram(num::Engine engine) const {
    LinedReals into(block.width * block.width, 0.0), packed(gram_depth * block.width);
    for (std::size_t c = 0; c < columns; ++c) into[c * block.width + c] = 1;
    kernels_on(engine).gram({block.cells.data(), kept.data(), root.data(), kept.size(), block.width,
                             packed.data(), into.data()});
    return into;
  }
};

}  // namespace levee::solve
