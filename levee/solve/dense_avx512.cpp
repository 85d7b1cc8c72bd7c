// levee/solve/dense_avx512.cpp — the tail solver's loops with AVX-512.
#include "levee/solve/dense_wide.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include "levee/num/lane.h"
#include "levee/solve/dense_lanes.h"

namespace levee::solve::avx512 {
namespace {
struct Lane : num::Single {
  static constexpr std::size_t tile_panels = 3, tile_columns = 8;
  static double fused_one(double a, double b, double c) { return __builtin_fma(a, b, c); }
  static double root_one(double x) { return __builtin_sqrt(x); }
};
constexpr Kernels mine = kernels_of<Lane>();
}  // namespace
const Kernels& kernels() { return mine; }
}  // namespace levee::solve::avx512

#else
namespace levee::solve::avx512 {
const Kernels& kernels() { return plain::kernels(); }
}  // namespace levee::solve::avx512
#endif
