// levee/feed/chain_row.h — one quoted option of a chain file, checked against itself.
#pragma once
#include "levee/feed/csv.h"
#include "levee/option/contract.h"

#include <optional>
#include <string>

namespace levee::feed {

/// Where a chain file keeps what; the recorded variants differ in names and extras.
struct ChainColumns {
  Column at, currency, instrument, expiry, strike, type, bid, ask, mark, open_interest;
  std::optional<Column> mark_vol, future, index;
};

/// err: bad_input naming the first column that is absent
Result<ChainColumns> chain_columns(Csv& csv);

/// A row as the file has it: prices in coins per contract, nothing filled in.
struct ChainRow {
  int line = 0;
  UnixSeconds at;
  std::string instrument;
  option::Contract contract;
  std::optional<double> bid, ask;  ///< Absent where the cell is empty or 0: nobody quotes.
  double mark = 0;
  std::optional<double> mark_vol, future, index;
  double open_interest = 0;
};

/// Reads the row `reader` has loaded.
///
/// err:  bad_input for a cell that is no such number, bid above ask, a name that disagrees with
///       its columns, an option that had expired when it was quoted
Result<ChainRow> chain_row(RowReader& reader, const ChainColumns& columns);

}  // namespace levee::feed
