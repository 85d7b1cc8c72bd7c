// levee/scenario/garch.h — variance that follows its own shocks, and what is left of returns then.
#pragma once
#include "levee/base/result.h"
#include "levee/market/series.h"
#include "levee/num/student.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace levee::scenario {

/// variance' = constant + (reaction + leverage [shock < 0]) shock^2 + memory variance; per period,
/// of log returns about `mean`. Residuals, shock / sqrt(variance), have variance 1.
struct Garch {
  double mean = 0;
  double constant = 0, reaction = 0, memory = 0;
  double leverage = 0;                    ///< 0 in the plain GARCH(1,1).
  std::optional<num::Freedom> freedom{};  ///< Of Student residuals; none: normal.
};

/// The share of a variance that is left in the next period's expectation; below 1: stationary.
double persistence_of(const Garch& model);

/// The variance that expectation returns to; persistence below 1.
double long_run_variance(const Garch& model);

/// One period: the variance it had and the shock that came.
struct Shock {
  double variance, shock;
};

/// The next period's variance.
/// src: Bollerslev (1986), J. Econometrics 31, 307-327; Glosten, Jagannathan & Runkle (1993),
///      J. Finance 48, 1779-1801
double variance_after(const Garch& model, const Shock& period);

/// What is fitted.
struct GarchChoice {
  enum class Reaction { symmetric, leveraged } reaction = Reaction::symmetric;
  enum class Residuals { normal, student } residuals = Residuals::normal;
  /// Where the recursion starts: with a period before the first whose squared shock and variance
  /// are the sample's, or with the first period's variance set to that.
  enum class Presample { before_first, is_first } presample = Presample::before_first;
};

/// A fitted model and the sample seen through it.
struct GarchFit {
  Garch model;
  /// Standard errors from the information, and robust ones that hold where residuals are not of the
  /// law fitted; missing where the likelihood has no strict maximum inside its bounds.
  std::optional<Garch> errors, robust_errors;
  double log_likelihood = 0;
  std::vector<double> variance;   ///< [returns]
  std::vector<double> residuals;  ///< [returns], variance near 1: what history filtered draws from.
  double next_variance = 0;       ///< Of the period after the last.
  bool at_edge = false;           ///< Persistence or a coefficient ends on its bound.
};

/// Quasi maximum likelihood.
///
/// in:   returns of neighbouring periods, in order of time
/// out:  persistence at most 0.9999; reaction, reaction + leverage and memory at least 0; freedom
///       above 2
/// err:  missing_data below 100 returns; bad_input if one is not finite; no_solution if they do not
///       move; not_converged
/// cost: some 2,000 passes over the returns
/// src:  Bollerslev & Wooldridge (1992), Econometric Reviews 11, 143-172; presample: Fiorentini,
///       Calzolari & Panattoni (1996), J. Applied Econometrics 11, 399-417
Result<GarchFit> fit_garch(std::span<const double> returns, const GarchChoice& choice);

/// Expected variance `ahead` periods after the last, 1 being the next.
/// in:  ahead >= 1
/// src: the recursion in expectation: a geometric return to the long-run variance
double variance_ahead(const GarchFit& fit, int ahead);

/// Return over as many periods as rows are given, each period's residual that of a row of history:
/// filtered historical simulation. Rows drawn together for several assets keep their dependence.
///
/// in:   rows < residuals
/// src:  Barone-Adesi, Giannopoulos & Vosper (1999), J. Futures Markets 19, 583-602
LogReturn filtered_return(const GarchFit& fit, std::span<const std::size_t> rows);

}  // namespace levee::scenario
