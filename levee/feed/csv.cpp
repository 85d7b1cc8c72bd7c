#include "levee/feed/csv.h"

#include "levee/feed/shown.h"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::feed {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<Csv::Row> rows_in(std::string_view text) {
  std::vector<Csv::Row> rows;
  int line = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    ++line;
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view row = text.substr(begin, end - begin);
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.find_first_not_of(" \t") != std::string_view::npos) {
      rows.push_back({.begin = begin, .size = row.size(), .line = line});
    }
    begin = end + 1;
  }
  return rows;
}

}  // namespace

Result<Csv> Csv::from(TextFile file) {
  Csv csv;
  csv.file_ = std::move(file);
  csv.rows_ = rows_in(csv.file_.text);
  if (csv.rows_.empty()) {
    return fail(Reason::missing_data, fmt::format("{}: file is blank", csv.path()));
  }
  const Row first = csv.rows_.front();
  csv.header_line_ = first.line;
  RowReader reader(csv);
  reader.load_front(first, first.size + 1);
  if (reader.fault()) return *reader.fault();
  for (std::size_t i = 0; i < reader.width(); ++i) {
    std::string name(reader.text({.index = i, .name = {}, .measure = {}}));
    if (name.empty() || csv.find(name)) {
      return fail(Reason::bad_input,
                  fmt::format("{}:{}: column {} of the header is {} (the first row names the "
                              "columns, each once)",
                              csv.path(), first.line, i + 1,
                              name.empty() ? "empty" : shown(name) + " again"));
    }
    csv.header_.push_back(std::move(name));
  }
  csv.rows_.erase(csv.rows_.begin());
  if (csv.rows_.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}:{}: a header and no rows", csv.path(), first.line));
  }
  return csv;
}

std::optional<Column> Csv::find(std::string_view name, const Measure& measure) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return Column{.index = static_cast<std::size_t>(found - header_.begin()),
                .name = *found,
                .measure = measure};
}

Column Csv::need(std::string_view name, const Measure& measure) {
  return need_either(name, name, measure);
}

Column Csv::need_either(std::string_view name, std::string_view other, const Measure& measure) {
  if (const auto found = find(name, measure)) return *found;
  if (const auto found = find(other, measure)) return *found;
  if (!fault_) {
    const std::string either = name == other ? "" : fmt::format(" or {}", other);
    const std::string unit = measure.unit.empty() ? "" : fmt::format("{}; ", measure.unit);
    fault_ = fail(Reason::bad_input,
                  fmt::format("{}: no column {}{} ({}the header names {})", header_place(), name,
                              either, unit, fmt::join(header_, ", ")));
  }
  return {};
}

void RowReader::load(const Csv::Row& row) {
  load_front(row, row.size + 1);
  if (!fault_ && width() != csv_->header().size()) {
    refuse(Reason::bad_input, fmt::format("{} cells where the header names {} columns", width(),
                                          csv_->header().size()));
  }
}

void RowReader::load_front(const Csv::Row& row, std::size_t count) {
  line_ = row.line;
  fault_.reset();
  cells_.clear();
  std::string_view rest = csv_->text_of(row);
  if (rest.find('"') != std::string_view::npos) {
    split_quoted(rest, count);
  } else {
    while (cells_.size() < count) {
      const std::size_t comma = rest.find(',');
      cells_.push_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
}

void RowReader::split_quoted(std::string_view row, std::size_t count) {
  unquoted_.clear();
  std::size_t at = 0;
  while (cells_.size() < count) {
    if (at < row.size() && row[at] == '"') {
      std::string& cell = unquoted_.emplace_back();
      for (++at;; ++at) {
        if (at >= row.size()) {
          return refuse(Reason::bad_input, fmt::format("cell {} opens a quote that is not closed "
                                                       "on its line",
                                                       cells_.size() + 1));
        }
        if (row[at] == '"' && (at + 1 >= row.size() || row[at + 1] != '"')) break;
        if (row[at] == '"') ++at;
        cell += row[at];
      }
      ++at;
      if (at < row.size() && row[at] != ',') {
        return refuse(Reason::bad_input,
                      fmt::format("cell {} goes on after its closing quote", cells_.size() + 1));
      }
      cells_.push_back(cell);
    } else {
      const std::size_t comma = std::min(row.find(',', at), row.size());
      cells_.push_back(row.substr(at, comma - at));
      at = comma;
    }
    if (at >= row.size()) return;
    ++at;
  }
}

std::string_view RowReader::text(const Column& column) const {
  return column.index < cells_.size() ? trimmed(cells_[column.index]) : std::string_view{};
}

double RowReader::number(const Column& column) {
  if (fault_) return 0;
  const auto value = number_from(text(column), column.measure);
  if (value) return *value;
  refuse(value.error().reason, fmt::format("{} {}", column.name, value.error().message));
  return 0;
}

std::optional<double> RowReader::number_if(const std::optional<Column>& column) {
  if (!column || text(*column).empty()) return std::nullopt;
  return number(*column);
}

UnixSeconds RowReader::moment(const Column& column) {
  if (fault_) return {};
  const std::string_view cell = text(column);
  if (cell == last_moment_text_ && !cell.empty()) return last_moment_;
  const auto moment = moment_from(cell);
  if (!moment) {
    refuse(moment.error().reason, fmt::format("{} {}", column.name, moment.error().message));
    return {};
  }
  last_moment_text_ = cell;
  return last_moment_ = *moment;
}

void RowReader::refuse(Reason reason, const std::string& problem) {
  if (!fault_) fault_ = fail(reason, fmt::format("{}:{}: {}", csv_->path(), line_, problem));
}

}  // namespace levee::feed
