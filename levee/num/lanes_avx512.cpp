// levee/num/lanes_avx512.cpp — lanes.h, eight side by side.
#include "levee/num/lanes_each.h"

namespace levee::num::avx512 {

#if defined(__AVX512F__) && defined(__AVX512DQ__)
bool available() { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"); }
[[gnu::flatten]] void each(Elementary function, const Run& run) { each_of<Lane>(function, run); }
#else
bool available() { return false; }
void each(Elementary, const Run&) {}
#endif

}  // namespace levee::num::avx512
