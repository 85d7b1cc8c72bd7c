// levee/num/matrix.h — a dense table of doubles, one unit for the whole of it.
#pragma once
#include "levee/base/check.h"

#include <cstddef>
#include <span>
#include <vector>

namespace levee::num {

/// Row-major [rows x columns]; a row is contiguous. `Unit` is what every cell measures.
template <class Unit>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns)
      : rows_(rows), columns_(columns), cells_(rows * columns) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }

  std::span<double> row(std::size_t r) {
    LEVEE_EXPECT(r < rows_);
    return {cells_.data() + r * columns_, columns_};
  }
  std::span<const double> row(std::size_t r) const {
    LEVEE_EXPECT(r < rows_);
    return {cells_.data() + r * columns_, columns_};
  }
  Unit at(std::size_t r, std::size_t c) const { return Unit{row(r)[c]}; }

 private:
  std::size_t rows_ = 0, columns_ = 0;
  std::vector<double> cells_;
};

}  // namespace levee::num
