// levee/scenario/kind.h — the shelf of scenario kinds.
#pragma once
#include "levee/parallel/team.h"
#include "levee/scenario/set.h"

#include <span>
#include <string_view>

namespace levee::scenario {

/// One way of imagining. `draw` fills spot and vol_move; protocol failures are drawn the same way
/// for every kind, by generate().
struct Entry {
  std::string_view name;
  std::string_view about;
  Result<Done> (*draw)(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set);
};

/// Every kind, in name order.
std::span<const Entry> shelf();

/// A scenario set of the named kind.
///
/// out:  same bits on any number of threads; E[spot at each date] = spot now (zero drift)
/// err:  not_supported for an unknown kind; missing_data where the kind lacks what it needs
Result<ScenarioSet> generate(std::string_view kind, const Recipe& recipe,
                             const parallel::Team& team);

}  // namespace levee::scenario
