// levee/feed/incident_file.h — incidents from levee's own file and from public trackers' exports.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/incident.h"

#include <string>

namespace levee::feed {

/// Reads incidents that were disclosed by `until`.
///
/// The header says which file it is: levee's own (docs/incidents.md), or an export of DefiLlama's
/// hacks, De.Fi's REKT database, SlowMist's Hacked, BlockSec's incidents, rekt.news' leaderboard,
/// DeFiHackLabs' incidents, or a list that was merged from them (docs/hazard.md names the columns).
///
/// out:  a tracker's row that cannot be used is left out with its reason: no date, no protocol, a
///       negative amount; one with more recovered than lost is used without what was recovered.
///       Trackers know no date of disclosure: the day after, as they date it
/// err:  bad_input with file and line for anything wrong in levee's own file (a word that is none
///       of its column's, an id twice, recovered above lost, disclosed before exploited) and for a
///       header of no known file; missing_data where no row is left; and as read_text says
Result<hazard::Incidents> read_incidents(const std::string& path, UnixSeconds until);

/// The sector that a tracker's or a list's word for it means: "Yield Aggregator" is yield.
hazard::Sector sector_of(std::string_view category);

}  // namespace levee::feed
