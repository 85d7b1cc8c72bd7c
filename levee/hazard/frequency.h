// levee/hazard/frequency.h — how often protocols of a sector fail, and what goes with failing more.
//
// A protocol i of sector j fails as a Poisson clock of rate_j exp(beta x_i) a year. Sectors have
// gamma priors and are summed out exactly; what is left of beta is log-concave and drawn by
// importance. src: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., sections 2.6, 10.4
// and 16.4
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/event_rate.h"
#include "levee/num/matrix.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace levee::hazard {

/// A stretch of a protocol's life, over which its covariates stay as they are.
struct Exposed {
  std::size_t sector = 0;
  double years = 0;   ///< >= 0
  double events = 0;  ///< >= 0
};

/// What is believed before any event, for every sector and every covariate alike.
struct FrequencyPrior {
  EventRate sector{2, 100};     ///< Two events in a hundred protocol-years.
  double beta_deviation = 0.7;  ///< Normal about 0: a unit doubles or halves a rate, mostly.
};

/// Stretches by covariates, and what to make of them.
struct FrequencyAsk {
  std::span<const Exposed> exposed;
  const num::Matrix<double>& covariates;  ///< [covariates x exposed], of order 1 about 0.
  std::size_t sectors = 0;
  FrequencyPrior prior{};
  std::size_t draws = 2000;
  std::uint64_t seed = 1;
};

/// A mean and the range that holds the truth with 90 %.
struct Known {
  double mean = 0, low = 0, high = 0;
};

/// What is believed after them: draws from the posterior, equally likely.
struct Frequency {
  num::Matrix<double> beta;       ///< [covariates x draws]
  num::Matrix<Intensity> sector;  ///< [sectors x draws] of a protocol whose covariates are 0.
  double effective_draws = 0;     ///< Of importance sampling, of as many as were asked for.
  double log_evidence = 0;        ///< Of the counts, to compare models of the same data.

  /// Rate of a protocol, by draw. in: as many covariates as there are
  std::vector<double> rates(std::size_t of_sector, std::span<const double> x) const;
};

/// err:  missing_data without any exposure; no_solution where the draws do not stand for the
///       posterior (fewer than a tenth of them effective)
/// cost: draws * exposed exponentials: 0.1 s for 10,000 stretches
Result<Frequency> frequency_of(const FrequencyAsk& ask);

/// in: not empty
Known known_from(std::vector<double> draws);

}  // namespace levee::hazard
