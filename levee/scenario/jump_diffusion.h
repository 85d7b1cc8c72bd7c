// levee/scenario/jump_diffusion.h — Brownian motion with log-normal jumps: price and fits.
#pragma once
#include "levee/base/result.h"
#include "levee/market/series.h"
#include "levee/option/mark_surface.h"
#include "levee/scenario/calibrate.h"

#include <optional>
#include <span>

namespace levee::scenario {

/// Log price: Brownian motion of volatility `diffusive`, and jumps.
struct JumpDiffusion {
  Vol diffusive;
  Jumps jumps;
};

/// The most of the variance that jumps may bring; beyond it a fit says more about its few largest
/// returns than about the next month. A policy, not a measurement.
inline constexpr double jump_share_max = 0.7;

/// Variance a year that jumps bring.
/// src: compound Poisson variance, intensity * E[jump^2]
double variance_per_year(const Jumps& jumps);

/// Jumps and the diffusion that is left of a total volatility.
///
/// out:  variances add up to vol^2 exactly; the intensity is scaled down where jumps would bring
///       more than jump_share_max of it
JumpDiffusion split(const Jumps& jumps, Vol vol);

/// Mean relative jump, E[exp(jump)] - 1: what the drift has to give back.
double mean_relative_jump(const Jumps& jumps);

/// Undiscounted price of a European option on a forward.
///
/// in:   strike, forward, expiry > 0
/// out:  the Poisson series until its terms are below 1e-16 of the forward
/// src:  Merton (1976), J. Financial Economics 3, 125-144, eq. 19 on a forward
Usd merton_price(const option::Contract& contract, Price forward, Years expiry,
                 const JumpDiffusion& model);

/// A fitted jump-diffusion.
struct JumpFit {
  JumpDiffusion model;
  std::size_t points = 0;       ///< Returns or marks it was fitted to.
  double misfit = 0;            ///< Of a smile: root mean square, vol points as decimals.
  bool at_edge = false;         ///< The intensity would leave its range: jumps look like diffusion.
  std::optional<Jumps> errors;  ///< Standard errors, where the likelihood is curved enough.
};

/// Maximum likelihood on daily log returns about their own mean; intensity in [0.5, 15] a year:
/// more often than that, "jumps" are only a wider diffusion and the tail they are there for is
/// lost.
///
/// in:   the location is the sample's mean: history's trend is not a jump
/// err:  missing_data below 200 returns; no_solution if they do not move; not_converged
/// cost: about 1e3 evaluations of the likelihood
/// src:  Merton's density, a Poisson mixture of normals; series cut where weights fall below 1e-16
Result<JumpFit> fit_to_returns(std::span<const market::Return> daily);

/// Least squares in volatility to the marks of one smile within three deviations of the money.
///
/// err:  missing_data below 5 such marks; not_converged
/// src:  merton_price
Result<JumpFit> fit_to_smile(const option::Smile& smile);

}  // namespace levee::scenario
