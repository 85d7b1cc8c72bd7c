#include "levee/feed/file_seen.h"

#include "levee/base/keccak.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace levee::feed {
namespace {

namespace fs = std::filesystem;

void add_files(const fs::path& path, std::vector<std::string>& found) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) found.push_back(path.string());
  if (!fs::is_directory(path, error)) return;
  std::vector<std::string> inside;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.is_regular_file(error)) inside.push_back(entry.path().string());
  }
  std::ranges::sort(inside);
  std::ranges::copy(inside, std::back_inserter(found));
}

}  // namespace

std::vector<std::string> files_named(std::string_view value) {
  std::vector<std::string> found;
  add_files(value, found);
  if (!found.empty()) return found;
  while (!value.empty()) {
    const auto comma = value.find(',');
    const std::string_view part = value.substr(0, comma);
    const std::size_t before = found.size();
    add_files(part, found);
    if (found.size() == before) add_files(part.substr(0, part.rfind(':')), found);
    value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
  }
  return found;
}

Result<FileSeen> file_seen(const std::string& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return fail(Reason::unreachable, path + " (is no file)");
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Reason::unreachable, path + " (cannot be read)");
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return fail(Reason::unreachable, path + " (cannot be read to its end)");
  return FileSeen{path, static_cast<double>(bytes.size()), text_of(levee::keccak256(bytes))};
}

}  // namespace levee::feed
