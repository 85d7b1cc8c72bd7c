// levee/option/ssvi.h — a whole surface of total variance that allows no arbitrage by construction.
//
// src: Gatheral & Jacquier (2014), Quantitative Finance 14, 59-71, Arbitrage-free SVI volatility
// surfaces, section 4
#pragma once
#include "levee/option/svi.h"

#include <span>
#include <vector>

namespace levee::option {

/// w(k, theta) = theta / 2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)), where theta is the
/// total variance at the money of an expiry and phi = eta / (theta^gamma (1 + theta)^(1 - gamma)).
struct Ssvi {
  double rho = 0;      ///< In (-1, 1).
  double eta = 1;      ///< Above 0.
  double gamma = 0.5;  ///< In (0, 1/2].
  friend bool operator==(const Ssvi&, const Ssvi&) = default;

  double phi(double theta) const;
  double variance(double k, double theta) const;
  /// An expiry's smile as raw SVI. in: theta > 0
  Svi slice(double theta) const;
};

/// The two sums that rule out butterflies at theta: below 4, and not above 4.
/// src: the paper, theorem 4.2
struct ButterflySums {
  double steepness = 0;  ///< theta phi (1 + |rho|)
  double bend = 0;       ///< theta phi^2 (1 + |rho|)
  bool are_free() const { return steepness < 4 && bend <= 4; }
};
ButterflySums butterfly_sums(const Ssvi& ssvi, double theta);

/// Whether no expiry and no pair of them allows arbitrage, theta growing with time: butterflies by
/// eta (1 + |rho|) <= 2, calendars because gamma is at most 1/2.
/// src: the paper, theorem 4.1 and remark 4.4 on the power law
bool is_free_everywhere(const Ssvi& ssvi);

/// One expiry's points for a fit, its total variance at the money given.
struct SsviExpiry {
  double theta = 0;
  std::vector<VariancePoint> points;
};
struct SsviFit {
  Ssvi ssvi;
  double error = 0;  ///< Weighted root mean square of w, model less point, over all expiries.
};

/// Weighted least squares over all expiries under is_free_everywhere(). Points count by the error
/// relative to their expiry's theta, so that long expiries do not drown short ones.
///
/// in:  theta ascending
/// err: missing_data below five points in all; bad_input for what is not finite, positive,
/// ascending
Result<SsviFit> fit_ssvi(std::span<const SsviExpiry> expiries);

/// Where, and by how much, an earlier expiry's total variance is highest above a later one's: above
/// 0 a calendar spread there costs less than nothing.
struct Crossing {
  double k = 0, depth = 0;
};
/// src: the wings' slopes decide beyond a scan of strikes around both bends
Crossing worst_crossing(const Svi& earlier, const Svi& later);

}  // namespace levee::option
