// levee/option/model_fit.h — a model's parameters from a chain of volatilities, and how sure.
#pragma once
#include "levee/option/kind.h"

#include <string>

namespace levee::option {

/// One strike's implied volatility, and how well the market knows it.
struct VolQuote {
  Price strike;
  Vol vol;
  double half_spread = 0;  ///< Of bid to ask in vol, 0.01 a point; 0 if nobody quotes both.
};

/// The smile of one expiry.
struct VolSlice {
  Term term;
  std::vector<VolQuote> quotes;
};

/// What is to be fitted, and from where.
struct FitAsk {
  std::string kind;
  std::vector<VolSlice> slices;
  std::vector<double> start{};   ///< Empty: the shelf's own start.
  double spread_least = 0.001;   ///< Half spreads below this are taken as this (tick size).
  double spread_unknown = 0.02;  ///< What a quote without a spread is trusted to.
};

enum class Certainty {
  determined,    ///< Twice its standard error to either side is less than half of its box.
  at_bound,      ///< The chain would push it out of its box: a bound, not an estimate.
  undetermined,  ///< The chain does not say: other values, with others of the rest, fit as well.
};

struct FittedParameter {
  std::string_view name;
  double value = 0;
  double standard_error = 0;  ///< Infinite if nothing depends on it; 0 at a bound.
  Certainty certainty = Certainty::determined;
};

/// How one expiry came out, in vol points (0.01).
struct SliceError {
  Years expiry;
  std::size_t quotes = 0;
  double root_mean_square = 0, worst = 0;
  double within_spread = 0;  ///< Share of the quotes with both sides that the model goes between.
};

struct ModelFit {
  Model model;
  std::vector<FittedParameter> parameters;
  std::vector<SliceError> slices;  ///< In the order asked.
  double misfit = 0;  ///< Weighted squares per degree of freedom: 1 is a fit within the spreads.
  int evaluations = 0;
};

/// Least squares in implied vol, each quote weighted by one over its half spread.
///
/// in:   volatilities and terms positive and finite, spreads >= 0
/// out:  a local minimum; standard errors from the Jacobian, widened by the root of the misfit
///       where that is above 1, for then the spreads are not what keeps model and chain apart
/// err:  not_supported for an unknown kind; missing_data with fewer quotes than parameters + 1;
///       bad_input for a quote or a start that cannot be; not_converged as least_squares says
/// cost: (2 parameters + 2) x a dozen rounds of pricing the chain
/// src:  solve/least_squares.h; Cont & Tankov (2004), Financial Modelling with Jump Processes,
///       chapter 13, on what chains do not determine
Result<ModelFit> fit_model(const FitAsk& ask);

}  // namespace levee::option
