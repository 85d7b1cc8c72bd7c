// levee/feed/book_text.h — a book written down as read_book reads it.
#pragma once
#include "levee/amm/exposure.h"
#include "levee/base/time.h"
#include "levee/base/u256.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::feed {

/// A position in a pool's own numbers.
struct BookPosition {
  std::string name;
  std::string protocol;
  Tick lower, upper;
  TickSpacing spacing{1};
  amm::Quoting quoting;
  u128 liquidity = 0;                ///< > 0
  std::vector<std::string> remarks;  ///< Comment lines above it.
};

/// When and at what price positions were entered. Nothing of both: at market, now.
struct BookEntry {
  Price price;
  UnixSeconds at;
};

/// What is to be written. Texts may hold anything: what TOML or a line cannot take is escaped.
struct BookOut {
  std::string base, quote;
  std::vector<std::string> remarks;  ///< Comment lines on top.
  std::vector<BookPosition> positions;
  std::optional<BookEntry> entry;
};

/// A book file, docs/book-format.md.
std::string book_text(const BookOut& book);

}  // namespace levee::feed
