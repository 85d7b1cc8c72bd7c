// levee/feed/closed_positions.h — a record of closed liquidity positions, a row an action.
#pragma once
#include "levee/base/result.h"
#include "levee/book/closed_audit.h"

#include <string>
#include <vector>

namespace levee::feed {

/// Rows of a closed-positions file in file order; token0 is its `token`, token1 its `weth`.
///
/// err: as read_text(); bad_input for a missing column, a cell that is not what its column holds,
///      or an action other than Open, IncreaseLiquidity and DecreaseLiquidity; each names the line
Result<std::vector<book::ClosedRow>> read_closed_positions(const std::string& path);

}  // namespace levee::feed
