// levee/num/bridge.h — a Brownian path from its ends inwards: the first normals move it most.
//
// With a quasi-random sequence this puts the best dimensions where most of the variance is.
// src: Glasserman (2004), Monte Carlo Methods in Financial Engineering, 3.1
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace levee::num {

/// Brownian motion at given times, begun at 0.
class Bridge {
 public:
  /// in: times positive and ascending, at least one
  explicit Bridge(std::span<const double> times);

  std::size_t steps() const { return stops_.size(); }
  /// The path at the times, in their order.
  ///
  /// in:   normals, path: steps() each, not overlapping; normals[0] decides the last time
  /// cost: two products a step
  void path(std::span<const double> normals, std::span<double> path) const;

 private:
  // W(at) from the nearest times that stand already: before() and after() it.
  struct Stop {
    std::size_t at = 0, before = 0, after = 0;  // before: steps() for the start
    double from_before = 0, from_after = 0, deviation = 0;
  };
  std::vector<Stop> stops_;  // in the order in which normals are used
};

}  // namespace levee::num
