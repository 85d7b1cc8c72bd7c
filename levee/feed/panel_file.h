// levee/feed/panel_file.h — a number of each of many tokens, day by day.
#pragma once
#include "levee/base/result.h"
#include "levee/feed/number.h"
#include "levee/signal/signal.h"

#include <string>

namespace levee::feed {

/// What a panel's cells are.
struct PanelAsk {
  UnixSeconds at;                ///< Days not over by then are passed over unread.
  std::string_view column;       ///< Of a long file: "close_usd".
  Measure measure;               ///< Sign::positive: an empty cell or a zero is none.
  std::string_view per_price{};  ///< Of a long file without `column`: this over `close_usd`.
};

/// Reads either shape. Wide: `date_utc`, then a column a token. Long: `symbol`, `date_utc` and the
/// asked column, in any order of rows. Several files, given with commas between, follow each other;
/// where they overlap the later one is right.
///
/// out:  a day is known when it is over; what every symbol of a wide file ends in (USDT, -USD) is
///       cut off
/// err:  bad_input with file and line for a cell that is no such number, a day or a symbol that
///       stands twice; missing_data if no day is over at ask.at; and as read_text says
Result<signal::Panel> read_panel(const std::string& paths, const PanelAsk& ask);

}  // namespace levee::feed
