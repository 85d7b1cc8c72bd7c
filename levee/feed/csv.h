// levee/feed/csv.h — rows and columns of a CSV file (RFC 4180), with typed cells.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/feed/number.h"
#include "levee/feed/text_file.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace levee::feed {

/// A column of a file and what its cells measure.
struct Column {
  std::size_t index = 0;
  std::string_view name;  ///< As the header spells it; lives as long as its Csv.
  Measure measure;
};

/// A CSV file: one header row, then data rows; blank lines and CRLF are taken in stride.
/// A quoted cell may hold commas and doubled quotes, but ends on its own line.
class Csv {
 public:
  /// One line that is not blank.
  struct Row {
    std::size_t begin = 0;
    std::size_t size = 0;
    int line = 0;
  };

  /// err: bad_input for a header with an empty or repeated name; missing_data without rows
  static Result<Csv> from(TextFile file);

  const std::string& path() const { return file_.path; }
  const std::vector<std::string>& header() const { return header_; }
  /// `path:line` of the header, for what is wrong with it.
  std::string header_place() const { return path() + ":" + std::to_string(header_line_); }
  const std::vector<Row>& rows() const { return rows_; }
  std::string_view text_of(const Row& row) const {
    return std::string_view(file_.text).substr(row.begin, row.size);
  }

  /// The column of that name, if the file has it.
  std::optional<Column> find(std::string_view name, const Measure& measure = {}) const;

  /// The column of that name; the first one absent is kept as fault().
  Column need(std::string_view name, const Measure& measure = {});
  /// Whichever of two spellings the file uses.
  Column need_either(std::string_view name, std::string_view other, const Measure& measure = {});

  const std::optional<Error>& fault() const { return fault_; }

 private:
  TextFile file_;
  std::vector<std::string> header_;
  int header_line_ = 1;
  std::vector<Row> rows_;
  std::optional<Error> fault_;
};

/// One row at a time, cell by cell. The first thing found wrong with a row is kept as fault();
/// what is read from then on is zero or empty and must not be used.
class RowReader {
 public:
  /// in: csv outlives the reader
  explicit RowReader(const Csv& csv) : csv_(&csv) {}

  /// Splits a row and holds its width to the header's.
  void load(const Csv::Row& row);
  /// Splits no more than the first `count` cells; a row may have fewer.
  void load_front(const Csv::Row& row, std::size_t count);

  std::size_t width() const { return cells_.size(); }

  /// A cell without the blanks around it, empty if the row is too short; valid until load().
  std::string_view text(const Column& column) const;
  double number(const Column& column);
  /// Nothing for an empty cell or a column the file does not have.
  std::optional<double> number_if(const std::optional<Column>& column);
  /// A bare date is its first second.
  UnixSeconds moment(const Column& column);

  int line() const { return line_; }
  /// Notes that the row is wrong: `path:line: problem`.
  void refuse(Reason reason, const std::string& problem);
  const std::optional<Error>& fault() const { return fault_; }

 private:
  void split_quoted(std::string_view row, std::size_t count);

  const Csv* csv_;
  int line_ = 0;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  // What quoted cells say; a deque keeps views on it valid.
  std::string last_moment_text_;      // Neighbouring rows mostly share their moment.
  UnixSeconds last_moment_;
  std::optional<Error> fault_;
};

}  // namespace levee::feed
