// levee/feed/book_file.h — a book and its policy from TOML.
#pragma once
#include "levee/book/holding.h"
#include "levee/hedge/policy.h"

#include <string>

namespace levee::feed {

/// What a book file says.
struct BookFile {
  book::Draft draft;
  hedge::Policy policy;
};

/// Reads a book file; the format is docs/book-format.md.
///
/// err:  bad_input with file, line, field and unit for unknown or missing keys, wrong types,
///       numbers out of range, NaN, text that is not UTF-8; unreachable if it cannot be opened
Result<BookFile> read_book(const std::string& path);

}  // namespace levee::feed
