// levee/api/last_plan_ask.h — the plan that a new one begins from.
#pragma once
#include "levee/base/result.h"
#include "levee/hedge/last_plan.h"

#include <string>

namespace levee::api {

/// A plan as plan-hedge --json printed it, as far as the next one asks.
///
/// in:  base: of the book that the new plan is for
/// err: as feed::read_text; bad_input for what is no plan, is damaged, or is of another asset
Result<hedge::LastPlan> last_plan_from(const std::string& path, const std::string& base);

}  // namespace levee::api
