// levee/api/reading_files.h — what was read of a chain as files that plan-hedge takes.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/chain/reading.h"
#include "levee/feed/book_text.h"

#include <optional>
#include <string>

namespace levee::api {

/// Which positions a book is of, and when they were entered.
struct BookWish {
  std::string base;                      ///< "ETH"; empty: whatever all positions are of.
  std::optional<feed::BookEntry> entry;  ///< Empty: at market, now.
};

/// A book of the positions that can be in one: with liquidity, in pools of `base` and a dollar
/// token that levee's model values. What is left out stands in it as a remark.
///
/// err: missing_data if none can; bad_input for positions of several bases and no wish
Result<std::string> book_of(const chain::Reading& reading, const BookWish& wish);

/// The state of the only pool there is, with its ticks.
///
/// err: bad_input unless there is exactly one pool; not_supported for one the model does not value
Result<std::string> pool_of(const chain::Reading& reading);

}  // namespace levee::api
