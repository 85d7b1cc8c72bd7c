#include "levee/feed/shown.h"

#include <algorithm>

namespace levee::feed {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

bool holds_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), is_control, '?');
  return line;
}

std::string shown(std::string_view text) {
  constexpr std::size_t most = 40;
  std::size_t end = text.size();
  if (end > most) {
    end = most;
    // A cut inside a UTF-8 sequence would make the message itself unreadable.
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  }
  return '"' + on_one_line(text.substr(0, end)) + (end < text.size() ? "...\"" : "\"");
}

}  // namespace levee::feed
