// levee/hedge/narrow.h — of what is listed, what a plan may open.
#pragma once
#include "levee/hedge/program.h"
#include "levee/option/surface.h"

namespace levee::hedge {

/// Leaves out options that no new position is opened in: those that a roll would ask for within its
/// cooldown (policy tenor_days_new_min, and the later layers' own days), and strikes far out of the
/// money or in it (strike_z_out_max, strike_z_in_max), where a quote is a tick wide and scenarios
/// know little.
///
/// in:   surface of the market that the candidates are from, Greeks as that market has them
/// out:  what the book holds of them may still be closed: a long one sold, a short one bought back
/// src:  methodology 4.6 (rolls at 21, 60 and 110 days, no two within five); the strike limits are
/// levee's own
void narrow(const Setting& setting, const option::Surface& surface, Candidates& all);

}  // namespace levee::hedge
