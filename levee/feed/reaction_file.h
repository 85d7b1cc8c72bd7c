// levee/feed/reaction_file.h — how markets moved when something broke, kept in a file.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/reaction.h"
#include "levee/risk/event_study.h"

#include <string>
#include <vector>

namespace levee::feed {

/// JSON, version 1.
std::string text_of(const hazard::Reaction& reaction);

/// err: bad_input, with what is wrong, for a file that is no such reaction or was changed by hand
///      so that it no longer fits together; and as read_text says
Result<hazard::Reaction> read_reaction(const std::string& path);

/// Recorded reactions of tokens, hourly: event, token, open_time_utc, close_usdt and the market's
/// own close beside it, eth_close_usdt. Rows of one event and token follow one another in time.
///
/// out:  closes count from the end of their hour, as in read_history; rows without a price of the
///       token or of ether are gaps
/// err:  bad_input with file and line for anything else; missing_data for an event of one row; and
///       as read_text says
Result<std::vector<risk::WatchedToken>> read_token_moves(const std::string& path);

}  // namespace levee::feed
