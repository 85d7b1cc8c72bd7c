// levee/feed/calendar_file.h — typed events: a calendar of releases, or one of the user's own.
#pragma once
#include "levee/base/result.h"
#include "levee/signal/calendar.h"

#include <string>
#include <vector>

namespace levee::feed {

/// Reads events in either of two shapes.
///
/// The user's own: `date_utc`, `kind` (vote, upgrade, unlock, emission, fomc, cpi, ppi); where
/// there `name` and `announced_utc`. A bare date is its first second; without `announced_utc`, or
/// where its cell is empty, the event was always known. The same file serves read_events.
///
/// A calendar of US releases: `date`, `event`, `time_et`; where there `detail`. Kinds are cpi, ppi
/// and fomc_decision; nfp and fomc_minutes are passed over. fomc_intermeeting was on no calendar:
/// it is known when it happens, and where no time stands when its day is over. Eastern time keeps
/// daylight saving by the rule in force since 2007.
///
/// out:  ascending
/// err:  bad_input with file and line for an unknown kind or time, a date before 2007 in eastern
///       time, an event announced after it happened; and as read_text says
Result<std::vector<signal::Event>> read_calendar(const std::string& path);

}  // namespace levee::feed
