// tests/option/lognormal_models.h — the log-normal models that are written about, and any other.
#pragma once
#include "levee/option/lognormal_sv.h"
#include "tests/support/cases.h"

#include <array>
#include <limits>

namespace levee::option::test {

// mathematics 3.4: the first row's model, the fit of 20 June 2023, and the repository's test set
// with the beta of W12, which made the figure of 3.4 (the -.26969 printed there gives
// .01739750803).
inline const LognormalVol fast{Vol{1}, Vol{1}, 5, 5, .2, 2};
inline const LognormalVol bitcoin{Vol{.41}, Vol{.38}, 2.21, 2.18, .50, 3.06};
inline const LognormalVol repository{
    Vol{.4861785891939535}, Vol{.6176006871606874}, 1.955809653686808, 1.978367101612294, -.2691697,
    3.265815229306317};
constexpr Reach far{-.5, .5};
constexpr Years quarter{.25}, month{1.0 / 12};

inline double call_of(const Transform& law, double strike) {
  const Price k{strike};
  return prices_of(law, Price{1}, std::span(&k, 1))[0].call.value();
}

inline RangeClaim range(double entry, double lower, double upper) {
  return {Price{entry}, Price{lower}, Price{upper}};
}

inline double loss_of(const Transform& law, const RangeClaim& claim) {
  return claim_worth(law, claim, LossKind::borrowed, claim.entry).value;
}

// Calm to wild, martingales in both accounts.
inline LognormalVol any_lognormal(levee::test::Gen& gen) {
  const double beta = gen.real(-1.5, 1.5);
  return {.now = Vol{gen.scale(.2, 1.5)},
          .average = Vol{gen.scale(.2, 1.5)},
          .reversion = gen.real(.5, 8),
          .reversion_slope = std::max(0.0, 2 * beta) + gen.real(0, 5),
          .beta = beta,
          .vol_of_vol = gen.real(.1, 3.5)};
}

}  // namespace levee::option::test
