// levee/option/chain_avx2.cpp — chain.h and moved_smile.h, four side by side.
#include "levee/option/chain_lanes.h"
#include "levee/option/moved_smile_lanes.h"

namespace levee::option::avx2 {

#if defined(__AVX2__) && defined(__FMA__)
[[gnu::flatten]] void black(const ChainRun& run) { black_each<num::Lane>(run); }
[[gnu::flatten]] void vols(const ChainRun& run) { vols_each<num::Lane>(run); }
[[gnu::flatten]] void worths(const WorthRun& run) { worths_each<num::Lane>(run); }
#else
void black(const ChainRun&) {}
void vols(const ChainRun&) {}
void worths(const WorthRun&) {}
#endif

}  // namespace levee::option::avx2
