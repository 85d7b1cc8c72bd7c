// levee/vectors/kind.h — recorded answers of real contracts, and who judges them.
//
// `vectors` answers: does levee compute what the contracts computed? Main types: VectorFile, Trial,
// Entry. It never repairs or skips: a line nobody can judge is an error, not a pass.
#pragma once
#include "levee/base/result.h"
#include "levee/feed/text_file.h"

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::vectors {

/// A file of cases: one JSON object a line (or one whole document), plain or gzip.
struct VectorFile {
  std::string path;
  std::string text;
  std::vector<std::string_view> lines;  ///< Of the text, empty ones at its end left out.
};

/// What came of judging one file.
struct Verdict {
  std::string path;
  std::string judge;           ///< Name of the Entry that judged it.
  std::size_t cases = 0;       ///< Operations, calls and views that were computed and compared.
  std::size_t mismatches = 0;  ///< Cases in which at least one thing differed.
  std::string first;           ///< The first mismatch in full; empty if none.
};

/// Counts cases and keeps the first that differs, with all its differences.
class Trial {
 public:
  /// A new case begins; `text` is shown if it is the first that differs. `cases` is how many it
  /// counts for: 0 for a header or a last state, which are held against the model all the same.
  void begin(std::size_t line, std::string_view text, std::size_t cases = 1);
  /// One thing of the present case: what it is, what levee got, what was recorded.
  void expect(std::string_view what, std::string_view got, std::string_view recorded);
  /// Two truths. (A template, or a pointer to letters would be taken for a truth.)
  template <std::same_as<bool> Truth>
  void expect(std::string_view what, Truth got, Truth recorded) {
    const auto told = [](bool truth) -> std::string_view { return truth ? "true" : "false"; };
    expect(what, told(got), told(recorded));
  }
  std::size_t cases() const { return cases_; }
  std::size_t mismatches() const { return mismatches_; }
  const std::string& first() const { return first_; }

 private:
  std::size_t cases_ = 0, mismatches_ = 0, line_ = 0;
  std::string text_, first_;
  bool differs_ = false, is_first_ = false;
};

/// One judge on the shelf.
struct Entry {
  std::string_view name;
  std::string_view about;
  /// Whether a file that opens with this line is this judge's. A document over many lines shows
  /// its first 4,096 bytes instead.
  bool (*knows)(std::string_view first_line);
  /// err: corrupt or bad_input with path and line for what cannot be read as this schema
  Result<Done> (*judge)(const VectorFile& file, Trial& trial);
};

/// Every judge, in name order.
std::span<const Entry> shelf();

/// Finds a text's judge and has it judged.
///
/// err: not_supported if no judge knows it; corrupt with path and line for what cannot be read as
///      its judge's schema, or holds no case
Result<Verdict> verdict_of(feed::TextFile read);

/// The same for a file. err: as verdict_of and feed::read_text
Result<Verdict> verdict_on(const std::string& path);

}  // namespace levee::vectors
