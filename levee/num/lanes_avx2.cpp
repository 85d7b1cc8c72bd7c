// levee/num/lanes_avx2.cpp — lanes.h, four side by side.
#include "levee/num/lanes_each.h"

namespace levee::num::avx2 {

#if defined(__AVX2__) && defined(__FMA__)
bool available() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
[[gnu::flatten]] void each(Elementary function, const Run& run) { each_of<Lane>(function, run); }
#else
bool available() { return false; }
void each(Elementary, const Run&) {}
#endif

}  // namespace levee::num::avx2
