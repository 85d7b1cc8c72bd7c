// levee/risk/tail.h — how bad the bad days are.
//
// `risk` answers: what would each scenario cost the book, and how bad is the tail? Main types:
// LossTable, Tail. It never proposes a trade.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"
#include "levee/num/estimate.h"

#include <span>

namespace levee::risk {

/// A loss tail at one confidence level.
struct Tail {
  Usd var;   ///< Smallest loss that is not exceeded with probability `level`.
  Usd cvar;  ///< Mean of the worst `1 - level` of the mass, splitting the path that straddles it.
  Usd var_error;   ///< Standard error, from order statistics.
  Usd cvar_error;  ///< Standard error, from the spread of excesses.
};

/// Empirical VaR and CVaR of equally likely losses, with standard errors.
///
/// in:   losses [paths], gains negative, any order; level in (0, 1)
/// out:  exact for the sample, no smoothing; cvar >= var
/// err:  missing_data if losses is empty; out_of_range if level is outside (0, 1)
/// cost: O(paths), one copy of losses
/// src:  Rockafellar & Uryasev (2002), J. Banking & Finance 26, 1443-1471, prop. 8 and thm. 10;
///       errors: Hong, Hu & Liu (2014), ACM TOMACS 24, art. 18 (asymptotic variances)
Result<Tail> tail_of(std::span<const double> losses_usd, double level);

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

/// err: missing_data if losses is empty
/// src: tail_of at 95 % and 99 %
Result<TailReport> report_of(std::span<const double> losses_usd);

}  // namespace levee::risk
