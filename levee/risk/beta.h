// levee/risk/beta.h — how much an asset moves with the market, and how much where the market falls.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"
#include "levee/market/series.h"

#include <span>
#include <vector>

namespace levee::risk {

/// Log returns of an asset and of the market over the same days, ascending.
struct PairedReturns {
  std::vector<double> asset, market;
};

/// Returns over days from midnight to midnight UTC that both series have both ends of.
///
/// in:  positive prices, of an hour or a day apart
/// out: nothing known after `until` is used
PairedReturns paired_days(const market::Series& asset, const market::Series& market,
                          UnixSeconds until);

/// An asset of an index and what all of it is worth at its last close.
struct Capped {
  const market::Series& prices;
  Usd cap;
};

/// What the assets are worth together at midnight, each at its latest supply: a cap-weighted index.
///
/// in:  at least one asset, caps > 0
/// err: missing_data where fewer than two midnights are known of all
Result<market::Series> capped_index(std::span<const Capped> assets);

/// How days are weighed, and how far an estimate is drawn to the market's own 1.
struct BetaAsk {
  double half_life_days = 60;
  double shrink = 1.0 / 3;  ///< In [0, 1].
};

/// A slope and its standard error.
struct Slope {
  double value = 0, error = 0;
};

/// Betas of an asset, as measured and as shrunk.
struct BetaFit {
  Slope measured, beta;       ///< Over all days.
  Slope measured_down, down;  ///< Over days on which the market did worse than its mean.
  std::size_t days = 0, days_down = 0;
  double effective_days = 0;   ///< As many equally weighed ones would say as much.
  double market_vol = 0;       ///< Per root of a year, weighed as the beta.
  double market_vol_long = 0;  ///< The same over all days alike.
};

/// The fewest days, and days of a falling market, that a beta is read from.
inline constexpr std::size_t fewest_days = 30, fewest_days_down = 10;

/// Weighted least squares of the asset's daily returns on the market's.
///
/// out:  errors hold for days of unequal variance; shrinking shrinks them too, though what it pulls
///       towards is itself uncertain
/// err:  missing_data with too few days; no_solution where the market does not move
/// src:  Sharpe (1964); errors: White (1980), Econometrica 48, 817-838; shrinking: Blume (1975),
///       J. Finance 30, 785-795; downside: Ang, Chen & Xing (2006), Review of Financial Studies 19,
///       1191-1239
Result<BetaFit> beta_of(const PairedReturns& returns, const BetaAsk& ask = {});

/// One token of a position: its share of the value, which is how much per cent of value a per cent
/// of its price moves, and its beta.
struct BetaLeg {
  double share = 0, beta = 0;
};

/// Beta of a liquidity position: of a full range half the sum of its tokens'.
/// src: elasticity: dV/dP of a range is the base tokens held
double pool_beta(std::span<const BetaLeg> legs);

}  // namespace levee::risk
