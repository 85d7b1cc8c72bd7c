// levee/scenario/pool.h — paths of several sets as one.
#pragma once
#include "levee/scenario/set.h"

#include <span>

namespace levee::scenario {

/// So many of a set's first paths.
struct Part {
  const ScenarioSet& set;
  std::size_t paths = 0;
};

/// One set of equally likely paths: a mixture of worlds, each by its share of the paths.
///
/// in:   parts of the same dates, assets and protocols, none weighted; at least one path in all
/// out:  parts one after the other, kind "pool"; a shape that only some parts move is still in the
///       others, and what surrounds the price is dropped where a part knows nothing of it
/// cost: a copy of the paths
ScenarioSet pool_of(std::span<const Part> parts);

}  // namespace levee::scenario
