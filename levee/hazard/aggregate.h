// levee/hazard/aggregate.h — a year's loss from how many events there are and how large each is.
//
// src: Panjer (1981), ASTIN Bulletin 12, 22-26
#pragma once
#include "levee/base/units.h"

#include <span>
#include <vector>

namespace levee::hazard {

/// How many events a year has: Poisson, or more scattered where the rate itself is not known.
struct EventCount {
  double mean = 0;   ///< >= 0.
  double alpha = 0;  ///< Variance = mean + alpha mean^2, >= 0; 0 is Poisson.
};

/// Chances of a year's loss of 0, 1, 2, ... steps.
///
/// in:   severity: chances of one event's loss of 0, 1, 2, ... steps, summing to at most 1 (what is
///       left lies beyond all steps); steps > 0
/// out:  [steps], exact up to rounding; their sum falls short of 1 by what lies beyond
/// cost: steps times the longer of steps and severity
std::vector<double> aggregate_law(const EventCount& count, std::span<const double> severity,
                                  std::size_t steps);

/// VaR and ES of a law in steps, and its mean.
struct StepTail {
  double mean = 0;  ///< Steps.
  double var = 0;   ///< The least loss that is not exceeded with that chance.
  double shortfall = 0;
};
/// in:  law: chances that sum to 1 but for 1e-6 or less, which counts as one step more; level in
///      (0, 1)
/// src: Acerbi & Tasche (2002), J. Banking & Finance 26, 1487-1503 (atoms)
StepTail tail_of(std::span<const double> law, double level);

}  // namespace levee::hazard
