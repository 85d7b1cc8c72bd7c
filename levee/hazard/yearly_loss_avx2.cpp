// levee/hazard/yearly_loss_avx2.cpp — yearly_loss_wide.h on the narrower lanes.
#include "levee/hazard/yearly_loss_each.h"

namespace levee::hazard::avx2 {

#if defined(__AVX2__) && defined(__FMA__)
[[gnu::flatten]] void years(const YearRun& run) { years_any<num::Doubles>(run); }
#else
void years(const YearRun&) {}
#endif

}  // namespace levee::hazard::avx2
