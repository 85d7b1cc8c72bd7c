// levee/report/text.h — names and sentences made safe to show, measured and wrapped.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace levee::report {

/// Valid UTF-8 on one line. Names come from files of strangers: control characters become spaces;
/// broken bytes and what reorders or hides text become U+FFFD.
std::string printable(std::string_view text);

/// Columns of a terminal that printable text takes: wide characters two, combining ones none.
std::size_t columns_of(std::string_view text);

/// At most `columns` columns of printable text, the cut marked by an ellipsis.
std::string shortened(std::string_view text, std::size_t columns);

/// Printable text as lines of at most `columns` columns, broken at spaces; a word longer than a
/// line is cut into pieces. At least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace levee::report
