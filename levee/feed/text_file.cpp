#include "levee/feed/text_file.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/core.h>

namespace levee::feed {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} << 10;

// Text on its way in, held to the limits as it grows.
class Sink {
 public:
  Sink(const std::string& path, const TextLimits& limits) : path_(path), limits_(limits) {}

  std::optional<Error> append(std::string_view chunk) {
    if (text_.size() + chunk.size() > limits_.file_bytes) {
      return fail(Reason::bad_input, fmt::format("{}: more than {} MiB of text (split the file)",
                                                 path_, limits_.file_bytes >> 20));
    }
    for (std::size_t from = 0; from <= chunk.size();) {
      const std::size_t end = std::min(chunk.find('\n', from), chunk.size());
      line_bytes_ += end - from;
      if (line_bytes_ > limits_.line_bytes) {
        return fail(Reason::bad_input,
                    fmt::format("{}:{}: line is longer than {} bytes (is this a text file?)", path_,
                                line_, limits_.line_bytes));
      }
      if (end < chunk.size()) {
        line_bytes_ = 0;
        ++line_;
      }
      from = end + 1;
    }
    text_ += chunk;
    return std::nullopt;
  }

  std::string take() { return std::move(text_); }

 private:
  const std::string& path_;
  const TextLimits& limits_;
  std::string text_;
  std::size_t line_bytes_ = 0;
  int line_ = 1;
};

// A gzip stream of one or several members.
class Gunzip {
 public:
  Gunzip() : out_(chunk_bytes) { inflateInit2(&stream_, MAX_WBITS + 16); }
  ~Gunzip() { inflateEnd(&stream_); }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  bool finished() const { return finished_; }

  std::optional<Error> inflate_into(Sink& sink, std::string_view chunk, const std::string& path) {
    // zlib's interface speaks unsigned and not const, and writes neither.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-*)
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(chunk.data()));
    stream_.avail_in = static_cast<uInt>(chunk.size());
    do {
      if (finished_) {
        if (stream_.avail_in == 0) break;
        inflateReset(&stream_);
      }
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are bytes
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      // Z_BUF_ERROR only says that this chunk is used up.
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        return fail(Reason::corrupt,
                    fmt::format("{}: damaged gzip ({}; fetch the file again)", path,
                                stream_.msg != nullptr ? stream_.msg : "bad stream"));
      }
      finished_ = status == Z_STREAM_END;
      if (auto error = sink.append({out_.data(), out_.size() - stream_.avail_out})) return error;
    } while (stream_.avail_in > 0 || stream_.avail_out == 0);
    return std::nullopt;
  }

 private:
  z_stream stream_{};
  std::vector<char> out_;
  bool finished_ = false;
};

// Bytes of the well-formed sequence `text` begins with, 0 if there is none.
// The ranges are those of the Unicode standard, table 3-7: no overlong forms, no surrogates.
std::size_t sequence_at(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return byte(1) >= low && byte(1) <= high && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= low && byte(1) <= high && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

bool is_ascii_word(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

std::optional<std::size_t> first_not_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (at + 8 <= text.size() && is_ascii_word(text.data() + at)) {
      at += 8;
      continue;
    }
    const std::size_t bytes = sequence_at(text.substr(at));
    if (bytes == 0) return at;
    at += bytes;
  }
  return std::nullopt;
}

// Tabs and line ends, CR LF among them, are the only control characters of a text.
std::optional<std::size_t> first_control(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != 0x7F) continue;
    const bool line_end = byte == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (byte != '\n' && byte != '\t' && !line_end) return at;
  }
  return std::nullopt;
}

auto line_of(std::string_view text, std::size_t at) {
  return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
}

Result<TextFile> checked(TextFile file) {
  std::string& text = file.text;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return fail(Reason::bad_input,
                fmt::format("{}:1: text is UTF-16 (save it as UTF-8)", file.path));
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (text.empty()) return fail(Reason::missing_data, fmt::format("{}: file is empty", file.path));
  if (const auto at = first_not_utf8(text)) {
    return fail(Reason::bad_input,
                fmt::format("{}:{}: text is not UTF-8 (byte 0x{:02X}; save it as UTF-8)", file.path,
                            line_of(text, *at), static_cast<unsigned char>(text[*at])));
  }
  if (const auto at = first_control(text)) {
    return fail(Reason::bad_input,
                fmt::format("{}:{}: line holds control character 0x{:02X} (is this a text file?)",
                            file.path, line_of(text, *at), static_cast<unsigned char>(text[*at])));
  }
  return file;
}

Result<std::string> text_in(std::FILE* in, const std::string& path, const TextLimits& limits) {
  Sink sink(path, limits);
  std::optional<Gunzip> gunzip;
  std::vector<char> chunk(chunk_bytes);
  bool ended = false;
  for (bool first = true; !ended; first = false) {
    const std::size_t read = std::fread(chunk.data(), 1, chunk.size(), in);
    ended = std::feof(in) != 0 || std::ferror(in) != 0;
    if (read == 0) break;
    const std::string_view bytes{chunk.data(), read};
    if (first && bytes.starts_with("\x1F\x8B")) gunzip.emplace();
    if (first && !gunzip && path.ends_with(".gz")) {
      return fail(Reason::corrupt, fmt::format("{}: not gzip in spite of its name", path));
    }
    auto error = gunzip ? gunzip->inflate_into(sink, bytes, path) : sink.append(bytes);
    if (error) return *error;
  }
  if (std::ferror(in) != 0) {
    return fail(Reason::unreachable, fmt::format("{}: cannot be read to its end", path));
  }
  if (gunzip && !gunzip->finished()) {
    return fail(Reason::corrupt, fmt::format("{}: gzip is cut short (fetch the file again)", path));
  }
  return sink.take();
}

}  // namespace

Result<TextFile> read_text(const std::string& path, const TextLimits& limits) {
  if (path.empty()) {
    return fail(Reason::bad_input, "a file without a name (a comma too many, or an empty flag?)");
  }
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return fail(Reason::bad_input, fmt::format("{}: is a folder (a file is wanted)", path));
  }
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(path.c_str(), "rb"), close);
  if (!in) {
    return fail(Reason::unreachable, fmt::format("{}: cannot be opened ({})", path,
                                                 std::generic_category().message(errno)));
  }
  auto text = text_in(in.get(), path, limits);
  if (!text) return text.error();
  return checked({.path = path, .text = *std::move(text)});
}

}  // namespace levee::feed
