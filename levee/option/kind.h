// levee/option/kind.h — the shelf of models of a forward price.
#pragma once
#include "levee/base/result.h"
#include "levee/option/contract.h"

#include <complex>
#include <span>
#include <string_view>
#include <vector>

namespace levee::option {

using Complex = std::complex<double>;

/// One number of a model, and the box in which a model may be asked.
struct Parameter {
  std::string_view name;  ///< The unit comes last where it has one.
  double lower = 0, upper = 0;
  double start = 0;  ///< Where a fit begins.
};

/// Exponents z between which E exp(zX) is finite; the ends belong only where they are 0 or 1.
struct Moments {
  double lowest, highest;  ///< lowest <= 0, highest >= 1; may be infinite.
};

/// A model of X = ln(F_T / F): everything it has to say is its exponent.
struct Entry {
  std::string_view name;
  std::string_view about;
  std::span<const Parameter> parameters;  ///< In the order in which they are given.
  /// ln E exp(sX) for Re s in the range of `moments`; 0 at s = 0 and, as F is a martingale, at 1.
  /// Its characteristic function at u is the exponential of this at s = iu.
  /// src: each kind's own
  Complex (*exponent)(Complex s, Years expiry, std::span<const double> parameters);
  Moments (*moments)(Years expiry, std::span<const double> parameters);
  /// ln of a bound on the size of the characteristic function at u and beyond, falling with u.
  double (*envelope)(double u, Years expiry, std::span<const double> parameters);
};

/// Every kind, in name order.
std::span<const Entry> shelf();

/// A kind with its numbers: a whole distribution of the forward at every expiry.
struct Model {
  const Entry* kind;
  std::vector<double> parameters;

  Complex exponent(Complex s, Years expiry) const { return kind->exponent(s, expiry, parameters); }
};

/// The named kind with these parameters.
///
/// err: not_supported for an unknown kind; bad_input for the wrong number of parameters;
///      out_of_range naming the first that lies outside its box
Result<Model> model_of(std::string_view kind, std::span<const double> parameters);

/// A settlement: what it is expected to be, and the time to it.
struct Term {
  Price forward;
  Years expiry;
};

/// Mean and variance of X, and its fourth cumulant.
struct Cumulants {
  double mean, variance, fourth;
};

/// out: 1e-9 of the variance
/// src: Cauchy's formula for the derivatives of the exponent at 0
Cumulants cumulants_of(const Model& model, Years expiry);

/// The parts of X's line that hold all but `tail` of its probability on either side.
struct Interval {
  double lower, upper;
};

/// in:  tail in (0, 1)
/// out: P(X < lower) <= tail and P(X > upper) <= tail, proven, not estimated
/// src: Chernoff (1952), Annals of Mathematical Statistics 23, 493-507
Interval interval_of(const Model& model, Years expiry, double tail);

}  // namespace levee::option
