// tests/report/tags.h — is a piece of HTML well formed, and what does its text say?
#pragma once
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace levee::test {

/// Empty if every tag that opens is closed in order, every attribute is quoted and no text holds
/// a bare < or > or &; else what is wrong. Scripts and styles are skipped to their end.
inline std::string tag_fault(std::string_view html) {
  const auto ends_with_slash = [](std::string_view tag) { return tag.ends_with('/'); };
  std::vector<std::string> open;
  std::size_t at = 0;
  while (at < html.size()) {
    const std::size_t start = html.find('<', at);
    const std::string_view text = html.substr(at, start - at);
    if (text.find('>') != std::string_view::npos) return "a bare > in: " + std::string(text);
    for (std::size_t amp = text.find('&'); amp != text.npos; amp = text.find('&', amp + 1)) {
      const std::size_t end = text.find(';', amp);
      if (end == text.npos || end - amp > 6) return "a bare & in: " + std::string(text);
    }
    if (start == std::string_view::npos) break;
    const std::size_t end = html.find('>', start);
    if (end == std::string_view::npos) return "a tag that does not end";
    const std::string_view tag = html.substr(start + 1, end - start - 1);
    at = end + 1;
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0)
      return "an open quote in " + std::string(tag);
    if (tag.find('<') != tag.npos) return "a < inside a tag: " + std::string(tag);
    if (tag.starts_with('!') || ends_with_slash(tag)) continue;
    const std::string name(
        tag.substr(tag.starts_with('/'), tag.find_first_of(" \n") - tag.starts_with('/')));
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != name) return "</" + name + "> closes nothing";
      open.pop_back();
      continue;
    }
    open.push_back(name);
    if (name == "script" || name == "style") at = html.find("</" + name, at);
    if (at == std::string_view::npos) return name + " does not end";
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

/// Non-breaking spaces as plain ones, so that tests can say what people read.
inline std::string plain_spaces(std::string text) {
  constexpr std::string_view kept = "\u00A0";
  for (auto at = text.find(kept); at != std::string::npos; at = text.find(kept, at)) {
    text.replace(at, kept.size(), 1, ' ');
  }
  return text;
}

/// Whether text says a number that is none, as a word of its own.
inline bool says_nan_or_inf(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto is_letter = [&](std::size_t i) {
    return i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])) != 0;
  };
  for (const std::string_view word : std::array<std::string_view, 3>{"nan", "inf", "infinity"}) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
      if (!is_letter(at - 1) && !is_letter(at + word.size())) return true;
    }
  }
  return false;
}

inline std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace levee::test
