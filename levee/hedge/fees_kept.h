// levee/hedge/fees_kept.h — the fees of calm times: a limit on what a hedge takes of them.
#pragma once
#include "levee/hedge/calm_vol.h"
#include "levee/hedge/fees_kept_told.h"
#include "levee/hedge/program.h"
#include "levee/hedge/score.h"
#include "levee/risk/loss.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// Where a path's price stands at the horizon, in sigmas of ln price from where it stood; a path on
/// which something fails is none of these, for there fees are the least of it.
enum class Ending { calm, usual, far_down, far_up, failure };

/// What counts as calm.
struct CalmReach {
  double sigma = 0;          ///< Of ln price to the horizon, forecast.
  double calm_sigmas = 0.5;  ///< Within so many of them a path is calm; beyond two it is far.
};
CalmReach calm_reach(const Policy& policy, Vol forecast);

/// Where every path ends. The way there does not count: what it costs, it costs in fees.
/// in: spot: price now
std::vector<Ending> endings_of(const scenario::ScenarioSet& set, Price spot,
                               const CalmReach& reach);

/// The paths of one set with what positions by themselves take in and lose on them.
struct FeesSeen {
  CalmReach reach;
  std::vector<Ending> ending;      ///< [paths]
  std::vector<double> fees_usd;    ///< [paths] as loss_table counts them, nothing failing.
  num::Matrix<Usd> fees_each;      ///< [positions x paths] the same one by one.
  std::vector<double> change_usd;  ///< [paths] change in worth, fees excluded.
  std::vector<double> moved_usd;   ///< [paths] change of the price of a token.
};

/// in:   fees: a day, of every position known
/// err:  those of loss_table
/// cost: two loss tables of the positions alone
Result<FeesSeen> fees_seen(const book::Book& book, const risk::FeeForecast& fees,
                           const CalmReach& reach, const risk::Repricing& with,
                           const parallel::Team& team);

/// Whether the fees of every position are known: else nothing can be said of what is kept.
bool fees_are_known(const risk::FeeForecast& fees);

/// Fewest calm paths whose mean says anything.
inline constexpr int calm_paths_min = 30;

/// What calm paths are repriced with.
struct CalmAsk {
  const Policy& policy;
  const FeesSeen& seen;
  risk::Repricing traded;  ///< Of the market that hedges are traded in, on the set of `seen`.
  std::span<const market::VolFutureQuote> quotes;  ///< By VolFuture::quote.
  std::optional<CalmVol> vol;                      ///< As recorded there; none: as drawn.
  const parallel::Team& team;
};

/// Adds the row `calm`: the mean profit of the hedge on calm paths, its worth at the horizon less
/// its whole cost and less what its delta makes of the price's mean move there, is no loss beyond a
/// share 1 - policy.fees_kept_calm_min of the fees there. The move is taken out because positions
/// have it the other way: it is no cost of the hedge, nor may a drift of calm paths pay for one.
/// What leaves takes its fees along: they are kept of what stays.
///
/// What lives longer than the horizon is worth there what it is repriced at, so that no more of its
/// price than is gone counts against the fees of that time; and it is repriced with volatility
/// having moved, on the mean, as in calm times of the record.
///
/// in:   the programme is on the set that `seen` is of
/// out:  why there is no row; empty where there is one
/// err:  those of horizon_values
/// cost: where volatility is recorded, option values of calm paths once more
/// src:  methodology S2.41 with amendment 22
Result<std::string> add_calm_row(const CalmAsk& ask, Program& program);

/// What is kept by where the price ends.
///
/// in:   score: of what is held, on the set that `seen` is of; its delta
/// out:  kept = 1 + mean profit beside the move over mean fees, its error by the delta method
/// err:  those of horizon_values
Result<FeesKeptTold> fees_kept_told(const CalmAsk& ask, const Score& score,
                                    const std::vector<Held>& held, Tokens delta);

}  // namespace levee::hedge
