#include "levee/num/bridge.h"

#include "levee/base/check.h"

#include <cmath>
#include <deque>

namespace levee::num {

Bridge::Bridge(std::span<const double> times) {
  const std::size_t n = times.size();
  LEVEE_EXPECT(n >= 1 && times[0] > 0);
  for (std::size_t i = 1; i < n; ++i) LEVEE_EXPECT(times[i] > times[i - 1]);
  stops_.push_back({.at = n - 1, .before = n, .after = n, .deviation = std::sqrt(times[n - 1])});

  // Open stretches, widest first: between a time that stands (n: the start) and a later one.
  struct Open {
    std::size_t before, after;
  };
  std::deque<Open> open{{n, n - 1}};
  while (!open.empty()) {
    const auto [before, after] = open.front();
    open.pop_front();
    const std::size_t first = before == n ? 0 : before + 1;
    if (first >= after) continue;
    const std::size_t at = first + (after - first) / 2;
    const double begin = before == n ? 0 : times[before], end = times[after];
    const double left = times[at] - begin, right = end - times[at], whole = end - begin;
    stops_.push_back(
        {at, before, after, right / whole, left / whole, std::sqrt(left * right / whole)});
    open.push_back({before, at});
    open.push_back({at, after});
  }
}

void Bridge::path(std::span<const double> normals, std::span<double> path) const {
  const std::size_t n = steps();
  LEVEE_EXPECT(normals.size() == n && path.size() == n);
  for (std::size_t i = 0; i < n; ++i) {
    const Stop& stop = stops_[i];
    double mean = 0;
    if (stop.before != n) mean += stop.from_before * path[stop.before];
    if (stop.after != n) mean += stop.from_after * path[stop.after];
    path[stop.at] = mean + stop.deviation * normals[i];
  }
}

}  // namespace levee::num
