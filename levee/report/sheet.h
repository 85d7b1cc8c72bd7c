// levee/report/sheet.h — lines for a terminal: headings, paragraphs and tables in 100 columns.
#pragma once
#include "levee/report/table.h"
#include "levee/report/terminal.h"

#include <string>
#include <string_view>

namespace levee::report {

enum class Ink { plain, bold, dim, notice };

/// Text for a terminal as it grows downwards. Every text is made printable on the way in, so the
/// only escape sequences are the sheet's own, and only with Colour::on.
class Sheet {
 public:
  static constexpr std::size_t width = 100;

  /// How wide a table's columns are, and how far apart.
  struct Layout {
    std::vector<std::size_t> widths;
    std::size_t gap = 2;
  };

  explicit Sheet(Colour colour) : colour_(colour) {}

  /// An empty line and a title.
  void heading(std::string_view title);

  /// Wrapped text, every line indented by `set_in` columns.
  void paragraph(std::string_view text, Ink ink = Ink::plain, std::size_t set_in = 0);

  /// One point of a list.
  void point(std::string_view text);

  /// The table with its title as heading; row by row under each other where it is too wide.
  void table(const Table& table);

  const std::string& text() const { return text_; }

 private:
  void line(std::string_view text, Ink ink);
  void side_by_side(const Table& table, const Layout& layout);
  void entry(const Table& table, const Row& row, const Layout& layout);
  void one_by_one(const Table& table);

  Colour colour_;
  std::string text_;
};

}  // namespace levee::report
