// levee/scenario/jump_lanes_avx2.cpp — jump_wide.h on the narrower lanes.
#include "levee/scenario/jump_each.h"

namespace levee::scenario::avx2 {

#if defined(__AVX2__) && defined(__FMA__)
[[gnu::flatten]] void walk(const WalkRun<float>& run) { walk_each<FloatSource<num::Floats>>(run); }
[[gnu::flatten]] void walk(const WalkRun<double>& run) {
  walk_each<DoubleSource<num::Doubles>>(run);
}
[[gnu::flatten]] void shocks(const ShockRun& run) { shocks_each<num::Doubles>(run); }
#else
void walk(const WalkRun<float>&) {}
void walk(const WalkRun<double>&) {}
void shocks(const ShockRun&) {}
#endif

}  // namespace levee::scenario::avx2
