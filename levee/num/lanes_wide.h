// levee/num/lanes_wide.h — what lanes.h asks of a file compiled for one instruction set.
//
// Nothing inline may stand here: the linker could keep a copy made for AVX-512 for everyone.
// src: levee/num/lane_math.h
#pragma once
#include <cstddef>

namespace levee::num {

enum class Elementary { exp, log, mills, quantile };

/// Numbers in and out, a multiple of sixteen of them.
struct Run {
  const double* x = nullptr;
  double* out = nullptr;
  std::size_t count = 0;
};

namespace avx2 {
bool available();
void each(Elementary function, const Run& run);
}  // namespace avx2

namespace avx512 {
bool available();
void each(Elementary function, const Run& run);
}  // namespace avx512

}  // namespace levee::num
