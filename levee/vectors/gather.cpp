#include "levee/vectors/gather.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

namespace levee::vectors {
namespace {

namespace fs = std::filesystem;

Wanted wanted_by_name(std::string_view name) {
  if (name.ends_with(".jsonl.gz") || name.ends_with(".jsonl")) return Wanted::judged;
  return name.ends_with(".json") ? Wanted::if_known : Wanted::never;
}

Candidate at_fault(const std::string& folder, Reason reason, const std::string& why) {
  return {folder, Wanted::judged, fail(reason, folder + ": folder " + why)};
}

std::vector<Candidate> files_under(const std::string& folder) {
  std::vector<Candidate> files;
  std::error_code error, ignored;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_directory(ignored)) continue;
    const std::string path = at->path().string();
    files.push_back({path, wanted_by_name(path), std::nullopt});
  }
  std::ranges::sort(files, {}, &Candidate::path);
  if (error) {
    files.push_back(at_fault(folder, Reason::unreachable,
                             "cannot be read to its end (" + error.message() + ")"));
  } else if (std::ranges::all_of(
                 files, [](const Candidate& file) { return file.wanted == Wanted::never; })) {
    files.push_back(at_fault(folder, Reason::missing_data, "holds no file to judge (*.jsonl.gz)"));
  }
  return files;
}

}  // namespace

std::vector<Candidate> gathered(std::span<const std::string> named) {
  std::vector<Candidate> all;
  std::set<fs::path> seen;
  std::error_code ignored;
  for (const std::string& name : named) {
    const auto files = fs::is_directory(name, ignored) ? files_under(name)
                                                       : std::vector<Candidate>{{name, {}, {}}};
    for (const Candidate& file : files) {
      if (seen.insert(fs::weakly_canonical(file.path, ignored)).second) all.push_back(file);
    }
  }
  return all;
}

}  // namespace levee::vectors
