#include "levee/report/text.h"

#include <algorithm>
#include <array>

namespace levee::report {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Letter {
  char32_t code = 0;
  std::size_t bytes = 1;
};

struct Span {
  char32_t first, last;
};

template <std::size_t count>
bool within(char32_t code, const std::array<Span, count>& spans) {
  return std::any_of(spans.begin(), spans.end(),
                     [&](const Span& s) { return s.first <= code && code <= s.last; });
}

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The first letter of non-empty text; a broken or overlong sequence is one replaced byte.
Letter first_letter(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {replacement, 1};
  char32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text[i])) return {replacement, 1};
    code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = 0xD800 <= code && code <= 0xDFFF;
  if (code < smallest.at(bytes) || code > 0x10FFFF || surrogate) return {replacement, 1};
  return {code, bytes};
}

bool is_control(char32_t code) { return code < 0x20 || (0x7F <= code && code < 0xA0); }

// Zero-width, direction and tag characters: they make text look like other text.
bool deceives(char32_t code) {
  constexpr std::array<Span, 8> spans{{{0xAD, 0xAD},
                                       {0x61C, 0x61C},
                                       {0x200B, 0x200F},
                                       {0x2028, 0x202E},
                                       {0x2060, 0x206F},
                                       {0xFEFF, 0xFEFF},
                                       {0xFFFE, 0xFFFF},
                                       {0xE0000, 0xE0FFF}}};
  return within(code, spans);
}

std::size_t width_of(char32_t code) {
  constexpr std::array<Span, 5> combining{
      {{0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE2F}}};
  constexpr std::array<Span, 8> wide{{{0x1100, 0x115F},
                                      {0x2E80, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};
  if (within(code, combining)) return 0;
  return within(code, wide) ? 2 : 1;
}

// Bytes of the longest start of `text` that takes at most `columns` columns.
std::size_t bytes_within(std::string_view text, std::size_t columns) {
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const Letter letter = first_letter(text.substr(at));
    used += width_of(letter.code);
    if (used > columns) break;
    at += letter.bytes;
  }
  return at;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Letter letter = first_letter(text);
    if (is_control(letter.code)) {
      out += ' ';
    } else if (letter.code == replacement || deceives(letter.code)) {
      out += "\uFFFD";
    } else {
      out += text.substr(0, letter.bytes);
    }
    text.remove_prefix(letter.bytes);
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Letter letter = first_letter(text);
    columns += width_of(letter.code);
    text.remove_prefix(letter.bytes);
  }
  return columns;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  return std::string(text.substr(0, bytes_within(text, columns - 1))) + "…";
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 2);  // the widest letter
  std::vector<std::string> lines;
  while (columns_of(text) > columns) {
    std::size_t cut = bytes_within(text, columns);
    std::size_t next = cut;
    if (const auto space = text.rfind(' ', cut); space != std::string_view::npos && space > 0) {
      cut = space;
      next = space + 1;
    }
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(next);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

}  // namespace levee::report
