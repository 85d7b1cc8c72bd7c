// levee/hedge/score.h — a plan on scenarios it was not chosen on.
#pragma once
#include "levee/hedge/program.h"
#include "levee/risk/loss.h"
#include "levee/risk/tail.h"

#include <vector>

namespace levee::hedge {

/// A traded quantity: signed units of an instrument and what they cost at once, fees included.
struct Held {
  book::Instrument instrument;
  double quantity = 0;
  double cost_usd = 0;
};

/// Losses with and without the trades on one set.
struct Score {
  std::vector<double> unhedged, hedged;  ///< [paths] USD
  risk::TailReport unhedged_tail, hedged_tail;
  double hedge_mean_usd = 0;  ///< Mean profit of the trades, costs included.
};

/// Scores trades on a scenario set.
///
/// err:  those of loss_table and horizon_values
/// src:  loss_table of the book, horizon_values of the trades
Result<Score> score_of(const book::Book& book, const std::vector<std::optional<double>>& fees,
                       const std::vector<Held>& held, const risk::Repricing& with,
                       const parallel::Team& team);

}  // namespace levee::hedge
