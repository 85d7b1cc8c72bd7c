#include "levee/chain/checkpoint.h"

#include "levee/base/json.h"
#include "levee/base/keccak.h"
#include "levee/chain/shapes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace levee::chain {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kind = "levee log scan 1";
constexpr std::size_t check_size = 66;  // 0x and 64 digits, then a blank and the content.

std::string system_words() { return std::generic_category().message(errno); }

Error unwritable(const std::string& path, std::string_view why) {
  return fail(Reason::unreachable, fmt::format("checkpoint {}: cannot be written ({})", path, why));
}
Error damaged(const std::string& path, std::string_view why) {
  return fail(Reason::corrupt,
              fmt::format("checkpoint {}: {} (delete it to scan from the start)", path, why));
}

// Writes to the disk itself, not to the system's memory of it.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : file_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}  // NOLINT(*-vararg): POSIX
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool write(std::string_view text) const {
    while (file_ >= 0 && !text.empty()) {
      const auto written = ::write(file_, text.data(), text.size());
      if (written < 0 && errno != EINTR) return false;
      if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    return sync();
  }
  bool sync() const { return file_ >= 0 && ::fsync(file_) == 0; }

 private:
  int file_;
};

std::string content_of(const Stretch& stretch) {
  std::string logs;
  for (const Log& log : stretch.logs) logs += (logs.empty() ? "" : ",") + json_of(log);
  return fmt::format(R"({{"from":"{}","last":{},"logs":[{}]}})", hex_number(stretch.from),
                     json_of(stretch.last), logs);
}

Result<Stretch> stretch_in(std::string_view content, const LogAsk& ask) {
  const Json json = Json::parse(content, nullptr, false);
  if (!json.is_object() || !json.contains("from") || !json["from"].is_string() ||
      !json.contains("last") || !json.contains("logs")) {
    return fail(Reason::corrupt, "a line is no stretch of logs");
  }
  auto from = number_in_hex(json["from"].get_ref<const std::string&>());
  if (!from) return from.error();
  auto last = block_in(json["last"]);
  if (!last) return last.error();
  LogAsk part = ask;
  part.from = *from;
  part.to = last->number;
  auto logs = logs_in(json["logs"], part);
  if (!logs) return logs.error();
  return Stretch{.from = *from, .last = *last, .logs = *std::move(logs)};
}

std::string question_of(const LogAsk& ask, std::uint64_t chain) {
  LogAsk without_end = ask;
  without_end.to = ask.from;
  return fmt::format(R"({{"kind":{},"chain":"{}","ask":{}}})", quoted(kind), hex_number(chain),
                     request_of(without_end).params);
}

}  // namespace

Checkpoint::Checkpoint(std::string path, std::string question)
    : path_(std::move(path)), question_(std::move(question)) {}

// The line of a content after the last one, which it becomes.
std::string Checkpoint::line_of(std::string_view content) {
  check_ = text_of(keccak256(check_ + std::string(content)));
  return fmt::format("{} {}\n", check_, content);
}

Result<Checkpoint::Opened> Checkpoint::open(const std::string& path, const LogAsk& ask,
                                            std::uint64_t chain) {
  Opened opened{.checkpoint = {path, question_of(ask, chain)}, .stretches = {}};
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    if (auto written = opened.checkpoint.rewrite({}); !written) return written.error();
    return opened;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open() || std::filesystem::is_directory(path, ignored)) {
    return fail(Reason::unreachable, fmt::format("checkpoint {}: cannot be read", path));
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t whole = text.rfind('\n') + 1;
  auto stretches = opened.checkpoint.read(std::string_view(text).substr(0, whole), ask);
  if (!stretches) return stretches.error();
  opened.stretches = *std::move(stretches);
  std::error_code failed;
  if (whole < text.size()) std::filesystem::resize_file(path, whole, failed);
  if (failed) return unwritable(path, failed.message());
  return opened;
}

Result<std::vector<Stretch>> Checkpoint::read(std::string_view text, const LogAsk& ask) {
  if (text.size() <= check_size || text.substr(check_size + 1, 8) != R"({"kind":)") {
    return fail(Reason::bad_input,
                fmt::format("checkpoint {}: is another kind of file (name a new one)", path_));
  }
  std::vector<Stretch> stretches;
  for (bool first = true; !text.empty(); first = false) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (line.size() <= check_size) return damaged(path_, "a line is cut short");
    const std::string_view content = line.substr(check_size + 1);
    if (line_of(content) != std::string(line) + "\n") {
      return damaged(path_, "a line is not what was written");
    }
    if (first) {
      if (content == question_) continue;
      return fail(Reason::bad_input,
                  fmt::format("checkpoint {}: is of another question (its chain, contracts, topics "
                              "or first block differ; name a new file)",
                              path_));
    }
    auto stretch = stretch_in(content, ask);
    if (!stretch) return damaged(path_, stretch.error().message);
    const std::uint64_t due = stretches.empty() ? ask.from : stretches.back().last.number + 1;
    if (stretch->from != due || stretch->last.number < due) {
      return damaged(path_, "blocks are missing");
    }
    stretches.push_back(*std::move(stretch));
  }
  return stretches;
}

Result<Done> Checkpoint::append(const Stretch& stretch) {
  const Descriptor file(path_, O_WRONLY | O_APPEND);
  if (!file.write(line_of(content_of(stretch)))) return unwritable(path_, system_words());
  return Done{};
}

// The new file takes the place of the old one at once, or not at all.
Result<Done> Checkpoint::rewrite(std::span<const Stretch> stretches) {
  check_.clear();
  std::string text = line_of(question_);
  for (const Stretch& stretch : stretches) text += line_of(content_of(stretch));
  const std::string beside = path_ + ".part";
  if (!Descriptor(beside, O_WRONLY | O_CREAT | O_TRUNC).write(text)) {
    return unwritable(path_, system_words());
  }
  std::error_code failed;
  std::filesystem::rename(beside, path_, failed);
  if (failed) return unwritable(path_, failed.message());
  const auto folder = std::filesystem::absolute(path_, failed).parent_path();
  if (!Descriptor(folder.string(), O_RDONLY | O_DIRECTORY).sync()) {
    return unwritable(path_, system_words());
  }
  return Done{};
}

}  // namespace levee::chain
