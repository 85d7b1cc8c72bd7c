// levee/report/tail_table.h — losses before and after the hedge, each with its error.
#pragma once
#include "levee/hedge/plan.h"
#include "levee/report/table.h"

#include <string_view>

namespace levee::report {

/// Losses before and after: fresh scenarios, those it was chosen on, other measures and kinds.
///
/// in:   scenarios: the kind used to choose
Table tail_table(const hedge::TailsTold& tails, std::string_view scenarios);

/// Whether any path stands behind the numbers: an infeasible plan has no hedged tail.
bool is_known(const risk::TailReport& tail);

}  // namespace levee::report
