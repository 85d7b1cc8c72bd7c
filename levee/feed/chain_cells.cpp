#include "levee/feed/chain_cells.h"

#include "levee/amm/tick_math.h"
#include "levee/feed/shown.h"

#include <fmt/core.h>

namespace levee::feed {

U256 ChainCells::whole(const Column& column, unsigned bits) {
  const auto value = u256_from(row_->text(column));
  if (value && value->fits(bits)) return *value;
  refuse(column, fmt::format("is not a whole number below 2^{}", bits));
  return {};
}

I256 ChainCells::signed_whole(const Column& column) {
  const auto value = i256_from(row_->text(column));
  if (value) return *value;
  refuse(column, "is not a whole number");
  return {};
}

std::int32_t ChainCells::tick(const Column& column) {
  std::string_view text = row_->text(column);
  if (text.ends_with(".0")) text.remove_suffix(2);
  const auto value = i256_from(text);
  const std::int32_t most = amm::tick_max.value();
  if (!value || *value > I256{most} || *value < I256{-most}) {
    refuse(column, "is not a tick");
    return 0;
  }
  const auto size = static_cast<std::int32_t>(value->magnitude().low64());
  return value->is_negative() ? -size : size;
}

Address ChainCells::address(const Column& column) {
  const auto value = address_from(row_->text(column));
  if (value) return *value;
  refuse(column, "is not an address");
  return {};
}

void ChainCells::refuse(const Column& column, std::string_view problem) {
  row_->refuse(Reason::bad_input,
               fmt::format("{} {} {}", column.name, shown(row_->text(column)), problem));
}

}  // namespace levee::feed
