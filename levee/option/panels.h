// levee/option/panels.h — a transform solved node by node, where only its end is known to be small.
#pragma once
#include "levee/option/model_claim.h"

#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace levee::option {

/// Two nodes, and how exact the transform must be there, in parts of itself.
struct NodePair {
  std::array<double, 2> u;
  double tolerance;
};

/// The transform on panels from 0, each twice as wide as all before it: it may have singularities
/// as near to u = 0 as the poles are, and is smooth further out. The first node is 0, of no weight.
///
/// in:   bool solve(const NodePair&, std::array<Complex, 2>&); least: what a node's error may add
/// to
///       a price of 1
/// out:  nothing where solve fails or transform_nodes_max do not see the transform fade
/// src:  Gauss's 16 points a panel
template <class Solve>
std::optional<Transform> on_panels(Solve solve, const Reach& reach, double least) {
  using Gauss = boost::math::quadrature::gauss<double, 16>;
  Transform law;
  const auto add = [&](std::array<double, 2> u, std::array<double, 2> weight) {
    // An error counts as the integrand does, which falls; the first node is the full range's.
    const bool first = law.at.empty();
    const double size = first ? 1 : std::abs(law.at.back());
    const double counts = first ? 1 : size * std::max(weight[0], weight[1]) / (u[0] * u[0] + 0.25);
    std::array<Complex, 2> value{};
    if (counts > 0.01 * least && !solve({u, std::clamp(least / counts, least, 0.01)}, value)) {
      return false;
    }
    for (const std::size_t i : {0U, 1U}) {
      law.node.push_back(u[i]);
      law.weight.push_back(weight[i]);
      law.at.push_back(value[i]);
    }
    return true;
  };
  if (!add({0, 0}, {0, 0})) return std::nullopt;
  const double widest = 16 / std::max({-reach.lowest, reach.highest, 1e-3});
  double from = 0, to = std::min(1.0, widest);
  while (law.at.size() < transform_nodes_max) {
    const double middle = (from + to) / 2, half = (to - from) / 2;
    for (std::size_t i = 0; i < 16; i += 2) {
      std::array<double, 2> u{}, weight{};
      for (const std::size_t j : {0U, 1U}) {
        // Boost lists the upper half of the points.
        const std::size_t k = i + j, listed = k < 8 ? 7 - k : k - 8;
        u[j] = middle + (k < 8 ? -half : half) * Gauss::abscissa()[listed];
        weight[j] = half * Gauss::weights()[listed] / std::numbers::pi;
      }
      if (!add(u, weight)) return std::nullopt;
    }
    if (std::abs(law.at.back()) < 0.1 * least * to) return law;
    from = std::exchange(to, std::min(3 * to, to + widest));
  }
  return std::nullopt;
}

}  // namespace levee::option
