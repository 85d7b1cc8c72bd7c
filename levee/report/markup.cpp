#include "levee/report/markup.h"

#include "levee/report/text.h"

#include <fmt/core.h>

namespace levee::report {
namespace {

// A number stays on one line with its percent sign and its error.
void keep_together(std::string& text, std::string_view words, std::string_view kept) {
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
    text.replace(at, words.size(), kept);
  }
}

std::string escaped(std::string_view text) {
  std::string out, shown = printable(text);
  keep_together(shown, " %", "\u00A0%");
  keep_together(shown, " ± ", "\u00A0±\u00A0");
  for (const char c : shown) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Markup opened(std::string_view tag, const Attributes& attributes, std::string_view end) {
  std::string html = fmt::format("<{}", tag);
  for (const auto& [name, value] : attributes) {
    html += fmt::format(" {}=\"{}\"", name, escaped(value));
  }
  return Markup::written(html.append(end));
}

std::string class_of(Kind kind) {
  switch (kind) {
    case Kind::figure:
      return "figure";
    case Kind::words:
      return "words";
    case Kind::name:
      break;
  }
  return "name";
}

Markup head_of(const Table& table) {
  Markup cells;
  bool titled = false;
  for (const Column& column : table.columns) {
    titled = titled || !column.title.empty();
    const Attributes attributes{{"scope", "col"}, {"class", class_of(column.kind)}};
    cells += column.title.empty() ? element("td", "") : element("th", attributes, column.title);
  }
  return titled ? element("thead", element("tr", cells)) : Markup();
}

Markup line_of(const Table& table, const Row& row) {
  if (row.kind == RowKind::group) {
    const Attributes across{{"scope", "rowgroup"},
                            {"colspan", std::to_string(table.columns.size())}};
    return element("tr", {{"class", "group"}}, element("th", across, row.cells.front()));
  }
  Markup cells;
  for (std::size_t c = 0; c < row.cells.size(); ++c) {
    const std::string kind = class_of(table.columns.at(c).kind);
    cells += c == 0 ? element("th", {{"scope", "row"}, {"class", kind}}, row.cells[c])
                    : element("td", {{"class", kind}}, row.cells[c]);
  }
  const Attributes look =
      row.kind == RowKind::total ? Attributes{{"class", "total"}} : Attributes{};
  return element("tr", look, cells);
}

// A group heads its own body, so that its header belongs to the rows below it.
Markup bodies_of(const Table& table) {
  Markup bodies, lines;
  for (const Row& row : table.rows) {
    if (row.kind == RowKind::group && !lines.empty()) {
      bodies += element("tbody", lines);
      lines = {};
    }
    lines += line_of(table, row);
  }
  return lines.empty() ? bodies : bodies + element("tbody", lines);
}

// How page.css sets it: on a phone, words of a table of facts go below its figures.
std::string look_of(const Table& table) {
  const std::size_t columns = table.columns.size();
  if (columns > 8) return "dense";
  return columns <= 4 && table.columns.back().kind == Kind::words ? "facts" : "plain";
}

}  // namespace

Markup::Markup(std::string_view plain_text) : html_(escaped(plain_text)) {}

Markup Markup::written(std::string_view html) {
  Markup markup;
  markup.html_ = html;
  return markup;
}

Markup element(std::string_view tag, const Attributes& attributes, const Markup& inside) {
  return opened(tag, attributes, ">") + inside + Markup::written(fmt::format("</{}>\n", tag));
}

Markup element(std::string_view tag, const Markup& inside) { return element(tag, {}, inside); }

Markup element(std::string_view tag, const Attributes& attributes, std::string_view plain_text) {
  return element(tag, attributes, Markup(plain_text));
}

Markup element(std::string_view tag, std::string_view plain_text) {
  return element(tag, {}, Markup(plain_text));
}

Markup lone(std::string_view tag, const Attributes& attributes) {
  return opened(tag, attributes, "/>\n");
}

Markup markup_of(const Table& table) {
  Markup markup;
  if (!table.columns.empty()) {
    const std::string caption = table.title.empty() ? "Key figures" : table.title;
    const Markup inside = element("caption", caption) + head_of(table) + bodies_of(table);
    const Attributes look{{"class", look_of(table)}};
    const Attributes scrolls{
        {"class", "scroll"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", caption}};
    markup += element("div", scrolls, element("table", look, inside));
  }
  if (!table.note.empty()) markup += element("p", {{"class", "note"}}, table.note);
  return markup;
}

}  // namespace levee::report
