// levee/solve/working_set.h — scenarios and columns that matter, and the rounds that find them.
#pragma once
#include "levee/solve/tail_value.h"

namespace levee::solve {

/// Improves `out` from its x on the given scenarios, until the gap is reached or rounds run out.
///
/// Scenarios clearly in the tail are folded into the cost, clearly slack ones are dropped, a band
/// between keeps rows of its own; both are relaxations, so every round gives a valid bound. What
/// comes back once stays, so that rounds end.
///
/// in:   scenarios ascending; tolerance: gap over program.scale; active: columns to begin with,
///       which grow and shrink
/// out:  on all scenarios: best feasible point, best bound and its multipliers; on a sample of
///       them: only a point to start from
/// src:  working sets in the manner of active-set methods; bound by weak duality
void improve(const TailProgram& program, Indices scenarios, double tolerance, int rounds_max,
             Outcome& out, Indices& active);

}  // namespace levee::solve
