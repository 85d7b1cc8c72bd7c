// levee/hedge/beside.h — beside the programme: ranges to move, money to borrow.
#pragma once
#include "levee/hedge/beside_told.h"
#include "levee/hedge/choose.h"
#include "levee/hedge/ground.h"

namespace levee::hedge {

/// Ranges by methodology 4.5, the lending sleeve by 4.7, on a plan that is chosen already.
///
/// in:   programme and choice as the plan has them; left as they were
/// out:  a draw's use is what the programme would make of the money, interest aside
/// cost: one solve where money may be drawn
/// src:  methodology 4.5, 4.7; amendments 8 and 15
Beside beside_of(const Ground& ground, Program& program, const Choice& choice);

}  // namespace levee::hedge
