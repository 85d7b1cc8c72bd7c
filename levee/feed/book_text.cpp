#include "levee/feed/book_text.h"

#include "levee/base/json.h"
#include "levee/feed/shown.h"

#include <fmt/core.h>

namespace levee::feed {
namespace {

std::string comment(const std::string& remark) { return "# " + on_one_line(remark) + "\n"; }

std::string_view truth_text(bool value) { return value ? "true" : "false"; }

constexpr std::int32_t outermost_tick = 887272;

// Every tick a pool of this spacing has: prices from nothing to beyond all measure.
bool is_full(const BookPosition& position) {
  const std::int32_t edge = outermost_tick / position.spacing.value() * position.spacing.value();
  return position.lower.value() <= -edge && position.upper.value() >= edge;
}

std::string range_text(const BookPosition& position) {
  if (is_full(position)) {
    return fmt::format("full_range = true  # ticks {} to {}\n", position.lower.value(),
                       position.upper.value());
  }
  return fmt::format("tick_lower = {}\ntick_upper = {}\ntick_spacing = {}\nbase_is_token0 = {}\n",
                     position.lower.value(), position.upper.value(), position.spacing.value(),
                     truth_text(position.quoting.base_is_token0));
}

std::string position_text(const BookPosition& position, const std::optional<BookEntry>& entry) {
  std::string text = "\n[[position]]\n";
  for (const std::string& remark : position.remarks) text += comment(remark);
  text += fmt::format("name = {}\n", quoted(on_one_line(position.name)));
  text += fmt::format("protocol = {}\n", quoted(on_one_line(position.protocol)));
  text += range_text(position);
  text += fmt::format("base_decimals = {}\n", position.quoting.base_decimals);
  text += fmt::format("quote_decimals = {}\n", position.quoting.quote_decimals);
  text += fmt::format("liquidity = {}\n", quoted(decimal_text(U256{position.liquidity})));
  if (entry) {
    text += fmt::format("entry_price_usd = {}\n", number_text(entry->price.value()));
    text += fmt::format("entry_time = {}\n", text_of(entry->at));
  } else {
    text += "entry = \"market\"\n";
  }
  return text;
}

}  // namespace

std::string book_text(const BookOut& book) {
  std::string text;
  for (const std::string& remark : book.remarks) text += comment(remark);
  text += fmt::format("\n[book]\nbase = {}\nquote = {}\n", quoted(on_one_line(book.base)),
                      quoted(on_one_line(book.quote)));
  text += "idle_cash_usd = 0  # what may pay premiums and margins: with none, nothing is hedged\n";
  for (const BookPosition& position : book.positions) text += position_text(position, book.entry);
  return text;
}

}  // namespace levee::feed
