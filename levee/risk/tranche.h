// levee/risk/tranche.h — a book in units, as a fund counts its own: money in or out moves no price.
//
// src: unitised net asset value, Investment Company Act rule 22c-1 (forward pricing at net asset
//      value); tracking error and information ratio: Grinold & Kahn (2000), Active Portfolio
//      Management, 2nd ed., chapter 5
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <optional>
#include <span>

namespace levee::risk {

/// Units and what all of them are worth.
struct Tranche {
  double units = 0;  ///< > 0
  Usd nav;           ///< > 0

  Usd per_unit() const { return Usd{nav.value() / units}; }
};

/// Money paid in, at the price of a unit before it came.
///
/// err: out_of_range where a tranche has no units or worth, or paid is not above 0
Result<Tranche> issued(const Tranche& tranche, Usd paid);

/// Units given back, and what is paid out for them.
struct Redemption {
  Tranche left;
  Usd paid;
};

/// err: out_of_range as issued; where units are not above 0, or as many as there are (the last unit
///      closes the tranche)
Result<Redemption> redeemed(const Tranche& tranche, double units);

/// What running a tranche costs a year, of what it is worth on average.
struct Expenses {
  Usd gas, hedge, borrowing, leakage;  ///< Over `days`; leakage: spreads, slippage and the like.
  double days = 0;                     ///< > 0
};
double expense_ratio(const Expenses& expenses, Usd mean_nav);

/// How a unit went beside a benchmark, from daily log returns of both.
struct Tracking {
  double ahead = 0;                     ///< Of the benchmark, a year.
  double error = 0;                     ///< Deviation of the difference, per root of a year.
  std::optional<double> information{};  ///< ahead over error; none: it tracks without error.
};

/// err: bad_input where lengths differ or a return is not finite; missing_data below two days
Result<Tracking> tracking_of(std::span<const double> unit, std::span<const double> benchmark);

}  // namespace levee::risk
