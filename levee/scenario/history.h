// levee/scenario/history.h — what assets did together, step by step, without bridging a gap.
#pragma once
#include "levee/market/series.h"

#include <span>
#include <vector>

namespace levee::scenario {

/// One step of history: log return and, where an index is known, d ln IV.
struct HistoryStep {
  LogReturn price;
  LogReturn vol;
};

/// What all assets did, step by step: rows that are drawn together keep how they move together.
struct History {
  Seconds step{};
  std::vector<UnixSeconds> at;                   ///< [rows] ends of the steps, ascending.
  std::vector<std::size_t> run_starts;           ///< Rows at which a run without gaps begins.
  std::vector<std::vector<HistoryStep>> assets;  ///< [assets][rows]
  std::vector<bool> knows_vol;  ///< [assets] whether HistoryStep::vol was observed.

  std::size_t rows() const { return at.size(); }
};

/// One asset's recorded prices and, or not, its volatility index.
struct Recorded {
  const market::Series* prices = nullptr;
  const market::Series* iv_index = nullptr;
};

/// The part of time that is looked at, both ends included.
struct Window {
  UnixSeconds from, to;
};

/// Steps that every asset has, in the finest spacing that all of them have; an index of another
/// spacing is joined by days, and left aside where fewer than `least`, or less than half of the
/// time, would remain with it.
///
/// out:  empty where they have no step in common
/// src:  returns_of and daily_returns: a gap yields no step
History joined(std::span<const Recorded> assets, const Window& window, Seconds least);

/// The same by whole UTC days: days of which a step is missing are left out.
/// in: steps of a day or of a whole part of one
History by_days(const History& history);

}  // namespace levee::scenario
