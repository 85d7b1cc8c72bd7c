// tests/scenario/jump_cases.h — walks of all shapes, and how engines are held to each other.
#pragma once
#include "levee/scenario/jump_lanes.h"
#include "tests/support/cases.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace levee::test {

/// Correlation falling with distance: 0.7^|i - j|, with its lower root.
inline scenario::WalkParts parts_of(Gen& gen, std::size_t assets, std::size_t steps) {
  scenario::WalkParts parts;
  parts.seed = gen.bits();
  parts.root = {assets, assets};
  parts.jumps.correlation = {assets, assets};
  for (std::size_t a = 0; a < assets; ++a) {
    parts.diffusive.push_back(Vol{gen.real(0.2, 1)});
    parts.jumps.assets.push_back({Intensity{gen.coin() ? gen.real(0, 40) : 0},
                                  LogReturn{gen.real(-0.2, 0.1)}, gen.real(0, 0.2)});
    parts.jumps.spans.push_back(gen.reals(steps, 0.001, 0.05));
    parts.jumps.joins.push_back(gen.real(0, 1));
    for (std::size_t b = 0; b < assets; ++b) {
      const auto apart = static_cast<double>(a > b ? a - b : b - a);
      parts.jumps.correlation.row(a)[b] = std::pow(0.7, apart);
      if (b > a) continue;
      parts.root.row(a)[b] = std::pow(0.7, apart) * (b == 0 ? 1 : std::sqrt(1 - 0.49));
    }
  }
  return parts;
}

struct Stretch {
  std::size_t first = 0, paths = 0;
  num::Engine engine = num::Engine::fastest;
};

/// [steps * assets][paths]
template <class Real>
std::vector<std::vector<Real>> walked(const scenario::JumpLanes& lanes, const Stretch& what) {
  std::vector<std::vector<Real>> rows(lanes.steps() * lanes.assets(),
                                      std::vector<Real>(what.paths));
  const scenario::WalkRows<Real> to{what.first, what.paths, {rows.begin(), rows.end()}};
  lanes.walk(to, what.engine);
  return rows;
}

template <class A, class B>
double farthest(const std::vector<std::vector<A>>& a, const std::vector<std::vector<B>>& b) {
  double most = 0;
  for (std::size_t c = 0; c < a.size(); ++c) {
    for (std::size_t i = 0; i < a[c].size(); ++i) {
      const double apart = std::abs(static_cast<double>(a[c][i]) - static_cast<double>(b[c][i]));
      if (!(apart <= most)) most = apart;
    }
  }
  return most;
}

/// An engine's paths against the plain engine's, in double and in float.
inline void expect_as_plain(num::Engine engine) {
  for_cases(60, [&](Gen& gen) {
    const std::size_t assets = gen.size(1, 5), steps = gen.size(1, 40);
    const scenario::JumpLanes lanes(parts_of(gen, assets, steps));
    // Also across the end of a path number's lower word.
    const std::size_t first = gen.coin() ? gen.size(0, 1000) : (1ULL << 32) - gen.size(0, 200);
    const Stretch plain{first, gen.size(1, 300), num::Engine::plain};
    const Stretch wide{first, plain.paths, engine};
    const auto want = walked<double>(lanes, plain);
    EXPECT_LT(farthest(walked<double>(lanes, wide), want), 1e-12);
    EXPECT_LT(farthest(walked<float>(lanes, wide), want), 1e-5);
  });
}

}  // namespace levee::test
