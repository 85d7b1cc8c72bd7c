// levee/report/table.h — a table before it has a face: the terminal and the page show the same one.
#pragma once
#include <string>
#include <vector>

namespace levee::report {

/// How a column is set: names and words to the left, figures to the right and never broken.
/// Where room is short, names are shortened and words run over several lines.
enum class Kind { name, figure, words };
enum class Place { everywhere, page_only };
enum class RowKind { entry, group, total };

struct Column {
  std::string title;
  Kind kind = Kind::figure;
  Place place = Place::everywhere;
};

/// One line; of a group, the first cell alone, as a heading of what follows.
struct Row {
  std::vector<std::string> cells;
  RowKind kind = RowKind::entry;
};

/// Cells are plain text as it came, also from strangers; faces make it safe.
struct Table {
  std::string title;
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::string note;  ///< Below it; may be empty.
};

}  // namespace levee::report
