// levee/hazard/contagion.h — failures that raise the hazard of others, one event after the other.
//
// src: Gillespie (1976), J. Computational Physics 22, 403-434 (the direct method: exact where rates
//      change at events only)
#pragma once
#include "levee/base/units.h"
#include "levee/num/philox.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace levee::hazard {

/// Protocols, and what the failure of one does to others.
struct Contagion {
  std::vector<Intensity> rate;                   ///< [protocols] before anything failed, >= 0.
  std::vector<std::vector<std::size_t>> raises;  ///< [protocols] others whose rate then grows.
  double factor = 1;                             ///< By which it does, >= 1; again with each.
};

/// One failure on a path.
struct Failed {
  std::size_t protocol = 0;
  Years at;
};

/// Draws paths of failures. Each protocol fails at most once.
class ContagionPaths {
 public:
  /// in: as many lists as rates, of other protocols
  ContagionPaths(Contagion contagion, Years span, std::uint64_t seed);

  /// Failures of one path in the order in which they come; the span stays valid until the next.
  ///
  /// out:  a function of seed and number alone
  /// cost: a random number where nothing fails; protocols' worth of additions a failure
  std::span<const Failed> path(std::uint64_t number);

 private:
  void follow(num::Draws& draws, double first);

  Contagion contagion_;
  double span_, all_ = 0, quiet_ = 1;  // years, the sum of rates, chance of no failure
  std::uint64_t seed_;
  std::vector<double> quiet_rate_, quiet_sums_;  // before anything failed; sums by groups
  std::vector<double> rate_, sums_;              // of the path in hand
  std::vector<Failed> failed_;
};

}  // namespace levee::hazard
