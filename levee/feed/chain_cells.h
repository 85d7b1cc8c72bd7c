// levee/feed/chain_cells.h — cells of a CSV row as the chain's own integers.
#pragma once
#include "levee/base/address.h"
#include "levee/base/i256.h"
#include "levee/base/u256.h"
#include "levee/feed/csv.h"

#include <cstdint>
#include <string_view>

namespace levee::feed {

/// Reads cells of the row its reader holds; what is wrong is kept there as the row's fault, and
/// 0 is given.
class ChainCells {
 public:
  /// in: row outlives it
  explicit ChainCells(RowReader& row) : row_(&row) {}

  /// A whole number in [0, 2^bits).
  U256 whole(const Column& column, unsigned bits);
  I256 signed_whole(const Column& column);
  /// A tick the contracts know. Tools that keep columns as doubles write 199045.0; so may a file.
  std::int32_t tick(const Column& column);
  Address address(const Column& column);

 private:
  void refuse(const Column& column, std::string_view problem);

  RowReader* row_;
};

}  // namespace levee::feed
