// bench/scenario/two_assets.h — the model of B3: two assets, thirty days, jumps that come together.
//
// sigma 0.65 and 0.5, correlation 0.8, six jumps a year of -0.10 +- 0.14 of which the second asset
// takes 0.7.
#pragma once
#include "levee/scenario/jump_lanes.h"

#include <cmath>
#include <ctime>

namespace levee::bench {

inline constexpr std::size_t steps = 30;
inline constexpr double day = 1.0 / 365, vol_x = 0.65, vol_y = 0.5, rho = 0.8, intensity = 6;
inline constexpr double jump_mean = -0.10, jump_deviation = 0.14, joint = 0.7;

inline scenario::WalkParts two_assets(std::uint64_t seed) {
  scenario::WalkParts parts{{Vol{vol_x}, Vol{vol_y}}, {}, {2, 2}, seed};
  parts.jumps.assets = {
      {Intensity{intensity}, LogReturn{jump_mean}, jump_deviation},
      {Intensity{intensity}, LogReturn{joint * jump_mean}, joint * jump_deviation}};
  parts.jumps.spans.assign(2, std::vector<double>(steps, day));
  parts.jumps.joins = {1, 1};
  parts.jumps.correlation = {2, 2};
  for (std::size_t i = 0; i < 4; ++i) parts.jumps.correlation.row(i / 2)[i % 2] = 1;
  parts.root.row(0)[0] = 1;
  parts.root.row(1)[0] = rho;
  parts.root.row(1)[1] = std::sqrt(1 - rho * rho);
  return parts;
}

inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace levee::bench
