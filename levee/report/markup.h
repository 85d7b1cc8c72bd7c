// levee/report/markup.h — HTML that cannot be broken by what people call their things.
#pragma once
#include "levee/report/table.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace levee::report {

/// HTML whose every text was escaped on the way in; plain strings do not convert to it.
class Markup {
 public:
  Markup() = default;
  /// Text as a reader shall see it: printable, with < > & and quotes escaped.
  explicit Markup(std::string_view plain_text);
  /// HTML written in levee's own sources. Never for anything read from a file.
  static Markup written(std::string_view html);

  Markup& operator+=(const Markup& more) {
    html_ += more.html_;
    return *this;
  }
  friend Markup operator+(Markup first, const Markup& second) { return first += second; }

  bool empty() const { return html_.empty(); }
  const std::string& html() const { return html_; }

 private:
  std::string html_;
};

/// Names are levee's own; values are escaped.
using Attributes = std::vector<std::pair<std::string_view, std::string>>;

/// <tag name="value">inside</tag>
Markup element(std::string_view tag, const Attributes& attributes, const Markup& inside);
Markup element(std::string_view tag, const Markup& inside);
Markup element(std::string_view tag, const Attributes& attributes, std::string_view plain_text);
Markup element(std::string_view tag, std::string_view plain_text);
/// A tag that holds nothing: <tag name="value"/>
Markup lone(std::string_view tag, const Attributes& attributes);

/// The table as HTML with row and column headers, scrolling by itself where it is too wide.
Markup markup_of(const Table& table);

}  // namespace levee::report
