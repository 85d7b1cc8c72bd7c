// levee/option/fair_variance.h — the smile-integrated ("variance swap") variance of one tenor.
//
// src: Demeterfi, Derman, Kamal & Zou (1999), J. Derivatives 6, 9-32 (the strip of options over
// 1/K^2); Berrut & Trefethen (2004), SIAM Review 46, 501-517 (interpolation at Chebyshev points)
#pragma once
#include "levee/option/surface.h"

#include <limits>
#include <vector>

namespace levee::option {

/// How a smile is moved: every volatility times factor e^(skew x) at x = k / sqrt(tenor), x held
/// within [-skew_reach, skew_reach]. What option::worths does to it.
struct SmileMove {
  double log_factor = 0;
  double skew = 0;
};

/// Beyond which the smile is held flat, in deviations at the money. Without an end, a steep wing
/// that is moved far costs without end too (Lee's bound); listed strikes do end.
struct WingEnd {
  double deviations = std::numeric_limits<double>::infinity();
};

/// Total variance of the moved smile.
///
/// in:   slice of a positive tenor; finite moves
/// out:  quadrature of out-of-the-money prices over 1/K^2, 1e-7 relative where wings are within
///       Lee's bound or end
/// cost: some hundred to a thousand Black prices
double fair_variance(const Surface::Slice& slice, const SmileMove& move = {},
                     const WingEnd& end = {});

/// The same for many moves of one smile.
class FairVariance {
 public:
  struct Reach {
    double least = 0, most = 0;
  };
  /// in: within which moves will be asked for
  FairVariance(const Surface::Slice& slice, const Reach& log_factor, const Reach& skew,
               const WingEnd& end);

  /// in:  a move within the reach
  /// out: fair_variance to 5e-5 relative, where moves are within a factor of 2.5 either way
  double at(const SmileMove& move) const;

 private:
  std::vector<double> log_factor_, skew_;  // Chebyshev points
  std::vector<double> value_;              // [skew][log factor] ln(variance / factor^2)
};

}  // namespace levee::option
