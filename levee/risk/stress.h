// levee/risk/stress.h — what the book would be worth elsewhere: every spot, volatility and day.
#pragma once
#include "levee/risk/loss.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace levee::risk {

/// A book, its fee forecast and the market it stands in; `asset` and markets beside as Repricing's.
struct BookInMarket {
  const book::Book& book;
  const FeeForecast& fees;
  const market::Snapshot& snapshot;
  const option::Surface& surface;
  Rate funding;
  std::span<const Beside> beside{};
};

/// Worth of the whole book now: positions, wallet, cash, options at the surface, collateral of
/// perps, pledges less what is owed. Perps without collateral and covers count nothing.
/// err: as loss_table
Result<Usd> worth_of(const BookInMarket& held);

/// Spot and implied volatilities of an asset over what they are now; both > 0.
struct Move {
  double spot = 1, vol = 1;
};

/// One instant move of the market.
struct Shock {
  Move lead{};
  std::vector<Move> others{};  ///< [beside] empty: they stay.
};

/// What is shocked and when it is looked at.
struct ShockAsk {
  std::span<const Shock> shocks;
  Seconds elapsed{};       ///< 0: at once.
  double tenor_power = 0;  ///< Volatilities beyond 30 days move less, as SurfaceMoves; 0: alike.
};

/// Shocks as futures: the price jumps at once and stays until `elapsed` has passed.
scenario::ScenarioSet set_of(const BookInMarket& held, const ShockAsk& ask);

/// Loss of every holding under every shock, by the code that reprices scenarios: no Greeks.
///
/// out:  [holdings x shocks], gains negative; with time: expiries on the way are settled, funding
///       and interest paid, fees earned while in range at today's rate; at once: none of these
/// err:  as loss_table; out_of_range for a shock that is not positive and finite, or negative time
/// src:  as loss_table
Result<LossTable> shocked(const BookInMarket& held, const ShockAsk& ask,
                          const parallel::Team& team);

/// Axes of a grid.
struct StressGrid {
  std::vector<double> spot;      ///< Over spot now.
  std::vector<double> vol;       ///< Over volatility now.
  std::vector<Seconds> elapsed;  ///< From now.
};

/// Gains of the whole book on a grid.
struct StressTable {
  StressGrid grid;
  Usd worth;                             ///< Now.
  std::vector<num::Matrix<Usd>> change;  ///< [elapsed][vol x spot], losses negative.

  /// Where it loses most.
  struct Cell {
    std::size_t elapsed = 0, vol = 0, spot = 0;
    Usd change{};
  };
  Cell worst;
  std::vector<std::pair<std::string, double>> by_holding;  ///< Change of each there.
};

/// The whole book revalued at every point of the grid.
///
/// in:   at least one value an axis
/// err:  as shocked
/// cost: one loss table an elapsed time
/// src:  as shocked
Result<StressTable> stressed(const BookInMarket& held, const StressGrid& grid,
                             const parallel::Team& team);

}  // namespace levee::risk
