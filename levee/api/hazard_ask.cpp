#include "levee/api/hazard_ask.h"

#include "levee/feed/incident_file.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>

namespace levee::api {

std::vector<std::string> reasons_of(std::span<const hazard::LeftOut> rows) {
  std::map<std::string, std::size_t> counts;
  for (const hazard::LeftOut& row : rows) ++counts[row.why];
  std::vector<std::pair<std::size_t, std::string>> sorted;
  for (const auto& [why, count] : counts) sorted.emplace_back(count, why);
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> told;
  for (const auto& [count, why] : sorted) told.push_back(fmt::format("{} {}", count, why));
  return told;
}

Result<Gathered> gathered_from(const std::vector<std::string>& paths, UnixSeconds until) {
  if (paths.empty()) {
    return fail(Reason::missing_data, "incidents (give at least one: --incidents FILE)");
  }
  Gathered all;
  std::vector<hazard::Incidents> files;
  for (const std::string& path : paths) {
    auto file = feed::read_incidents(path, until);
    if (!file) return file.error();
    all.files.push_back({path, static_cast<double>(file->rows),
                         static_cast<double>(file->used.size()), reasons_of(file->left_out),
                         reasons_of(file->set_aside)});
    files.push_back(*std::move(file));
  }
  all.events = hazard::merged(files);
  return all;
}

}  // namespace levee::api
