// levee/feed/governance_file.h — proposals of a DAO and the votes of each day.
#pragma once
#include "levee/base/result.h"
#include "levee/signal/governance.h"

#include <string>
#include <string_view>
#include <vector>

namespace levee::feed {

/// Reads `created_utc`, `votes_for`, `votes_against`, `votes_abstain`; where there `protocol`,
/// `proposal_id`, `largest_vote`, `last_vote_utc`, `executed_utc`, `canceled_utc`, `counted_utc`,
/// `eligible`, `quorum`, `top10_share`, `emergency` (0 or 1). Without `counted_utc` votes count as
/// known when the proposal was executed, else ten days after the last of them (the longest vote of
/// the DAOs on record), so that no count is known too soon.
///
/// in:   protocol: rows of another are passed over; empty: the only one that the file has
/// out:  ascending by creation
/// err:  bad_input with file and line, also where a vote precedes its proposal or the largest vote
///       exceeds all; missing_data if no row is of the protocol; and as read_text says
Result<std::vector<signal::Proposal>> read_proposals(const std::string& path,
                                                     std::string_view protocol);

/// Reads `date_utc`, `voting_power`, `n_voters`; where there `protocol`. A day is known when it is
/// over.
///
/// in:   as read_proposals
/// out:  ascending
/// err:  as read_proposals; bad_input for a day that stands twice
Result<std::vector<signal::VoteDay>> read_vote_days(const std::string& path,
                                                    std::string_view protocol);

}  // namespace levee::feed
