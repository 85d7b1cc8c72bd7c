// levee/report/position_tables.h — what a position is worth, risks and earns, as tables.
#pragma once
#include "levee/hedge/plan.h"
#include "levee/report/table.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::report {

/// One position, or all together: figure and meaning, line by line.
Table position_table(const book::PositionReport& position, const hedge::MarketTold& market);

/// All positions side by side; worth showing for two or more.
Table positions_table(const std::vector<book::PositionReport>& positions);

/// "$355 ± 31", "$355" without an error, "unknown".
std::string fees_text(const std::optional<double>& fees, const std::optional<double>& error);

}  // namespace levee::report
