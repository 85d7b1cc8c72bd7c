#include "levee/signal/vol_scale.h"

#include "levee/num/normal.h"
#include "levee/signal/rolling.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace levee::signal {
namespace {

struct Point {
  double share, level;
};

constexpr std::array table{
    Point{0.340, 14.92}, Point{0.346, 15}, Point{0.411, 16}, Point{0.500, 17.42}, Point{0.531, 18},
    Point{0.627, 20},    Point{0.754, 23}, Point{0.820, 25}, Point{0.884, 28},    Point{0.914, 30}};

double level_at(double share) {
  std::size_t i = 1;
  while (i + 1 < table.size() && table[i].share < share) ++i;
  const Point low = table[i - 1], high = table[i];
  return low.level + (share - low.share) / (high.share - low.share) * (high.level - low.level);
}

}  // namespace

double vix_equivalent(std::span<const double> ascending, double vol) {
  LEVEE_EXPECT(vol > 0);
  const double share = rank_of(ascending, vol);
  const auto beyond = [&](const Point& end) {
    return end.level * vol / quantile_of(ascending, end.share);
  };
  if (share < table.front().share) return beyond(table.front());
  if (share > table.back().share) return beyond(table.back());
  return level_at(share);
}

double vix_score(double level) {
  LEVEE_EXPECT(level > 0);
  std::size_t i = 1;
  while (i + 1 < table.size() && table[i].level < level) ++i;
  // Beyond the ends a single step is too short to tell the slope.
  const bool above = level > table.back().level, below = level < table.front().level;
  const Point low = table[above ? i - 3 : i - 1], high = table[below ? i + 2 : i];
  const double from = num::normal_quantile(low.share), to = num::normal_quantile(high.share);
  return from + (to - from) * std::log(level / low.level) / std::log(high.level / low.level);
}

std::vector<std::optional<double>> vix_equivalents(const market::Series& days,
                                                   const SignalPolicy& policy) {
  const Seconds most{static_cast<std::int64_t>(policy.veq_days * 86400)};
  const Seconds least{static_cast<std::int64_t>((policy.veq_days_min - 1) * 86400)};
  const auto fewest = static_cast<std::size_t>(policy.veq_days_min * 2 / 3);
  std::vector<std::optional<double>> found(days.at.size());
  std::vector<double> ascending;
  std::size_t first = 0;
  for (std::size_t i = 0; i < days.at.size(); ++i) {
    const double vol = days.value[i];
    ascending.insert(std::upper_bound(ascending.begin(), ascending.end(), vol), vol);
    for (; days.at[i] - days.at[first] >= most; ++first) {
      ascending.erase(std::lower_bound(ascending.begin(), ascending.end(), days.value[first]));
    }
    // A window that a hole has emptied ranks nothing.
    if (days.at[i] - days.at[first] < least || ascending.size() < fewest) continue;
    found[i] = vix_equivalent(ascending, vol);
  }
  return found;
}

std::string_view vol_regime(double equivalent, const SignalPolicy& policy) {
  if (equivalent < policy.veq_calm) return vol_regimes[1];
  if (equivalent < policy.veq_hold) return vol_regimes[0];
  return vol_regimes[equivalent < policy.veq_crisis ? 2 : 3];
}

}  // namespace levee::signal
