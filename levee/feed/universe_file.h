// levee/feed/universe_file.h — a list of protocols, with what is known of each.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/universe.h"

#include <string>

namespace levee::feed {

/// Reads protocols by id, name, category, chains (joined by |), audit_code, oracles, forked_from,
/// symbol and listed_at_unix, as DefiLlama's lists have them; value_usd, audited_at_unix,
/// upgradeable (0 or 1), deposit_concentration (0 to 1) and deposits_usd (of each holder or pool,
/// joined by |; concentration is reckoned from them) may be there, and their cells empty.
///
/// in:   from: when a protocol without a date of listing counts as listed
/// out:  custodial venues and whole chains are left out: no contract of theirs is counted
/// err:  bad_input with file and line for a column that is missing, an id twice, a number that is
///       none; and as read_text says
Result<hazard::Universe> read_universe(const std::string& path, UnixSeconds from);

}  // namespace levee::feed
