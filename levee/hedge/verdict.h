// levee/hedge/verdict.h — the answer in one word and one sentence, and why it is no better.
#pragma once
#include "levee/hedge/plan.h"
#include "levee/hedge/tell.h"

namespace levee::hedge {

/// Status and sentence of a plan.
///
/// in:  plan with its trades and objectives
/// out: of a tail limit out of reach, the limits that keep the CVaR up; of rows that contradict
/// each
///      other, the least that would have to give
void add_status(const Telling& telling, PlanTold& plan);

}  // namespace levee::hedge
