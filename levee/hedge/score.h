// levee/hedge/score.h — a plan on scenarios it was not chosen on.
#pragma once
#include "levee/hedge/program.h"
#include "levee/hedge/proxy.h"
#include "levee/risk/loss.h"
#include "levee/risk/tail.h"

#include <vector>

namespace levee::hedge {

/// Signed units of what a plan does and what they cost at once, fees included.
struct Held {
  Tradable instrument;
  double quantity = 0;
  double cost_usd = 0;
};

/// Losses with and without the trades on one set.
struct Score {
  std::vector<double> unhedged, hedged;  ///< [paths] USD
  risk::TailReport unhedged_tail, hedged_tail;
  double hedge_mean_usd = 0;  ///< Mean profit of the trades, costs included.
};

/// What is scored.
struct ScoreAsk {
  const book::Book& book;
  const std::vector<std::optional<double>>& fees;  ///< [positions] a day.
  const std::vector<Held>& held;
  std::string venue{};           ///< Of the market trades, by its failure model's name.
  const Proxy* proxy = nullptr;  ///< What they are on; none: the book's own asset.
};

/// Scores a plan on a scenario set: what changes the book is made part of it, with nothing made
/// linear; what the venue owes on a trade is lost where the venue fails.
///
/// err:  those of loss_table and horizon_values
/// src:  loss_table of the book, horizon_values of the trades
Result<Score> score_of(const ScoreAsk& ask, const risk::Repricing& with,
                       const parallel::Team& team);

/// What of a plan's trades a holding can be of: the dates of their expiries have to be drawn.
std::vector<book::Instrument> instruments_of(const std::vector<Held>& held);

/// Share of what a venue owes that its failures leave, by path; empty where it never fails.
std::vector<double> venue_kept(const std::string& venue, const risk::Repricing& with);

}  // namespace levee::hedge
