// levee/hedge/look_again.h — when a plan has to be looked at again.
#pragma once
#include "levee/hedge/advice.h"
#include "levee/hedge/ground.h"
#include "levee/hedge/trade.h"

#include <span>
#include <vector>

namespace levee::hedge {

/// The dates and the events after which a plan is no longer advice: the first option that is due to
/// roll, the next event that is known, the horizon's end; then a price outside the positions'
/// ranges, funding that changes its sign, a gauge that changes its state.
///
/// in:   trades of the plan; what the book holds counts too
/// out:  dated ones first, ascending, none later than the horizon; each kind once
/// src:  methodology 4.6 (rolls), 4.20 (windows), 4.5 (ranges)
std::vector<LookAgain> look_again(const Ground& ground, std::span<const Trade> trades);

}  // namespace levee::hedge
