#include "levee/hedge/calm_vol.h"

#include "levee/num/estimate.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace levee::hedge {
namespace {

constexpr double spans_min = 3;  // side by side
constexpr Seconds gap_most = hours(36);

// The last value known at a moment, if it is not older than a gap.
std::optional<double> value_at(const market::Series& series, UnixSeconds at) {
  const auto after = std::ranges::upper_bound(series.at, at);
  if (after == series.at.begin()) return std::nullopt;
  const auto i = after - series.at.begin() - 1;
  const auto place = static_cast<std::size_t>(i);
  if (at - series.at[place] > gap_most) return std::nullopt;
  return series.value[place];
}

}  // namespace

std::optional<CalmVol> calm_vol_of(const market::Snapshot& snapshot, Seconds span,
                                   double calm_sigmas) {
  if (!snapshot.iv_index || !snapshot.history) return std::nullopt;
  const market::Series& index = *snapshot.iv_index;
  const double root = std::sqrt(years(span).value());
  std::vector<double> changes;
  for (std::size_t i = 0; i < index.at.size(); ++i) {
    const UnixSeconds from = index.at[i], to = from + span;
    if (to > snapshot.at) break;
    const auto vol = value_at(index, to);
    const auto before = value_at(*snapshot.history, from), after = value_at(*snapshot.history, to);
    if (!vol || !before || !after) continue;
    const double moved = std::log(*after / *before);
    if (std::abs(moved) > calm_sigmas * index.value[i] * root) continue;
    changes.push_back(std::log(*vol / index.value[i]));
  }
  if (changes.size() < 2) return std::nullopt;
  const num::Estimate mean = num::mean_of(changes);
  const auto count = static_cast<double>(changes.size());
  const double beside = count * std::min(1.0, in_days(index.step) / in_days(span));
  if (beside < spans_min) return std::nullopt;
  return CalmVol{mean.value, mean.standard_error * std::sqrt(count / beside),
                 static_cast<int>(changes.size())};
}

}  // namespace levee::hedge
