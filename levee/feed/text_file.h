// levee/feed/text_file.h — a whole text file, plain or gzip, checked before anyone parses it.
#pragma once
#include "levee/base/result.h"

#include <cstddef>
#include <string>

namespace levee::feed {

/// A file's text: UTF-8 without a byte order mark, no control characters but tabs and line ends
/// (LF or CR LF), every line within its limit.
struct TextFile {
  std::string path;  ///< As the user gave it: every message begins with it.
  std::string text;
};

/// How much text is taken in before a file is refused.
struct TextLimits {
  std::size_t file_bytes = std::size_t{512} << 20;  ///< Inflated.
  std::size_t line_bytes = std::size_t{64} << 10;
};

/// Reads a file; gzip is known by its first two bytes and inflated as it is read, so that neither
/// an endless line nor a compressed bomb is ever held whole.
///
/// err:  unreachable if it cannot be opened or read; bad_input for no name, a folder, a limit,
///       text that is not UTF-8 or holds control characters; missing_data if it is empty; corrupt
///       for a truncated or damaged .gz
Result<TextFile> read_text(const std::string& path, const TextLimits& limits = {});

}  // namespace levee::feed
