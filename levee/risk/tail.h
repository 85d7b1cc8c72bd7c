// levee/risk/tail.h — how bad the bad days are.
//
// `risk` answers: what would each scenario cost the book, and how bad is the tail? Main types:
// LossTable, Tail. It never proposes a trade.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"
#include "levee/num/estimate.h"

#include <span>
#include <vector>

namespace levee::risk {

/// How a sample was drawn; as it stands: equally likely paths, independent of one another.
struct Drawn {
  /// [paths] How likely each is: not negative, of any mean above 0. Empty: equally.
  std::span<const double> weight{};
  /// Paths are so many sets of one size, one after another: random as wholes, independent of one
  /// another, but not within, as scrambled Sobol' points are. 0: every path is its own.
  std::size_t sets = 0;
};

/// Standard error of a sum over the paths, of what each path adds to it.
///
/// in:   terms [paths] that add up to about 0; sets 0, or at least 2 and a divisor of the paths
/// src:  independent paths: root of the sum of squares. Sets: the same of what each set adds, by
///       R / (R - 1) (batch means: Asmussen & Glynn (2007), Stochastic Simulation, IV.5; of
///       scrambled points: Owen (1997), SIAM J. Numer. Anal. 34, 1884-1910); R - 1 degrees of
///       freedom
double error_of_sum(std::span<const double> terms, std::size_t sets);

/// A loss tail at one confidence level.
struct Tail {
  Usd var;   ///< Smallest loss that is not exceeded with probability `level`.
  Usd cvar;  ///< Mean of the worst `1 - level` of the mass, splitting the path that straddles it.
  Usd var_error;   ///< Standard error, from order statistics.
  Usd cvar_error;  ///< Standard error, from the spread of excesses.
  /// How many independent, equally likely paths would leave CVaR the same error.
  double random_paths = 0;
};

/// Empirical VaR and CVaR of losses, with standard errors.
///
/// in:   losses [paths], gains negative, any order within a set; level in (0, 1)
/// out:  exact for the sample, no smoothing; cvar >= var; equal weights are as none but for
///       rounding
/// err:  missing_data if losses is empty; out_of_range if level is outside (0, 1); bad_input if a
///       loss or weight is not finite, a weight is negative, or all are 0
/// cost: O(paths), one copy of losses; sorted where weighted or in sets
/// src:  Rockafellar & Uryasev (2002), J. Banking & Finance 26, 1443-1471, prop. 8 and thm. 10;
///       errors: Hong, Hu & Liu (2014), ACM TOMACS 24, art. 18 (asymptotic variances), of weights
///       that are divided by their sum; of sets: Nakayama (2014), ACM TOMACS 24, art. 19
///       (sectioning: the whole sample's estimate, the sections' scatter)
Result<Tail> tail_of(std::span<const double> losses_usd, const Drawn& drawn, double level);
/// The same of equally likely losses.
Result<Tail> tail_of(std::span<const double> losses_usd, double level);

/// What of the mass at VaR and beyond each path brings to CVaR, so that CVaR is the sum of share
/// times loss.
///
/// out:  [paths], not negative, of sum 1; the mass at VaR is split alike among the paths there
/// err:  as tail_of
/// src:  as tail_of
struct TailShares {
  Usd var;
  std::vector<double> share;
};
Result<TailShares> tail_shares(std::span<const double> losses_usd, const Drawn& drawn,
                               double level);

/// Mean of a sample with its standard error; as num::mean_of of independent, equally likely paths.
/// in:  as tail_of, not empty
/// src: the ratio of two means by its influence function
num::Estimate mean_of(std::span<const double> values, const Drawn& drawn);

/// What is told of a loss distribution: mean and the usual tails.
struct TailReport {
  double mean_usd = 0, mean_usd_se = 0;
  double var95_usd = 0, var95_usd_se = 0;
  double cvar95_usd = 0, cvar95_usd_se = 0;
  double cvar99_usd = 0, cvar99_usd_se = 0;
  double worst_usd = 0;
  double paths = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("mean_usd", self.mean_usd, "mean loss, gains negative");
    visit("mean_usd_se", self.mean_usd_se, "its standard error");
    visit("var95_usd", self.var95_usd, "loss not exceeded with probability 95 %");
    visit("var95_usd_se", self.var95_usd_se, "its standard error");
    visit("cvar95_usd", self.cvar95_usd, "mean of the worst 5 %");
    visit("cvar95_usd_se", self.cvar95_usd_se, "its standard error");
    visit("cvar99_usd", self.cvar99_usd, "mean of the worst 1 %");
    visit("cvar99_usd_se", self.cvar99_usd_se, "its standard error");
    visit("worst_usd", self.worst_usd, "worst loss drawn");
    visit("paths", self.paths, "equally likely scenarios");
  }
};

/// err: as tail_of
/// src: tail_of at 95 % and 99 %
Result<TailReport> report_of(std::span<const double> losses_usd, const Drawn& drawn = {});

}  // namespace levee::risk
