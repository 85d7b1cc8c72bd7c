// levee/report/protocol_tables.h — what can break under a book, as tables and sentences.
#pragma once
#include "levee/hedge/protocol_side.h"
#include "levee/report/table.h"

#include <string>
#include <vector>

namespace levee::report {

/// Tables of a plan's protocol side in the order in which they are read; none where nothing is
/// known to fail.
std::vector<Table> protocol_tables(const hedge::ProtocolSide& side);

/// What stands out, in a sentence or two; empty where nothing is known to fail.
std::string protocol_sentence(const hedge::ProtocolSide& side);

}  // namespace levee::report
