#include "levee/vectors/kind.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

// A recorded exchange or a last state is one long line.
constexpr feed::TextLimits limits{.line_bytes = std::size_t{64} << 20};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  text = text.substr(0, text.find_last_not_of("\r\n") + 1);
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

// A line of its own opens a file of lines; a document over many lines opens with all it holds.
std::string_view opening_of(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  return line.starts_with("{") && line.ends_with("}") ? line : text.substr(0, 4096);
}

}  // namespace

void Trial::begin(std::size_t line, std::string_view text, std::size_t cases) {
  cases_ += cases;
  line_ = line;
  text_ = text;
  differs_ = is_first_ = false;
}

void Trial::expect(std::string_view what, std::string_view got, std::string_view recorded) {
  if (got == recorded) return;
  if (!differs_) {
    ++mismatches_;
    is_first_ = first_.empty();
    if (is_first_) first_ = fmt::format("line {}: {}", line_, text_);
  }
  differs_ = true;
  if (is_first_) first_ += fmt::format("\n  {}: levee {}, recorded {}", what, got, recorded);
}

Result<Verdict> verdict_of(feed::TextFile read) {
  VectorFile file{std::move(read.path), std::move(read.text), {}};
  file.lines = lines_of(file.text);
  const std::string_view opening = opening_of(file.text);
  for (const Entry& entry : shelf()) {
    if (!entry.knows(opening)) continue;
    Trial trial;
    if (const auto judged = entry.judge(file, trial); !judged) return judged.error();
    if (trial.cases() == 0) return fail(Reason::corrupt, file.path + ": holds no case");
    return Verdict{file.path, std::string(entry.name), trial.cases(), trial.mismatches(),
                   trial.first()};
  }
  return fail(Reason::not_supported, fmt::format("{}: no judge knows this file (it opens with {})",
                                                 file.path, opening.substr(0, 60)));
}

Result<Verdict> verdict_on(const std::string& path) {
  auto read = feed::read_text(path, limits);
  if (!read) return read.error();
  return verdict_of(*std::move(read));
}

}  // namespace levee::vectors
