#include "levee/signal/universe.h"

#include <algorithm>
#include <cmath>

namespace levee::signal {

std::vector<std::optional<std::size_t>> columns_of(const Panel& panel,
                                                   const std::vector<std::string>& tokens) {
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < panel.token.size(); ++i) places.emplace(panel.token[i], i);
  std::vector<std::optional<std::size_t>> columns;
  for (const std::string& token : tokens) {
    const auto found = places.find(token);
    columns.push_back(found == places.end() ? std::nullopt : std::optional(found->second));
  }
  return columns;
}

std::optional<double> cell_of(const Panel& panel, std::size_t row,
                              std::optional<std::size_t> column) {
  if (!column) return {};
  const double x = panel.value(row, *column);
  return std::isnan(x) ? std::nullopt : std::optional(x);
}

std::optional<std::size_t> row_at(const Panel& panel, UnixSeconds at) {
  const auto found = std::lower_bound(panel.at.begin(), panel.at.end(), at);
  if (found == panel.at.end() || *found != at) return {};
  return static_cast<std::size_t>(found - panel.at.begin());
}

std::vector<double> mean_volumes(const VolumeAsk& ask) {
  const auto& at = ask.volume.at;
  const auto first = std::lower_bound(at.begin(), at.end(), ask.before - ask.span) - at.begin();
  const auto end = std::lower_bound(at.begin(), at.end(), ask.before) - at.begin();
  std::vector<double> means(ask.columns.size(), 0);
  for (auto row = first; row < end; ++row) {
    for (std::size_t i = 0; i < means.size(); ++i) {
      means[i] += cell_of(ask.volume, static_cast<std::size_t>(row), ask.columns[i]).value_or(0);
    }
  }
  for (double& mean : means) mean /= static_cast<double>(std::max<std::ptrdiff_t>(1, end - first));
  return means;
}

}  // namespace levee::signal
