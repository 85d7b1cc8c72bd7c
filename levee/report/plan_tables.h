// levee/report/plan_tables.h — what a plan costs, is limited by and changes, as tables.
#pragma once
#include "levee/hedge/plan.h"
#include "levee/report/table.h"

#include <vector>

namespace levee::report {

inline constexpr double days_a_year = 365;

/// The few numbers one looks at first: name, figure, meaning.
Table key_table(const hedge::Plan& plan);

/// What the plan costs against what it may cost and what the position earns.
Table cost_table(const hedge::Plan& plan);

/// How near the plan is to the best one there is.
Table optimum_table(const hedge::PlanTold& plan);

enum class Which { all, limiting };
/// Constraints; limiting: only those that bind or are not met.
Table constraint_table(const hedge::PlanTold& plan, Which which);

/// Greeks of the positions, what is held, the hedge and all together.
Table greek_table(const hedge::PlanTold& plan);

/// What is not known, and why.
Table unknown_table(const std::vector<hedge::Unknown>& unknowns);

}  // namespace levee::report
