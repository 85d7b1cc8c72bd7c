// levee/num/matrix.h — a dense table of doubles, one unit for the whole of it.
#pragma once
#include "levee/base/check.h"

#include <cstddef>
#include <span>
#include <vector>

namespace levee::num {

/// Memory that the system hands over as zeros, in large pages where it has them: a table of
/// hundreds of megabytes is written once instead of twice.
///
/// in:   cells > 0
/// out:  zeros; for give_back
/// err:  bad_alloc
/// cost: of 400 MB, until all of it is written: a fifth of what std::vector<double> takes
/// src:  madvise(2)
double* zeroed_cells(std::size_t cells);
void give_back(double* cells) noexcept;

/// A dense table, zeros at first.
///
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
  // The vector's own zeros would be a second pass over memory that is zero already.
  struct Zeroed {
    using value_type = double;
    template <class Other>
    struct rebind {
      using other = Zeroed;
    };
    static double* allocate(std::size_t cells) { return zeroed_cells(cells); }
    static void deallocate(double* cells, std::size_t) noexcept { give_back(cells); }
    static void construct(double*) {}
    static void construct(double* at, double value) { *at = value; }
    friend bool operator==(Zeroed, Zeroed) { return true; }
  };

  std::size_t rows_ = 0, columns_ = 0;
  std::vector<double, Zeroed> cells_;
};

}  // namespace levee::num
