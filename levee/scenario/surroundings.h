// levee/scenario/surroundings.h — what moves with the price: funding, volume, depth, gas.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/failure.h"
#include "levee/hazard/reaction.h"
#include "levee/market/series.h"

#include <optional>
#include <string>

namespace levee::scenario {

/// How a quantity over the horizon follows from today's and from what the price does:
/// mean over the horizon - now = constant + reversion * (now - usual) + on_return * R +
/// on_size * |R| + noise, R the log return over the horizon; of logs where `form` says so.
struct Linked {
  enum class Form { plain, logarithmic } form = Form::plain;
  double now = 0;    ///< Mean of the last `memory` of the series; its log, where logarithmic.
  double usual = 0;  ///< Mean over the history.
  double constant = 0, reversion = 0, on_return = 0, on_size = 0;
  double noise = 0;  ///< Standard deviation of what is left.
  /// Standard errors, in the order of the coefficients.
  double constant_error = 0, reversion_error = 0, on_return_error = 0, on_size_error = 0;
  double windows = 0;  ///< Horizons that fit side by side into the history.
  std::string source{};
};

/// What is known of the history of a quantity and of the price beside it.
struct LinkedAsk {
  const market::Series& quantity;
  const market::Series& prices;
  UnixSeconds from, to;
  Seconds horizon;
  Seconds memory;  ///< What `now` is a mean of.
  Linked::Form form = Linked::Form::plain;
};

/// Least squares over windows of the horizon, four of them overlapping; noise and errors allow for
/// what windows share.
///
/// err:  missing_data with fewer than 8 windows side by side; bad_input for a quantity not positive
///       whose log is asked for; no_solution where the price did not move
/// src:  ordinary least squares; Hansen & Hodrick (1980), J. Political Economy 88, 829-853, on what
///       overlapping does to errors
Result<Linked> linked_fit(const LinkedAsk& ask);

/// Mean over the horizon for a log return and a standard normal draw: plain, or over now's where
/// logarithmic.
double linked_value(const Linked& linked, LogReturn over_horizon, double normal);

/// What of the surroundings is known; the rest stays as it is.
struct Surroundings {
  std::optional<Linked> funding;  ///< Paid by longs of the lead's perpetual future, a year.
  std::optional<Linked> volume, depth, gas;
  std::optional<hazard::Depeg> peg;  ///< Of the quote token.
  /// What the market does when something fails; none: nothing.
  std::optional<hazard::Reaction> reaction;
};

}  // namespace levee::scenario
