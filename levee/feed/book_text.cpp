#include "levee/feed/book_text.h"

#include "levee/base/json.h"
#include "levee/feed/shown.h"

#include <fmt/core.h>

namespace levee::feed {
namespace {

// The largest comment line that stays readable; a remark is the caller's, its length is not.
std::string comment(const std::string& remark) { return "# " + on_one_line(remark) + "\n"; }

std::string_view truth_text(bool value) { return value ? "true" : "false"; }

std::string position_text(const BookPosition& position, const std::optional<BookEntry>& entry) {
  std::string text = "\n[[position]]\n";
  for (const std::string& remark : position.remarks) text += comment(remark);
  text += fmt::format("name = {}\n", quoted(position.name));
  text += fmt::format("protocol = {}\n", quoted(position.protocol));
  text += fmt::format("tick_lower = {}\n", position.lower.value());
  text += fmt::format("tick_upper = {}\n", position.upper.value());
  text += fmt::format("tick_spacing = {}\n", position.spacing.value());
  text += fmt::format("base_decimals = {}\n", position.quoting.base_decimals);
  text += fmt::format("quote_decimals = {}\n", position.quoting.quote_decimals);
  text += fmt::format("base_is_token0 = {}\n", truth_text(position.quoting.base_is_token0));
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
  text += fmt::format("\n[book]\nbase = {}\nquote = {}\n", quoted(book.base), quoted(book.quote));
  for (const BookPosition& position : book.positions) text += position_text(position, book.entry);
  return text;
}

}  // namespace levee::feed
