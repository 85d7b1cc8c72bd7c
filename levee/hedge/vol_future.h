// levee/hedge/vol_future.h — a listed future on a volatility index, and what a path makes of it.
//
// Before it expires it is no claim on today's index but on the volatility between its expiry and
// the index's span after: the forward variance of the surface. On a path it is what that comes to
// on an unmoved surface, times the path's index over today's to the power by which a small move of
// the level reaches those days: the term structure's beta. At its expiry that is the path's own
// index. The difference of two far smiles that a path moved is no estimate of it: what a path does
// to the shape is measured between 14 and 90 days, and a difference of far variances is seven times
// as uncertain as they are. A quote lies below the square root of forward variance by a convexity
// that no surface tells; the ratio of the two is kept.
//
// src: Carr & Wu (2006), J. Derivatives 13(3), 13-29 (the forward variance swap bounds the future);
//      methodology S2.10 and 4.1
#pragma once
#include "levee/hedge/program.h"
#include "levee/risk/loss.h"

#include <span>
#include <vector>

namespace levee::hedge {

/// From when to when, seen from the moment that a surface stands at.
struct ForwardSpan {
  Seconds from, length;  ///< from >= 0
};

/// Variance a year that a surface prices between two days, its volatilities moved as by a path.
///
/// in:   level, tenor_power: as of scenario::AssetPaths
/// out:  smile-integrated, strikes beyond six deviations at the sixth's volatility; not positive
/// where so large a move leaves none
double forward_variance(const option::Surface& surface, const ForwardSpan& span, double level = 0,
                        double tenor_power = 0);

/// Points that the quote moves where the index, of the same span, moves one: for a small move of
/// the level as tenors share it.
/// in: passed: the days that have gone by at an unchanged surface
double term_beta(const market::VolFutureQuote& quote, const option::Surface& surface,
                 double tenor_power, Seconds passed = {});

/// Dollars that a contract bought at its mid has earned once so much time passed and the surface
/// stands as today: the roll down its slope.
Usd rolled(const market::VolFutureQuote& quote, const option::Surface& surface, Seconds passed);

/// Dollars that a contract bought at its mid has earned at the horizon, on every path, in quote
/// tokens at the peg as a perp's.
///
/// in:   `with` is the market that hedges are traded in; the future expires at or after the horizon
/// cost: a table of fair variances (milliseconds), then 0.2 us a path
std::vector<double> earned(const market::VolFutureQuote& quote, const risk::Repricing& with,
                           const parallel::Team& team);

/// Futures that may be bought.
///
/// out:  margined, so what is paid is half the spread and a fee; left out, with the reason: an
///       instrument's name, an index of another asset's options, an expiry before the horizon
///       (paths know volatility at their end alone), a span beyond the last listed expiry (no
///       variance is extrapolated), a quote out of all proportion to the surface, no whole lot
Candidates vol_futures_of(const Setting& setting, const option::Surface& surface);

/// What a unit of each trade in a market is worth at the horizon on every path.
///
/// in:   none that changes the book; quotes: of the snapshot, by VolFuture::quote
/// out:  [trades x paths]
/// err:  as risk::horizon_values
Result<num::Matrix<Usd>> unit_values(std::span<const Tradable> trades,
                                     std::span<const market::VolFutureQuote> quotes,
                                     const risk::Repricing& with, const parallel::Team& team);

}  // namespace levee::hedge
