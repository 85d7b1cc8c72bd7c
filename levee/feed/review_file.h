// levee/feed/review_file.h — what was seen and done at earlier reviews, and a calendar of events.
#pragma once
#include "levee/base/result.h"
#include "levee/hedge/review.h"

#include <string>
#include <vector>

namespace levee::feed {

/// Reads `date_utc`, `risk_score` (may be empty), `action`; where there `cost_usd`,
/// `allocation_usd`, `headline_yield`. Actions: none (a score alone), review, hold, add_protection,
/// exit. A bare date is its first second.
///
/// in:   rows ascend; later ones than `until` are passed over unread
/// err:  bad_input with file and line; and as read_text says
Result<std::vector<hedge::ReviewNote>> read_reviews(const std::string& path, UnixSeconds until);

/// Reads the moments of `date_utc` in a calendar of events (votes, upgrades, releases).
///
/// out:  ascending; later ones than `until` left out
/// err:  as read_reviews
Result<std::vector<UnixSeconds>> read_events(const std::string& path, UnixSeconds until);

}  // namespace levee::feed
