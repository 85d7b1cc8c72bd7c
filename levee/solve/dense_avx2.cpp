// levee/solve/dense_avx2.cpp — the tail solver's loops with AVX2.
#include "levee/solve/dense_wide.h"

#if defined(__AVX2__) && defined(__FMA__)
#include "levee/num/lane.h"
#include "levee/solve/dense_lanes.h"

namespace levee::solve::avx2 {
namespace {
struct Lane : num::Twice<num::Single> {
  static constexpr std::size_t tile_panels = 1, tile_columns = 4;
  static double fused_one(double a, double b, double c) { return __builtin_fma(a, b, c); }
  static double root_one(double x) { return __builtin_sqrt(x); }
};
constexpr Kernels mine = kernels_of<Lane>();
}  // namespace
const Kernels& kernels() { return mine; }
}  // namespace levee::solve::avx2

#else
namespace levee::solve::avx2 {
const Kernels& kernels() { return plain::kernels(); }
}  // namespace levee::solve::avx2
#endif
