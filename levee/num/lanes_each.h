// levee/num/lanes_each.h — the loop of lanes.h, for whichever lane the including file has.
//
// src: levee/num/lane_math.h
#pragma once
#include "levee/num/lane_math.h"
#include "levee/num/lanes_wide.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace levee::num {

template <class L>
void each_of(Elementary function, const Run& run) {
  for (std::size_t i = 0; i < run.count; i += L::width) {
    const auto x = L::loaded(run.x + i);
    switch (function) {
      case Elementary::exp:
        L::store(run.out + i, exp_of<L>(x));
        break;
      case Elementary::log:
        L::store(run.out + i, log_of<L>(x));
        break;
      case Elementary::mills:
        L::store(run.out + i, mills_of<L>(x, L::all(1) / (x + L::all(7))));
        break;
      case Elementary::quantile:
        L::store(run.out + i, quantile_of<L>(x));
        break;
    }
  }
}

}  // namespace levee::num

#endif
