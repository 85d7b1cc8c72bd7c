// levee/solve/dense.h — weighted Gram matrices and their factors, on this processor's engine.
//
// src: levee/solve/dense_lanes.h
#pragma once
#include "levee/num/lanes.h"
#include "levee/solve/dense_wide.h"

#include <new>
#include <vector>

namespace levee::solve {

/// The loops for an engine.
/// in: has_engine(engine)
const Kernels& kernels_on(num::Engine engine = num::Engine::fastest);

/// Memory that starts where a cache line does.
template <class T>
struct Lined {
  using value_type = T;
  Lined() = default;
  template <class Other>
  explicit Lined(const Lined<Other>&) {}
  static T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64}));
  }
  static void deallocate(T* at, std::size_t) { ::operator delete(at, std::align_val_t{64}); }
  friend bool operator==(Lined, Lined) { return true; }
};
using LinedReals = std::vector<double, Lined<double>>;

/// The next multiple of eight.
constexpr std::size_t padded(std::size_t n) { return (n + octet - 1) / octet * octet; }

/// Rows side by side, each padded with zeros.
struct Block {
  std::size_t rows = 0, columns = 0, width = 0;
  LinedReals cells;

  Block() = default;
  Block(std::size_t row_count, std::size_t column_count)
      : rows(row_count),
        columns(column_count),
        width(padded(column_count)),
        cells(rows * width, 0.0) {}
  double* row(std::size_t r) { return cells.data() + r * width; }
  const double* row(std::size_t r) const { return cells.data() + r * width; }
};

}  // namespace levee::solve
