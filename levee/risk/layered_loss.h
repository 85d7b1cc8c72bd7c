// levee/risk/layered_loss.h — what an event costs behind layers, and what it would without each.
//
// src: methodology 4.36 (layers switched off one by one); CVaR as risk/tail.h
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"
#include "levee/num/estimate.h"

#include <span>
#include <string>
#include <vector>

namespace levee::risk {

/// The layers that stand, on the same paths.
struct LossLayers {
  std::span<const double> victims;  ///< [paths] Loss of who leaves as late as the event's victims.
  std::span<const double> watched;  ///< Of who leaves when a quick ratio falls; empty: no watch.
  Usd cover, deductible;            ///< Of a loss beyond the deductible, at most so much is paid.
};

/// The loss with all layers but one.
struct LayerOff {
  std::string without;  ///< "nothing", "watch", "cover" or "both".
  num::Estimate mean;
  Usd cvar95;
};

/// All layers first, then each left out, then none; only layers that stand are named.
///
/// in:   watched as many as victims, or none; cover and deductible not negative
/// err:  as tail_of
Result<std::vector<LayerOff>> layers_off(const LossLayers& layers);

}  // namespace levee::risk
