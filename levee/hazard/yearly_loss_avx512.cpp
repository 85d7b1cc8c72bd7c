// levee/hazard/yearly_loss_avx512.cpp — yearly_loss_wide.h on the wider lanes.
#include "levee/hazard/yearly_loss_each.h"

namespace levee::hazard::avx512 {

#if defined(__AVX512F__) && defined(__AVX512DQ__)
[[gnu::flatten]] void years(const YearRun& run) { years_any<num::Doubles>(run); }
#else
void years(const YearRun&) {}
#endif

}  // namespace levee::hazard::avx512
