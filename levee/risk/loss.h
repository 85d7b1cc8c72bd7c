// levee/risk/loss.h — book times scenarios: what every future costs.
#pragma once
#include "levee/base/result.h"
#include "levee/book/holding.h"
#include "levee/market/snapshot.h"
#include "levee/num/matrix.h"
#include "levee/scenario/kind.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace levee::risk {

/// Another asset's market at the same moment.
struct Beside {
  const market::Snapshot& snapshot;
  const option::Surface& surface;
  Rate funding;  ///< As Repricing's; the set draws the lead's alone.
};

/// What holdings are repriced with at the horizon.
struct Repricing {
  const market::Snapshot& snapshot;
  const option::Surface& surface;
  const scenario::ScenarioSet& set;
  Rate funding;  ///< Expected, paid by a long perp per year of notional, where the set has none.
  std::size_t asset = 0;             ///< Of the set: the one that snapshot and surface are of.
  std::span<const Beside> beside{};  ///< Markets of other assets that lots are on.
};

/// Losses by holding; the total is the sum in holding order.
struct LossTable {
  std::vector<std::string> names;  ///< [holdings]
  num::Matrix<Usd> loss;           ///< [holdings x paths], gains negative.
  std::vector<double> total;       ///< [paths]
  /// What failures took of positions by the node that failed, USD [paths], less what the book's own
  /// covers paid of it.
  std::vector<std::pair<std::string, std::vector<double>>> taken{};
};

/// Expected fee income of positions per day while in range, USD, one per position; empty optional
/// where unknown.
using FeeForecast = std::vector<std::optional<double>>;

/// Loss of every holding of the book from now to the horizon on every path.
///
/// Margins are isolated: a perp loses its collateral at most, and what a move between two dates
/// takes beyond it is the venue's loss (its insurance fund's, or by auto-deleveraging that of
/// others). Of a cross-margined account give all that it holds as collateral. That a venue may
/// close a perp which gains, by the same auto-deleveraging, is not modelled.
///
/// in:   fees: one per position of the book; every asset that lots are on is in the set and beside
/// out:  position: value now - value at horizon - fees while in range (times volume over depth,
///       where drawn), after failures of what it stands on (value and fees both cut by the lost
///       shares); lots: value now - value at horizon, a margined perp closed on the first date that
///       finds its equity short, and where the venue fails its share of what is owed to us, never
///       of what we owe; loans: debt marked at spot, interest; a pledge is taken on the first date
///       that finds it short, and lost by its share where the lender fails, down to where we let
///       the debt go; covers: premium minus what is paid (risk/cover.h); cash, quote sides,
///       perps' profit and what is owed in quote at the peg; wallet: value now - value at horizon
/// err:  out_of_range if a lot has expired before the snapshot; missing_data for a lot on an asset
///       that is not in the set or whose market is not beside
/// src:  methodology amendment 6 (carry ledger); options repriced with remaining life on the
///       surface moved by the path's moves, sticky moneyness; liquidation: mathematics 6.1
Result<LossTable> loss_table(const book::Book& book, const FeeForecast& fees, const Repricing& with,
                             const parallel::Team& team);

/// Dollars per unit of each instrument at the horizon on every path: option value with remaining
/// life, settled payoff where it expired on the way, perp profit per token after funding, in quote
/// tokens at the peg.
///
/// in:   option expiries at or before the horizon must be one of the set's dates
/// out:  [instruments x paths]; payoffs below 1e-8 USD are exactly 0
/// cost: one Black price per path, expiry and strike
/// src:  as loss_table
Result<num::Matrix<Usd>> horizon_values(std::span<const book::Instrument> instruments,
                                        const Repricing& with, const parallel::Team& team);

/// The dates a set needs so that every instrument can be settled: expiries up to the horizon (as
/// spans from `at`), one per day, and the horizon itself; ascending, no repeats.
/// src: listed expiries settle at 08:00 UTC
std::vector<Seconds> dates_for(std::span<const book::Instrument> instruments, UnixSeconds at,
                               Seconds horizon);

/// Dollars per unit of an instrument at the horizon for one spot, volatilities frozen at today's
/// surface (sticky moneyness): for payoff profiles and grids.
///
/// in:   path_spot: spot at expiry too where the option expires before the horizon
/// src:  as horizon_values with no vol move
Usd frozen_value(const book::Instrument& instrument, Price spot, Seconds horizon,
                 const Repricing& with);

}  // namespace levee::risk
