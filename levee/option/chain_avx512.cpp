// levee/option/chain_avx512.cpp — chain.h and moved_smile.h, eight side by side.
#include "levee/option/chain_lanes.h"
#include "levee/option/moved_smile_lanes.h"

namespace levee::option::avx512 {

#if defined(__AVX512F__) && defined(__AVX512DQ__)
[[gnu::flatten]] void black(const ChainRun& run) { black_each<num::Lane>(run); }
[[gnu::flatten]] void vols(const ChainRun& run) { vols_each<num::Lane>(run); }
[[gnu::flatten]] void worths(const WorthRun& run) { worths_each<num::Lane>(run); }
#else
void black(const ChainRun&) {}
void vols(const ChainRun&) {}
void worths(const WorthRun&) {}
#endif

}  // namespace levee::option::avx512
