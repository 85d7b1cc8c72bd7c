// levee/hazard/stack.h — everything that a holding stands on, as a graph of shared nodes.
//
// A token in a pool stands on the pool's contracts, the tokens' issuers, their bridges, an oracle,
// a venue; a node may need others. What fails there fails for everything above it at once: shared
// nodes, not a correlation written down, are what makes holdings fail together.
#pragma once
#include "levee/hazard/failure.h"

#include <span>
#include <string>
#include <vector>

namespace levee::hazard {

/// Numbers of the models that a holding stands on: those named, and whatever those need, each once,
/// ascending. Names without a model are nothing that could fail.
std::vector<std::size_t> stack_of(std::span<const FailureModel> models,
                                  std::span<const std::string> names);

/// A stack over a span: that nothing in it fails, the mean share lost, and the bands that the
/// fitted rates leave (5 and 95 %).
struct StackRisk {
  Known survival;
  Known lost;
};

/// in:  numbers of models
/// src: independent clocks given the rates: survival is the product; a mean over the worlds that
///      may be true, the same one for all nodes of one fit
StackRisk stack_risk(std::span<const FailureModel> models, std::span<const std::size_t> stack,
                     Years span);

/// That one holding's stack fails within a span and another's does; how far that is beyond what
/// independent ones would do is the correlation of the two failures.
struct FailTogether {
  Probability one, other, both;
  double correlation = 0;  ///< Of the two events; 0 where one of them cannot happen.
};
FailTogether fail_together(std::span<const FailureModel> models, std::span<const std::size_t> one,
                           std::span<const std::size_t> other, Years span);

}  // namespace levee::hazard
