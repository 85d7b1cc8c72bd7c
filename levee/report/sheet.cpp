#include "levee/report/sheet.h"

#include "levee/report/text.h"

#include <algorithm>
#include <numeric>

#include <fmt/core.h>

namespace levee::report {
namespace {

constexpr std::size_t indent = 2, name_least = 24, words_least = 22;

std::string spaces(std::size_t count) { return fmt::format("{:{}}", "", count); }

std::string padded(std::string_view text, std::size_t width, Kind kind) {
  const std::size_t used = std::min(columns_of(text), width);
  return kind == Kind::figure ? spaces(width - used) + std::string(text)
                              : std::string(text) + spaces(width - used);
}

// The table as a terminal shows it: page-only columns gone, every text printable.
Table for_terminal(const Table& table) {
  Table shown{printable(table.title), {}, {}, printable(table.note)};
  bool in_group = false;
  for (const Column& column : table.columns) {
    if (column.place == Place::everywhere) {
      shown.columns.push_back({printable(column.title), column.kind, column.place});
    }
  }
  for (const Row& row : table.rows) {
    Row kept{{}, row.kind};
    if (row.kind != RowKind::entry) in_group = row.kind == RowKind::group;
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      const bool heading = row.kind == RowKind::group;
      if (heading || table.columns.at(c).place == Place::everywhere) {
        const bool set_in = in_group && !heading && kept.cells.empty();
        kept.cells.push_back((set_in ? "  " : "") + printable(row.cells[c]));
      }
    }
    shown.rows.push_back(std::move(kept));
  }
  return shown;
}

std::size_t total_of(const Sheet::Layout& layout) {
  return indent + layout.gap * (layout.widths.size() - 1) +
         std::accumulate(layout.widths.begin(), layout.widths.end(), std::size_t{0});
}

// Takes from the columns of one kind, the widest first, until the table fits or they are at least.
void shrink(const Table& table, Kind kind, std::size_t least, Sheet::Layout& layout) {
  auto& widths = layout.widths;
  while (total_of(layout) > Sheet::width) {
    std::size_t widest = widths.size();
    for (std::size_t c = 0; c < widths.size(); ++c) {
      const bool may = table.columns[c].kind == kind && widths[c] > least;
      if (may && (widest == widths.size() || widths[c] > widths[widest])) widest = c;
    }
    if (widest == widths.size()) return;
    --widths[widest];
  }
}

// Columns that fit; still too wide where the figures alone are.
Sheet::Layout layout_of(const Table& table) {
  Sheet::Layout layout;
  auto& widths = layout.widths;
  for (const Column& column : table.columns) widths.push_back(columns_of(column.title));
  for (const Row& row : table.rows) {
    if (row.kind == RowKind::group) continue;
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      widths.at(c) = std::max(widths.at(c), columns_of(row.cells[c]));
    }
  }
  shrink(table, Kind::words, words_least, layout);
  shrink(table, Kind::name, name_least, layout);
  if (total_of(layout) > Sheet::width) layout.gap = 1;
  return layout;
}

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::bold:
      return "\x1b[1m";
    case Ink::dim:
      return "\x1b[2m";
    case Ink::notice:
      return "\x1b[1;33m";
    case Ink::plain:
      break;
  }
  return "";
}

}  // namespace

void Sheet::line(std::string_view text, Ink ink) {
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  if (colour_ == Colour::off || ink == Ink::plain || text.empty()) {
    text_ += fmt::format("{}\n", text);
  } else {
    text_ += fmt::format("{}{}\x1b[0m\n", code_of(ink), text);
  }
}

void Sheet::heading(std::string_view title) {
  line("", Ink::plain);
  for (const std::string& part : wrapped(printable(title), width)) line(part, Ink::bold);
}

void Sheet::paragraph(std::string_view text, Ink ink, std::size_t set_in) {
  for (const std::string& part : wrapped(printable(text), width - set_in)) {
    line(spaces(set_in) + part, ink);
  }
}

void Sheet::point(std::string_view text) {
  std::string lead = "  - ";
  for (const std::string& part : wrapped(printable(text), width - lead.size())) {
    line(lead + part, Ink::plain);
    lead = "    ";
  }
}

void Sheet::table(const Table& table) {
  const Table shown = for_terminal(table);
  if (!shown.title.empty()) heading(shown.title);
  if (!shown.columns.empty()) {
    const Layout layout = layout_of(shown);
    total_of(layout) <= width ? side_by_side(shown, layout) : one_by_one(shown);
  }
  if (!shown.note.empty()) paragraph(shown.note, Ink::dim, indent);
}

void Sheet::side_by_side(const Table& table, const Layout& layout) {
  const auto& [widths, gap] = layout;
  std::string titles = spaces(indent);
  for (std::size_t c = 0; c < widths.size(); ++c) {
    titles += padded(table.columns[c].title, widths[c], table.columns[c].kind) + spaces(gap);
  }
  if (titles.find_first_not_of(' ') != std::string::npos) line(titles, Ink::dim);
  for (const Row& row : table.rows) entry(table, row, layout);
}

void Sheet::entry(const Table& table, const Row& row, const Layout& layout) {
  const auto& [widths, gap] = layout;
  if (row.kind == RowKind::group) return paragraph(row.cells.front(), Ink::bold, indent);
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t c = 0; c < row.cells.size(); ++c) {
    const Kind kind = table.columns[c].kind;
    cells.push_back(kind == Kind::words ? wrapped(row.cells[c], std::max<std::size_t>(widths[c], 1))
                                        : std::vector{shortened(row.cells[c], widths[c])});
    height = std::max(height, cells.back().size());
  }
  for (std::size_t part = 0; part < height; ++part) {
    std::string told = spaces(indent);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string_view text = part < cells[c].size() ? cells[c][part] : std::string_view();
      told += padded(text, widths[c], table.columns[c].kind) + spaces(gap);
    }
    line(told, row.kind == RowKind::total ? Ink::bold : Ink::plain);
  }
}

void Sheet::one_by_one(const Table& table) {
  for (const Row& row : table.rows) {
    paragraph(row.cells.front(), Ink::bold, indent);
    for (std::size_t c = 1; c < row.cells.size(); ++c) {
      if (row.cells[c].empty()) continue;
      paragraph(fmt::format("{}: {}", table.columns[c].title, row.cells[c]), Ink::plain, 4);
    }
  }
}

}  // namespace levee::report
