// levee/solve/dense_wide.h — what the tail solver asks of a file compiled for one instruction set.
//
// Nothing inline may stand here: the linker could keep a copy made for AVX-512 for everyone.
// src: levee/solve/dense_lanes.h
#pragma once
#include <cstddef>
#include <cstdint>

namespace levee::solve {

/// Eight doubles side by side, on every engine: what is summed is summed in one order.
inline constexpr std::size_t octet = 8;
/// Rows that are packed at a time.
inline constexpr std::size_t gram_depth = 160;

/// into += (or -=, as the sign says) the sum over kept rows r of root_r^2 cells_r cells_r^T.
struct GramRun {
  const double* cells = nullptr;        ///< [rows x width]
  const std::uint32_t* kept = nullptr;  ///< [count] which rows.
  const double* root = nullptr;         ///< [rows]
  std::size_t count = 0, width = 0;     ///< Width: a multiple of eight.
  double* packed = nullptr;             ///< Room for gram_depth x width.
  double* into = nullptr;  ///< Lower triangle, a column contiguous; above it nothing is meant.
};

/// A symmetric matrix, or its Cholesky factor: the lower triangle, a column contiguous.
struct Triangle {
  double* cells = nullptr;  ///< [width x width], zeros below row `size`.
  std::size_t size = 0, width = 0;
  double* packed = nullptr;  ///< Room for gram_depth x width; for the factor only.
};

/// Products of rows with a vector, or of weights with rows.
struct ProductRun {
  const double* cells = nullptr;  ///< [rows x width]
  std::size_t rows = 0, width = 0;
  const double* in = nullptr;
  double* out = nullptr;
};

/// The scenarios of the interior point iteration, letters as in interior_point.cpp.
struct ScenarioRun {
  std::size_t count = 0;
  const double* cap = nullptr;
  double *q = nullptr, *t = nullptr, *v = nullptr, *z = nullptr;
  double *weight = nullptr, *root = nullptr;  ///< D and its root.
  double *pull = nullptr, *rest = nullptr;    ///< e1 and r2.
  double *dq = nullptr, *dt = nullptr, *dz = nullptr;
  const double* moved = nullptr;  ///< Change of payoff and threshold.
  double mu = 0;
  int corrects = 0;  ///< Whether dq, dt, dz hold a predictor.
  double primal = 0, dual = 0;
  double sum = 0, second = 0;  ///< What the call says.
};

struct Kernels {
  void (*gram)(const GramRun&);
  bool (*factor)(const Triangle&);            ///< In place; false unless positive definite.
  void (*solve)(const Triangle&, double* x);  ///< x becomes what the factored matrix makes it.
  void (*symmetric)(const Triangle&, const double* x, double* out);  ///< out = matrix x
  void (*times)(const ProductRun&);                                  ///< out[row] = cells_row . in
  void (*combine)(const ProductRun&);  ///< out = sum over rows of in[row] cells_row
  void (*weigh)(ScenarioRun&);         ///< sum: the largest weight.
  void (*errors)(ScenarioRun&);        ///< sum: of pull.
  void (*step)(ScenarioRun&);          ///< sum, second: 1 / longest primal and dual step.
  void (*after)(ScenarioRun&);         ///< sum: complementarity after primal and dual.
  void (*move)(ScenarioRun&);          ///< sum: complementarity; second: sum of q.
  void (*less)(double* loss, const double* value, double quantity, std::size_t count);
};

namespace plain {
const Kernels& kernels();
}
namespace avx2 {
const Kernels& kernels();
}
namespace avx512 {
const Kernels& kernels();
}

}  // namespace levee::solve
