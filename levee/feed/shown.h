// levee/feed/shown.h — text of a file as messages may quote it.
#pragma once
#include <string>
#include <string_view>

namespace levee::feed {

/// Whether text holds a control character, which no name, number or moment does.
bool holds_control(std::string_view text);

/// Text on one line: every control character as a question mark.
std::string on_one_line(std::string_view text);

/// Text in quotes, on one line, cut after 40 characters.
///
/// in:   text UTF-8
std::string shown(std::string_view text);

}  // namespace levee::feed
